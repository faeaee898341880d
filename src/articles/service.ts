/**
 * The rules of articles: which are seen, and what is made of a text when it is written.
 */
import { isDeepStrictEqual } from 'node:util';
import { ClaimwireError, createCollector } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { type Filter, type ListRequest, resolveFilter } from '../kernel/page.js';
import type { SourceReader } from '../sources/service.js';
import { writeFrontMatter } from './front-matter.js';
import type { ArticleInput, BodyFormat } from './model.js';
import type { ArticleHandle, ArticleIdentity, ArticleReads, ArticleRecord, ArticleStore } from './store.js';
import { renderBody } from './text.js';

export function readArticles(store: ArticleReads, sources: SourceReader) {
  const missing = (ref: string) =>
    new ClaimwireError('not-found', `No published article has the id or slug “${ref}”.`);

  /** A handle on the published article with this id or slug. Throws `not-found`. */
  async function find(ref: string): Promise<ArticleHandle> {
    const handle = await store.find(ref);
    if (handle === undefined) throw missing(ref);
    return handle;
  }

  return {
    find,

    /** Published articles, newest first. Throws `invalid-request` for a publisher that there is not. */
    async list(request: ListRequest, body: BodyFormat) {
      return store.list(await sources.resolveFilter(request, 'publisher'), body);
    },

    /** The published articles of a source, newest first. Throws `not-found`. */
    async listOfPublisher(ref: string, request: ListRequest, body: BodyFormat) {
      const { key } = await sources.find(ref);
      const published: Filter = { field: 'publisher', operator: 'in', values: [key] };
      return store.list({ ...request, filters: [...request.filters, published] }, body);
    },

    /** The published article with this id or slug. Throws `not-found`. */
    async get(ref: string, body: BodyFormat) {
      const article = await store.get(ref, body);
      if (article === undefined) throw missing(ref);
      return article;
    },

    /** The published article with this id or slug as a Markdown file, which can be imported. Throws `not-found`. */
    async file(ref: string): Promise<string> {
      const article = await store.get(ref, 'markdown');
      if (article === undefined) throw missing(ref);
      return writeFrontMatter(article);
    },

    /** The request with what its filters on `field` refer to. Throws `invalid-request` for what is no article. */
    resolveFilter: (request: ListRequest, field: string) =>
      resolveFilter(request, field, async (ref) => (await find(ref)).key),
  };
}

export type ArticleReader = ReturnType<typeof readArticles>;

/** What happened to an article that others must follow. */
export interface ArticleChange {
  readonly key: number;
  readonly isTextChanged: boolean;
  /** Its status or its publisher changed: who sees it, or who speaks in it. */
  readonly isPublicationChanged: boolean;
}

export interface ArticleWriterOptions {
  readonly store: ArticleStore;
  readonly sources: SourceReader;
  /** Told of every change to a stored article, in its transaction. */
  readonly onChanged: (change: ArticleChange) => Promise<void>;
}

export function writeArticles({ store, sources, onChanged }: ArticleWriterOptions) {
  const keyOf = async (ref: string | null): Promise<number | null> =>
    ref === null ? null : (await sources.resolve(ref)).key;

  /** Refuses what another article is known by. */
  const assertFree = async (identity: ArticleIdentity, id: string): Promise<void> => {
    const held = await store.record(identity);
    if (held === undefined || held.record.id === id) return;
    const [word] = Object.values(identity);
    throw new ClaimwireError('conflict', `“${word}” belongs to the article ${held.record.id}.`);
  };

  const toRecord = async (input: ArticleInput, id: string): Promise<ArticleRecord> => {
    const { id: _id, body, authors, publisher, ...rest } = input;
    const { canonicalUrl, externalId } = input;
    const collector = createCollector();
    if (canonicalUrl !== null)
      await collector.attempt('/canonicalUrl', () => assertFree({ canonicalUrl }, id));
    if (externalId !== null) await collector.attempt('/externalId', () => assertFree({ externalId }, id));
    const resolved = [];
    for (const [place, { name, source }] of authors.entries())
      resolved.push({
        name,
        source: await collector.attempt(`/authors/${place}/source`, () => keyOf(source)),
      });
    const publisherKey = await collector.attempt('/publisher', () => keyOf(publisher));
    collector.done();
    return {
      ...rest,
      id,
      markdown: body,
      ...renderBody(body, input.language),
      authors: resolved,
      publisher: publisherKey,
    };
  };

  return {
    ...readArticles(store, sources),
    /** The plain text of an article and the version that it belongs to. */
    text: store.text,
    /** What is stored under an id, slug, external id or canonical address, published or not. */
    record: store.record,

    /**
     * Creates the article or makes the stored one (of this id, else of this slug) equal to it; writes nothing where it
     * is equal already. Throws `conflict` where the slug, the external id or the canonical address belongs to another
     * article, and what resolving a source throws.
     */
    async save(input: ArticleInput): Promise<ArticleHandle> {
      const bySlug = await store.record({ slug: input.slug });
      const stored = (input.id === undefined ? undefined : await store.record({ id: input.id })) ?? bySlug;
      const isTaken =
        bySlug !== undefined &&
        (bySlug.key !== stored?.key || (input.id !== undefined && input.id !== bySlug.record.id));
      if (isTaken)
        throw new ClaimwireError(
          'conflict',
          `The slug “${input.slug}” belongs to the article ${bySlug.record.id}.`,
        );

      const record = await toRecord(input, stored?.record.id ?? input.id ?? newId());
      const toHandle = (key: number): ArticleHandle => ({
        key,
        id: record.id,
        slug: record.slug,
        headline: record.headline,
      });
      if (stored === undefined) return toHandle(await store.insert(record));
      if (!isDeepStrictEqual(stored.record, record)) {
        await store.update(stored.key, record);
        await onChanged({
          key: stored.key,
          isTextChanged: stored.record.text !== record.text,
          isPublicationChanged:
            stored.record.status !== record.status || stored.record.publisher !== record.publisher,
        });
      }
      return toHandle(stored.key);
    },
  };
}

export type ArticleWriter = ReturnType<typeof writeArticles>;
