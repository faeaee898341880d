/**
 * What tells one state of an answer from another: strong ETags and `Last-Modified`, and whether a caller has it already
 * (RFC 9110 sections 8.8 and 13).
 */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Revision } from '../kernel/revision.js';

const HASH_LENGTH = 16; // characters of base64url: 96 bits, of which no two answers of one URL ever share all
const ENTITY_TAG = /"[\x21\x23-\x7e\x80-\xff]*"/g;
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
/** A change within the same second would have the same date. */
const DATE_STEP_MS = 1_000;

/** The inner part of the ETag of a body: its version, if it is one thing, and a print of its bytes. */
export function printOf(body: string | Buffer, version: number | null): string {
  const print = hash('sha256', body, 'base64url').slice(0, HASH_LENGTH);
  return version === null ? print : `v${version}-${print}`;
}

/** The ETag of a body in a content coding: no two codings share one. */
export const toEtag = (print: string, suffix: string): string => `"${print}${suffix}"`;

/**
 * The date of an answer from data at a revision; null where it is not known, and as long as a later change could still
 * share it: `from` is when to ask again, null for never.
 */
export function lastModifiedOf(
  { seq, at }: Revision,
  now: number,
): { date: string | null; from: number | null } {
  if (at === null) return { date: null, from: seq === 0 ? null : now + DATE_STEP_MS };
  const { changed, date } = at === last.at ? last : datedAt(at);
  if (now - changed < DATE_STEP_MS) return { date: null, from: changed + DATE_STEP_MS };
  return { date, from: null };
}

const datedAt = (at: string) => {
  const changed = Date.parse(at);
  last = { at, changed, date: new Date(changed).toUTCString() };
  return last;
};

/** The change that was asked for last, which is that of most answers; to write a date costs as much as to hash a page. */
let last = { at: '', changed: Number.NaN, date: '' };

/** Whether the caller has this answer already. A date counts only where no ETag is given. */
export function isKnownTo(headers: IncomingHttpHeaders, etag: string, lastModified: string | null): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined)
    return tags === etag || tags.trim() === '*' || (tags.match(ENTITY_TAG)?.includes(etag) ?? false);
  const since = headers['if-modified-since'];
  if (since === undefined || lastModified === null || !HTTP_DATE.test(since)) return false;
  return Date.parse(lastModified) <= Date.parse(since);
}
