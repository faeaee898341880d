/**
 * A text as it is indexed: a string of its terms between single spaces, ` price rise ¶ prices ¶ rising `. First all terms
 * in their order; then, each behind a sign that no query can hold, the forms that differ from their terms, for those who
 * have typed only the beginning of a word. A term stands in a text exactly if it stands in this string between spaces, and a
 * phrase likewise: that is what search means, and what each engine's index finds faster.
 */
import { analyse } from './analysis.js';

/** Stands where nothing may be found across. Engines take it for a word. */
const GAP = '¶';

/**
 * Distinct terms and forms of a text, in bytes with the index's own: PostgreSQL keeps at most 1 MB of them for a row. Ten
 * times what the longest article with words of a language has; beyond it a term that is new is not found.
 */
const INDEXED_BYTES_MAX = 700_000;
const TERM_OVERHEAD_BYTES = 8;

/** Several texts as one field: nothing is found across two of them. Empty where there is no word. */
export function toIndexed(texts: readonly (string | null)[], language: string): string {
  /** Joined at last: a string that grows by a word is a chain of all of them, ten times as long, until somebody reads it. */
  const terms: string[] = [];
  const known = new Set<string>();
  const forms = new Set<string>();
  let bytes = 0;
  const isKept = (word: string): boolean => {
    if (known.has(word)) return true;
    bytes += Buffer.byteLength(word) + TERM_OVERHEAD_BYTES;
    if (bytes > INDEXED_BYTES_MAX) return false;
    known.add(word);
    return true;
  };
  for (const text of texts) {
    if (text === null) continue;
    if (terms.length > 0) terms.push(GAP);
    for (const { term, form } of analyse(text, language)) {
      terms.push(isKept(term) ? term : GAP);
      if (form !== term && isKept(form)) forms.add(form);
    }
  }
  if (terms.length === 0) return '';
  for (const form of forms) terms.push(GAP, form);
  return ` ${terms.join(' ')} `;
}

/** The fields that an article is found by. */
export const indexedArticle = ({
  headline,
  standfirst,
  text,
  language,
}: {
  readonly headline: string;
  readonly standfirst: string | null;
  readonly text: string;
  readonly language: string;
}) => ({
  headline: toIndexed([headline], language),
  standfirst: toIndexed([standfirst], language),
  body: toIndexed([text], language),
});
export type IndexedArticle = ReturnType<typeof indexedArticle>;

/** The field that a claim is found by. */
export const indexedClaim = ({ text, language }: { readonly text: string; readonly language: string }) => ({
  text: toIndexed([text], language),
});
export type IndexedClaim = ReturnType<typeof indexedClaim>;
