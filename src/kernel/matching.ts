/**
 * What it means that a term stands in an indexed text, and how well a text answers a search: a function of the two alone,
 * so that every engine ranks alike and no write to another row moves one that is being walked past.
 */
import type { Search, SearchField, SearchTerm } from './search-query.js';

/** The strings of which one must be part of an indexed text for the term to stand in it. */
export const patternsOf = ({ variants, isPrefix }: SearchTerm): string[] =>
  variants.map((tokens) => ` ${tokens.join(' ')}${isPrefix ? '' : ' '}`);

/** A field as it is weighed: the longer it is against the usual length, the less one word in it says. */
export interface WeighedField {
  readonly name: SearchField;
  readonly weight: number;
  /** UTF-16 units of its usual indexed form. */
  readonly length: number;
}

// As in BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), without what depends on other rows.
const SATURATION = 1.2; // how soon more of the same word says nothing new
const LENGTH_SHARE = 0.6; // how much length counts

// Beside the words: that the first field has them all, has them in this order, and has nothing else.
const ALL_IN_TITLE = 2;
const ORDER_IN_TITLE = 3;
const ORDER_ELSEWHERE = 1;
const IS_TITLE = 4;

/** Scores are whole millionths: equal on every engine, and exact in a cursor. */
const SCORE_UNIT = 1_000_000;

type Counter = (text: string) => number;

/**
 * Makes the function that counts how often a term stands in an indexed text; of its patterns the one that does most often
 * counts. They are looked for at once by what they begin with, and without the space before them, at which a fast search
 * would stop at each word.
 */
function counterOf(term: SearchTerm): Counter {
  const needles = patternsOf(term).map((pattern) => pattern.slice(1));
  const beginning = sharedBeginning(needles);
  if (beginning !== '') return counterOfAll(beginning, needles);
  const counters = needles.map((needle) => counterOfAll(needle, [needle]));
  return (text) => Math.max(...counters.map((countIn) => countIn(text)));
}

const counterOfAll =
  (beginning: string, needles: readonly string[]): Counter =>
  (text) => {
    let most = 0;
    let found: { count: number; end: number }[] | undefined;
    for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1)) {
      if (text[at - 1] !== ' ') continue;
      found ??= needles.map(() => ({ count: 0, end: 0 }));
      for (const [place, needle] of needles.entries()) {
        const one = found[place];
        if (one === undefined || at < one.end || !text.startsWith(needle, at)) continue;
        one.count += 1;
        one.end = at + needle.length;
        if (one.count > most) most = one.count;
      }
    }
    return most;
  };

function sharedBeginning([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}

/**
 * Makes the function that scores the indexed fields of a row, in the order of `fields`. The first is the title. Linear
 * time in the texts.
 */
export function createScorer({ terms, whole }: Search, fields: readonly WeighedField[]) {
  const asked = terms.filter(({ isNegated }) => !isNegated);
  const wanted = asked.map((term) => ({ field: term.field, countIn: counterOf(term) }));
  const inOrder = whole === null ? null : counterOf(whole);
  const beginnings = asked.slice(0, 1).flatMap((first) => patternsOf(whole ?? first));

  return (texts: readonly string[]): number => {
    const [title = ''] = texts;
    let score = 0;
    let inTitle = 0;
    for (const { field, countIn } of wanted)
      for (const [place, { name, weight, length }] of fields.entries()) {
        const text = texts[place] ?? '';
        if (text === '' || (field !== null && field !== name)) continue;
        const count = countIn(text);
        if (count === 0) continue;
        if (place === 0) inTitle += 1;
        const norm = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * text.length) / length);
        score += (weight * count) / (count + norm);
      }
    if (inTitle === wanted.length) score += ALL_IN_TITLE;
    if (inOrder !== null) {
      if (inOrder(title) > 0) score += ORDER_IN_TITLE;
      else if (texts.some((text, place) => place > 0 && inOrder(text) > 0)) score += ORDER_ELSEWHERE;
    }
    if (beginnings.some((pattern) => title.startsWith(pattern) && isWhole(title, pattern))) score += IS_TITLE;
    return Math.round(score * SCORE_UNIT);
  };
}

/** Whether nothing but forms stands behind the pattern. */
const isWhole = (title: string, pattern: string): boolean => {
  const rest = title.slice(pattern.length);
  return rest === '' || rest.startsWith('¶');
};
