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

const countIn = (text: string, patterns: readonly string[]): number => {
  let most = 0;
  for (const pattern of patterns) {
    let count = 0;
    for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + pattern.length - 1))
      count += 1;
    if (count > most) most = count;
  }
  return most;
};

/**
 * Makes the function that scores the indexed fields of a row, in the order of `fields`. The first is the title. Linear
 * time in the texts.
 */
export function createScorer({ terms, whole }: Search, fields: readonly WeighedField[]) {
  const wanted = terms
    .filter(({ isNegated }) => !isNegated)
    .map((term) => ({ field: term.field, patterns: patternsOf(term) }));
  const ordered = whole === null ? [] : patternsOf(whole);

  return (texts: readonly string[]): number => {
    const [title = ''] = texts;
    let score = 0;
    let inTitle = 0;
    for (const { field, patterns } of wanted)
      for (const [place, { name, weight, length }] of fields.entries()) {
        const text = texts[place] ?? '';
        if (text === '' || (field !== null && field !== name)) continue;
        const count = countIn(text, patterns);
        if (count === 0) continue;
        if (place === 0) inTitle += 1;
        const norm = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * text.length) / length);
        score += (weight * count) / (count + norm);
      }
    if (inTitle === wanted.length) score += ALL_IN_TITLE;
    if (ordered.length > 0) {
      if (ordered.some((pattern) => title.includes(pattern))) score += ORDER_IN_TITLE;
      else if (texts.some((text, place) => place > 0 && ordered.some((pattern) => text.includes(pattern))))
        score += ORDER_ELSEWHERE;
    }
    const words = ordered.length > 0 ? ordered : (wanted[0]?.patterns ?? []);
    if (words.some((pattern) => title.startsWith(pattern) && isWhole(title, pattern))) score += IS_TITLE;
    return Math.round(score * SCORE_UNIT);
  };
}

/** Whether nothing but forms stands behind the pattern. */
const isWhole = (title: string, pattern: string): boolean => {
  const rest = title.slice(pattern.length);
  return rest === '' || rest.startsWith('¶');
};
