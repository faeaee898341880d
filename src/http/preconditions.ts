/**
 * On what a write depends (RFC 9110 section 13): `If-Match` and `If-None-Match` against the version that is stored.
 * A thing is answered in several forms, each with an ETag of its own, which all begin with its version: that decides.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { ClaimwireError } from '../kernel/errors.js';

const TAGS = /^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/;
const TAG = /(W\/)?"([^"]*)"/g;

/** What a header names: anything that is stored, or these versions. A tag that is none of ours names nothing. */
type Named = '*' | ReadonlySet<number>;

export interface Preconditions {
  readonly ifMatch: Named | null;
  readonly ifNoneMatch: Named | null;
}

/** Throws `invalid-request` for a header that is no list of ETags. */
export function readPreconditions(headers: IncomingHttpHeaders): Preconditions {
  return {
    ifMatch: readTags('If-Match', headers['if-match'], false),
    ifNoneMatch: readTags('If-None-Match', headers['if-none-match'], true),
  };
}

/** A weak tag never says that a thing is the same to the byte, and so does not match where that is asked. */
function readTags(parameter: string, header: string | undefined, isWeakTaken: boolean): Named | null {
  if (header === undefined) return null;
  if (header.trim() === '*') return '*';
  if (!TAGS.test(header))
    throw new ClaimwireError('invalid-request', undefined, {
      issues: [{ parameter, detail: 'must be an ETag as it was answered, in quotation marks, or *' }],
    });
  return new Set(
    [...header.matchAll(TAG)].flatMap(([, weak, tag = '']) => {
      const [, version] = /^v([1-9]\d{0,14})(?:-|$)/.exec(tag) ?? [];
      return version === undefined || (weak !== undefined && !isWeakTaken) ? [] : [Number(version)];
    }),
  );
}

const names = (named: Named, version: number | undefined): boolean =>
  version !== undefined && (named === '*' || named.has(version));

/**
 * Whether a write may go on; `version` is the one that is stored, undefined where nothing is. Throws
 * `precondition-required` where what is stored would be changed unconditionally and `isRequired`.
 */
export function mayWrite(
  { ifMatch, ifNoneMatch }: Preconditions,
  version: number | undefined,
  isRequired: boolean,
): boolean {
  if (ifMatch !== null && !names(ifMatch, version)) return false;
  if (ifNoneMatch !== null && names(ifNoneMatch, version)) return false;
  if (isRequired && ifMatch === null && version !== undefined)
    throw new ClaimwireError('precondition-required');
  return true;
}
