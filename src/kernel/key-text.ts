/**
 * What the text of a key looks like, so that it can be found wherever somebody put it and kept out of what is told.
 */

/** What every key begins with, so that people and scanners of leaked secrets know it. */
export const KEY_PREFIX = 'cw_';

/** Whatever looks like a key or a part of one, percent-encoded too. */
const ANY_KEY = /cw(?:_|%5f)[\w%-]{6,}/gi;

/** A text without the keys in it. */
export const withoutKeys = (text: string): string => text.replace(ANY_KEY, `${KEY_PREFIX}…`);
