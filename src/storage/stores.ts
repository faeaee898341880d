/**
 * The stores over a database handle, whichever engine is behind it.
 */
import { ClaimwireError, HalfDone } from '../kernel/errors.js';
import { answerStore, type HoldKey } from './answers.js';
import { readArticles, writeArticles } from './articles.js';
import type { ChangeLog } from './changes.js';
import { writeClaims } from './claim-writes.js';
import { readClaims } from './claims.js';
import type { Database } from './database.js';
import type { readExchange } from './exchange.js';
import { readFeeds } from './feeds.js';
import { readKeys, writeKeys } from './keys.js';
import { readSearch } from './search.js';
import type { SearchQueue } from './search-queue.js';
import { readSecrets, writeSecrets } from './secrets.js';
import { readSources, writeSources } from './sources.js';
import type { ReadStores, WriteStores } from './storage.js';
import type { Tables } from './tables.js';
import type { WriterReads } from './writer-reads.js';

/** Puts what a driver throws in the house's words: `unavailable`, or the error as it is. */
type ToFailure = (error: unknown) => unknown;

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

/** What a snapshot reads, failing in the house's words. */
export function guardedPages(
  reads: ReturnType<typeof readExchange>,
  toFailure: ToFailure,
): ReturnType<typeof readExchange> {
  const { rows, ...calls } = reads;
  return {
    ...guarded(calls, toFailure),
    async *rows(filter) {
      try {
        yield* rows(filter);
      } catch (error) {
        throw toFailure(error);
      }
    },
  };
}

const SAVEPOINT = 'part';

export interface WriteStoresOptions {
  readonly db: Database;
  readonly tables: Tables;
  readonly log: ChangeLog;
  readonly reads: WriterReads;
  readonly queue: SearchQueue;
  readonly hold: HoldKey;
  /** Runs a statement without values. */
  readonly run: (statement: string) => unknown;
  readonly undoesParts: boolean;
}

/** Stores in a transaction; what they throw is put in the house's words by whoever runs it. */
export const writeStores = ({
  db,
  tables,
  log,
  reads,
  queue,
  hold,
  run,
  undoesParts,
}: WriteStoresOptions): WriteStores => ({
  sources: writeSources({ db, tables, log, reads, queue }),
  articles: writeArticles({ db, tables, log, reads, queue }),
  claims: writeClaims({ db, tables, log, reads, queue }),
  keys: writeKeys(db, tables, log),
  answers: answerStore(db, tables, log, hold),
  secrets: writeSecrets(db, tables, log),

  async attempt(part) {
    if (undoesParts) await run(`savepoint ${SAVEPOINT}`);
    const { written, undo } = log.mark();
    try {
      const result = await part(written);
      if (undoesParts) await run(`release savepoint ${SAVEPOINT}`);
      return result;
    } catch (error) {
      // Where the database is gone, so is the transaction: the error tells more than that there is no way back.
      if (!(error instanceof ClaimwireError) || error.code === 'unavailable') throw error;
      if (undoesParts) {
        undo();
        await run(`rollback to savepoint ${SAVEPOINT}`);
        await run(`release savepoint ${SAVEPOINT}`);
      } else if (written.size > 0) throw new HalfDone(undefined, { cause: error });
      throw error;
    }
  },
});
