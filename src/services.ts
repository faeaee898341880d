/**
 * The services, wired to each other over a storage: to read with, and anew for each write, in its transaction.
 */
import { readArticles, writeArticles } from './articles/service.js';
import { readClaims, writeClaims } from './claims/service.js';
import { readSearch } from './search/service.js';
import { readSources, writeSources } from './sources/service.js';
import type { ReadStores, Storage, WriteStores, Written } from './storage/storage.js';

function readServices(stores: ReadStores) {
  const sources = readSources(stores.sources);
  const articles = readArticles(stores.articles, sources);
  const claims = readClaims({ store: stores.claims, sources, articles });
  const search = readSearch({ store: stores.search, articles });
  return { sources, articles, claims, search };
}

function writeServices(stores: WriteStores) {
  const sources = writeSources(stores.sources, (source) => claims.followSource(source));
  const articles = writeArticles({
    store: stores.articles,
    sources,
    onChanged: (change) => claims.followArticle(change),
  });
  const claims = writeClaims({ store: stores.claims, sources, articles });
  return { sources, articles, claims };
}

export type ReadServices = ReturnType<typeof readServices>;
export type WriteServices = ReturnType<typeof writeServices>;

export interface Services {
  /** Services that read what was written last. */
  readonly read: ReadServices;
  /** As `Storage.at`, over services. */
  at(bookmark?: string): Promise<ReadServices>;
  /** As `Storage.write`, over services; what follows from the changes is derived before the transaction ends. */
  write<Result>(
    work: (services: WriteServices) => Promise<Result>,
    options?: { keep?: boolean },
  ): Promise<Written<Result>>;
}

export function createServices(storage: Storage): Services {
  return {
    read: readServices(storage.read),
    at: async (bookmark) => readServices(await storage.at(bookmark)),
    write: (work, options) =>
      storage.write(async (stores) => {
        const services = writeServices(stores);
        const result = await work(services);
        await services.claims.settle();
        return result;
      }, options),
  };
}
