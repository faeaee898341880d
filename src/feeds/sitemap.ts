/**
 * Sitemaps by the protocol of sitemaps.org, and the news sitemap by Google's extension of it. Every address is on the
 * server's own host, as the protocol wants it.
 */
import { articleUrl } from './entry.js';
import type { NewsEntry, SitemapEntry } from './model.js';
import { element, speakable } from './xml.js';

export const XML = 'application/xml';
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const SITEMAP = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const NEWS = 'http://www.google.com/schemas/sitemap-news/0.9';

/** When the article last changed: as its publisher says, else when it was last stored. */
const lastmod = ({ modifiedAt, updatedAt }: SitemapEntry): string =>
  element('lastmod', modifiedAt ?? updatedAt);

export interface Pieces {
  readonly pieces: readonly number[];
  /** Whether there are more, which no index has room for. */
  readonly isCapped: boolean;
}

/** The sitemap itself: an index of its pieces. */
export const toIndex = (base: string, { pieces, isCapped }: Pieces): string =>
  `${DECLARATION}<sitemapindex xmlns="${SITEMAP}">\n${
    isCapped ? `<!-- The first ${pieces.length}; the others stand at the numbers that follow. -->\n` : ''
  }${pieces
    .map((piece) => `<sitemap>${element('loc', `${base}/sitemaps/${piece}.xml`)}</sitemap>\n`)
    .join('')}</sitemapindex>\n`;

/** A piece of the sitemap. */
export const toPiece = (base: string, entries: readonly SitemapEntry[]): string =>
  `${DECLARATION}<urlset xmlns="${SITEMAP}">\n${entries
    .map((entry) => `<url>${element('loc', articleUrl(base, entry.slug))}${lastmod(entry)}</url>\n`)
    .join('')}</urlset>\n`;

/** A language in the two or three letters that a news sitemap takes, Chinese by its script. */
export function newsLanguage(tag: string): string {
  const { language, script } = new Intl.Locale(tag).maximize();
  if (language !== 'zh') return language ?? tag;
  return script === 'Hant' ? 'zh-tw' : 'zh-cn';
}

const toNewsUrl = (base: string, site: string, entry: NewsEntry): string =>
  [
    '<url>',
    element('loc', articleUrl(base, entry.slug)),
    lastmod(entry),
    '<news:news><news:publication>',
    element('news:name', entry.publisher ?? site),
    element('news:language', newsLanguage(entry.language)),
    '</news:publication>',
    element('news:publication_date', entry.publishedAt),
    element('news:title', entry.headline),
    '</news:news></url>\n',
  ].join('');

export interface News {
  readonly entries: readonly NewsEntry[];
  /** Whether there are more, which only the sitemap has. */
  readonly isCapped: boolean;
}

/** The news sitemap. `site` stands for the publisher where an article names none. */
export const toNews = (base: string, site: string, { entries, isCapped }: News): string =>
  speakable(
    `${DECLARATION}<urlset xmlns="${SITEMAP}" xmlns:news="${NEWS}">\n${
      isCapped ? `<!-- The newest ${entries.length}; the others are in /sitemap.xml. -->\n` : ''
    }${entries.map((entry) => toNewsUrl(base, site, entry)).join('')}</urlset>\n`,
  );

/** robots.txt: everything may be read, and the sitemaps say what there is. */
export const toRobots = (base: string): string =>
  [
    'User-agent: *',
    'Allow: /',
    '',
    `Sitemap: ${base}/sitemap.xml`,
    `Sitemap: ${base}/news-sitemap.xml`,
    '',
  ].join('\n');
