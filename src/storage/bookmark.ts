/**
 * Bookmarks: an opaque word for a place in the changes, by which a later read is sure to see an earlier write.
 */
import { ClaimwireError } from '../kernel/errors.js';

const FORM = /^cb1-([0-9a-z]{1,11})$/;

/** The bookmark of a place: the `seq` of the last change that must be seen. */
export const toBookmark = (seq: number): string => `cb1-${seq.toString(36)}`;

function placeOf(bookmark: string): number | null {
  const [, digits] = FORM.exec(bookmark) ?? [];
  const seq = digits === undefined ? Number.NaN : Number.parseInt(digits, 36);
  return Number.isSafeInteger(seq) ? seq : null;
}

/** Whether it is a bookmark, whatever place it is of. */
export const isBookmark = (bookmark: string): boolean => placeOf(bookmark) !== null;

/** The place of a bookmark. Throws `invalid-bookmark`. */
export function fromBookmark(bookmark: string): number {
  const seq = placeOf(bookmark);
  if (seq === null) throw new ClaimwireError('invalid-bookmark');
  return seq;
}
