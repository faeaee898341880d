/**
 * Moves everything from one database to another, whichever engines they are: every row of every table, keys, ids and
 * versions kept. Cut off, it goes on where it stopped; at the end both sides are counted and summed.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { asc, eq, isNotNull, sql } from 'drizzle-orm';
import { ClaimwireError } from '../kernel/errors.js';
import type { Database } from './database.js';
import type { RawAccess } from './storage.js';
import type { Tables } from './tables.js';

const ROWS_AT_ONCE = 500; // of articles, 12,000 values: a statement takes 32,766

/** The tables in the order of their foreign keys, each with the columns of its primary key. */
const plan = {
  sources: ['key'],
  sourceNames: ['source', 'folded'],
  articles: ['key'],
  articleTags: ['article', 'tag'],
  articleAuthors: ['article', 'position'],
  claims: ['key'],
  claimTags: ['claim', 'tag'],
  attributions: ['key'],
  relations: ['key'],
  reviews: ['key'],
  articleSearch: ['article'],
  claimSearch: ['claim'],
  sourceSearch: ['source'],
  apiKeys: ['key'],
  changes: ['seq'],
  revisions: ['type', 'id', 'version'],
  tombstones: ['type', 'id'],
  sourceAliases: ['ref'],
  idempotencyKeys: ['name'],
  secrets: ['name'],
} as const satisfies Record<keyof Tables, readonly string[]>;

type TableName = keyof typeof plan;
export const tableNames = Object.keys(plan) as TableName[];

type Row = Record<string, unknown>;

/** A side of the move, within one transaction or snapshot. */
interface Side {
  readonly db: Database;
  readonly tables: Tables;
}

export interface TableReport {
  readonly table: TableName;
  readonly rows: number;
  /** SHA-256 over the rows in the order of their keys. */
  readonly checksum: string;
}

export interface CopyProgress {
  readonly table: TableName;
  readonly done: number;
  readonly total: number;
}

/** Up to a batch of rows after a row, in the order of the primary key. */
async function rowsAfter({ db, tables }: Side, name: TableName, last: Row | null): Promise<Row[]> {
  const table = tables[name] as Tables['sources']; // any of them: only what all have in common is used
  const columns = plan[name].map(
    (column) => table[column as keyof Tables['sources']] as Tables['sources']['key'],
  );
  // Row values, which drizzle has no word for; the columns are ours and the values bound.
  const tuple = (parts: readonly unknown[]) =>
    sql.join(
      parts.map((part) => sql`${part}`),
      sql`, `,
    );
  const after = last && sql`(${tuple(columns)}) > (${tuple(plan[name].map((column) => last[column]))})`;
  return db
    .select()
    .from(table)
    .where(after ?? undefined)
    .orderBy(...columns.map((column) => asc(column)))
    .limit(ROWS_AT_ONCE);
}

async function* batches(side: Side, name: TableName): AsyncGenerator<Row[]> {
  for (let last: Row | null = null; ; ) {
    const rows = await rowsAfter(side, name, last);
    if (rows.length > 0) yield rows;
    last = rows.at(-1) ?? null;
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

const countOf = ({ db, tables }: Side, name: TableName): Promise<number> => db.$count(tables[name]);

/** A source is first stored without its organisation, which may stand behind it. */
const asFirstStored = (name: TableName, row: Row): Row =>
  name === 'sources' ? { ...row, memberOf: null } : row;

/**
 * Whether the target holds what an earlier, unfinished move of this very source left there: of each table the first
 * rows, and no others.
 */
async function holdsOnlyPart(from: Side, to: Side): Promise<boolean> {
  for (const name of tableNames) {
    const source = batches(from, name);
    for await (const held of batches(to, name)) {
      const { value: wanted = [] } = await source.next();
      const isSame = held.every((row, index) =>
        isDeepStrictEqual(asFirstStored(name, row), asFirstStored(name, (wanted as Row[])[index] ?? {})),
      );
      if (!isSame) return false;
    }
  }
  return true;
}

/** Counts and sums every table. */
async function summarise(side: Side): Promise<TableReport[]> {
  const reports: TableReport[] = [];
  for (const table of tableNames) {
    const hash = createHash('sha256');
    let rows = 0;
    for await (const batch of batches(side, table)) {
      for (const row of batch) hash.update(`${JSON.stringify(row)}\n`);
      rows += batch.length;
    }
    reports.push({ table, rows, checksum: hash.digest('hex') });
  }
  return reports;
}

/**
 * Moves everything. Throws `conflict` where the target holds anything that is not the beginning of this move, and
 * `internal` where the sides differ at the end; the source must not be written to meanwhile.
 */
export async function copyAll(
  from: RawAccess,
  to: RawAccess,
  onProgress: (progress: CopyProgress) => void,
): Promise<TableReport[]> {
  return from.snapshot(async (fromDb) => {
    const source: Side = { db: fromDb, tables: from.tables };
    await to.snapshot(async (toDb) => {
      if (!(await holdsOnlyPart(source, { db: toDb, tables: to.tables })))
        throw new ClaimwireError(
          'conflict',
          'The target is not empty, and what it holds is not the beginning of this copy.',
        );
    });
    for (const name of tableNames) await copyTable(source, to, name, onProgress);
    await joinMembers(source, to);
    await to.resetKeys();

    const wanted = await summarise(source);
    const held = await to.snapshot((toDb) => summarise({ db: toDb, tables: to.tables }));
    const differing = wanted.filter((report, index) => !isDeepStrictEqual(report, held[index]));
    if (differing.length > 0)
      throw new ClaimwireError(
        'internal',
        `The copy differs from its source in ${differing.map(({ table }) => table).join(', ')}; do not use it.`,
      );
    return held;
  });
}

async function copyTable(
  source: Side,
  to: RawAccess,
  name: TableName,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const total = await countOf(source, name);
  let present = await to.snapshot((db) => countOf({ db, tables: to.tables }, name));
  let done = 0;
  for await (const rows of batches(source, name)) {
    const missing = rows.slice(Math.min(present, rows.length));
    present = Math.max(0, present - rows.length);
    if (missing.length > 0)
      await to.transaction(async (db) => {
        await db.insert(to.tables[name]).values(missing.map((row) => asFirstStored(name, row)) as never);
      });
    done += rows.length;
    onProgress({ table: name, done, total });
  }
}

/** Gives the sources their organisations, now that all of them are there. */
async function joinMembers({ db: fromDb, tables }: Side, to: RawAccess): Promise<void> {
  const members = await fromDb
    .select({ key: tables.sources.key, memberOf: tables.sources.memberOf })
    .from(tables.sources)
    .where(isNotNull(tables.sources.memberOf));
  for (let start = 0; start < members.length; start += ROWS_AT_ONCE)
    await to.transaction(async (db) => {
      for (const { key, memberOf } of members.slice(start, start + ROWS_AT_ONCE))
        await db.update(to.tables.sources).set({ memberOf }).where(eq(to.tables.sources.key, key));
    });
}
