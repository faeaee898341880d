/**
 * A feed as RSS 2.0, with what RSS has no words for in the words of Atom, Dublin Core, Media RSS and `content:encoded`.
 */
import { generateRssFeed } from 'feedsmith';
import { entryLinks, feedLinks } from './atom.js';
import {
  asUri,
  authorsOf,
  categoriesOf,
  contentOf,
  imageType,
  linkOf,
  publishedAt,
  updatedAt,
  urnOf,
} from './entry.js';
import { mediaOf } from './media.js';
import type { Feed, FeedEntry } from './model.js';
import { escaped, plain, tidyFeed } from './xml.js';

export const RSS = 'application/rss+xml';
const LENGTH_UNKNOWN = 0; // an enclosure must tell its bytes; 0 is what readers take for not known

function toItem(feed: Feed, entry: FeedEntry) {
  const { article } = entry;
  const { image, publisher, standfirst } = article;
  const content = contentOf(article);
  const type = image === null ? undefined : imageType(image.url);
  return {
    title: plain(article.headline),
    link: linkOf(feed, article),
    guid: { value: urnOf(article), isPermaLink: false },
    pubDate: publishedAt(article),
    ...(standfirst === null ? {} : { description: escaped(standfirst) }), // readers take it for HTML
    ...(content === '' ? {} : { content: { encoded: content } }),
    categories: categoriesOf(article).map((name) => ({ name })),
    ...(image === null || type === undefined
      ? {}
      : { enclosures: [{ url: asUri(image.url), type, length: LENGTH_UNKNOWN }] }),
    ...(publisher === null
      ? {}
      : {
          source: {
            title: plain(publisher.name),
            url: `${feed.base}/feeds/articles.rss?publisher=${encodeURIComponent(publisher.slug)}`,
          },
        }),
    dc: {
      creators: authorsOf(feed, article).map(({ name }) => plain(name)),
      languages: [article.language],
    },
    atom: { links: entryLinks(feed, entry), updated: updatedAt(article) },
    ...mediaOf(article),
  };
}

/** The document. */
export const toRss = (feed: Feed): string =>
  tidyFeed(
    generateRssFeed({
      title: plain(feed.title),
      link: `${feed.base}/`,
      description: plain(feed.title),
      ...(feed.language === null ? {} : { language: feed.language }),
      lastBuildDate: feed.updatedAt,
      generator: 'Claimwire',
      atom: { links: feedLinks(feed, RSS) },
      items: feed.entries.map((entry) => toItem(feed, entry)),
    }),
  );
