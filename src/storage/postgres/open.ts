/**
 * PostgreSQL: a primary that is written to, replicas that are read from. Transactions are serializable and run again
 * where they crossed another; the order of `changes` is the order in which they become visible.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { ClaimwireError } from '../../kernel/errors.js';
import { newId as makeId } from '../../kernel/ids.js';
import { type Clock, systemClock } from '../../kernel/time.js';
import { fromBookmark, toBookmark } from '../bookmark.js';
import { createChangeLog } from '../changes.js';
import type { Database } from '../database.js';
import { driverError } from '../failures.js';
import {
  createListeners,
  type RawAccess,
  type SchemaState,
  type Storage,
  type WriteStores,
  type Written,
} from '../storage.js';
import { readStores, writeStores } from '../stores.js';
import { isCrossed, tellOfConnection, toFailure } from './failures.js';
import { CHANNEL, listen } from './listen.js';
import { createNodes } from './nodes.js';
import { tables } from './tables.js';

const MIGRATIONS = fileURLToPath(new URL('../../../migrations/postgres', import.meta.url));
const POOL_MAX = 10; // connections to each server; several nodes share its max_connections
const CONNECT_TIMEOUT_MS = 2_000; // a server that is gone must be noticed at once
const STATEMENT_TIMEOUT_MS = 15_000; // no request may hold a server longer
const IDLE_TIMEOUT_MS = 30_000;
const ATTEMPTS_MAX = 8; // of a transaction that crosses others
const ATTEMPTS_BESIDE_OTHERS = 4; // after these it runs alone, and so cannot cross anything

/** Advisory locks, in Claimwire's own class of keys. */
const LOCK_CLASS = 0x43_57; // "CW"
const WRITE_LOCK = 1; // shared by writers, held alone by one that was crossed too often
const ORDER_LOCK = 2; // held from taking a seq until it is visible

