/**
 * SQLite: one writer connection on which transactions queue, and a reader that never waits for it (WAL).
 * A committed write outlives the process and, with `synchronous = full`, a power cut.
 */
import { stat } from 'node:fs/promises';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import Driver from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { newId as makeId } from '../../kernel/ids.js';
import { type Clock, systemClock } from '../../kernel/time.js';
import { fromBookmark, isBookmark, toBookmark } from '../bookmark.js';
import { createChangeLog } from '../changes.js';
import { readExchange } from '../exchange.js';
import { fillSearch } from '../search-index.js';
import { queueSearch } from '../search-queue.js';
import {
  createListeners,
  type RawAccess,
  type Storage,
  type WriteOptions,
  type WriteStores,
} from '../storage.js';
import { guardedPages, readStores, writeStores } from '../stores.js';
import { createTurns, holdTurn } from '../turns.js';
import { readForWriters } from '../writer-reads.js';
import { guarded, toFailure } from './failures.js';
import { createOffLoop } from './off-loop.js';
import { PAGE_CACHE } from './page-cache.js';
import { rememberStatements } from './remembered.js';
import { watchRevision } from './revision.js';
import { MIGRATIONS, schemaStateOf } from './schema-state.js';
import { tables } from './tables.js';

const WRITE_WAIT_MS = 10_000; // how long a write waits for another process before it is refused
const WRITE_RETRY_MS = 10;
const WATCH_INTERVAL_MS = 200; // how soon the writes of another process are noticed

/** There is one writer at a time, so that it has any key to itself. */
const nobodyElse = async (): Promise<boolean> => true;

export interface SqliteOptions {
  /** A file's path, or `:memory:`. The file is made if it is not there; its folder must be. */
  readonly file: string;
  readonly clock?: Clock;
  /** Makes the ids of the parts of claims. */
  readonly newId?: () => string;
  /** Told of every statement as it is run, its values filled in. */
  readonly onQuery?: (sql: string) => void;
}

