/**
 * SQLite: one writer connection on which transactions queue, and a reader that never waits for it (WAL).
 * A committed write outlives the process and, with `synchronous = full`, a power cut.
 */
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Driver from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { ClaimwireError } from '../../kernel/errors.js';
import { newId as makeId } from '../../kernel/ids.js';
import { type Clock, systemClock } from '../../kernel/time.js';
import { readArticles, writeArticles } from '../articles.js';
import { createChangeLog } from '../changes.js';
import { writeClaims } from '../claim-writes.js';
import { readClaims } from '../claims.js';
import { readSources, writeSources } from '../sources.js';
import type { SchemaState, Storage } from '../storage.js';
import { guardAll, guarded } from './failures.js';
import { tables } from './tables.js';

const MIGRATIONS = fileURLToPath(new URL('../../../migrations/sqlite', import.meta.url));
const WRITE_WAIT_MS = 10_000; // how long a write waits for another process before it is refused
const WRITE_RETRY_MS = 10;

export interface SqliteOptions {
  /** A file's path, or `:memory:`. The file is made if it is not there; its folder must be. */
  readonly file: string;
  readonly clock?: Clock;
  /** Makes the ids of the parts of claims. */
  readonly newId?: () => string;
}

/** Opens a database file. Throws `unavailable` where it cannot be opened or is no database. */
export async function openSqlite({
  file,
  clock = systemClock,
  newId = makeId,
}: SqliteOptions): Promise<Storage> {
  const isMemory = file === ':memory:';
  const connect = () => {
    const connection = new Driver(file, { timeout: 0 });
    connection.pragma('journal_mode = wal');
    connection.pragma('synchronous = full');
    connection.pragma('foreign_keys = on');
    return connection;
  };
  const writer = await guarded(connect);
  const reader = isMemory ? writer : await guarded(connect);
  if (!isMemory) await guarded(() => reader.pragma('query_only = on'));
  const opened = isMemory ? null : (await stat(file)).ino;

  const writeDb = drizzle(writer, { casing: 'snake_case' });
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

  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = queue.then(work);
    queue = turn.catch(() => {});
    return turn;
  };

  const appliedMigrations = (): number => {
    const held = writer.prepare("select 1 from sqlite_master where name = '__drizzle_migrations'").get();
    if (held === undefined) return 0;
    return writer.prepare('select count(*) from __drizzle_migrations').pluck().get() as number;
  };

  return {
    read: {
      sources: guardAll(readSources(readDb, tables)),
      articles: guardAll(readArticles(readDb, tables)),
      claims: guardAll(readClaims(readDb, tables)),
    },

    write: (work, { keep = true } = {}) =>
      inTurn(() =>
        guarded(async () => {
          await begin();
          try {
            const log = createChangeLog(writeDb, tables, { clock, newId });
            const result = await work({
              sources: writeSources(writeDb, tables, log),
              articles: writeArticles(writeDb, tables, log),
              claims: writeClaims(writeDb, tables, log),
            });
            writer.exec(keep ? 'commit' : 'rollback');
            return { result, changes: log.recorded };
          } catch (error) {
            if (writer.open && writer.inTransaction) writer.exec('rollback');
            throw error;
          }
        }),
      ),

    ping: () =>
      guarded(async () => {
        reader.prepare('select 1 from articles limit 1').get();
        if (opened !== null && (await stat(file).catch(() => null))?.ino !== opened)
          throw new ClaimwireError('unavailable', 'The database file was removed or replaced.');
      }),

    schemaState(): SchemaState {
      const known = readMigrationFiles({ migrationsFolder: MIGRATIONS }).length;
      const applied = appliedMigrations();
      if (applied === known) return 'current';
      if (applied === 0) return 'empty';
      return applied < known ? 'older' : 'newer';
    },

    migrate() {
      migrate(writeDb, { migrationsFolder: MIGRATIONS });
    },

    close: () =>
      inTurn(async () => {
        if (reader !== writer) reader.close();
        writer.close();
      }),
  };
}
