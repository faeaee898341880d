/**
 * What is read from foreign files, brought in as a part of a transaction: it may lack a slug, and names sources that are made
 * with the first row that names them. The same file again changes nothing; an edited one updates what it made before, and
 * takes nothing away of which it does not speak. No claim is invented.
 */
import { z } from 'zod';
import { ArticleInput, withArticleRules } from '../articles/model.js';
import type { ClaimInput } from '../claims/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { slug } from '../kernel/fields.js';
import { check, fieldName } from '../kernel/issues.js';
import { SLUG_LENGTH_MAX, slugify } from '../kernel/words.js';
import type { WriteServices } from '../services.js';
import { SourceInput } from '../sources/model.js';
import { isRecord } from './foreign-fields.js';
import { refsTo } from './foreign-rows.js';
import { type Foreign, type ImportRow, type RowPlace, WholeClaim } from './model.js';
import {
  type Bringing,
  type BringOptions,
  bring,
  type Handle,
  storedOf,
  type Upserted,
  upsert,
} from './upsert.js';

const SLUG_TRIES_MAX = 1_000; // articles of one headline; beyond that something else is wrong

/** An article whose slug any that is free will do. */
const ForeignArticle = withArticleRules(z.strictObject({ ...ArticleInput.shape, slug: slug.optional() }));
type ForeignArticle = z.output<typeof ForeignArticle>;

/** What a row of each kind is checked by. */
export const foreignSchemas = { source: SourceInput, article: ForeignArticle, claim: WholeClaim } as const;

export interface ForeignRow extends ImportRow {
  readonly foreign: Foreign;
}

/** What `foreignSchemas` made of the value of a row. */
export type CheckedForeign =
  | { readonly kind: 'source'; readonly value: SourceInput }
  | { readonly kind: 'article'; readonly value: ForeignArticle }
  | { readonly kind: 'claim'; readonly value: z.output<typeof WholeClaim> };

type Fields = Readonly<Record<string, unknown>>;
type SourceHandle = Awaited<ReturnType<WriteServices['sources']['resolve']>>;
type Articles = WriteServices['articles'];
type StoredArticle = NonNullable<Awaited<ReturnType<Articles['record']>>>;

/**
 * Brings in a row. Throws `invalid-request` for a source beyond the bounds of its kind, `conflict` where another page came in
 * under the name of this file, and what `upsert` throws; then nothing of it is written.
 */
export function bringForeign(
  write: WriteServices,
  row: ForeignRow,
  { checked, ...options }: BringOptions & { readonly checked: CheckedForeign },
): Promise<Upserted> {
  const finder = createFinder(write.sources, row.foreign.sources);
  if (checked.kind === 'source') return upsert(write, checked, options);
  if (checked.kind === 'claim')
    return bring(write, 'claim', bringingOfClaim(write, checked.value, finder), options);
  const { isTaken } = options;
  const bringing = bringingOfArticle(write, checked.value, { row, finder, isTaken });
  return bring(write, 'article', bringing, options);
}

type Finder = ReturnType<typeof createFinder>;

/** Finds what a row names as its source, or makes it where the file describes it. */
function createFinder(sources: WriteServices['sources'], described: Foreign['sources']) {
  const byRef = new Map(described.flatMap((source) => refsTo(source).map((ref) => [ref, source] as const)));
  const made = new Map<string, SourceHandle>();
  return {
    /** The file's own words for it; undefined where it has none, and the name is that of something stored. */
    described: (ref: string | null): Fields | undefined => (ref === null ? undefined : byRef.get(ref)),
    known: (source: Fields) => firstKnown(sources, source),
    async findOrMake(ref: string | null): Promise<SourceHandle | undefined> {
      const source = ref === null ? undefined : byRef.get(ref);
      if (ref === null || source === undefined) return undefined;
      const handle =
        made.get(ref) ?? (await firstKnown(sources, source)) ?? (await sources.save(checkedSource(source)));
      made.set(ref, handle);
      return handle;
    },
  };
}

interface ArticleContext {
  readonly row: ForeignRow;
  readonly finder: Finder;
  readonly isTaken: BringOptions['isTaken'];
}

type HeldArticle = Handle & StoredArticle;

function bringingOfArticle(
  { articles }: Pick<WriteServices, 'articles'>,
  given: ForeignArticle,
  { row, finder, isTaken }: ArticleContext,
): Bringing<HeldArticle> {
  const described = finder.described(given.publisher);
  const isNamed = isOnlyOne(row.place) && given.canonicalUrl === null; // many a page is an index.html
  let own: string | null = null;
  return {
    async find() {
      const publisher = described && (await finder.known(described));
      own = isNamed ? `${publisher?.slug ?? described?.slug ?? ''}/${baseName(row.place.file)}` : null;
      const identity = { own, publisher: described === undefined ? null : publisher?.key, isTaken };
      const stored = await (given.id === undefined
        ? known(articles, given, identity)
        : articles.record({ id: given.id }));
      return stored && { ...stored, id: stored.record.id, slug: stored.record.slug };
    },
    async save(stored) {
      const publisher = await finder.findOrMake(given.publisher);
      const authors = [];
      for (const author of given.authors)
        authors.push({ ...author, source: (await finder.findOrMake(author.source))?.id ?? author.source });
      const isOwn = given.id === undefined && stored === undefined;
      return articles.save({
        ...given,
        ...(stored === undefined ? {} : { id: stored.id, ...keptOf(stored.record, given, row) }),
        authors,
        slug: given.slug ?? stored?.slug ?? (await freeSlug(articles, given.headline)),
        externalId: stored?.record.externalId ?? given.externalId ?? (isOwn ? own : null),
        publisher: publisher?.id ?? given.publisher,
      });
    },
  };
}

