/**
 * The analysis of text for search: one for the texts that are found and for the words that find them, on every engine.
 *
 * A word of an alphabet becomes its stem. Runs of Chinese, Japanese and Korean letters become overlapping pairs, so that
 * what stands inside them is found whole or not at all, whichever words a dictionary sees there. Thai, Lao, Khmer and
 * Burmese are cut into words by ICU's dictionaries. Linear time.
 */
import { foldLetters, isAscii } from './letters.js';
import { type Manner, mannerOf, type Word, wordsOf } from './stems.js';

/** A piece of a text that can be found. `start` and `end` are UTF-16 units of the text. */
export interface Token {
  /** What is compared: a stem, or a pair of letters. */
  readonly term: string;
  /** The word as it stands there, folded. */
  readonly form: string;
  readonly start: number;
  readonly end: number;
  /** What it is of: a word, two letters of a run, its last letter, or a letter that stands alone. */
  readonly part: 'word' | 'pair' | 'last' | 'alone';
  /** How many tokens stand before it, those that were left out too. */
  readonly place: number;
}

const PIECE_LENGTH = 500; // the segmenter's time grows with the square of what it is given

const PAIRED = String.raw`\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}\u30fc\uff70`;
const SEGMENTED = String.raw`\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}`;
const LETTER = String.raw`[\p{L}\p{M}\p{N}]`;

/** A run of letters; within a Cyrillic word an apostrophe is one. */
const RUN = new RegExp(String.raw`${LETTER}+(?:['’](?=\p{sc=Cyrl})${LETTER}+)*`, 'uy');
/** By the code of a character whether it is a letter or digit of ASCII. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) =>
  /[a-z0-9]/i.test(String.fromCharCode(code)) ? 1 : 0,
);
const OTHER_SCRIPTS = new RegExp(`[${PAIRED}${SEGMENTED}]`, 'u');
const PARTS = new RegExp(
  `[${PAIRED}][${PAIRED}\\p{M}\uff9e\uff9f]*|[${SEGMENTED}][${SEGMENTED}\\p{M}]*`,
  'gu',
);
const IS_SEGMENTED = new RegExp(`^[${SEGMENTED}]`, 'u');

/** A letter of a paired script with its marks, whether written whole or in the parts of a Korean syllable. */
const LETTERS = /[\u1100-\u115f][\u1160-\u11a7]*[\u11a8-\u11ff]*|[\s\S][\uff9e\uff9f\p{M}]*/gu;

const segmenter = new Intl.Segmenter('th', { granularity: 'word' }); // its dictionaries serve all four scripts

/**
 * The tokens of a text in the order in which they stand. `language` is a BCP 47 tag. With `beginnings`, lower-case letters,
 * ASCII words that begin with none of them are left out, which is several times faster: stems begin as their words do.
 */
export const analyse = (text: string, language: string, beginnings?: ReadonlySet<string>): Token[] =>
  analyseIn(text, mannerOf(language), beginnings);

/** The same for a manner of stemming. Whatever the manner, the tokens stand in the same places. */
export function analyseIn(text: string, manner: Manner, beginnings?: ReadonlySet<string>): Token[] {
  const tokens: Token[] = [];
  const wordOf = wordsOf(manner);
  let place = 0;
  const add = (word: string, start: number, part: Token['part'] = 'word') => {
    const { term, form } = part === 'word' ? wordOf(word) : lettersOf(word);
    if (form === '') return;
    tokens.push({ term, form, start, end: start + word.length, part, place });
    place += 1;
  };
  const addPlain = (start: number, end: number) => {
    if (end - start === 1 && isElided(text, start)) return;
    if (beginnings?.has(text.charAt(start).toLowerCase()) === false) place += 1;
    else add(text.slice(start, end), start);
  };

  for (let at = 0; at < text.length; ) {
    const end = plainEnd(text, at);
    if (isBorder(text, end)) {
      if (end > at) addPlain(at, end);
      at = end + 1;
      continue;
    }
    RUN.lastIndex = at;
    const run = RUN.exec(text)?.[0] ?? '';
    if (run === '') at += 1;
    else if (isAscii(run)) addPlain(at, at + run.length);
    else if (OTHER_SCRIPTS.test(run)) addParts(run, at, add);
    else add(run, at);
    at += run.length;
  }
  return tokens;
}

/** Where the letters and digits of ASCII end that stand at a place; most texts are little else, and no pattern is as fast. */
function plainEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && PLAIN[text.charCodeAt(end)] === 1) end += 1;
  return end;
}

/** Whether a run ends for certain where its letters of ASCII do. */
function isBorder(text: string, end: number): boolean {
  if (end === text.length) return true;
  const next = end + (text[end] === "'" ? 1 : 0);
  return next === text.length || text.charCodeAt(next) < PLAIN.length;
}

/** Letters that are compared as they stand. */
function lettersOf(word: string): Word {
  const form = foldLetters(word);
  return { term: form, form };
}

type Add = (word: string, start: number, part?: Token['part']) => void;

/** A run in which other scripts stand. */
function addParts(run: string, start: number, add: Add): void {
  let at = 0;
  for (const { 0: part, index } of run.matchAll(PARTS)) {
    if (index > at) add(run.slice(at, index), start + at);
    at = index + part.length;
    if (IS_SEGMENTED.test(part)) addWords(part, start + index, add);
    else addPairs(part, start + index, add);
  }
  if (at < run.length) add(run.slice(at), start + at);
}

function addPairs(part: string, start: number, add: Add): void {
  const letters = [...part.matchAll(LETTERS)];
  for (const [place, { 0: letter, index }] of letters.entries()) {
    const next = letters[place + 1]?.[0];
    if (next !== undefined) add(letter + next, start + index, 'pair');
    else add(letter, start + index, letters.length === 1 ? 'alone' : 'last');
  }
}

function addWords(part: string, start: number, add: Add): void {
  for (let at = 0; at < part.length; at += PIECE_LENGTH)
    for (const { segment, index, isWordLike } of segmenter.segment(part.slice(at, at + PIECE_LENGTH)))
      if (isWordLike) add(segment, start + at + index);
}

/** What an English apostrophe leaves of a word: the s of “Ukraine’s”, the t of “don’t”. */
const isElided = (text: string, at: number): boolean => text[at - 1] === '’' || text[at - 1] === "'";
