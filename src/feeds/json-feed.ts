/**
 * A feed as JSON Feed 1.1, with what Claimwire knows of claims under `_claimwire`.
 */
import {
  articleUrl,
  asUri,
  authorsOf,
  categoriesOf,
  claimsUrl,
  contentOf,
  linkOf,
  publishedAt,
  updatedAt,
  urnOf,
} from './entry.js';
import type { Feed, FeedEntry, JsonFeed } from './model.js';

export const JSON_FEED = 'application/feed+json';

function toItem(feed: Feed, { article, claims, disputed }: FeedEntry): JsonFeed['items'][number] {
  const { headline, standfirst, image, language, publisher, corrections } = article;
  const content = contentOf(article);
  const authors = authorsOf(feed, article);
  const categories = categoriesOf(article);
  return {
    id: urnOf(article),
    url: linkOf(feed, article),
    title: headline,
    ...(content === '' ? { content_text: standfirst ?? headline } : { content_html: content }),
    ...(standfirst === null ? {} : { summary: standfirst }),
    ...(image === null ? {} : { image: asUri(image.url) }),
    date_published: publishedAt(article),
    date_modified: updatedAt(article),
    ...(authors.length === 0 ? {} : { authors }),
    ...(categories.length === 0 ? {} : { tags: categories }),
    language,
    _claimwire: {
      article: articleUrl(feed.base, article.slug),
      claims: claimsUrl(feed, article),
      claimCount: claims,
      disputed,
      publisher,
      corrections,
    },
  };
}

/** The document. */
export const toJsonFeed = (feed: Feed): JsonFeed => ({
  version: 'https://jsonfeed.org/version/1.1',
  title: feed.title,
  home_page_url: `${feed.base}/`,
  feed_url: feed.self,
  ...(feed.next === null ? {} : { next_url: feed.next }),
  ...(feed.language === null ? {} : { language: feed.language }),
  ...(feed.hub === null ? {} : { hubs: [{ type: 'WebSub', url: feed.hub }] }),
  items: feed.entries.map((entry) => toItem(feed, entry)),
});
