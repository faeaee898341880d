/**
 * Where in a text the words of a search stand, for whoever draws it: the same analysis finds the place that found the text.
 * All positions are UTF-16 units.
 */
import { analyse, type Token } from './analysis.js';
import type { Search, SearchField, SearchTerm } from './search-query.js';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An extract of a text, and what to mark in it. */
export interface Snippet {
  readonly text: string;
  readonly spans: readonly Span[];
  /** How many different terms of the search stand in it. */
  readonly terms: number;
}

const SNIPPET_LENGTH = 240; // some three lines
const LEAD_LENGTH = 60; // of what stands before the first mark
const BORDER_LENGTH = 20; // how far from the border of an extract a space is looked for
const TEXT_READ_MAX = 20_000; // beyond it nothing is marked: 1.5 ms of work, and ten times the usual article

interface Found extends Span {
  /** Which of the terms of the search. */
  readonly term: number;
}

/**
 * The spans of a field where words of the search stand, in order, none touching another. `language` is a BCP 47 tag. Of a long
 * text only the beginning is read.
 */
export const highlight = (text: string, language: string, search: Search, field: SearchField): Span[] =>
  merge(find(text, language, search, field));

/** The extract of a field that shows most of what was searched for, white space as spaces; its beginning where that is nothing. */
export function snippet(text: string, language: string, search: Search, field: SearchField): Snippet {
  const found = find(text, language, search, field);
  const best = bestWindow(found);
  const start = startNear(text, Math.max(0, best.start - LEAD_LENGTH));
  const end = endNear(text, start + SNIPPET_LENGTH);
  const spans = merge(found)
    .filter((span) => span.start >= start && span.end <= end)
    .map((span) => ({ start: span.start - start, end: span.end - start }));
  return { text: text.slice(start, end).replace(/\s/g, ' '), spans, terms: best.terms };
}

function find(text: string, language: string, { terms }: Search, field: SearchField): Found[] {
  const wanted = [...terms.entries()].filter(
    ([, term]) => !term.isNegated && (term.field === null || term.field === field),
  );
  const words = wanted.flatMap(([, { variants }]) => variants.flat());
  const beginnings = new Set(words.map((word) => word.charAt(0)));
  const tokens = analyse(text.slice(0, TEXT_READ_MAX), language, beginnings);
  const found: Found[] = [];
  for (const [place, term] of wanted)
    for (const words of term.variants)
      for (let at = 0; at + words.length <= tokens.length; at += 1) {
        const span = spanAt(tokens, at, words, term);
        if (span !== null) found.push({ ...span, term: place });
      }
  return found.sort((one, other) => one.start - other.start || one.end - other.end);
}

function spanAt(
  tokens: readonly Token[],
  at: number,
  words: readonly string[],
  { isPrefix }: SearchTerm,
): Span | null {
  const first = tokens[at];
  let last = first;
  for (let place = 0; place < words.length; place += 1) {
    last = tokens[at + place];
    if (last === undefined || last.place !== (first?.place ?? 0) + place) return null;
    const word = words[place] ?? '';
    const isOpen = isPrefix && place === words.length - 1;
    // Forms stand apart from each other, so they make no phrase.
    if (!fits(last.term, word, isOpen) && !(words.length === 1 && fits(last.form, word, isOpen))) return null;
  }
  if (first === undefined || last === undefined) return null;
  // Of a pair of letters of which one was asked for, the other is not marked.
  const isHalf = isPrefix && last.part === 'pair' && (words.at(-1)?.length ?? 0) < last.end - last.start;
  return { start: first.start, end: isHalf ? last.start + (words.at(-1)?.length ?? 0) : last.end };
}

const fits = (own: string, word: string, isOpen: boolean): boolean =>
  isOpen ? own.startsWith(word) : own === word;

function merge(found: readonly Span[]): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of found) {
    const last = spans.at(-1);
    if (last !== undefined && start <= last.end)
      spans[spans.length - 1] = { ...last, end: Math.max(last.end, end) };
    else spans.push({ start, end });
  }
  return spans;
}

/** Where the stretch begins that has the most different terms, then the most words; the first of equals. */
function bestWindow(found: readonly Found[]): { start: number; terms: number } {
  const length = SNIPPET_LENGTH - LEAD_LENGTH - BORDER_LENGTH;
  const counts = new Map<number, number>();
  let best = { start: 0, terms: 0, words: 0 };
  let left = 0;
  for (const [right, { end, term }] of found.entries()) {
    counts.set(term, (counts.get(term) ?? 0) + 1);
    for (
      let first = found[left];
      first !== undefined && end - first.start > length && left < right;
      first = found[left]
    ) {
      const count = (counts.get(first.term) ?? 0) - 1;
      if (count === 0) counts.delete(first.term);
      else counts.set(first.term, count);
      left += 1;
    }
    const here = { start: found[left]?.start ?? 0, terms: counts.size, words: right - left + 1 };
    if (here.terms > best.terms || (here.terms === best.terms && here.words > best.words)) best = here;
  }
  return best;
}

/** A place at or just behind `at` where a word begins, if there is one. */
function startNear(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.slice(at, at + BORDER_LENGTH).search(/\s/);
  return whole(text, space < 0 ? at : at + space + 1);
}

/** A place at or just before `at` where a word ends, if there is one. */
function endNear(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const behind = text.slice(at - BORDER_LENGTH, at + 1);
  const space = Math.max(behind.lastIndexOf(' '), behind.lastIndexOf('\n'));
  return whole(text, space < 0 ? at : at - BORDER_LENGTH + space);
}

/** Never between the halves of a surrogate pair. */
const whole = (text: string, at: number): number => (/[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at);
