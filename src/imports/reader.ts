/**
 * Foreign files: an article from elsewhere, whichever of the known shapes it comes in. The shape is told from the text,
 * never from the name of the file.
 */
import { ClaimwireError } from '../kernel/errors.js';
import { decodeText } from './decode.js';
import { readMarkdown } from './markdown.js';
import type { ImportedArticle, InputFile, ReaderOptions } from './model.js';
import { readPage } from './page.js';

const SHAPES =
  'expected a Markdown post whose first line is --- with YAML up to the next ---, or a saved page with a title, a blank line, and then an image address, a publisher, a section and a date such as 18/10/2024 23h32 on a line each';

const HEADER_LINES = 12; // a page's date is on line 6, and a little lower where blank lines crept in
const NEARLY_A_DATE = /^\s*\d{1,2}\/\d{1,2}\/\d{2,4}\b/m;

/** What the first characters give away, each with its name. */
const otherShapes: readonly (readonly [RegExp, string])[] = [
  [/^<\?xml|^<(?:rss|feed|rdf:RDF)\b/i, 'what looks like XML'],
  [/^<(?:!|[a-z])/i, 'what looks like HTML'],
  [/^[{[]\s*["{[\]}]/, 'what looks like JSON'],
];

/**
 * Reads a Markdown post with front matter or a saved page.
 * Throws ClaimwireError `unreadable-file` for bytes that are not text, for a file of neither shape and for a fault in
 * one; the message is one line that says what was expected and what was found, without the name of the file.
 */
export function readForeign(file: InputFile, options: ReaderOptions): ImportedArticle {
  const text = decodeText(file);
  if (/^---[ \t]*(?:\n|$)/.test(text)) return readMarkdown(text, options);
  const start = text.trimStart();
  const other = otherShapes.find(([pattern]) => pattern.test(start));
  if (other) throw new ClaimwireError('unreadable-file', `${SHAPES}; found ${other[1]}`);
  if (NEARLY_A_DATE.test(start.split('\n', HEADER_LINES).join('\n'))) return readPage(text, options);
  const [first = ''] = start.split('\n', 1);
  throw new ClaimwireError(
    'unreadable-file',
    `${SHAPES}; found text that begins “${first.trim().slice(0, 60)}”`,
  );
}
