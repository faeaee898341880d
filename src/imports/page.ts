/**
 * A news page that was saved as plain text: title, blank line, image address, publisher, section and date each on a
 * line, the headline in bold, then paragraphs. The shape is strict: one line out of place is a fault that names it.
 */
import { escapeMarkdown } from '../articles/escape-markdown.js';
import { ClaimwireError } from '../kernel/errors.js';
import { slugify } from '../kernel/words.js';
import { isPageDate, pageInstant } from './dates.js';
import type { ImportedArticle, ReaderOptions } from './model.js';

const DISCLAIMER = /^The views expressed/;
const GLUED_RELATED = /([.!?…"”’»)])Related$/; // the next block's title, glued to a sentence that is complete

/**
 * Reads a saved page. The title line is the headline, the bold line the standfirst; the date is in `options.timezone`.
 * The body is Markdown that renders as the page's text and nothing else. The image, the bold line and the disclaimer
 * may be absent. Throws ClaimwireError `unreadable-file` for any other shape and for a date that does not exist.
 */
export function readPage(text: string, options: ReaderOptions): ImportedArticle {
  const lines = text.split('\n').map((line) => line.trim());
  let at = lines.findIndex((line) => line !== '');
  const take = (what: string, fits: (line: string) => boolean): string => {
    const line = lines[at];
    if (line === undefined || !fits(line)) throw misplaced(what, at, lines);
    at += 1;
    return line;
  };
  const headline = take('a title', isName);
  take('a blank line after the title', isBlank);
  while (lines[at] === '') at += 1;
  const image = isWebAddress(lines[at] ?? '') ? take('an image address', isWebAddress) : null;
  const publisher = take('the publisher’s name', isName);
  const section = slugify(take('the section', (line) => isName(line) && slugify(line) !== ''));
  const publishedAt = pageInstant(take('a date such as 18/10/2024 23h32', isPageDate), options.timezone);
  if (publishedAt === null) throw misplaced('a date that exists, such as 18/10/2024 23h32', at - 1, lines);
  const end = at;
  if (at < lines.length) take('a blank line after the date', isBlank);

  const { standfirst, paragraphs, disclaimer } = readParagraphs(lines.slice(at));
  if (paragraphs.length === 0) throw misplaced('at least one paragraph after the date', end, []);
  return {
    article: {
      headline,
      standfirst,
      body: paragraphs.map((paragraph) => escapeMarkdown(paragraph)).join('\n\n'),
      language: options.language,
      section,
      image: image === null ? null : { url: image },
      disclaimer,
      status: 'published',
      publishedAt,
    },
    publisher,
    ignored: [],
  };
}

function readParagraphs(lines: string[]) {
  const related = lines.indexOf('Related');
  const paragraphs = (related < 0 ? lines : lines.slice(0, related))
    .join('\n')
    .trimEnd()
    .replace(GLUED_RELATED, '$1')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
  const standfirst = /^\*\*((?:(?!\*\*).)+)\*\*$/.exec(paragraphs[0] ?? '')?.[1]?.trim() ?? null;
  if (standfirst !== null) paragraphs.shift();
  // Only at the end: a report may well begin a sentence with these words.
  const disclaimer = DISCLAIMER.test(paragraphs.at(-1) ?? '') ? (paragraphs.pop() ?? null) : null;
  return { standfirst, paragraphs, disclaimer };
}

const isBlank = (line: string): boolean => line === '';

const isWebAddress = (line: string): boolean => /^https?:\/\/\S+$/i.test(line) && URL.canParse(line);

const isName = (line: string): boolean => line !== '' && !isWebAddress(line) && !isPageDate(line);

function misplaced(expected: string, at: number, lines: string[]): ClaimwireError {
  const line = lines[at];
  const found =
    line === undefined ? 'the end of the file' : line === '' ? 'a blank line' : `“${line.slice(0, 60)}”`;
  return new ClaimwireError('unreadable-file', `expected ${expected} on line ${at + 1}, found ${found}`);
}
