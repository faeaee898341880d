/**
 * What a reader types into a search box, understood: words, "phrases", -exclusions, beginnings*, and field:words. What
 * cannot be understood is taken as words; only what leaves nothing to look for is refused.
 */
import { z } from 'zod';
import { analyseIn, type Token } from './analysis.js';
import { isClean } from './fields.js';
import { manners } from './stems.js';

const QUERY_LENGTH_MAX = 1_000; // UTF-16 units; a headline is under 300
const QUERY_TERMS_MAX = 20; // each is looked up in the index

/** The letters that a beginning needs: with fewer an alphabet has too many words that begin so. */
const PREFIX_LENGTH_MIN = 3;
/** From this length on, what is written without spaces is taken for several words. */
const RUN_LENGTH_MIN = 5;

/** The fields that a word can be asked of. */
export const searchFields = ['headline', 'standfirst', 'body', 'text', 'name'] as const;
export type SearchField = (typeof searchFields)[number];

/** Something that must stand, or must not stand, in a field: tokens that follow each other. */
export interface SearchTerm {
  /** Null for any field. */
  readonly field: SearchField | null;
  readonly isNegated: boolean;
  /** Whether the last token is only the beginning of one. */
  readonly isPrefix: boolean;
  /** The tokens as texts of each language would have them: any of these. Each has the same number of tokens. */
  readonly variants: readonly (readonly string[])[];
}

/** A query, as plain data. At least one term is not negated. */
export interface Search {
  readonly terms: readonly SearchTerm[];
  /** All words in their order, small ones too, as one term; null where there is but one. */
  readonly whole: SearchTerm | null;
}

/** English words that stand in every text. */
const SMALL_WORDS = new Set(
  'a an and are as at be but by for from has have in is it its not of on or that the this to was were will with'.split(
    ' ',
  ),
);

/** Written without spaces. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;
/** The same by dictionary: a word found there may be the beginning of another. */
const DICTIONARY = /^[\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]{2,}/u;
const QUOTES = /[“”„‟«»＂]/g;
const CHUNK = /(-?)(?:([\p{L}]+):(?=[^\s]))?(?:"([^"]*)(?:"|$)|([^\s"]+))/gu;

const segmenter = new Intl.Segmenter('th', { granularity: 'word' });

/** Understands a query. Null where nothing is left to look for. Linear time in a bounded text. */
export function parseSearch(query: string): Search | null {
  const found: { term: SearchTerm; isSmall: boolean }[] = [];
  const spoken: string[] = [];
  const add = (text: string, options: TermOptions) => {
    const term = termOf(text, options);
    if (term !== null) found.push({ term, isSmall: !options.isQuoted && isSmall(term) });
  };
  for (const [, sign, name, quoted, word = ''] of query.replace(QUOTES, '"').matchAll(CHUNK)) {
    const field = searchFields.find((known) => known === name?.toLowerCase()) ?? null;
    const options = { field, isNegated: sign === '-' };
    if (name !== undefined && field === null) add(name, options);
    if (!options.isNegated) spoken.push(...(field === null ? [name ?? ''] : []), quoted ?? word);
    if (quoted !== undefined) add(quoted, { ...options, isQuoted: true });
    else for (const part of wordsOf(word)) add(part, { ...options, isOpen: part.endsWith('*') });
  }

  const all = found.map(({ term }) => term);
  const large = found.flatMap(({ term, isSmall }) => (isSmall ? [] : [term]));
  const terms = large.some(isWanted) ? large : all;
  if (!terms.some(isWanted)) return null;
  const whole = termOf(spoken.join(' '), { field: null, isNegated: false, isQuoted: true });
  return { terms: distinct(terms), whole: (whole?.variants[0]?.length ?? 0) > 1 ? whole : null };
}

interface TermOptions {
  readonly field: SearchField | null;
  readonly isNegated: boolean;
  readonly isQuoted?: boolean;
  /** Only the beginning of a word was typed. */
  readonly isOpen?: boolean;
}

const isWanted = ({ isNegated }: SearchTerm): boolean => !isNegated;

/** Whether a term says nothing, being a small word like any other. */
const isSmall = ({ field, isNegated, isPrefix, variants: [tokens = []] }: SearchTerm): boolean =>
  field === null && !isNegated && !isPrefix && tokens.length === 1 && SMALL_WORDS.has(tokens[0] ?? '');

function termOf(
  text: string,
  { field, isNegated, isQuoted = false, isOpen = false }: TermOptions,
): SearchTerm | null {
  const [plain = [], ...others] = manners.map((manner) => withoutLast(analyseIn(text, manner)));
  const last = plain.at(-1);
  if (last === undefined) return null;
  const isBeginning =
    last.part === 'alone' ||
    (!isQuoted && DICTIONARY.test(last.term)) ||
    (isOpen && plain.length === 1 && last.term.length >= PREFIX_LENGTH_MIN && !UNSPACED.test(last.term));
  const sequences = [plain, ...(isOpen && isBeginning ? [] : others)].map((tokens) =>
    tokens.map(({ term }) => term),
  );
  return { field, isNegated, isPrefix: isBeginning, variants: distinct(sequences) };
}

/** What runs of paired letters end with is no pair, and says nothing that the pair before it has not said. */
const withoutLast = (tokens: readonly Token[]): readonly Token[] =>
  tokens.at(-1)?.part === 'last' ? tokens.slice(0, -1) : tokens;

/** The words of what was typed without spaces, where the script is written so. */
function wordsOf(chunk: string): string[] {
  if (!UNSPACED.test(chunk) || (chunk.length < RUN_LENGTH_MIN && !DICTIONARY.test(chunk))) return [chunk];
  return [...segmenter.segment(chunk)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : []));
}

function distinct<Value>(values: readonly Value[]): Value[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const print = JSON.stringify(value);
    const isNew = !seen.has(print);
    seen.add(print);
    return isNew;
  });
}

/** `q` as it is given. Refused in words that name the cure. */
export const searchText = z
  .string()
  .max(QUERY_LENGTH_MAX)
  .refine(isClean, {
    error: 'must be text without control characters or broken surrogate pairs',
    abort: true,
  })
  .transform((query, context): Search => {
    const search = parseSearch(query);
    if (search !== null && search.terms.length <= QUERY_TERMS_MAX) return search;
    context.addIssue({
      code: 'custom',
      message:
        search === null
          ? 'must hold at least one word to look for, without a minus before it'
          : `must hold at most ${QUERY_TERMS_MAX} words and phrases, found ${search.terms.length}`,
    });
    return z.NEVER;
  })
  .meta({ type: 'string', maxLength: QUERY_LENGTH_MAX });
