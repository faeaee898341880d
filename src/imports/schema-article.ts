/** An article as schema.org describes it (schema.org/NewsArticle and its kin). */
import type { Draft, DraftImage, DraftSource } from './draft.js';
import { type Graph, numberOf, type Thing, textOf, textsOf, typesOf } from './json-ld.js';

/** `Article` and what is one, as far as news comes in it. */
const ARTICLES = new Set([
  ...['Article', 'NewsArticle', 'AnalysisNewsArticle', 'AskPublicNewsArticle', 'BackgroundNewsArticle'],
  ...['OpinionNewsArticle', 'ReportageNewsArticle', 'ReviewNewsArticle', 'AdvertiserContentArticle'],
  ...['SatiricalArticle', 'ScholarlyArticle', 'TechArticle', 'Report', 'BlogPosting', 'LiveBlogPosting'],
]);

export const isArticle = (thing: Thing): boolean => typesOf(thing).some((type) => ARTICLES.has(type));

/** What it says, its text as plain text; the text may well be missing. */
export interface SchemaArticle {
  readonly draft: Omit<Draft, 'body'>;
  readonly text: string | undefined;
  readonly publisher: DraftSource | null;
}

export function readSchemaArticle(article: Thing, graph: Graph): SchemaArticle {
  const [publisher] = graph.of(article, 'publisher', 'sourceOrganization', 'provider');
  const name = publisher && textOf(publisher, 'name', 'legalName');
  const page = graph.of(article, 'mainEntityOfPage').map((thing) => textOf(thing, '@id', 'url', 'name'));
  return {
    draft: {
      headline: textOf(article, 'headline', 'name', 'title'),
      standfirst: textOf(article, 'description', 'alternativeHeadline', 'abstract'),
      language: textOf(article, 'inLanguage'),
      section: textOf(article, 'articleSection'),
      tags: textsOf(article, 'keywords').flatMap((words) => words.split(/[,;]/)),
      authors: graph.of(article, 'author', 'creator').flatMap((author) => textOf(author, 'name') ?? []),
      canonicalUrl: textOf(article, 'url') ?? page.find((address) => /^https?:/i.test(address ?? '')),
      image: imageOf(graph.of(article, 'image', 'thumbnailUrl')[0]),
      publishedAt: textOf(article, 'datePublished', 'dateCreated'),
      modifiedAt: textOf(article, 'dateModified'),
    },
    text: textOf(article, 'articleBody', 'text'),
    publisher:
      name === undefined || publisher === undefined
        ? null
        : { name, kind: 'publisher', url: textOf(publisher, 'url'), sameAs: textsOf(publisher, 'sameAs') },
  };
}

function imageOf(image: Thing | undefined): DraftImage | undefined {
  if (image === undefined) return undefined;
  return {
    url: textOf(image, 'url', 'contentUrl', 'name'),
    caption: textOf(image, 'caption', 'description'),
    credit: textOf(image, 'creditText', 'copyrightHolder', 'author'),
    width: numberOf(image, 'width'),
    height: numberOf(image, 'height'),
  };
}
