/**
 * Finds a quote in a text, letter for letter, and describes a place so that it can be found again
 * (W3C Web Annotation, TextQuoteSelector and TextPositionSelector). Nothing is ever guessed.
 * Positions count UTF-16 code units. Time is linear in the text and the quote, whatever they hold.
 */
import { isDeepStrictEqual } from 'node:util';
import { ClaimwireError } from '../kernel/errors.js';
import { shortened } from '../kernel/stored.js';
import type { PlacedQuote } from './model.js';
import { nearestPassage } from './nearest-passage.js';
import type { AnchorRecord } from './store.js';

export const CONTEXT_UNITS = 32; // kept on either side of a quote: enough to tell two places apart

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A quote to look for. `start` is where it stood before, if it did. */
export interface Quote {
  readonly exact: string;
  readonly prefix?: string | undefined;
  readonly suffix?: string | undefined;
  readonly start?: number | undefined;
}

/** A place, with the words around it. */
export interface AnchoredRange extends Range {
  readonly exact: string;
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * Where a quote stands. Of several places the one counts whose surroundings fit; of several that fit (or of all,
 * if none does) the nearest to where the quote stood before, the earlier of two as near. Without an old position
 * they are `ambiguous`. An empty quote stands nowhere.
 */
export function findQuote(text: string, quote: Quote): Range | 'absent' | 'ambiguous' {
  const { exact, prefix = '', suffix = '', start } = quote;
  const all = survey(text, exact, 0, start);
  if (all.count === 0) return 'absent';
  const hasContext = all.count > 1 && prefix + suffix !== '';
  const fitting = hasContext ? survey(text, prefix + exact + suffix, prefix.length, start) : all;
  const candidates = fitting.count > 0 ? fitting : all;
  if (candidates.count > 1 && start === undefined) return 'ambiguous';
  return { start: candidates.nearest, end: candidates.nearest + exact.length };
}

/** Describes a range by its words and up to CONTEXT_UNITS units on either side; no surrogate pair is cut there. */
export function anchorAt(text: string, { start, end }: Range): AnchoredRange {
  const before = text.slice(Math.max(0, start - CONTEXT_UNITS), start);
  const after = text.slice(end, end + CONTEXT_UNITS);
  const isCutBefore = isPair(text, start - CONTEXT_UNITS - 1);
  const isCutAfter = isPair(text, end + CONTEXT_UNITS - 1);
  return {
    exact: text.slice(start, end),
    prefix: isCutBefore ? before.slice(1) : before,
    suffix: isCutAfter ? after.slice(0, -1) : after,
    start,
    end,
  };
}

const isPair = (text: string, position: number): boolean => (text.codePointAt(position) ?? 0) > 0xffff;

interface Survey {
  readonly count: number;
  readonly nearest: number;
}

/** How often the needle stands in the text, and where (`offset` units into it) it does so nearest to `target`. */
function survey(text: string, needle: string, offset: number, target = 0): Survey {
  let count = 0;
  let nearest = -1;
  for (const found of occurrences(text, needle)) {
    const place = found + offset;
    if (count === 0 || Math.abs(place - target) < Math.abs(nearest - target)) nearest = place;
    count += 1;
  }
  return { count, nearest };
}

/** A text and a quote whose lengths have no greater product are searched as the engine does, a millisecond at worst. */
const PRODUCT_MAX = 1_000_000;

/** Every start of the needle, overlapping ones included, in order (of what is long, by Knuth, Morris and Pratt 1977). */
function* occurrences(text: string, needle: string): Generator<number> {
  if (needle === '') return;
  if (text.length * needle.length <= PRODUCT_MAX) {
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) yield at;
    return;
  }
  const borders = bordersOf(needle);
  let matched = 0;
  for (let position = 0; position < text.length; position += 1) {
    const unit = text.charCodeAt(position);
    while (matched > 0 && unit !== needle.charCodeAt(matched)) matched = borders[matched - 1] ?? 0;
    if (unit === needle.charCodeAt(matched)) matched += 1;
    if (matched === needle.length) yield position - needle.length + 1;
  }
}