/** What was done to an article here since it came in, and a file that does not speak of it does not undo. */
function keptOf(
  stored: StoredArticle['record'],
  given: ForeignArticle,
  { value, isStatusStated }: ForeignRow,
): Partial<Pick<ArticleInput, 'status' | 'retraction' | 'publishedAt' | 'corrections'>> {
  const isSaid = isRecord(value) && value.corrections !== undefined;
  const corrections = isSaid ? given.corrections : stored.corrections;
  if (stored.status === 'retracted' && !isStatusStated) {
    const { status, retraction } = stored;
    return { status, retraction, publishedAt: given.publishedAt ?? stored.publishedAt, corrections };
  }
  return { status: wentLive(given, stored) ? 'published' : given.status, corrections };
}

function bringingOfClaim(
  write: WriteServices,
  { attributions, reviews, ...claim }: z.output<typeof WholeClaim>,
  finder: Finder,
): Bringing {
  const found = async (ref: string) => (await finder.findOrMake(ref))?.id ?? ref;
  return {
    find: () => storedOf(write, { kind: 'claim', value: claim }),
    async save(stored) {
      const input: ClaimInput = { ...claim, ...(stored && { id: stored.id }), reviews: [] };
      for (const review of reviews) input.reviews.push({ ...review, reviewer: await found(review.reviewer) });
      const handle = await write.claims.save(input);
      const outside = [];
      for (const attribution of attributions) {
        const { source } = attribution;
        outside.push({ ...attribution, source: source === null ? null : await found(source) });
      }
      await write.claims.attribute(handle, null, outside);
      return handle;
    },
  };
}

/** Whether what a file still calls scheduled was published at its time since. */
const wentLive = (given: ForeignArticle, stored: Pick<ArticleInput, 'status' | 'publishedAt'>): boolean =>
  given.status === 'scheduled' && stored.status === 'published' && stored.publishedAt === given.publishedAt;

/** Throws `invalid-request` with every fault. */
function checkedSource(described: Fields): SourceInput {
  const { value, issues } = check(SourceInput, described);
  if (value !== null) return value;
  throw new ClaimwireError(
    'invalid-request',
    issues.map(({ path, detail }) => `${fieldName(path) || 'the source'} ${detail}`).join('; '),
  );
}

/** Whether a file is one article, which is then known again by the name of the file. */
const isOnlyOne = ({ line, pointer }: RowPlace): boolean => line === null && pointer === undefined;

interface Identity {
  /** What the name of the file stands for, where it holds one article. */
  readonly own: string | null;
  /** The key of the publisher; null where none is named, undefined where it is not stored. */
  readonly publisher: number | null | undefined;
  readonly isTaken: BringOptions['isTaken'];
}

/**
 * What an earlier import made of this article: known again by its slug, canonical address or external id where it gives
 * one, then by publisher and name of file, then by publisher, headline and time.
 */
async function known(
  articles: Articles,
  article: ForeignArticle,
  { own, publisher, isTaken }: Identity,
): Promise<StoredArticle | undefined> {
  const { slug, canonicalUrl, externalId, headline, publishedAt } = article;
  const stated =
    (slug === undefined ? undefined : await articles.record({ slug })) ??
    (canonicalUrl === null ? undefined : await articles.record({ canonicalUrl })) ??
    (externalId === null ? undefined : await articles.record({ externalId }));
  if (stated !== undefined) return stated;

  const named = own === null ? undefined : await articles.record({ externalId: own });
  if (named !== undefined) {
    const { record, key } = named;
    const isSame = record.headline === headline && record.publishedAt === publishedAt;
    const isAlike = record.headline === headline || record.publishedAt === publishedAt;
    // Edited it would have one of them; a second file of the name in one run is no edited first.
    if (isTaken({ kind: 'article', key }) ? !isSame : !isAlike)
      throw new ClaimwireError(
        'conflict',
        `another page came in under this file name before, “${record.headline}” (${record.publishedAt}); rename the file`,
      );
    return named;
  }
  for (const candidate of slugsOf(headline)) {
    const stored = await articles.record({ slug: candidate });
    if (stored === undefined) return undefined;
    const { record } = stored;
    if (record.publisher === publisher && record.headline === headline && record.publishedAt === publishedAt)
      return stored;
  }
  return undefined;
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

/** The source of this id or else name or, since names that differ in marks alone make one slug, of this slug. */
async function firstKnown(
  sources: WriteServices['sources'],
  { id, name, slug }: Fields,
): Promise<SourceHandle | undefined> {
  for (const ref of [id ?? name, slug].filter((ref) => typeof ref === 'string')) {
    try {
      return await sources.resolve(ref);
    } catch (error) {
      if (!(error instanceof ClaimwireError) || error.code !== 'unknown-reference') throw error;
    }
  }
  return undefined;
}

const baseName = (name: string): string => name.replace(/^.*[/\\]/s, '');
