/** JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1). */
import { type JsonFeed, parseJsonFeed } from 'feedsmith';
import type { Feed, FeedItem } from './feed.js';

type Item = NonNullable<JsonFeed.Feed<string>['items']>[number];

/** Throws what feedsmith throws for what is no such feed. */
export function readJsonFeed(value: unknown): Feed {
  const { title, home_page_url, language, authors, items = [] } = parseJsonFeed(value);
  return {
    title: title === undefined ? undefined : { text: title },
    link: home_page_url,
    language,
    authors: namesOf(authors),
    items: items.map(toItem),
  };
}

function toItem(item: Item): FeedItem {
  const { content_html: html, content_text: text } = item;
  const image = item.image ?? item.banner_image;
  return {
    id: item.id,
    title: item.title === undefined ? undefined : { text: item.title },
    link: item.url ?? item.external_url,
    content: html !== undefined ? { html } : text !== undefined ? { text } : undefined,
    summary: item.summary === undefined ? undefined : { text: item.summary },
    language: item.language,
    tags: item.tags ?? [],
    authors: namesOf(item.authors),
    image: image === undefined ? undefined : { url: image },
    published: item.date_published ?? item.date_modified,
    modified: item.date_published === undefined ? undefined : item.date_modified,
  };
}

const namesOf = (authors: Item['authors'] = []): string[] => authors.flatMap(({ name }) => name ?? []);
