/**
 * The passage of a text that is most like a quote which does not stand in it: to be shown to whoever gave the quote, and
 * never taken for it. Linear time in the text and the quote.
 */
import { fold } from '../kernel/words.js';

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const SHARE_MIN = 0.6; // of the words of the quote; below that a passage has little to do with it

interface Word {
  readonly folded: string;
  readonly start: number;
  readonly end: number;
}

const wordsIn = (text: string): Word[] =>
  [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    folded: fold(word),
    start: index,
    end: index + word.length,
  }));

/** The passage, or null where none has SHARE_MIN of the words. */
export function nearestPassage(text: string, quote: string): string | null {
  const wanted = new Map<string, number>();
  const asked = wordsIn(quote);
  for (const { folded } of asked) wanted.set(folded, (wanted.get(folded) ?? 0) + 1);
  const words = wordsIn(text);
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
