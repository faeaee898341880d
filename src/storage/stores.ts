/**
 * The stores over a database handle, whichever engine is behind it.
 */
import { answerStore, type HoldKey } from './answers.js';
import { readArticles, writeArticles } from './articles.js';
import type { ChangeLog } from './changes.js';
import { writeClaims } from './claim-writes.js';
import { readClaims } from './claims.js';
import type { Database } from './database.js';
import { readFeeds } from './feeds.js';
import { readKeys, writeKeys } from './keys.js';
import { readSearch } from './search.js';
import { readSecrets, writeSecrets } from './secrets.js';
import { readSources, writeSources } from './sources.js';
import type { ReadStores, WriteStores } from './storage.js';
import type { Tables } from './tables.js';

/** Puts what a driver throws in the house's words: `unavailable`, or the error as it is. */
export type ToFailure = (error: unknown) => unknown;

/** A store whose every function fails in the house's words. */
function guarded<Store extends object>(store: Store, toFailure: ToFailure): Store {
  const entries = Object.entries(store).map(([name, call]) => [
    name,
    async (...parameters: unknown[]) => {
      try {
        return await call.apply(store, parameters);
      } catch (error) {
        throw toFailure(error);
      }
    },
  ]);
  return Object.fromEntries(entries);
}

export const readStores = (db: Database, tables: Tables, toFailure: ToFailure): ReadStores => ({
  sources: guarded(readSources(db, tables), toFailure),
  articles: guarded(readArticles(db, tables), toFailure),
  claims: guarded(readClaims(db, tables), toFailure),
  allArticles: guarded(readArticles(db, tables, 'all'), toFailure),
  allClaims: guarded(readClaims(db, tables, 'all'), toFailure),
  secrets: guarded(readSecrets(db, tables), toFailure),
  feeds: guarded(readFeeds(db, tables), toFailure),
  search: guarded(readSearch(db, tables), toFailure),
  keys: guarded(readKeys(db, tables), toFailure),
});

/** Stores in a transaction; what they throw is put in the house's words by whoever runs it. */
export const writeStores = (db: Database, tables: Tables, log: ChangeLog, hold: HoldKey): WriteStores => ({
  sources: writeSources(db, tables, log),
  articles: writeArticles(db, tables, log),
  claims: writeClaims(db, tables, log),
  keys: writeKeys(db, tables, log),
  answers: answerStore(db, tables, log, hold),
  secrets: writeSecrets(db, tables, log),
});
