/**
 * A Markdown post with YAML front matter, as news sites keep them in git. Which field of theirs becomes which of ours
 * is the table `rows`; the Markdown itself is taken as it is, and what finds no place is listed, never lost in silence.
 * A file that Claimwire wrote says so, and is read to the letter.
 */
import * as read from './foreign-fields.js';
import { readFrontMatter } from './front-matter.js';
import type { ImportedArticle, ReaderOptions } from './model.js';
import { isOwn, readOwnMarkdown } from './own-markdown.js';

/** A field of ours: how it is read, and their names for it; the first name with a value that can be read counts. */
const row = <T>(reader: read.Read<T>, ...names: string[]) => ({ reader, names });

const rows = {
  headline: row(read.htmlLine, 'headline', 'title'),
  standfirst: row(read.htmlText, 'standfirst', 'summary', 'deck', 'description'),
  slug: row(read.plainText, 'slug'),
  publishedAt: row(read.instantOf, 'publishedAt', 'date', 'published'),
  modifiedAt: row(read.instantOf, 'modifiedAt', 'updated', 'lastmod'),
  tags: row(read.tagsOf, 'tags', 'topics', 'categories'),
  authors: row(read.authorsOf, 'authors', 'author', 'byline'),
  language: row(read.plainText, 'language', 'lang'),
  section: row(read.slugOf, 'section'),
  publisher: row(read.htmlLine, 'publisher', 'source'),
  canonicalUrl: row(read.webAddress, 'canonicalUrl', 'canonical', 'source_url', 'url'),
  image: row(read.imageOf, 'image', 'featured_image'),
  disclaimer: row(read.htmlText, 'disclaimer'),
  status: row(read.statusOf, 'status'),
  retraction: row(read.retractionOf, 'retraction'),
  draft: row(read.draftOf, 'draft'),
};

type Found = { [Key in keyof typeof rows]?: Exclude<ReturnType<(typeof rows)[Key]['reader']>, undefined> };

/**
 * Reads a Markdown post. Times without an offset are in `options.timezone`; a text that names no language is in
 * `options.language`. A key given twice counts as given last, as the generators of such sites have it.
 * Throws ClaimwireError `unreadable-file` where the YAML cannot be read, where headline, text (but for an address where it
 * is), date (but for a draft) or the note of a retraction is missing, and for a date, status or draft mark that is none.
 */
export function readMarkdown(text: string, options: ReaderOptions): ImportedArticle {
  const file = readFrontMatter(text, { repeatedKeys: 'last' });
  const { data, body } = file;
  if (!read.isRecord(data)) throw read.refusal('fields such as title and date between the --- lines', data);
  if (isOwn(data)) return readOwnMarkdown(file);
  const { found, ignored } = readRows(data, options);
  const { headline, slug, publisher, draft, ...rest } = found;
  const status =
    draft === true ? 'draft' : (rest.status ?? (rest.retraction === undefined ? 'published' : 'retracted'));
  const isStatusStated = draft === true || rest.status !== undefined || rest.retraction !== undefined;

  if (headline === undefined) throw read.refusal('a title (or headline) in the front matter', undefined);
  if (rest.publishedAt === undefined && status !== 'draft') {
    throw read.refusal('a date in the front matter, such as date: 2015-06-15', undefined);
  }
  if (status === 'retracted' && rest.retraction === undefined)
    throw read.refusal(
      'a note in the front matter that says why, such as retraction: The figures were wrong.',
      undefined,
    );
  if (body.trim() === '' && rest.canonicalUrl === undefined)
    throw read.refusal('text after the front matter, or an address in it such as source_url', undefined);
  return {
    article: {
      headline,
      ...(slug === undefined ? {} : { slug }),
      standfirst: rest.standfirst ?? null,
      body,
      language: rest.language ?? options.language,
      section: rest.section ?? null,
      tags: rest.tags ?? [],
      authors: rest.authors ?? [],
      canonicalUrl: rest.canonicalUrl ?? null,
      image: rest.image ?? null,
      disclaimer: rest.disclaimer ?? null,
      status,
      ...(rest.retraction === undefined ? {} : { retraction: rest.retraction }),
      publishedAt: rest.publishedAt ?? null,
      modifiedAt: rest.modifiedAt ?? null,
    },
    publisher: publisher ?? null,
    ignored,
    ...(isStatusStated && { isStatusStated }),
  };
}

function readRows(
  data: Record<string, unknown>,
  options: ReaderOptions,
): { found: Found; ignored: string[] } {
  const found: Record<string, unknown> = {};
  const used = new Set<string>();
  const leftOut: string[] = [];
  for (const [field, { reader, names }] of Object.entries(rows)) {
    for (const name of names.filter((known) => Object.hasOwn(data, known))) {
      const dropped: string[] = [];
      const value = reader({ name, value: data[name], options, ignore: (entry) => dropped.push(entry) });
      if (value === undefined) continue;
      found[field] = value;
      used.add(name);
      leftOut.push(...dropped);
      break;
    }
  }
  const unused = Object.keys(data).filter((name) => !used.has(name) && !read.isEmpty(data[name]));
  return { found: found as Found, ignored: [...unused, ...leftOut] };
}
