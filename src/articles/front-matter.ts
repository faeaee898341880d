/**
 * An article as a Markdown file: its text as it was written, below front matter that says all the rest, so that
 * `claimwire import` reads the same article back.
 */
import { stringify } from 'yaml';
import type { Source, SourceRef } from '../sources/model.js';
import type { Article } from './model.js';

/** The key that marks a file as one of ours, and the number of the form in which it is written. */
export const FORM_KEY = 'claimwire';
export const FORM_NUMBER = 1;

/** What follows from the text, and what a database counts for itself: such a file does not say it. */
type Derived = 'body' | 'bodyFormat' | 'wordCount' | 'version' | 'related' | 'snippet' | 'highlights';

/** Each other field of an article, so that none is forgotten. */
type Fields = Record<Exclude<keyof Article, Derived>, unknown>;

/** A source as such a file names it: enough to find it, or to make it where it is not there. */
export type NamedSource = Pick<Source, 'id' | 'slug' | 'name' | 'kind'>;

/**
 * The file of an article that has its body as CommonMark. Where the kind of a source is not told, a publisher publishes
 * and a person writes.
 */
export function writeFrontMatter(article: Article): string {
  const text = article.body ?? '';
  const isPlain = !text.includes('\r'); // a file's line ends are all read as line feeds
  const data: Fields = {
    id: article.id,
    slug: article.slug,
    headline: article.headline,
    standfirst: article.standfirst,
    language: article.language,
    section: article.section,
    tags: article.tags,
    authors: article.authors.map(({ name, source }) =>
      source === null ? { name } : { name, source: named(source, 'person') },
    ),
    publisher: article.publisher && named(article.publisher, 'publisher'),
    canonicalUrl: article.canonicalUrl,
    image: article.image && stated(article.image),
    disclaimer: article.disclaimer,
    status: article.status,
    retraction: article.retraction,
    publishedAt: article.publishedAt,
    modifiedAt: article.modifiedAt,
    corrections: article.corrections,
    ...(isPlain ? {} : { body: text }),
  };
  const yaml = stringify(stated({ [FORM_KEY]: FORM_NUMBER, ...data }), {
    schema: 'core',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  return `---\n${yaml}---\n${isPlain && text !== '' ? `\n${text}\n` : ''}`;
}

function named(source: SourceRef, kind: Source['kind']): NamedSource {
  const { id, slug, name } = source;
  return { id, slug, name, kind: source.kind ?? kind };
}

/** The fields that say something. */
const stated = (fields: object) =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );
