/**
 * What the data is known to be at: so that what was made of it can be told to be of now, or of before.
 */

/** One and the same object as long as nothing is known to have changed. */
export interface Revision {
  /** The last change that is known, as `changes` counts them. */
  readonly seq: number;
  /** When anything last changed; null where that is not known. */
  readonly at: string | null;
}
