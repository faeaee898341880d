/**
 * What a web page says of itself in its head: Open Graph (ogp.me), its `article` properties, and the names that HTML and
 * its users have for the same (html.spec.whatwg.org, `meta`).
 */
import type { DomDocument } from './dom.js';
import type { Draft } from './draft.js';

export interface PageMeta {
  readonly draft: Omit<Draft, 'body'>;
  readonly siteName: string | undefined;
  /** Whether it says that it is an article. */
  readonly isArticle: boolean;
}

export function readMeta(document: DomDocument): PageMeta {
  const said = new Map<string, string[]>();
  for (const meta of document.querySelectorAll('meta[content]')) {
    const value = (meta.getAttribute('content') ?? '').trim();
    const name = meta.getAttribute('property') ?? meta.getAttribute('name') ?? meta.getAttribute('itemprop');
    if (name === null || value === '') continue;
    const key = name.trim().toLowerCase();
    said.set(key, [...(said.get(key) ?? []), value]);
  }
  const all = (...names: string[]): string[] => names.flatMap((name) => said.get(name) ?? []);
  const first = (...names: string[]): string | undefined => all(...names)[0];
  const within = (selector: string): string | undefined =>
    document.querySelector(selector)?.textContent?.trim() || undefined;
  const of = (selector: string, attribute: string): string | undefined =>
    document.querySelector(selector)?.getAttribute(attribute)?.trim() || undefined;
  const pixels = (text: string | undefined) => (text === undefined ? undefined : Number.parseInt(text, 10));
  return {
    draft: {
      headline: first('og:title', 'twitter:title', 'dc.title') ?? within('h1') ?? within('title'),
      standfirst: first('og:description', 'description', 'twitter:description', 'dc.description'),
      language: of('html', 'lang') ?? first('og:locale', 'dc.language', 'language'),
      section: first('article:section', 'section'),
      tags:
        all('article:tag').length > 0
          ? all('article:tag')
          : all('news_keywords', 'keywords').flatMap((words) => words.split(/[,;]/)),
      authors: all('author', 'article:author', 'dc.creator').filter((name) => !/^https?:/i.test(name)),
      canonicalUrl: of('link[rel~="canonical"]', 'href') ?? first('og:url'),
      image: {
        url: first('og:image:secure_url', 'og:image', 'og:image:url', 'twitter:image'),
        alt: first('og:image:alt', 'twitter:image:alt'),
        width: pixels(first('og:image:width')),
        height: pixels(first('og:image:height')),
      },
      publishedAt:
        first(
          'article:published_time',
          'datepublished',
          'og:published_time',
          'dc.date.issued',
          'dc.date',
          'date',
          'pubdate',
        ) ??
        of('article time[datetime]', 'datetime') ??
        of('time[datetime]', 'datetime'),
      modifiedAt: first(
        'article:modified_time',
        'datemodified',
        'og:updated_time',
        'dc.date.modified',
        'last-modified',
      ),
    },
    siteName: first('og:site_name', 'application-name', 'dc.publisher'),
    isArticle: first('og:type')?.toLowerCase() === 'article',
  };
}
