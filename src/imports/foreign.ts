/**
 * Brings in an article from a foreign file, each in a transaction of its own. The same file again changes nothing; an
 * edited one updates what it made before. No claim is invented.
 */
import type { NamedSource } from '../articles/front-matter.js';
import { ArticleInput } from '../articles/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { check, fieldName } from '../kernel/issues.js';
import { SLUG_LENGTH_MAX, slugify } from '../kernel/words.js';
import type { Services, WriteServices } from '../services.js';
import { SourceInput } from '../sources/model.js';
import type { ImportedArticle, InputFile, ReaderOptions } from './model.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { readForeign } from './reader.js';

const SLUG_TRIES_MAX = 1_000; // articles of one headline; beyond that something else is wrong

export interface ImportOptions extends ReaderOptions {
  /** Do all of it but store nothing. */
  readonly dryRun: boolean;
}

export interface ImportedFile {
  readonly outcome: Outcome;
  readonly id: string;
  readonly slug: string;
  readonly headline: string;
  /** Fields of the file that have no place in an article. */
  readonly ignored: readonly string[];
  /** What a later read must carry to be sure to see it. */
  readonly bookmark: string;
}

/**
 * Throws `unreadable-file` for a file of no known shape, `invalid-request` for content beyond the bounds of an article
 * and `conflict` where another page came in under the name of this file; then nothing is stored.
 */
export async function importFile(
  services: Services,
  file: InputFile,
  options: ImportOptions,
): Promise<ImportedFile> {
  const read = readForeign(file, options);
  const { result, changes, bookmark } = await services.write(
    (write) => save(write, baseName(file.name), read),
    {
      keep: !options.dryRun,
    },
  );
  const { id, slug, headline } = result;
  return { outcome: outcomeOf(changes, id), id, slug, headline, ignored: read.ignored, bookmark };
}

async function save({ articles, sources }: WriteServices, name: string, read: ImportedArticle) {
  const described = await findOrCreateSources(sources, read.sources ?? []);
  const publisher =
    read.publisher === null
      ? null
      : (described.get(read.publisher) ?? (await findOrCreatePublisher(sources, read.publisher)));
  const { id } = read.article;
  const externalId = `${publisher?.slug ?? ''}/${name}`;
  const stored =
    id === undefined
      ? await known(articles, read, externalId, publisher?.key ?? null)
      : ((await articles.record({ id }))?.record ?? null);
  const slug = read.article.slug ?? stored?.slug ?? (await freeSlug(articles, read.article.headline));
  const { value, issues } = check(ArticleInput, {
    ...read.article,
    ...(stored === null ? {} : { id: stored.id }),
    authors: read.article.authors?.map((author) => ({
      ...author,
      source: described.get(author.source ?? '')?.id ?? author.source,
    })),
    slug,
    externalId: stored === null ? (id === undefined ? externalId : null) : stored.externalId,
    publisher: publisher?.id ?? null,
  });
  if (value === null)
    throw new ClaimwireError(
      'invalid-request',
      issues.map(({ path, detail }) => `${fieldName(path) || 'the article'} ${detail}`).join('; '),
    );
  return articles.save(value);
}

type Articles = WriteServices['articles'];

/**
 * What an earlier import made of this page: known again by its slug or canonical address where it gives one, then by
 * publisher and name of file, then by publisher, headline and time.
 */
async function known(
  articles: Articles,
  { article }: ImportedArticle,
  externalId: string,
  publisher: number | null,
) {
  const { slug, canonicalUrl, headline, publishedAt } = article;
  const stated =
    (slug === undefined ? undefined : await articles.record({ slug })) ??
    (canonicalUrl ? await articles.record({ canonicalUrl }) : undefined);
  if (stated !== undefined) return stated.record;

  const named = (await articles.record({ externalId }))?.record;
  if (named !== undefined) {
    if (named.headline !== headline && named.publishedAt !== publishedAt)
      throw new ClaimwireError(
        'conflict',
        `another page came in under this file name before, “${named.headline}” (${named.publishedAt}); rename the file`,
      );
    return named;
  }
  for (const candidate of slugsOf(headline)) {
    const alike = (await articles.record({ slug: candidate }))?.record;
    if (alike === undefined) return null;
    if (alike.publisher === publisher && alike.headline === headline && alike.publishedAt === publishedAt)
      return alike;
  }
  return null;
}

async function freeSlug(articles: Articles, headline: string): Promise<string> {
  for (const slug of slugsOf(headline)) if ((await articles.record({ slug })) === undefined) return slug;
  throw new ClaimwireError('conflict', `every slug for “${headline}” is taken; give the article a slug`);
}

/** The slugs for articles of this headline, in the order in which they are given out. */
function* slugsOf(headline: string): Generator<string> {
  const wanted = slugify(headline) || 'article';
  for (let count = 1; count <= SLUG_TRIES_MAX; count++) {
    const ending = count === 1 ? '' : `-${count}`;
    yield wanted.slice(0, SLUG_LENGTH_MAX - ending.length).replace(/-$/, '') + ending;
  }
}

/** The source of this name or, since names that differ in marks alone make one slug, of its slug; else a new one. */
async function findOrCreatePublisher(sources: WriteServices['sources'], name: string) {
  const slug = slugify(name);
  const known = await firstKnown(sources, slug === '' ? [name] : [name, slug]);
  if (known !== undefined) return known;
  if (slug === '')
    throw new ClaimwireError('unreadable-file', `expected the name of a publisher, found “${name}”`);
  const { value, issues } = check(SourceInput, { slug, kind: 'publisher', name });
  if (value === null)
    throw new ClaimwireError('invalid-request', issues.map(({ detail }) => `publisher ${detail}`).join('; '));
  return sources.save(value);
}

/** By the id that the file gives: the source of this id, else of this slug, else a new one. */
async function findOrCreateSources(sources: WriteServices['sources'], described: readonly NamedSource[]) {
  const handles = new Map<string, Awaited<ReturnType<typeof sources.resolve>>>();
  for (const source of described)
    handles.set(
      source.id,
      (await firstKnown(sources, [source.id, source.slug])) ??
        (await sources.save(SourceInput.parse(source))),
    );
  return handles;
}

async function firstKnown(sources: WriteServices['sources'], refs: readonly string[]) {
  for (const ref of refs) {
    try {
      return await sources.resolve(ref);
    } catch (error) {
      if (!(error instanceof ClaimwireError) || error.code !== 'unknown-reference') throw error;
    }
  }
  return undefined;
}

const baseName = (name: string): string => name.replace(/^.*[/\\]/s, '');