/** Opens a database file. Throws `unavailable` where it cannot be opened or is no database. */
export async function openSqlite({
  file,
  clock = systemClock,
  newId = makeId,
  onQuery,
}: SqliteOptions): Promise<Storage> {
  const isMemory = file === ':memory:';
  const connect = () => {
    const connection = new Driver(file, {
      timeout: 0,
      ...(onQuery && { verbose: (sql) => onQuery(String(sql)) }),
    });
    connection.pragma('journal_mode = wal');
    connection.pragma('synchronous = full');
    connection.pragma('foreign_keys = on');
    return connection;
  };
  const writer = await guarded(connect);
  const reader = isMemory ? writer : await guarded(connect);
  if (!isMemory)
    await guarded(() => {
      reader.pragma('query_only = on');
      reader.pragma(PAGE_CACHE);
    });
  const opened = isMemory ? null : (await stat(file)).ino;

  const plainDb = drizzle(writer, { casing: 'snake_case' });
  const writeDb = rememberStatements(plainDb, writer);
  const reads = readForWriters(writeDb, tables);
  const readDb = drizzle(reader, { casing: 'snake_case' });

  const begin = async () => {
    for (const started = Date.now(); ; ) {
      try {
        writer.exec('begin immediate');
        return;
      } catch (error) {
        const isBusy = error instanceof Driver.SqliteError && error.code.startsWith('SQLITE_BUSY');
        if (!isBusy || Date.now() - started > WRITE_WAIT_MS) throw error;
        await delay(WRITE_RETRY_MS);
      }
    }
  };

  const statements = new Map<string, Driver.Statement>();
  const prepared = (sql: string): Driver.Statement => {
    const held = statements.get(sql) ?? writer.prepare(sql);
    statements.set(sql, held);
    return held;
  };

  const inTurn = createTurns(1);
  const revision = watchRevision(reader, isMemory ? null : file);

  const lastSeq = (): number =>
    reader.prepare('select coalesce(max(seq), 0) from changes').pluck().get() as number;

  const transact = async <Result>(
    work: (stores: WriteStores) => Promise<Result>,
    { keep = true, by = null, note = null, undoesParts = false, finish }: WriteOptions<Result>,
  ) => {
    await begin();
    revision.began();
    try {
      const log = createChangeLog(writeDb, tables, { clock, newId, by, note, states: reads.states });
      const run = (statement: string) => prepared(statement).run();
      const queue = queueSearch(reads.index, !undoesParts);
      const stores = writeStores({
        db: writeDb,
        tables,
        log,
        reads,
        queue,
        hold: nobodyElse,
        run,
        undoesParts,
      });
      const result = await work(stores);
      if (keep) {
        await queue.flush();
        await log.keep();
      }
      const seq = await log.announce();
      if (!keep) writer.exec('rollback'); // so that the last change is one that was kept
      const bookmark = toBookmark(seq !== null && keep ? seq : lastSeq());
      if (keep) {
        await finish?.(stores, result, bookmark);
        writer.exec('commit');
      }
      revision.kept();
      if (seq !== null && keep) listeners.tell(seq);
      return { result, changes: log.recorded, bookmark };
    } catch (error) {
      if (writer.open && writer.inTransaction) writer.exec('rollback');
      throw error;
    } finally {
      revision.ended();
    }
  };

  /** Work between `start` and `end` on a connection, undone where it throws. */
  const bracket = async <Result>(connection: Driver.Database, start: string, work: () => Promise<Result>) => {
    connection.exec(start);
    revision.began();
    try {
      const result = await work();
      connection.exec('commit');
      revision.kept();
      return result;
    } catch (error) {
      if (connection.open && connection.inTransaction) connection.exec('rollback');
      throw error;
    } finally {
      revision.ended();
    }
  };

  const raw: RawAccess = {
    tables,
    snapshot: (work) => inTurn(() => guarded(() => bracket(reader, 'begin', () => work(readDb)))),
    transaction: (work) =>
      inTurn(() => guarded(() => bracket(writer, 'begin immediate', () => work(writeDb)))),
    resetKeys: async () => {}, // AUTOINCREMENT goes on behind any key that was given
  };

  const isAnswering = async (): Promise<boolean> => {
    try {
      reader.prepare('select 1 from articles limit 1').get();
      return opened === null || (await stat(file)).ino === opened; // removed or replaced, what is written would be lost
    } catch {
      return false;
    }
  };

  const listeners = createListeners();
  /** Other processes tell nobody of their writes: while somebody listens, they are looked for. */
  const watch = setInterval(() => {
    try {
      if (listeners.count() > 0) listeners.tell(lastSeq());
    } catch {} // the next read will say that the database is gone
  }, WATCH_INTERVAL_MS);
  watch.unref();

  const stores = readStores(readDb, tables, toFailure);
  const offLoop = createOffLoop(file);
  // One in memory has no other connection; there is not much in it.
  const read = isMemory
    ? stores
    : {
        ...stores,
        search: offLoop.moved(stores, 'search', ['list', 'related', 'relatedByIds']),
        sources: offLoop.withoutLong(stores, 'sources'),
        articles: offLoop.withoutLong(stores, 'articles'),
        claims: offLoop.withoutLong(stores, 'claims'),
      };
  return {
    engine: 'sqlite',
    raw,
    read,
    async at(bookmark) {
      if (bookmark !== undefined) fromBookmark(bookmark);
      return read;
    },
    revision: revision.now,
    reaches: isBookmark, // there is one database, and every read sees what was written last

    write: (work, options = {}) => inTurn(() => guarded(() => transact(work, options))),

    async openSnapshot() {
      // One in memory has one connection: it is read as it is, by a turn in which nobody writes.
      if (isMemory) {
        await guarded(() => reader.prepare('select 1 from changes limit 1').get());
        const release = await holdTurn(inTurn);
        return { ...guardedPages(readExchange(readDb, tables), toFailure), close: async () => release() };
      }
      const connection = await guarded(connect);
      try {
        connection.pragma('query_only = on');
        connection.exec('begin');
        connection.prepare('select 1 from changes limit 1').get(); // which is when the state is taken
      } catch (error) {
        connection.close();
        throw toFailure(error);
      }
      const held = readExchange(drizzle(connection, { casing: 'snake_case' }), tables);
      return { ...guardedPages(held, toFailure), close: async () => void connection.close() };
    },

    status: async () => ({
      primary: { state: (await isAnswering()) ? 'up' : 'down', behind: 0 },
      replicas: [],
    }),
    onChange: listeners.add,

    schemaState: async () => schemaStateOf(writer),

    async migrate() {
      migrate(plainDb, { migrationsFolder: MIGRATIONS });
    },

    fillSearch: () => fillSearch(tables, raw.transaction),

    close: () =>
      inTurn(async () => {
        clearInterval(watch);
        revision.close();
        await offLoop.close();
        if (reader !== writer) reader.close();
        writer.close();
      }),
  };
}
