/**
 * PostgreSQL: a primary that is written to, replicas that are read from. Transactions are serializable and run again
 * where they crossed another; the order of `changes` is the order in which they become visible.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import { Client, type PoolClient } from 'pg';
import { ClaimwireError } from '../../kernel/errors.js';
import { newId as makeId } from '../../kernel/ids.js';
import { type Clock, systemClock } from '../../kernel/time.js';
import { fromBookmark, isBookmark } from '../bookmark.js';
import type { Database } from '../database.js';
import { readExchange } from '../exchange.js';
import { fillSearch } from '../search-index.js';
import { createListeners, type RawAccess, type SchemaState, type Storage } from '../storage.js';
import { guardedPages, readStores } from '../stores.js';
import { openPool, parseUrl, poolConfig } from './connect.js';
import { tellOfConnection, toFailure } from './failures.js';
import { listen } from './listen.js';
import { createNodes } from './nodes.js';
import { createKnownPlace } from './place.js';
import { tables } from './tables.js';
import { createWriter, LOCK_CLASS } from './transaction.js';

const MIGRATIONS = fileURLToPath(new URL('../../../../migrations/postgres', import.meta.url));
const MIGRATE_LOCK = 3; // held by who brings the tables to this release; the others wait and find it done

/** The tables whose keys are made by a sequence. */
const KEYED = [
  ...['sources', 'articles', 'claims', 'attributions', 'relations', 'reviews', 'api_keys'].map(
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

/**
 * Connects to a primary and its replicas. Throws `unavailable` with a sentence that says why the primary cannot be; a
 * replica may come up later.
 */
export async function openPostgres(options: PostgresOptions): Promise<Storage> {
  const { url, replicaUrls = [], clock = systemClock, newId = makeId } = options;
  const address = parseUrl(url);
  replicaUrls.forEach(parseUrl);
  const told = (error: unknown) => new ClaimwireError('unavailable', tellOfConnection(error, address));
  const pool = openPool(poolConfig(url));
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw told(error);
  }
  const server = (each: string) => ({ url: each, pool: openPool(poolConfig(each)) });
  const replicas = replicaUrls.map(server);
  const listeners = createListeners();
  const place = createKnownPlace(listeners.tell);
  const nodes = createNodes({ url, pool }, replicas, place);
  const line = listen(poolConfig(url), place.heard);
  const write = createWriter(pool, { clock, newId });
  const db = drizzle(pool, { casing: 'snake_case' });

  const query = async (sql: string, values: unknown[] = []) => {
    try {
      return await pool.query(sql, values);
    } catch (error) {
      throw toFailure(error);
    }
  };

  const bracket = async <Result>(start: string, work: (db: Database) => Promise<Result>): Promise<Result> => {
    let client: PoolClient | undefined;
    try {
      client = await pool.connect();
      await client.query(start);
      await client.query('set local idle_in_transaction_session_timeout = 0'); // the other side may be slow
      const result = await work(drizzle(client, { casing: 'snake_case' }) as unknown as Database);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      client?.release(true); // which ends the transaction, too
      throw toFailure(error);
    }
  };

  const raw: RawAccess = {
    tables,
    snapshot: (work) => bracket('begin isolation level repeatable read read only', work),
    transaction: (work) => bracket('begin', work),
    async resetKeys() {
      for (const [table, column] of KEYED)
        await query(
          `select setval(pg_get_serial_sequence($1, $2), greatest(1, (select max("${column}") from "${table}")))`,
          [table, column],
        );
    },
  };

  let closing: Promise<void> | undefined;
  return {
    engine: 'postgres',
    raw,
    read: readStores(db as unknown as Database, tables, toFailure),
    at: async (bookmark, onBehind) => nodes.at(bookmark === undefined ? 0 : fromBookmark(bookmark), onBehind),
    revision: () => (nodes.isPrimaryUp() ? place.revision() : null),
    reaches: (bookmark) => isBookmark(bookmark) && fromBookmark(bookmark) <= place.seq(),

    async write(work, options) {
      const written = await write(work, options);
      place.heard(fromBookmark(written.bookmark));
      return written;
    },
    async openSnapshot() {
      let client: PoolClient | undefined;
      try {
        client = await pool.connect();
        await client.query('begin isolation level repeatable read read only');
        await client.query('set local idle_in_transaction_session_timeout = 0'); // who reads it may be slow
        await client.query('select 1 from changes limit 1'); // which is when the state is taken
      } catch (error) {
        client?.release(true);
        throw toFailure(error);
      }
      const held = client;
      const reads = readExchange(drizzle(held, { casing: 'snake_case' }) as unknown as Database, tables);
      let isOpen = true;
      const close = async () => {
        if (isOpen) held.release(true); // which ends the transaction, too
        isOpen = false;
      };
      return { ...guardedPages(reads, toFailure), close };
    },
    status: nodes.status,
    onChange: listeners.add,

    async schemaState(): Promise<SchemaState> {
      const journal = JSON.parse(readFileSync(`${MIGRATIONS}/meta/_journal.json`, 'utf8')) as {
        entries: unknown[];
      };
      try {
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
      } catch (error) {
        throw told(error);
      }
    },

    async migrate() {
      // On a connection of its own: to rebuild a large table may take longer than any request may.
      const client = new Client({ ...poolConfig(url), statement_timeout: 0, query_timeout: 0 });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.query('select pg_advisory_lock($1, $2)', [LOCK_CLASS, MIGRATE_LOCK]);
        await migrate(drizzle(client), { migrationsFolder: MIGRATIONS });
      } catch (error) {
        throw told(error);
      } finally {
        await client.end().catch(() => {});
      }
    },

    fillSearch: () => fillSearch(tables, raw.transaction),

    close() {
      closing ??= (async () => {
        await Promise.all([nodes.close(), line.close()]);
        await Promise.all([pool, ...replicas.map((each) => each.pool)].map((each) => each.end()));
      })();
      return closing;
    },
  };
}