/** The tables whose keys are made by a sequence. */
const KEYED = [
  ...['sources', 'articles', 'claims', 'attributions', 'relations', 'reviews'].map(
    (table) => [table, 'key'] as const,
  ),
  ['changes', 'seq'] as const,
];

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…&application_name=…` */
  readonly url: string;
  readonly replicaUrls?: readonly string[];
  readonly clock?: Clock;
  /** Makes the ids of the parts of claims. */
  readonly newId?: () => string;
}

const poolConfig = (url: string): PoolConfig => ({
  application_name: 'claimwire',
  connectionString: url,
  max: POOL_MAX,
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  idleTimeoutMillis: IDLE_TIMEOUT_MS,
  statement_timeout: STATEMENT_TIMEOUT_MS,
  query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  keepAlive: true,
});

function openPool(url: string): Pool {
  const pool = new Pool(poolConfig(url));
  pool.on('error', () => {}); // an idle connection that broke; the next use opens another
  return pool;
}

/** Connects to a primary and its replicas. Throws `unavailable` with a sentence that says why the primary cannot be. */
export async function openPostgres(options: PostgresOptions): Promise<Storage> {
  const { url, replicaUrls = [], clock = systemClock, newId = makeId } = options;
  const pool = openPool(url);
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new ClaimwireError('unavailable', tellOfConnection(error, new URL(url)));
  }
  const replicaPools = replicaUrls.map(openPool);
  const listeners = createListeners();
  const nodes = createNodes(pool, replicaPools, listeners.tell);
  const line = listen(poolConfig(url), listeners.tell);
  const db = drizzle(pool, { casing: 'snake_case' });

  /** One attempt at a transaction. */
  const attempt = async <Result>(
    client: PoolClient,
    work: (stores: WriteStores) => Promise<Result>,
    { keep, isAlone }: { keep: boolean; isAlone: boolean },
  ): Promise<Written<Result>> => {
    const within = drizzle(client, { casing: 'snake_case' }) as unknown as Database;
    const lock = isAlone ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
    await client.query('begin isolation level serializable');
    await client.query(`select ${lock}($1, $2)`, [LOCK_CLASS, WRITE_LOCK]);
    const log = createChangeLog(within, tables, { clock, newId });
    const result = await work(writeStores(within, tables, log));
    if (log.recorded.size > 0)
      await client.query('select pg_advisory_xact_lock($1, $2)', [LOCK_CLASS, ORDER_LOCK]);
    const seq = await log.announce();
    if (seq !== null && keep) await client.query('select pg_notify($1, $2)', [CHANNEL, String(seq)]);
    await client.query(keep ? 'commit' : 'rollback');
    return {
      result,
      changes: log.recorded,
      bookmark: toBookmark(seq !== null && keep ? seq : await lastSeq(client)),
    };
  };

  const write = async <Result>(
    work: (stores: WriteStores) => Promise<Result>,
    { keep = true }: { keep?: boolean } = {},
  ): Promise<Written<Result>> => {
    const client = await pool.connect();
    let failure: unknown;
    try {
      for (let count = 1; count <= ATTEMPTS_MAX; count++) {
        try {
          return await attempt(client, work, { keep, isAlone: count > ATTEMPTS_BESIDE_OTHERS });
        } catch (error) {
          failure = error;
          await client.query('rollback');
          if (!isCrossed(error)) throw error;
          await delay(Math.random() * 2 ** count);
        }
      }
      throw failure;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      // A connection that broke must not go back to the pool.
      client.release(toFailure(failure) !== driverError(failure));
    }
  };

  const bracket = async <Result>(start: string, work: (db: Database) => Promise<Result>): Promise<Result> => {
    const client = await pool.connect();
    try {
      await client.query(start);
      await client.query('set local idle_in_transaction_session_timeout = 0'); // the other side may be slow
      const result = await work(drizzle(client, { casing: 'snake_case' }) as unknown as Database);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      client.release(true); // which ends the transaction, too
      throw toFailure(error);
    }
  };

  const raw: RawAccess = {
    tables,
    snapshot: (work) => bracket('begin isolation level repeatable read read only', work),
    transaction: (work) => bracket('begin', work),
    async resetKeys() {
      for (const [table, column] of KEYED)
        await pool.query(
          `select setval(pg_get_serial_sequence($1, $2), greatest(1, (select max("${column}") from "${table}")))`,
          [table, column],
        );
    },
  };

  return {
    engine: 'postgres',
    raw,
    read: readStores(db as unknown as Database, tables, toFailure),
    at: async (bookmark) => nodes.at(bookmark === undefined ? 0 : fromBookmark(bookmark)),

    write: async (work, options) => {
      try {
        return await write(work, options);
      } catch (error) {
        throw toFailure(error);
      }
    },

    async status() {
      await nodes.watch();
      return nodes.status();
    },
    onChange: listeners.add,

    async schemaState(): Promise<SchemaState> {
      const journal = JSON.parse(readFileSync(`${MIGRATIONS}/meta/_journal.json`, 'utf8')) as {
        entries: unknown[];
      };
      const { rows } = await pool.query(
        "select to_regclass('drizzle.__drizzle_migrations') is not null as held",
      );
      if (!rows[0]?.held) return 'empty';
      const { rows: applied } = await pool.query(
        'select count(*)::int as count from drizzle.__drizzle_migrations',
      );
      const count = Number(applied[0]?.count);
      if (count === journal.entries.length) return 'current';
      return count < journal.entries.length ? 'older' : 'newer';
    },

    async migrate() {
      try {
        await migrate(db, { migrationsFolder: MIGRATIONS });
      } catch (error) {
        throw new ClaimwireError('unavailable', tellOfConnection(error, new URL(url)), {
          cause: driverError(error),
        });
      }
    },

    async close() {
      nodes.close();
      await line.close();
      await Promise.all([pool, ...replicaPools].map((each) => each.end()));
    },
  };
}

async function lastSeq(client: PoolClient): Promise<number> {
  const { rows } = await client.query('select coalesce(max(seq), 0)::float8 as seq from changes');
  return Number(rows[0]?.seq);
}
