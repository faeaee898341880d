/**
 * The engine that a test runs on: SQLite, or PostgreSQL where CLAIMWIRE_TEST_ENGINE says so. The contract suite runs on
 * both, so what is asserted in it holds for both.
 */
import Driver from 'better-sqlite3';
import { Client, types } from 'pg';
import type { Test } from 'tap';
import type { DatabaseConfig } from '../src/config.js';
import { createServices } from '../src/services.js';
import { openPostgres } from '../src/storage/postgres/open.js';
import { openSqlite } from '../src/storage/sqlite/open.js';
import type { Storage } from '../src/storage/storage.js';
import { builders, idOf, NOW } from './helper.js';
import { borrowTestDatabase } from './postgres.js';

export const engine = process.env.CLAIMWIRE_TEST_ENGINE === 'postgres' ? 'postgres' : 'sqlite';

/** The first part of a claim that a test makes has the id `idOf(PART)`, the next the one after it. */
export const PART = 1001;

export interface EngineOptions {
  readonly clock?: () => string;
  readonly newId?: () => string;
}

/** A migrated storage of the test's own, and a connection beside it that sees what is truly stored. */
export async function openEngine(t: Test, options: EngineOptions = {}) {
  let parts = 0;
  const made = { clock: () => NOW, newId: () => idOf(PART + parts++), ...options };
  const { storage, query, database } =
    engine === 'sqlite' ? await openFile(t, made) : await openDatabase(t, made);

  let seen = 0;
  /** The change rows since this was last asked, each as `update claim 11 v2`. */
  const news = async (): Promise<string[]> => {
    const rows = await query<{ seq: number; type: string; id: string; operation: string; version: number }>(
      `select seq, type, id, operation, version from changes where seq > ${seen} order by seq`,
    );
    seen = rows.at(-1)?.seq ?? seen;
    return rows.map(
      ({ type, id, operation, version }) => `${operation} ${type} ${Number(id.slice(-12))} v${version}`,
    );
  };
  /** How many rows each table holds, those that hold none left out. */
  const rowCounts = async (): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const name of TABLES) {
      const [row] = await query<{ count: number }>(`select count(*) as count from ${name}`);
      if (row !== undefined && row.count > 0) counts[name] = row.count;
    }
    return counts;
  };

  const services = createServices(storage);
  return { storage, services, given: builders(services), query, news, rowCounts, database };
}

const TABLES = [
  'sources',
  'source_names',
  'articles',
  'article_tags',
  'article_authors',
  'claims',
  'claim_tags',
  'attributions',
  'relations',
  'reviews',
  'article_search',
  'claim_search',
  'source_search',
  'api_keys',
  'changes',
  'revisions',
  'tombstones',
  'source_aliases',
  'idempotency_keys',
  'secrets',
];

type Query = <Row>(sql: string) => Promise<Row[]>;

interface Opened {
  readonly storage: Storage;
  /** Where it is, for another process or thread. */
  readonly database: DatabaseConfig;
  readonly query: Query;
}

async function openFile(t: Test, options: EngineOptions): Promise<Opened> {
  const file = `${t.testdir({})}/claimwire.db`;
  const storage = await openSqlite({ file, ...options });
  await storage.migrate();
  const raw = new Driver(file, { readonly: true });
  t.teardown(async () => {
    raw.close();
    await storage.close();
  });
  return {
    storage,
    database: { engine: 'sqlite', file },
    query: async <Row>(sql: string) => raw.prepare(sql).all() as Row[],
  };
}

const INT8 = 20;
const BOOL = 16;

async function openDatabase(t: Test, options: EngineOptions): Promise<Opened> {
  const { url, drop } = await borrowTestDatabase();
  const storage = await openPostgres({ url, ...options });
  const client = new Client({
    connectionString: url,
    types: {
      // As SQLite gives them.
      getTypeParser: (oid: number, format: 'text' | 'binary') =>
        oid === INT8
          ? Number
          : oid === BOOL
            ? (text: string) => Number(text === 't')
            : types.getTypeParser(oid, format),
    } as never,
  });
  await client.connect();
  t.teardown(async () => {
    await client.end();
    await storage.close();
    await drop();
  });
  return {
    storage,
    database: { engine: 'postgres', url, replicaUrls: [] },
    query: async <Row>(sql: string) => (await client.query(sql)).rows as Row[],
  };
}