/** For each beginning of the needle, the length of the longest shorter beginning that it also ends with. */
function bordersOf(needle: string): Uint32Array {
  const borders = new Uint32Array(needle.length);
  let matched = 0;
  for (let position = 1; position < needle.length; position += 1) {
    const unit = needle.charCodeAt(position);
    while (matched > 0 && unit !== needle.charCodeAt(matched)) matched = borders[matched - 1] ?? 0;
    if (unit === needle.charCodeAt(matched)) matched += 1;
    borders[position] = matched;
  }
  return borders;
}

/** The plain text of an article and the version that it belongs to. */
interface VersionedText {
  readonly text: string;
  readonly version: number;
}

const HINT_LENGTH_MAX = 300; // of a passage that is shown: a quote may run over paragraphs

/** What is said of a quote that is not in a text: with `isHinted`, the passage that is most like it. */
function quoteNotFound(text: string, exact: string, isHinted: boolean): ClaimwireError {
  const passage = isHinted ? nearestPassage(text, exact) : null;
  const shown =
    passage !== null && passage.length > HINT_LENGTH_MAX ? `${passage.slice(0, HINT_LENGTH_MAX)}…` : passage;
  return new ClaimwireError(
    'quote-not-found',
    `“${shortened(exact)}” is not in the text of the article.${shown === null ? '' : ` The nearest there: “${shown}”.`}`,
  );
}

/**
 * The anchor of a quote that a writer gives. A place that was found before and still fits stays as it is, version and
 * all, so that writing the same again changes nothing.
 */
export function anchorOf(
  quote: PlacedQuote,
  { text, version }: VersionedText,
  held: AnchorRecord | null,
  isHinted = true,
): AnchorRecord {
  const { exact, prefix = '', suffix = '' } = quote;
  const start = quote.start ?? (held?.exact === exact ? held.start : undefined);
  const placed: Quote = { exact, prefix, suffix, start };
  const found =
    start !== undefined && isStill(text, placed)
      ? { start, end: start + exact.length }
      : findQuote(text, placed);
  if (found === 'absent' && quote.state === 'orphaned') {
    const last = { exact, prefix, suffix, start: start ?? 0, end: (start ?? 0) + exact.length };
    return kept({ ...last, articleVersion: version, state: 'orphaned' }, held);
  }
  if (found === 'absent') throw quoteNotFound(text, exact, isHinted);
  if (found === 'ambiguous')
    throw new ClaimwireError(
      'quote-ambiguous',
      `“${shortened(quote.exact)}” stands in the text more than once: add the words just before as \`prefix\`, or just after as \`suffix\`.`,
    );
  return kept({ ...anchorAt(text, found), articleVersion: version, state: 'anchored' }, held);
}

/** Whether a quote stands, with what is around it, just where it stood before: then no place is nearer. */
function isStill(text: string, { exact, prefix = '', suffix = '', start = -1 }: Quote): boolean {
  return start >= prefix.length && text.startsWith(prefix + exact + suffix, start - prefix.length);
}

const kept = (anchor: AnchorRecord, held: AnchorRecord | null): AnchorRecord =>
  held !== null && isDeepStrictEqual({ ...held, articleVersion: anchor.articleVersion }, anchor)
    ? held
    : anchor;

/** Where an anchor stands in a new text: moved, or orphaned with its last place kept to be found again by. */
export function resolveAnchor(anchor: AnchorRecord, { text, version }: VersionedText): AnchorRecord {
  const found = findQuote(text, anchor);
  if (typeof found === 'string') return { ...anchor, articleVersion: version, state: 'orphaned' };
  return { ...anchorAt(text, found), articleVersion: version, state: 'anchored' };
}
