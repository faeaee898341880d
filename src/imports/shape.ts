/**
 * Which of the known shapes a file has, told from how its text begins and never from its name.
 */
import { FORM_KEY } from '../articles/front-matter.js';
import { ClaimwireError } from '../kernel/errors.js';
import { isRecord } from './foreign-fields.js';
import { rowKinds } from './model.js';
import { isTable } from './table.js';

/** `json` is one of the JSON shapes, told apart when all of it is read; `rows` are Claimwire's own, a line each. */
export type Shape =
  | 'markdown'
  | 'page'
  | 'html'
  | 'rss'
  | 'atom'
  | 'rdf'
  | 'wordpress'
  | 'json'
  | 'table'
  | 'rows';

/** Enough to see the first line of what has long lines. */
export const HEAD_BYTES = 1_048_576;

export const KNOWN_SHAPES =
  'a web page (HTML), a feed (RSS, Atom, RDF, JSON Feed), a WordPress export (WXR), ClaimReview or an article as JSON-LD, ninjs, a table (CSV) with a header line, rows of Claimwire’s own (NDJSON), a Markdown post whose first line is --- with YAML up to the next ---, or a saved page with a title, a blank line, and then an image address, a publisher, a section and a date such as 18/10/2024 23h32 on a line each';

const HEADER_LINES = 12; // a page's date is on line 6, and a little lower where blank lines crept in
const NEARLY_A_DATE = /^\s*\d{1,2}\/\d{1,2}\/\d{2,4}\b/m;

/** What may stand before the root element: space, instructions, comments, a document type with or without a subset. */
const PROLOG = /^(?:\s|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!doctype[^[>]*(?:\[[\s\S]*?\]\s*)?>)*/i;
const OWN_ENTITIES = /^[\s\S]{0,10000}<!doctype[^[>]*\[/i;
const WXR = /xmlns:wp\s*=\s*["']https?:\/\/wordpress\.org\/export\//;

const OWN_WORDS: readonly string[] = [...rowKinds, FORM_KEY];
/** How a line of the exchange format begins. */
const OWN_ROW = new RegExp(`^\\{\\s*"(?:${OWN_WORDS.join('|')})"\\s*:\\s*[{\\d]`);

const feeds: Record<string, Shape> = { rss: 'rss', feed: 'atom', RDF: 'rdf' };

/** The shape of a text of which this is the beginning. Throws ClaimwireError `unreadable-file`, which tells what was found. */
export function tellShape(head: string): Shape {
  if (/^---[ \t]*(?:\r?\n|\r|$)/.test(head)) return 'markdown';
  const start = head.trimStart();
  if (start.startsWith('<')) return tellMarkup(start);
  if (/^[{[]\s*["{[\]}]/.test(start)) return tellJson(start);
  if (isTable(start)) return 'table';
  if (NEARLY_A_DATE.test(start.split(/\r\n?|\n/, HEADER_LINES).join('\n'))) return 'page';
  const [first = ''] = start.split('\n', 1);
  throw unknownShape(first === '' ? 'nothing' : `text that begins “${first.trim().slice(0, 60)}”`);
}

/** The refusal of a file that has none of the known shapes. */
export const unknownShape = (found: string): ClaimwireError =>
  new ClaimwireError('unreadable-file', `expected ${KNOWN_SHAPES}; found ${found}`);

function tellMarkup(text: string): Shape {
  const [prolog = ''] = PROLOG.exec(text) ?? [];
  const [, prefix = '', name = ''] = /^<([\w.-]+:)?([\w.-]+)/.exec(text.slice(prolog.length)) ?? [];
  const feed = Object.hasOwn(feeds, name) ? feeds[name] : undefined;
  if (feed !== undefined) {
    if (OWN_ENTITIES.test(prolog))
      throw new ClaimwireError(
        'unreadable-file',
        'expected XML that declares no entities of its own, found some',
      );
    return feed === 'rss' && WXR.test(text) ? 'wordpress' : feed;
  }
  if (/<!doctype\s+html\b/i.test(prolog) || !/^<\?xml/i.test(text) || /^html$/i.test(name)) return 'html';
  throw unknownShape(name === '' ? 'XML without an element' : `XML whose root is <${prefix}${name}>`);
}

function tellJson(text: string): Shape {
  const [line = ''] = text.split('\n', 1);
  try {
    return isOwnRow(JSON.parse(line)) ? 'rows' : 'json';
  } catch {
    // One that goes on over lines, or beyond what is seen here, or is damaged.
    return OWN_ROW.test(line) ? 'rows' : 'json';
  }
}

/** The exchange format: each line an object whose first word says what it holds. */
const isOwnRow = (value: unknown): boolean =>
  isRecord(value) && OWN_WORDS.includes(Object.keys(value)[0] ?? '');
