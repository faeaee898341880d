/**
 * Feeds: each item an article, the feed itself its publisher. What the four formats call by other names comes here as one
 * kind of item; an item that cannot be read refuses itself alone.
 */
import { ClaimwireError } from '../kernel/errors.js';
import { articleRow, type Draft, type DraftImage, onOneLine, rowOr, sourceRow, webAddress } from './draft.js';
import { htmlToLine, htmlToMarkdown } from './html-markdown.js';
import type { AnyRow, ReaderOptions } from './model.js';
import { textToMarkdown } from './text-markdown.js';

/** A text as HTML, or as it is read. */
export type FeedText = { readonly html: string } | { readonly text: string };

/** What feeds of all formats say of themselves. */
export interface Feed {
  readonly title?: FeedText | undefined;
  /** The page that it belongs to. */
  readonly link?: string | undefined;
  readonly language?: string | undefined;
  readonly authors?: readonly string[];
  readonly items: readonly FeedItem[];
}

/** An item of any format. */
export interface FeedItem {
  readonly id?: string | undefined;
  readonly title?: FeedText | undefined;
  readonly link?: string | undefined;
  /** All of the text. */
  readonly content?: FeedText | undefined;
  /** The text or what it is about: see `articleOf`. */
  readonly summary?: FeedText | undefined;
  readonly language?: string | undefined;
  readonly tags?: readonly (string | undefined)[];
  readonly authors?: readonly (string | undefined)[];
  readonly image?: DraftImage | undefined;
  readonly published?: string | undefined;
  readonly modified?: string | undefined;
}

const SYNOPSIS_LENGTH_MAX = 1_000; // as text; full texts that are given as descriptions are longer

export interface FeedFile {
  readonly name: string;
  /** The line of each item, where they are known. */
  readonly lines: readonly number[];
  /** The JSON Pointer of the list of items. */
  readonly pointer: string;
}

/** The publisher of a feed, where it has a name, and then its articles. */
export function* feedRows(feed: Feed, file: FeedFile, options: ReaderOptions): Generator<AnyRow> {
  const isEachKnown = file.lines.length === feed.items.length;
  const title = lineOf(feed.title);
  const publisher =
    title === ''
      ? null
      : sourceRow({ name: title, kind: 'publisher', url: feed.link }, { file: file.name, line: null });
  if (publisher !== null) yield publisher.row;
  const lost = file.lines.length - feed.items.length;
  if (lost > 0) {
    const detail = `expected items with a title or a text, found ${lost} that say nothing`;
    yield { kind: 'unread', detail, place: { file: file.name, line: null } };
  }
  for (const [at, item] of feed.items.entries()) {
    const line = isEachKnown ? (file.lines[at] ?? null) : null;
    const place = { file: file.name, line, pointer: `${file.pointer}/${at}` };
    yield rowOr(place, () =>
      articleRow(articleOf(item, feed), { place, publisher: publisher?.slug ?? null, options }),
    );
  }
}

/**
 * An item with all of its text keeps its summary as standfirst. One with a summary alone: RSS 2.0 has it that this is a
 * synopsis where title and link stand beside it, and else the whole; one that is long or has parts is the whole anyway.
 */
function articleOf(item: FeedItem, feed: Feed): Draft {
  const canonicalUrl = webAddress(item.link, feed.link);
  const base = canonicalUrl ?? feed.link;
  const headline = lineOf(item.title);
  const about = lineOf(item.summary);
  const content = markdownOf(item.content, base);
  const isSynopsis =
    content !== '' ||
    (headline !== '' &&
      canonicalUrl !== undefined &&
      about.length <= SYNOPSIS_LENGTH_MAX &&
      !hasParts(item.summary));
  const body = isSynopsis ? content : markdownOf(item.summary, base);
  if (headline === '' && about === '' && body === '')
    throw new ClaimwireError('unreadable-file', 'expected an item with a title or a text, found neither');
  return {
    externalId: item.id,
    headline,
    standfirst: isSynopsis && about !== headline ? about : undefined,
    body,
    language: item.language ?? feed.language,
    tags: (item.tags ?? []).filter((tag) => tag !== undefined),
    authors: (item.authors?.length ? item.authors : (feed.authors ?? [])).filter(
      (name) => name !== undefined,
    ),
    canonicalUrl,
    image: item.image,
    publishedAt: item.published,
    modifiedAt: item.modified,
  };
}

const hasParts = (text: FeedText | undefined): boolean =>
  text !== undefined &&
  'html' in text &&
  /<(?:[uo]l|table|blockquote|pre|h[1-6])\b|<p\b[\s\S]*<p\b/i.test(text.html);

const lineOf = (text: FeedText | undefined): string =>
  text === undefined ? '' : 'text' in text ? onOneLine(text.text) : htmlToLine(text.html);

const markdownOf = (text: FeedText | undefined, base: string | undefined): string =>
  text === undefined ? '' : 'text' in text ? textToMarkdown(text.text) : htmlToMarkdown(text.html, base);

/** The lines on which elements of this name begin, in order; what looks like one in a comment or CDATA is none. */
export function linesOf(xml: string, name: string): number[] {
  const pattern = new RegExp(
    `<!\\[CDATA\\[[\\s\\S]*?(?:\\]\\]>|$)|<!--[\\s\\S]*?(?:-->|$)|<((?:[\\w-]+:)?${name})(?=[\\s>/])`,
    'g',
  );
  const lines: number[] = [];
  let line = 1;
  let counted = 0;
  for (const { index, 1: element } of xml.matchAll(pattern)) {
    if (element === undefined) continue;
    for (let at = xml.indexOf('\n', counted); at >= 0 && at < index; at = xml.indexOf('\n', at + 1))
      line += 1;
    counted = index;
    lines.push(line);
  }
  return lines;
}
