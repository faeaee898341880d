/**
 * Brings in what was read from foreign files, each row in a transaction of its own. The same file again changes nothing; an
 * edited one updates what it made before. No claim is invented.
 */
import type { z } from 'zod';
import { ArticleInput } from '../articles/model.js';
import type { ClaimInput } from '../claims/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { check, fieldName } from '../kernel/issues.js';
import { SLUG_LENGTH_MAX, slugify } from '../kernel/words.js';
import type { Services, WriteServices } from '../services.js';
import { SourceInput } from '../sources/model.js';
import { isRecord } from './foreign-fields.js';
import { type ImportRow, type RowPlace, WholeClaim } from './model.js';
import { type Outcome, outcomeOf } from './outcome.js';

const SLUG_TRIES_MAX = 1_000; // articles of one headline; beyond that something else is wrong

export interface ImportedRow {
  readonly kind: ImportRow['kind'];
  readonly outcome: Outcome;
  readonly id: string;
  /** Of a claim there is none. */
  readonly slug?: string;
  readonly headline?: string;
  readonly name?: string;
  readonly text?: string;
  /** Parts of the file that have no place in what was stored. */
  readonly ignored: readonly string[];
  /** What a later read must carry to be sure to see it. */
  readonly bookmark: string;
}

type Saved = Omit<ImportedRow, 'outcome' | 'ignored' | 'bookmark'>;
type Fields = Record<string, unknown>;
type SourceHandle = Awaited<ReturnType<WriteServices['sources']['resolve']>>;

/** Takes the rows of files in their order. With `dryRun` all is done and nothing kept. */
export function createForeignImport(services: Services, { dryRun }: { readonly dryRun: boolean }) {
  let file: string | null = null;
  /** Sources of this file that are made together with the first row that names them. */
  const held = new Map<string, Fields>();

  return {
    /**
     * Stores a row; null for a source that waits for a row that names it. Throws `invalid-request` for content beyond the
     * bounds of its kind, `conflict` where another page came in under the name of this file, and what saving throws; then
     * nothing is stored.
     */
    async save(row: ImportRow): Promise<ImportedRow | null> {
      if (row.place.file !== file) held.clear();
      file = row.place.file;
      const value = isRecord(row.value) ? row.value : {};
      if (row.ifMissing) {
        for (const ref of [value.id, value.slug]) if (typeof ref === 'string') held.set(ref, value);
        return null;
      }
      const { result, changes, bookmark } = await services.write(
        (write) => savers[row.kind](write, value, createFinder(write.sources, held), row.place),
        { keep: !dryRun },
      );
      return { ...result, outcome: outcomeOf(changes, result.id), ignored: row.ignored ?? [], bookmark };
    },
  };
}

type Finder = ReturnType<typeof createFinder>;

/** Finds what a row names as its source, or makes it where the file describes it. */
function createFinder(sources: WriteServices['sources'], held: ReadonlyMap<string, Fields>) {
  const found = new Map<string, SourceHandle>();
  return async (ref: unknown): Promise<SourceHandle | null> => {
    const described = typeof ref === 'string' ? held.get(ref) : undefined;
    if (typeof ref !== 'string' || described === undefined) return null;
    const known = found.get(ref) ?? (await findOrCreateSource(sources, described));
    found.set(ref, known);
    return known;
  };
}

const savers: Record<
  ImportRow['kind'],
  (write: WriteServices, value: Fields, find: Finder, place: RowPlace) => Promise<Saved>
