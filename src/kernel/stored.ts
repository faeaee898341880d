/**
 * What a writer must know of a stored thing before it changes it.
 */
import { ClaimwireError, type Issue } from './errors.js';

/** A thing that is stored. `key` is the inner number of its row. */
export interface Stored {
  readonly key: number;
  readonly id: string;
  readonly version: number;
}

/** A thing that refers to another, in words: `the article “…”`. */
export interface Referrer {
  readonly what: 'article' | 'claim' | 'source';
  readonly id: string;
  /** Its headline, text or name. */
  readonly name: string;
}

/** What became of the anchors in an article whose text changed. */
export interface FollowedAnchors {
  /** How many stand at another place now, or stand again. */
  readonly moved: number;
  /** Those whose quote no longer stands in the text. */
  readonly orphaned: readonly OrphanedAnchor[];
}

export interface OrphanedAnchor {
  readonly claim: string;
  readonly attribution: string;
  readonly exact: string;
}

/** What cannot be changed once it is stored. Throws `invalid-request`. */
export function assertSameId({ id }: Pick<Stored, 'id'>, given: string | undefined): void {
  if (given !== undefined && given !== id)
    throw refusal('invalid-request', { pointer: '/id', detail: `is ${id} and cannot be changed` });
}

/** A refusal of one thing. */
export const refusal = (code: 'conflict' | 'invalid-request', issue: Issue): ClaimwireError =>
  new ClaimwireError(code, undefined, { issues: [issue] });

export const REFERRERS_TOLD_MAX = 20; // whoever refers to more is better found by a list

/** Refuses to delete what others refer to. `referrers` are up to REFERRERS_TOLD_MAX, and one more if there are more. */
export function assertUnused(referrers: readonly Referrer[]): void {
  if (referrers.length === 0) return;
  const issues = referrers
    .slice(0, REFERRERS_TOLD_MAX)
    .map(({ what, id, name }) => ({ detail: `The ${what} ${id} refers to it: “${shortened(name)}”.` }));
  const isMore = referrers.length > REFERRERS_TOLD_MAX;
  throw new ClaimwireError('in-use', undefined, {
    issues: isMore ? [...issues, { detail: 'There is more that refers to it.' }] : issues,
  });
}

const NAME_TOLD_LENGTH = 80;

/** The beginning of a text, as it is told. */
export const shortened = (text: string): string =>
  text.length <= NAME_TOLD_LENGTH ? text : `${text.slice(0, NAME_TOLD_LENGTH - 1)}…`;
