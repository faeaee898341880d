/**
 * Copies of a whole database file, page by page: of one moment while others write, and believed only when what was
 * written has been read again.
 */
import { statSync } from 'node:fs';
import Driver from 'better-sqlite3';
import { ClaimwireError } from '../../kernel/errors.js';
import type { SchemaState } from '../storage.js';
import { schemaStateOf } from './schema-state.js';

const BUSY_WAIT_MS = 5_000; // how long another process may take to open or to close the same database
const PAGES_AT_ONCE = 2_000; // 8 MB: some milliseconds

/** What must be there, whatever the release. */
const TABLES = ['sources', 'articles', 'claims'];

export interface Contents {
  readonly state: Extract<SchemaState, 'current' | 'older'>;
  readonly bytes: number;
  /** How many rows each table has. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Told how many bytes are written, and how many there are. */
type CopyListener = (done: number, total: number) => void;

export interface FileCopy {
  readonly from: string;
  /** A file that is empty or not there, or a database that no other process has open: all that it holds is replaced. */
  readonly to: string;
  readonly onProgress?: CopyListener;
  /** Ends the copy, so that `to` is as it was. */
  readonly signal?: AbortSignal;
}

const unavailable = (sentence: string, cause?: unknown) =>
  new ClaimwireError('unavailable', sentence, { cause });

/**
 * Copies a database as it is at one moment, whatever is written meanwhile, in one transaction on the other side; then reads
 * the copy. Throws `unavailable` for what is damaged, is no database of Claimwire or one of a newer release, and where it
 * cannot be read or written; the reason of `signal` where that ends it.
 */
export async function copyFile({ from, to, onProgress, signal }: FileCopy): Promise<Contents> {
  const rows = await reading(from, async (connection) => {
    stateOf(connection, from);
    const before = rowsOf(connection);
    const pageBytes = connection.pragma('page_size', { simple: true }) as number;
    const { totalPages } = await writing(to, () =>
      connection.backup(to, {
        progress({ totalPages, remainingPages }) {
          signal?.throwIfAborted();
          onProgress?.((totalPages - remainingPages) * pageBytes, totalPages * pageBytes);
          return PAGES_AT_ONCE;
        },
      }),
    );
    // The driver takes a file that is locked for one that has nothing left to copy.
    if (totalPages === 0) throw unavailable(`${to} cannot be written: another process has it open.`);
    return before;
  });
  if (!(await isAlone(to)))
    throw unavailable(`Another process opened ${to} while it was filled: restart that.`);
  const contents = await checkFile(to);
  for (const [table, count] of Object.entries(rows))
    if (contents.rows[table] !== count)
      throw unavailable(
        `${to} is not what was copied: ${table} has ${contents.rows[table]} rows, not ${count}.`,
      );
  return contents;
}

/** Reads the whole of a database file. Throws `unavailable` as `copyFile` does. */
export const checkFile = (file: string): Promise<Contents> =>
  reading(file, async (connection) => {
    const state = stateOf(connection, file);
    const fault = connection.pragma('integrity_check(1)', { simple: true });
    if (fault !== 'ok') throw unavailable(`${file} is damaged: ${fault}`);
    const [stray] = connection.pragma('foreign_key_check') as { table: string; parent: string }[];
    if (stray !== undefined)
      throw unavailable(`${file} is damaged: a row of ${stray.table} refers to none of ${stray.parent}.`);
    return { state, bytes: statSync(file).size, rows: rowsOf(connection) };
  });

/** Whether a database file, which is there, has no tables yet. Throws `unavailable` where it cannot be read. */
export const isBlank = (file: string): Promise<boolean> =>
  reading(
    file,
    async (connection) => connection.prepare('select 1 from sqlite_schema limit 1').get() === undefined,
  );

/**
 * Brings a database into one file, without a log beside it, which can be done only while no other connection has it open:
 * gives whether that is so. The next storage that is opened over it has its log again.
 */
export async function isAlone(file: string): Promise<boolean> {
  let connection: Driver.Database | undefined;
  try {
    connection = new Driver(file, { fileMustExist: true, timeout: 0 });
    connection.pragma('journal_mode = delete');
    return true;
  } catch (error) {
    if (error instanceof Driver.SqliteError && error.code.startsWith('SQLITE_BUSY')) return false;
    throw failureOf(error, `${file} cannot be written.`);
  } finally {
    connection?.close();
  }
}

/** What `work` gives on a connection that sees one moment and writes nothing. */
async function reading<Result>(
  file: string,
  work: (connection: Driver.Database) => Promise<Result>,
): Promise<Result> {
  let connection: Driver.Database | undefined;
  try {
    connection = new Driver(file, { fileMustExist: true, timeout: BUSY_WAIT_MS });
    connection.pragma('query_only = on');
    connection.exec('begin');
    connection.prepare('select count(*) from sqlite_schema').get(); // here the moment is
    return await work(connection);
  } catch (error) {
    throw failureOf(error, `${file} cannot be read.`);
  } finally {
    connection?.close();
  }
}

async function writing<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw failureOf(error, `${file} cannot be written.`);
  }
}

/** What the driver has to say, in a sentence; anything else as it is. */
const failureOf = (error: unknown, sentence: string): unknown =>
  error instanceof Driver.SqliteError ? unavailable(sentence, error) : error;

function stateOf(connection: Driver.Database, file: string): Contents['state'] {
  const state = schemaStateOf(connection);
  const tables = tablesOf(connection);
  if (state === 'empty' || !TABLES.every((table) => tables.includes(table)))
    throw unavailable(`${file} is no database of Claimwire.`);
  if (state === 'newer') throw unavailable(`${file} was made by a newer release of Claimwire; use that one.`);
  return state;
}

const tablesOf = (connection: Driver.Database): string[] =>
  connection.prepare("select name from sqlite_schema where type = 'table'").pluck().all() as string[];

const rowsOf = (connection: Driver.Database): Record<string, number> =>
  Object.fromEntries(
    tablesOf(connection).map((table) => {
      // A name cannot be bound; this is how SQL quotes one.
      const counted = connection.prepare(`select count(*) from "${table.replaceAll('"', '""')}"`);
      return [table, counted.pluck().get() as number];
    }),
  );
