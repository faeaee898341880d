/**
 * What of a file each connection that reads keeps in memory.
 */

/**
 * A pragma, in KiB: in SQLite's own 2 MB the rows of a page of articles push each other out, and are read from the system
 * again and again; with 16 MB the bench of reads leaves the process beyond its bound of memory.
 */
export const PAGE_CACHE = 'cache_size = -8000';

/** The same for each of the threads that read beside the event loop: with more a search is no faster. */
export const THREAD_PAGE_CACHE = 'cache_size = -4000';
