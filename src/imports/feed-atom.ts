/** Atom (RFC 4287), with Media RSS. */
import { type AtomFeed, parseAtomFeed } from 'feedsmith';
import type { Feed, FeedItem, FeedText } from './feed.js';
import { imageOf } from './feed-rss.js';

type Entry = NonNullable<AtomFeed.Feed<string>['entries']>[number];
type Link = NonNullable<Entry['links']>[number];

/** Throws what feedsmith throws for XML that is not well-formed. */
export function readAtom(xml: string): Feed {
  const { title, links, authors = [], entries = [], xml: attributes } = parseAtomFeed(xml);
  return {
    title: textOf(title),
    link: pageOf(links),
    language: attributes?.lang,
    authors: authors.flatMap(({ name }) => name ?? []),
    items: entries.map(toItem),
  };
}

function toItem({ content, dc, ...entry }: Entry): FeedItem {
  return {
    id: entry.id,
    title: textOf(entry.title),
    link: pageOf(entry.links),
    content:
      content?.value === undefined
        ? undefined
        : textOf({ ...content, value: content.value }, meantOf(content)),
    summary: entry.summary && textOf(entry.summary, meantOf(entry.summary)),
    language: entry.xml?.lang ?? content?.xml?.lang ?? dc?.languages?.[0],
    tags: (entry.categories ?? []).map(({ label, term }) => label ?? term),
    authors: (entry.authors ?? []).map(({ name }) => name),
    image: imageOf({
      ...(entry.media === undefined ? {} : { media: entry.media }),
      enclosures: (entry.links ?? []).filter(({ rel }) => rel === 'enclosure').map(enclosureOf),
    }),
    published: entry.published ?? entry.updated,
    modified: entry.published === undefined ? undefined : entry.updated,
  };
}

/** Text is read as it stands, the rest is markup; `type` is what a text is that does not say. */
function textOf(text: AtomFeed.Text | undefined, type = 'text'): FeedText | undefined {
  if (text?.value === undefined) return undefined;
  return /^text(?:\/plain)?$/i.test(text.type ?? type) ? { text: text.value } : { html: text.value };
}

/** Feeds that forget to say that their content is markup are taken as they mean it. */
const meantOf = ({ value = '' }: AtomFeed.Content): string =>
  /<\/?[a-z][^>]*>/i.test(value) ? 'html' : 'text';

const pageOf = (links: readonly Link[] = []): string | undefined =>
  (
    links.find(({ rel = 'alternate', type = 'text/html' }) => rel === 'alternate' && /html/i.test(type)) ??
    links.find(({ rel = 'alternate' }) => rel === 'alternate')
  )?.href;

const enclosureOf = ({ href, type = '', length = 0 }: Link) => ({ url: href ?? '', type, length });
