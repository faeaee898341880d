/**
 * Cursors: the place of a row in its list, opaque, bound to the list and the filters that it was given with.
 */
import { hash } from 'node:crypto';
import type { z } from 'zod';
import { ClaimwireError } from '../kernel/errors.js';
import type { Key } from '../kernel/page.js';

export const CURSOR_LENGTH_MAX = 2_000; // of a headline of 300 characters, in any script, under 1,700

/** Parameters that may change from page to page of one walk. */
const FREE_PARAMETERS = [
  'limit',
  'after',
  'before',
  'body',
  'fields',
  'include',
  'count',
  'facets',
  'format',
  'marks',
];

/** A short print of the list that a cursor belongs to: its path, its filters and its order. */
export function printOf(path: string, parameters: Iterable<readonly [string, string]>): string {
  const bound = [...parameters].filter(([name]) => !FREE_PARAMETERS.includes(name)).sort();
  return hash('sha256', JSON.stringify([path, bound]), 'base64url').slice(0, 8);
}

export const seal = (print: string, key: Key): string =>
  Buffer.from(JSON.stringify([print, ...key])).toString('base64url');

/** The place that a cursor holds. Throws `invalid-cursor`, naming the parameter. */
export function unseal(text: string, parameter: string, print: string, place: z.ZodType<Key>): Key {
  const refuse = (detail: string) =>
    new ClaimwireError('invalid-cursor', undefined, { issues: [{ parameter, detail }] });
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw refuse('is not a cursor of this server; follow the links `next` and `prev` as they are');
  }
  const [given, ...rest] = Array.isArray(parts) ? parts : [];
  const key = place.safeParse(rest);
  if (typeof given !== 'string' || !key.success)
    throw refuse('is not a cursor of this list; follow the links `next` and `prev` as they are');
  if (given !== print) throw refuse('belongs to another list or to other filters; start again without it');
  return key.data;
}
