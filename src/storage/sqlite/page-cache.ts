/**
 * What of a file each connection keeps in memory.
 */

/**
 * A pragma, in KiB: with SQLite's own 2 MB a page of 20 articles is read from the system again and again, which takes a quarter
 * more time; with more than this nothing is gained.
 */
export const PAGE_CACHE = 'cache_size = -16000';
