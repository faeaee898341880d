/**
 * The services, wired to each other over a storage: to read with, and anew for each write, in its transaction.
 */
import {
  type BesideArticles,
  readArticles,
  readPreviews,
  writeArticles,
  writePreviews,
} from './articles/service.js';
import { readClaims, writeClaims } from './claims/service.js';
import { readFeeds } from './feeds/service.js';
import { ClaimwireError } from './kernel/errors.js';
import { createKeyRing, type KeyRing, readKeys, writeKeys } from './keys/service.js';
import { readSearch } from './search/service.js';
import { readSources, writeSources } from './sources/service.js';
import type { KeptAnswer, OnceKey } from './storage/answers.js';
import type { ReadStores, Storage, WriteOptions, WriteStores, Written } from './storage/storage.js';

function readServices(stores: ReadStores) {
  const sources = readSources(stores.sources);
  const articles = readArticles(stores.articles, sources, {
    include: async (items, include) => {
      const whole = await includeClaims(claims, items, include);
      return include.has('related') ? search.withRelated(whole) : whole;
    },
  });
  const claims = readClaims({ store: stores.claims, sources, articles });
  const search = readSearch({ store: stores.search, articles });
  const feeds = readFeeds({ store: stores.feeds, articles });
  const keys = readKeys(stores.keys);
  return {
    sources,
    articles,
    claims,
    search,
    feeds,
    keys,
    /** Those that see what is not published, too, for who may: made where they are asked for. */
    get drafts() {
      return readDrafts(stores, sources);
    },
    previews: readPreviews({ secrets: stores.secrets, articles: stores.allArticles }),
  };
}

function readDrafts({ allArticles, allClaims }: ReadStores, sources: ReturnType<typeof readSources>) {
  const articles = readArticles(allArticles, sources, {
    include: (items, include) => includeClaims(claims, items, include),
  });
  const claims = readClaims({ store: allClaims, sources, articles });
  return { articles, claims };
}

const CLAIMS = 'claims';

/** Puts the claims in them into articles. */
async function includeClaims(
  claims: Pick<ReturnType<typeof readClaims>, 'inArticles'>,
  articles: Parameters<BesideArticles['include']>[0],
  include: ReadonlySet<string>,
): ReturnType<BesideArticles['include']> {
  if (!include.has(CLAIMS)) return articles;
  const below = [...include].filter((path) => path.startsWith(`${CLAIMS}.`));
  const found = await claims.inArticles(
    articles.map(({ id }) => id),
    new Set(below.map((path) => path.slice(CLAIMS.length + 1))),
  );
  return articles.map((article) => {
    const { claims: own = [], isMore = false } = found.get(article.id) ?? {};
    return { ...article, claims: own, moreClaims: isMore };
  });
}

function writeServices(stores: WriteStores, onKeys: () => void, isHinting: () => boolean) {
  const store: typeof stores.sources = {
    ...stores.sources,
    names: async (limit) => (isHinting() ? stores.sources.names(limit) : []),
  };
  const sources = writeSources(store, {
    onMembershipChanged: (source) => claims.followSource(source),
    onMoved: (moved) => claims.followMoved(moved),
  });
  const articles = writeArticles({
    store: stores.articles,
    sources,
    beside: { include: async (items) => items }, // who writes reads articles by themselves
    onChanged: (change) => claims.followArticle(change),
  });
  const claims = writeClaims({ store: stores.claims, sources, articles });
  const keys = writeKeys(stores.keys, onKeys);
  return {
    sources,
    articles,
    claims,
    keys,
    previews: writePreviews(stores.secrets, stores.articles.now),
    async attempt<Result>(part: Parameters<typeof stores.attempt<Result>>[0]): Promise<Result> {
      try {
        return await stores.attempt(part);
      } catch (error) {
        sources.forget(); // what it resolved may be undone
        throw error;
      }
    },
    /** Derives what follows from the changes so far, so that it can be read. */
    settle: () => claims.settle(),
  };
}

type ReadServices = ReturnType<typeof readServices>;
export type WriteServices = ReturnType<typeof writeServices>;

export interface Services {
  /** Services that read what was written last. */
  readonly read: ReadServices;
  /** What callers' keys are checked by. */
  readonly ring: KeyRing;
  /** As `Storage.at`, over services. */
  at(bookmark?: string, onBehind?: () => void): Promise<ReadServices>;
  /**
   * As `Storage.write`, over services; what follows from the changes is derived before the transaction ends. A write that
   * is to be done `once` is not done where it was: it gives what it gave then. Throws `idempotency-in-progress` and
   * `idempotency-key-reused`.
   */
  write<Result>(
    work: (services: WriteServices) => Promise<Result>,
    options?: ServiceWriteOptions,
  ): Promise<Written<Result> & { readonly isReplay: boolean }>;
  /** What a write that was done once with this key gave, and its print; undefined where there was none. */
  once<Result>(key: string): Promise<(KeptAnswer<Result> & OncePrint) | undefined>;
}

type OncePrint = Pick<OnceKey, 'print'>;

export interface ServiceWriteOptions extends Omit<WriteOptions, 'finish'> {
  /** What makes a write be done once, however often it is asked for. */
  readonly once?: OnceKey | null;
  /** Whether a reference that leads nowhere is answered with the nearest names, which takes a while to find; it is. */
  readonly isHinting?: () => boolean;
}

export function createServices(storage: Storage): Services {
  const read = readServices(storage.read);
  const ring = createKeyRing(async () => {
    try {
      return await read.keys.records();
    } catch (error) {
      if (!(error instanceof ClaimwireError) || error.code !== 'unavailable') throw error;
      return readKeys((await storage.at()).keys).records(); // of a replica, where the primary is gone
    }
  });
  return {
    read,
    ring,
    async at(bookmark, onBehind) {
      const stores = await storage.at(bookmark, onBehind);
      return stores === storage.read ? read : readServices(stores);
    },
    async write<Result>(
      work: (services: WriteServices) => Promise<Result>,
      { once = null, isHinting = () => true, ...options }: ServiceWriteOptions = {},
    ) {
      let hasKeys = false;
      const written = await storage.write<Done<Result>>(
        async (stores) => {
          const before = once === null ? undefined : await stores.answers.take<Result>(once);
          if (before !== undefined) return before;
          const onKeys = () => {
            hasKeys = true;
          };
          const services = writeServices(stores, onKeys, isHinting);
          const result = await work(services);
          await services.settle();
          return { result };
        },
        {
          ...options,
          finish: async (stores, { result, bookmark: before }, bookmark) => {
            if (once !== null && before === undefined) await stores.answers.keep(once, { result, bookmark });
          },
        },
      );
      if (hasKeys) ring.forget();
      const { result, bookmark = written.bookmark } = written.result;
      const isReplay = written.result.bookmark !== undefined;
      return { result, bookmark, changes: written.changes, isReplay };
    },
    async once<Result>(key: string) {
      return (await storage.write(({ answers }) => answers.find<Result>(key), { keep: false })).result;
    },
  };
}

/** What a write gave; with a bookmark where it gave it before. */
interface Done<Result> {
  readonly result: Result;
  readonly bookmark?: string;
}
