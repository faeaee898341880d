/** RSS 2.0 and the 0.9x before it (rssboard.org/rss-specification), with Dublin Core, Content and Media RSS. */
import { parseRssFeed, type RssFeed } from 'feedsmith';
import type { DraftImage } from './draft.js';
import type { Feed, FeedItem } from './feed.js';

type Item = NonNullable<RssFeed.Feed<string>['items']>[number];

/** Throws what feedsmith throws for XML that is not well-formed. */
export function readRss(xml: string): Feed {
  const { title, link, language, dc, items = [] } = parseRssFeed(xml);
  return {
    title: title === undefined ? undefined : { html: title },
    link,
    language: language ?? dc?.languages?.[0],
    items: items.map(toItem),
  };
}

function toItem({ guid, content, dc, dcterms, ...item }: Item): FeedItem {
  const isAddress = guid?.isPermaLink !== false && /^https?:/i.test(guid?.value ?? '');
  const names = [...(item.authors ?? []).map(({ name }) => name), ...(dc?.creators ?? [])];
  return {
    id: guid?.value,
    title: item.title === undefined ? undefined : { html: item.title },
    link: item.link ?? (isAddress ? guid?.value : undefined),
    content: content?.encoded === undefined ? undefined : { html: content.encoded },
    summary: item.description === undefined ? undefined : { html: item.description },
    language: dc?.languages?.[0],
    tags: [...(item.categories ?? []).map(({ name }) => name), ...(dc?.subjects ?? [])],
    authors: names,
    image: imageOf(item),
    published: item.pubDate ?? dc?.dates?.[0] ?? dcterms?.issued?.[0],
    modified: dcterms?.modified?.[0] ?? item.atom?.updated,
  };
}

/** What Media RSS or an enclosure gives as a picture. */
export function imageOf({
  media,
  enclosures = [],
}: Pick<Item, 'media' | 'enclosures'>): DraftImage | undefined {
  const contents = [
    ...(media?.contents ?? []),
    ...(media?.groups ?? []).flatMap(({ contents = [] }) => contents),
  ];
  const picture = contents.find(({ medium, type, url }) => medium === 'image' || isPicture(type, url));
  const shown = picture ?? media?.thumbnails?.[0];
  if (shown?.url !== undefined)
    return {
      url: shown.url,
      caption: picture?.description?.value,
      credit: picture?.credits?.[0]?.value,
      width: shown.width,
      height: shown.height,
    };
  const enclosed = enclosures.find(({ type, url }) => isPicture(type, url));
  return enclosed === undefined ? undefined : { url: enclosed.url };
}

const isPicture = (type: string | undefined, url: string | undefined): boolean =>
  type === undefined ? /\.(?:jpe?g|png|gif|webp|avif)(?:[?#]|$)/i.test(url ?? '') : /^image\//i.test(type);
