/**
 * The passage of a text that is most like a quote which does not stand in it: to be shown to whoever gave the quote, and
 * never taken for it. Linear time in the text and the quote.
 */
import { distance } from 'fastest-levenshtein';
import { fold } from '../kernel/words.js';

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const PLAIN = /^[a-z0-9]+$/; // is folded already
/** Of scripts that are written without spaces. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const LETTER = /\P{M}\p{M}*/gu;
const SHARE_MIN = 0.6; // of the words of the quote; below that a passage has little to do with it
const MISSPELT_MAX = 5; // words of a quote that are looked for with their slips, each among all words of the text
const LETTERS_OF_SLIP = 4; // for each letter that may be wrong; in shorter words another letter is another word

interface Word {
  readonly folded: string;
  readonly start: number;
  readonly end: number;
}

/** The words of a text; where there are no spaces, each letter with the one after it. */
function wordsIn(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: run, index } of text.matchAll(WORD)) {
    if (PLAIN.test(run)) words.push({ folded: run, start: index, end: index + run.length });
    else if (UNSPACED.test(run)) words.push(...lettersIn(run, index));
    else words.push({ folded: fold(run), start: index, end: index + run.length });
  }
  return words;
}

function* lettersIn(run: string, start: number): Generator<Word> {
  const letters = run.match(LETTER) ?? [];
  let place = start;
  for (const [at, letter] of letters.entries()) {
    const pair = letter + (letters[at + 1] ?? '');
    yield { folded: pair, start: place, end: place + pair.length };
    place += letter.length;
  }
}

/** The words that are asked for, as the text has them where they are misspelt. */
function asWritten(asked: readonly Word[], words: readonly Word[]): string[] {
  const known = new Set(words.map(({ folded }) => folded));
  let misspelt = 0;
  return asked.map(({ folded }) => {
    const slips = Math.floor(folded.length / LETTERS_OF_SLIP);
    if (slips === 0 || known.has(folded) || misspelt === MISSPELT_MAX) return folded;
    misspelt += 1;
    for (const word of known)
      if (Math.abs(word.length - folded.length) <= slips && distance(word, folded) <= slips) return word;
    return folded;
  });
}

/** The passage, or null where none has SHARE_MIN of the words. */
export function nearestPassage(text: string, quote: string): string | null {
  const wanted = new Map<string, number>();
  const words = wordsIn(text);
  const asked = asWritten(wordsIn(quote), words);
  for (const word of asked) wanted.set(word, (wanted.get(word) ?? 0) + 1);
  const size = asked.length;

  // A window of as many words as the quote has goes over the text; it knows how many of them are in the quote.
  const inside = new Map<string, number>();
  let shared = 0;
  let best = { shared: 0, first: 0 };
  for (const [at, { folded }] of words.entries()) {
    const count = (inside.get(folded) ?? 0) + 1;
    inside.set(folded, count);
    if (count <= (wanted.get(folded) ?? 0)) shared += 1;
    const leaving = words[at - size];
    if (leaving !== undefined) {
      const left = inside.get(leaving.folded) ?? 0;
      if (left <= (wanted.get(leaving.folded) ?? 0)) shared -= 1;
      inside.set(leaving.folded, left - 1);
    }
    if (shared > best.shared) best = { shared, first: Math.max(0, at - size + 1) };
  }
  if (size === 0 || best.shared < size * SHARE_MIN) return null;

  const window = words.slice(best.first, best.first + size);
  const isWanted = ({ folded }: Word) => wanted.has(folded);
  const first = window.find(isWanted);
  const last = window.findLast(isWanted);
  return first === undefined || last === undefined ? null : text.slice(first.start, last.end);
}
