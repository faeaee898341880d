/**
 * From what a reader found to rows: the parts that every foreign shape has, brought into the form of our fields once and
 * for all. What can be read but has no place, a byline as long as a paragraph, is listed, never lost in silence.
 */
import { createHash } from 'node:crypto';
import type { ArticleStatus } from '../articles/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { language as languageTag, NAME_LENGTH_MAX, SUMMARY_LENGTH_MAX, webUrl } from '../kernel/fields.js';
import { slugify } from '../kernel/words.js';
import type { SourceKind } from '../sources/model.js';
import { foreignInstant, REAL_DATE } from './dates.js';
import type { AnyRow, ImportRow, ReaderOptions, RowPlace } from './model.js';

/** An article as a foreign file has it: nothing is in our form yet. Addresses are absolute. */
export interface Draft {
  readonly externalId?: string | undefined;
  readonly slug?: string | undefined;
  readonly headline?: string | undefined;
  readonly standfirst?: string | undefined;
  /** CommonMark. */
  readonly body: string;
  readonly language?: string | undefined;
  readonly section?: string | undefined;
  readonly tags?: readonly string[];
  readonly authors?: readonly string[];
  readonly canonicalUrl?: string | undefined;
  readonly image?: DraftImage | undefined;
  readonly status?: (typeof ArticleStatus.options)[number];
  /** Why it was withdrawn. */
  readonly retraction?: string | undefined;
  readonly publishedAt?: string | undefined;
  readonly modifiedAt?: string | undefined;
  readonly ignored?: readonly string[];
}

export interface DraftImage {
  readonly url: string | undefined;
  readonly alt?: string | undefined;
  readonly caption?: string | undefined;
  readonly credit?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

export interface DraftSource {
  readonly name: string;
  readonly kind: (typeof SourceKind.options)[number];
  readonly url?: string | undefined;
  readonly sameAs?: readonly string[];
}

const HEADLINE_WORDS_LENGTH = 80; // of a text that has no headline of its own
const DIMENSION_MAX = 100_000;

/** A row for a source that is made where it is not there yet, and the slug by which rows of this file name it. */
export interface NamedRow {
  readonly slug: string;
  readonly row: ImportRow;
}

/** Null for a source whose name has no letter or digit. */
export function sourceRow(source: DraftSource, place: RowPlace): NamedRow | null {
  const name = onOneLine(source.name);
  const slug = slugify(name);
  if (slug === '') return null;
  const url = webAddress(source.url);
  const sameAs = (source.sameAs ?? []).filter((address) => URL.canParse(address));
  const value = {
    slug,
    kind: source.kind,
    name,
    ...(url === undefined ? {} : { url }),
    ...(sameAs.length === 0 ? {} : { sameAs }),
  };
  return { slug, row: { kind: 'source', value, place, ifMissing: true } };
}

/**
 * The row of an article of a publisher (a slug). Throws ClaimwireError `unreadable-file` for a date that does not exist and
 * for an article without headline and text.
 */
export function articleRow(
  draft: Draft,
  { place, publisher, options }: { place: RowPlace; publisher: string | null; options: ReaderOptions },
): ImportRow {
  const ignored = [...(draft.ignored ?? [])];
  const instant = (name: string, text: string | undefined) => {
    if (text === undefined || text.trim() === '') return null;
    return foreignInstant(text, options.timezone) ?? refuse(`${name} to be ${REAL_DATE}`, text);
  };
  const kept = (name: string, text: string | undefined, max: number): string | null => {
    if (text === undefined || text.trim() === '') return null;
    if (text.trim().length <= max) return text.trim();
    ignored.push(`${name} of ${text.trim().length} characters`);
    return null;
  };
  const canonicalUrl = webAddress(draft.canonicalUrl) ?? null;
  const headline = onOneLine(draft.headline ?? '') || firstWords(draft.standfirst ?? draft.body);
  if (headline === '') refuse('a headline or a text', '');
  const authors = (draft.authors ?? []).map(onOneLine).filter((name) => name !== '');
  const tags = [...new Set((draft.tags ?? []).map(slugify))].filter((tag) => tag !== '');
  const publishedAt = instant('the date', draft.publishedAt);
  const modifiedAt = instant('the date of the change', draft.modifiedAt);
  const value = {
    ...(draft.externalId ? { externalId: externalIdOf(draft.externalId, publisher) } : {}),
    ...(draft.slug ? { slug: draft.slug } : {}),
    headline,
    standfirst: kept('the standfirst', draft.standfirst, SUMMARY_LENGTH_MAX),
    body: draft.body,
    language: languageOf(draft.language, options, ignored),
    section: slugify(draft.section ?? '') || null,
    tags,
    authors: [...new Set(authors)].flatMap((author) => {
      const name = kept('an author', author, NAME_LENGTH_MAX);
      return name === null ? [] : [{ name }];
    }),
    publisher,
    canonicalUrl,
    image: imageOf(draft.image, kept),
    status: draft.status ?? 'published',
    ...(draft.retraction === undefined ? {} : { retraction: { note: draft.retraction } }),
    publishedAt: publishedAt ?? modifiedAt,
    modifiedAt,
  };
  return { kind: 'article', value, place, ...(ignored.length === 0 ? {} : { ignored }) };
}

/** What `read` gives, or where it refuses the refusal as a row of its own. */
export function rowOr(place: RowPlace, read: () => AnyRow): AnyRow {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ClaimwireError)) throw error;
    return { kind: 'unread', detail: error.message, place };
  }
}

