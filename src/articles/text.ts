/**
 * The body of an article in the forms that readers ask for: safe HTML, the plain text that anchors count in, and
 * the number of its words. All follow from the CommonMark that was written.
 */
import { type IndexedArticle, indexedArticle } from '../kernel/indexed.js';
import { renderMarkdown } from './markdown.js';
import { plainText } from './plain-text.js';
import { sanitise } from './sanitise.js';

const PIECE_LENGTH = 1_000; // the segmenter's time grows with the square of what it is given
const SEGMENTERS_MAX = 100; // one per language; beyond any newsroom's number of languages the cache starts anew
const segmenters = new Map<string, Intl.Segmenter>();

/** A body as it is shown and counted. */
export interface RenderedBody {
  readonly html: string;
  readonly text: string;
  readonly wordCount: number;
}

/** Renders CommonMark (tables, strikethrough, footnotes; raw HTML is text). `language` is a valid BCP 47 tag. */
export function renderBody(markdown: string, language: string): RenderedBody {
  const html = sanitise(renderMarkdown(markdown));
  const { text } = plainText(html);
  return { html, text, wordCount: countWords(text, language) };
}

/** What takes longest to make of an article: its body in all forms, and what it is found by. */
export interface PreparedArticle {
  readonly body: RenderedBody;
  readonly indexed: IndexedArticle;
}

/** Makes of an article what its saving makes, wherever that can be done meanwhile. */
export function prepareArticle({
  headline,
  standfirst,
  body: markdown,
  language,
}: {
  readonly headline: string;
  readonly standfirst: string | null;
  readonly body: string;
  readonly language: string;
}): PreparedArticle {
  const body = renderBody(markdown, language);
  return { body, indexed: indexedArticle({ headline, standfirst, text: body.text, language }) };
}

/**
 * The number of words by the rules of a language (UAX 29 and the dictionaries of ICU). Linear time. Most of a text in letters
 * of Europe are words that any rules agree on, which are counted as such; the rest is left to the segmenter, which takes
 * twenty times as long.
 */
export function countWords(text: string, language: string): number {
  const rest = text.replace(PLAIN_WORD, '');
  // To put one sign in the place of each takes less time than to be called for each.
  let count = text.replace(PLAIN_WORD, '.').length - rest.length;
  if (!/\S/.test(rest)) return count;
  const segmenter = segmenterOf(language);
  for (const piece of pieces(rest)) {
    for (const { isWordLike } of segmenter.segment(piece)) if (isWordLike) count += 1;
  }
  return count;
}

/** Letters between spaces, with at most one sign at their end that is part of no word, and the space behind them. */
const PLAIN_WORD = /(?<![^ \n])[A-Za-zÀ-ÖØ-öø-ÿА-Яа-яёЁіїєґІЇЄҐ]+[,.;!?]?(?:[ \n]|$)/g;

/** Cuts a text before whitespace, where no word can be; only in a run longer than a piece anywhere. */
function* pieces(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const piece = text.slice(start, start + PIECE_LENGTH);
    const isLast = start + piece.length === text.length;
    const gap = isLast ? -1 : Math.max(piece.lastIndexOf(' '), piece.lastIndexOf('\n'));
    const whole = gap > 0 ? piece.slice(0, gap) : piece;
    yield whole;
    start += whole.length;
  }
}

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known) return known;
  if (segmenters.size >= SEGMENTERS_MAX) segmenters.clear();
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  segmenters.set(language, segmenter);
  return segmenter;
}
