/**
 * What an article is in a feed of any format: one id, address, text and time, so that the formats cannot differ.
 */
import type { Article } from '../articles/model.js';
import type { Feed } from './model.js';
import { escaped } from './xml.js';

/** Media types of pictures by the ending of their address: formats that want a type get none that is guessed. */
const imageTypes: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
  webp: 'image/webp',
};

/** The media type of a picture, where its address tells it. */
export function imageType(url: string): string | undefined {
  const ending = /\.([a-z]+)$/i.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(imageTypes, ending) ? imageTypes[ending] : undefined;
}

/** The article on this server. */
export const articleUrl = (base: string, slug: string): string =>
  `${base}/v1/articles/${encodeURIComponent(slug)}`;

/** Stays the same whatever becomes of headline, slug and server. */
export const urnOf = ({ id }: Article): string => `urn:uuid:${id}`;

/** An address as a URI, percent-encoded where it was given in letters of any script. */
export const asUri = (url: string): string => new URL(url).href;

/** Where the article is to be read: at its publisher's where that is known. */
export const linkOf = ({ base }: Feed, { canonicalUrl, slug }: Article): string =>
  canonicalUrl === null ? articleUrl(base, slug) : asUri(canonicalUrl);

export const claimsUrl = ({ base }: Feed, { slug }: Article): string => `${articleUrl(base, slug)}/claims`;

/** Section and tags. */
export const categoriesOf = ({ section, tags }: Article): string[] => [
  ...new Set([...(section === null ? [] : [section]), ...tags]),
];

/** The byline, else the publisher, with an address where there is one on this server; nobody where neither is known. */
export function authorsOf({ base }: Feed, { authors, publisher }: Article): { name: string; url?: string }[] {
  const named =
    authors.length > 0 || publisher === null ? authors : [{ name: publisher.name, source: publisher }];
  return named.map(({ name, source }) => ({
    name,
    ...(source === null ? {} : { url: `${base}/v1/sources/${encodeURIComponent(source.slug)}` }),
  }));
}

/** A published article has a date; the column does not say so. */
export const publishedAt = (article: Article): string => String(article.publishedAt);

/** When what a reader sees last changed: when it was published, modified by its publisher, or corrected. */
export const updatedAt = ({ modifiedAt, corrections, ...article }: Article): string =>
  [
    String(article.publishedAt),
    ...(modifiedAt === null ? [] : [modifiedAt]),
    ...corrections.map(({ at }) => at),
  ]
    .sort()
    .at(-1) as string;

/** The whole text as HTML, with what must be read beside it: the disclaimer and every correction. Empty if there is none. */
export function contentOf({ body, disclaimer, corrections }: Article): string {
  const notes = corrections.map(
    ({ at, text }) => `<li><time datetime="${at}">${at.slice(0, 10)}</time>: ${escaped(text)}</li>\n`,
  );
  return [
    body ?? '',
    disclaimer === null ? '' : `<p class="disclaimer">${escaped(disclaimer)}</p>\n`,
    notes.length === 0 ? '' : `<ul class="corrections">\n${notes.join('')}</ul>\n`,
  ].join('');
}
