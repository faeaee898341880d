/**
 * A whole document of any shape but those that are read row by row: what it holds, as rows.
 */
import { ClaimwireError } from '../kernel/errors.js';
import { decodeDocument } from './charset.js';
import { sourceRow } from './draft.js';
import { type Feed, feedRows, linesOf } from './feed.js';
import { readAtom } from './feed-atom.js';
import { readRdf } from './feed-rdf.js';
import { readRss } from './feed-rss.js';
import { readHtml } from './html.js';
import { readMarkdown } from './markdown.js';
import type { AnyRow, ImportedArticle, ImportRow, InputFile, ReaderOptions } from './model.js';
import { readPage } from './page.js';
import { readJson } from './read-json.js';
import { type Shape, tellShape } from './shape.js';
import { readWordPress } from './wordpress.js';

type DocumentShape = Exclude<Shape, 'table' | 'rows'>;
type Reader = (text: string, file: string, options: ReaderOptions) => Iterable<AnyRow>;

const feed =
  (read: (xml: string) => Feed, element: string): Reader =>
  (text, file, options) => {
    assertWhole(text);
    return feedRows(read(text), { name: file, lines: linesOf(text, element), pointer: '/items' }, options);
  };

const readers: Record<DocumentShape, Reader> = {
  markdown: (text, file, options) => imported(readMarkdown(text, options), file),
  page: (text, file, options) => imported(readPage(text, options), file),
  html: readHtml,
  rss: feed(readRss, 'item'),
  atom: feed(readAtom, 'entry'),
  rdf: feed(readRdf, 'item'),
  wordpress: (text, file, options) => {
    assertWhole(text);
    return readWordPress(text, file, options);
  },
  json: readJson,
};

/**
 * Reads a document; `stated` is the encoding that its sender named. Throws ClaimwireError `unreadable-file` for bytes that are
 * not text, for a file of no known shape, and for a fault that spoils all of it; what spoils one row refuses that row.
 */
export function readDocument(file: InputFile, options: ReaderOptions, stated?: string): AnyRow[] {
  const text = decodeDocument(file.bytes, stated);
  const shape = tellShape(text);
  if (shape === 'table' || shape === 'rows')
    throw new Error(`what is read row by row came as a document: ${shape}`);
  const rows = parsed(() => [...readers[shape](text, file.name, options)]);
  if (rows.every((row) => row.kind !== 'unread' && row.ifMissing))
    throw new ClaimwireError('unreadable-file', 'expected at least one item, found none');
  return rows;
}

/** The parser takes what is cut off for whole, and would lose the rest in silence. */
function assertWhole(xml: string): void {
  const end = xml.slice(xml.lastIndexOf('</'));
  if (!/^<\/(?:[\w.-]+:)?(?:rss|feed|RDF)\s*>/.test(end))
    throw new ClaimwireError(
      'unreadable-file',
      'expected XML whose root element is closed, found one that is cut off',
    );
}

/** What a parser gives; its refusal of what is not well-formed in our form. */
function parsed<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof ClaimwireError || error instanceof RangeError || error instanceof TypeError)
      throw error;
    const told = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : '';
    throw new ClaimwireError('unreadable-file', `expected well-formed content, found a fault: ${told}`, {
      cause: error,
    });
  }
}

/** The rows of a file that is one article: its sources first. */
function* imported(read: ImportedArticle, file: string): Generator<ImportRow> {
  const { article, publisher, sources, ignored, isStatusStated } = read;
  const place = { file, line: null };
  for (const value of sources ?? []) yield { kind: 'source', value, place, ifMissing: true };
  const isNamed = publisher !== null && sources === undefined;
  const named = isNamed ? sourceRow({ name: publisher, kind: 'publisher' }, place) : null;
  if (isNamed && named === null)
    throw new ClaimwireError(
      'unreadable-file',
      `expected the name of a publisher, found “${publisher.slice(0, 60)}”`,
    );
  if (named !== null) yield named.row;
  const value = { ...article, publisher: named?.slug ?? publisher };
  yield {
    kind: 'article',
    value,
    place,
    ...(ignored.length === 0 ? {} : { ignored }),
    ...(isStatusStated && { isStatusStated }),
  };
}
