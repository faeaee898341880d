/**
 * A feed as Atom 1.0 (RFC 4287), its pages linked by RFC 5005, its pictures also as Media RSS.
 */
import { generateAtomFeed } from 'feedsmith';
import type { Image } from '../articles/model.js';
import {
  articleUrl,
  asUri,
  authorsOf,
  categoriesOf,
  claimsUrl,
  contentOf,
  imageType,
  linkOf,
  publishedAt,
  updatedAt,
  urnOf,
} from './entry.js';
import { mediaOf } from './media.js';
import type { Feed, FeedEntry } from './model.js';
import { plain, tidyFeed } from './xml.js';

export const ATOM = 'application/atom+xml';
const JSON_TYPE = 'application/json';

/** The links of a page of a feed, as Atom has them and as RSS borrows them. */
export function feedLinks({ self, first, next, previous, list, hub }: Feed, type: string) {
  return [
    { rel: 'self', type, href: self },
    { rel: 'first', type, href: first },
    ...(next === null ? [] : [{ rel: 'next', type, href: next }]),
    ...(previous === null ? [] : [{ rel: 'previous', type, href: previous }]),
    { rel: 'related', type: JSON_TYPE, href: list },
    ...(hub === null ? [] : [{ rel: 'hub', href: hub }]),
  ];
}

/** The links of an entry to what the API knows: the article, and what is claimed in it. */
export const entryLinks = (feed: Feed, { article, claims, disputed }: FeedEntry) => [
  { rel: 'related', type: JSON_TYPE, title: 'Article', href: articleUrl(feed.base, article.slug) },
  {
    rel: 'related',
    type: JSON_TYPE,
    title: `Claims: ${claims}, disputed: ${disputed}`,
    href: claimsUrl(feed, article),
  },
];

/** The picture as a link, with its media type where that is known. */
function enclosureOf({ url }: Image) {
  const type = imageType(url);
  return { rel: 'enclosure', ...(type === undefined ? {} : { type }), href: asUri(url) };
}

function toEntry(feed: Feed, entry: FeedEntry) {
  const { article } = entry;
  const content = contentOf(article);
  const { image, standfirst } = article;
  return {
    id: urnOf(article),
    title: { value: plain(article.headline) },
    updated: updatedAt(article),
    published: publishedAt(article),
    authors: authorsOf(feed, article).map(({ name, url }) => ({
      name: plain(name),
      ...(url === undefined ? {} : { uri: url }),
    })),
    categories: categoriesOf(article).map((term) => ({ term })),
    links: [
      { rel: 'alternate', href: linkOf(feed, article) },
      ...entryLinks(feed, entry),
      ...(image === null ? [] : [enclosureOf(image)]),
    ],
    ...(standfirst === null ? {} : { summary: { value: plain(standfirst) } }),
    ...(content === '' ? {} : { content: { type: 'html', value: content } }),
    ...mediaOf(article),
    xml: { lang: article.language },
  };
}

/** The document. */
export const toAtom = (feed: Feed): string =>
  tidyFeed(
    generateAtomFeed({
      id: feed.id,
      title: { value: plain(feed.title) },
      updated: feed.updatedAt,
      authors: [{ name: feed.site }],
      generator: { text: 'Claimwire' },
      links: feedLinks(feed, ATOM),
      entries: feed.entries.map((entry) => toEntry(feed, entry)),
      ...(feed.language === null ? {} : { xml: { lang: feed.language } }),
    }),
  );