> = {
  async source({ sources }, value) {
    const { id, slug, name } = await sources.save(checked(SourceInput, value, 'the source'));
    return { kind: 'source', id, slug, name };
  },

  async article({ articles }, value, find, place) {
    const publisher = await find(value.publisher);
    const given = checked(ArticleInput, { slug: 'any', ...value }, 'the article');
    const isNamed = isOnlyOne(place) && given.canonicalUrl === null; // many a page is an index.html
    const own = isNamed ? `${publisher?.slug ?? ''}/${baseName(place.file)}` : null;
    const stored =
      given.id === undefined
        ? await known(articles, given, { slug: value.slug, own, publisher: publisher?.key ?? null })
        : ((await articles.record({ id: given.id }))?.record ?? null);
    const authors = [];
    for (const author of given.authors)
      authors.push({ ...author, source: (await find(author.source))?.id ?? author.source });
    const { id, slug, headline } = await articles.save({
      ...given,
      ...(stored === null ? {} : { id: stored.id }),
      status: wentLive(given, stored) ? 'published' : given.status,
      authors,
      slug:
        value.slug === undefined ? (stored?.slug ?? (await freeSlug(articles, given.headline))) : given.slug,
      externalId:
        stored?.externalId ?? given.externalId ?? (given.id === undefined && stored === null ? own : null),
      publisher: publisher?.id ?? given.publisher,
    });
    return { kind: 'article', id, slug, headline };
  },

  async claim({ claims }, value, find) {
    const { attributions, reviews, ...claim } = checked(WholeClaim, value, 'the claim');
    const found = async <Part>(part: Part, ref: string | null) => (await find(ref))?.id ?? ref ?? part;
    const input: ClaimInput = { ...claim, reviews: [] };
    for (const review of reviews)
      input.reviews.push({ ...review, reviewer: await found(review.reviewer, review.reviewer) });
    const handle = await claims.save(input);
    const outside = [];
    for (const attribution of attributions)
      outside.push({ ...attribution, source: await found(null, attribution.source) });
    await claims.attribute(handle, null, outside);
    return { kind: 'claim', id: handle.id, text: claim.text };
  },
};

/** Whether what a file still calls scheduled was published at its time since. */
const wentLive = (
  given: ArticleInput,
  stored: Pick<ArticleInput, 'status' | 'publishedAt'> | null,
): boolean =>
  given.status === 'scheduled' && stored?.status === 'published' && stored.publishedAt === given.publishedAt;

/** Throws `invalid-request` with every fault. */
function checked<T extends z.ZodType>(schema: T, data: unknown, whole: string): z.output<T> {
  const { value, issues } = check(schema, data);
  if (value !== null) return value;
  throw new ClaimwireError(
    'invalid-request',
    issues.map(({ path, detail }) => `${fieldName(path) || whole} ${detail}`).join('; '),
  );
}

/** Whether a file is one article, which is then known again by the name of the file. */
const isOnlyOne = ({ line, pointer }: RowPlace): boolean => line === null && pointer === undefined;

type Articles = WriteServices['articles'];

interface Identity {
  readonly slug: unknown;
  /** What the name of the file stands for, where it holds one article. */
  readonly own: string | null;
  readonly publisher: number | null;
}

/**
 * What an earlier import made of this article: known again by its slug, canonical address or external id where it gives
 * one, then by publisher and name of file, then by publisher, headline and time.
 */
async function known(articles: Articles, article: ArticleInput, { slug, own, publisher }: Identity) {
  const { canonicalUrl, externalId, headline, publishedAt } = article;
  const stated =
    (typeof slug === 'string' ? await articles.record({ slug }) : undefined) ??
    (canonicalUrl === null ? undefined : await articles.record({ canonicalUrl })) ??
    (externalId === null ? undefined : await articles.record({ externalId }));
  if (stated !== undefined) return stated.record;

  const named = own === null ? undefined : (await articles.record({ externalId: own }))?.record;
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

/**
 * The source of this id or else name or, since names that differ in marks alone make one slug, of this slug; else a new one.
 */
async function findOrCreateSource(
  sources: WriteServices['sources'],
  described: Fields,
): Promise<SourceHandle> {
  const refs = [described.id ?? described.name, described.slug];
  const known = await firstKnown(
    sources,
    refs.filter((ref) => typeof ref === 'string'),
  );
  return known ?? sources.save(checked(SourceInput, described, 'the source'));
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