/** An absolute http or https address that we can keep; anything else is none. */
export function webAddress(text: string | undefined, base?: string): string | undefined {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '' || !URL.canParse(trimmed, base)) return undefined;
  // As written where it is absolute: an address is compared letter for letter.
  const url = URL.canParse(trimmed) ? trimmed : new URL(trimmed, base).href;
  return webUrl.safeParse(url).data;
}

/**
 * What an article is known by from its own id: an absolute URI as it is; what is only told apart within one publication
 * after the slug of the publisher; a digest of what is too long to keep.
 */
function externalIdOf(id: string, publisher: string | null): string {
  const text = onOneLine(id);
  const whole = /^[a-z][a-z\d+.-]*:\S/i.test(text) ? text : `${publisher ?? ''}/${text}`;
  return whole.length <= NAME_LENGTH_MAX
    ? whole
    : `sha256:${createHash('sha256').update(whole).digest('hex')}`;
}

/** A language tag in its canonical form, also where it is written as locales are, `pt_BR`; null where it is none. */
export const knownLanguage = (tag: string | undefined): string | null =>
  languageTag.safeParse((tag ?? '').trim().replaceAll('_', '-')).data ?? null;

function languageOf(tag: string | undefined, options: ReaderOptions, ignored: string[]): string {
  if (tag === undefined || tag.trim() === '') return options.language;
  const known = knownLanguage(tag);
  if (known === null) ignored.push(`the language ${tag.trim().slice(0, 40)}`);
  return known ?? options.language;
}

function imageOf(
  image: DraftImage | undefined,
  kept: (name: string, text: string | undefined, max: number) => string | null,
) {
  const url = webAddress(image?.url);
  if (image === undefined || url === undefined) return null;
  const pixels = (size: number | undefined) =>
    size !== undefined && Number.isInteger(size) && size >= 1 && size <= DIMENSION_MAX ? size : null;
  return {
    url,
    alt: kept('the text of the image', image.alt, SUMMARY_LENGTH_MAX),
    caption: kept('the caption', image.caption, SUMMARY_LENGTH_MAX),
    credit: kept('the credit', image.credit && onOneLine(image.credit), NAME_LENGTH_MAX),
    width: pixels(image.width),
    height: pixels(image.height),
  };
}

/** The beginning of a text as a headline, cut between words. */
function firstWords(text: string): string {
  const line = onOneLine(text.replace(/!\[[^\]]*\]\([^)]*\)/g, ' ').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'))
    .replace(/[*_#>`\\~]+/g, '')
    .trim();
  if (line.length <= HEADLINE_WORDS_LENGTH) return line;
  const cut = line.slice(0, HEADLINE_WORDS_LENGTH);
  return `${cut.replace(/\s+\S*$/u, '').replace(/[\ud800-\udbff]$/, '')}…`;
}

export const onOneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

function refuse(expected: string, found: string): never {
  throw new ClaimwireError(
    'unreadable-file',
    `expected ${expected}, found ${found === '' ? 'nothing' : `“${onOneLine(found).slice(0, 60)}”`}`,
  );
}
