/**
 * How a command comes to the database that is configured: opened, or refused with a sentence that says what to do.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type DatabaseConfig, databaseName } from '../config.js';
import { ClaimwireError } from '../kernel/errors.js';
import type { Storage } from '../storage/storage.js';

const BUSY_WAIT_MS = 10_000; // how long another process may take to make or open the same database
const BUSY_RETRY_MS = 20;

const unavailable = (sentence: string) => new ClaimwireError('unavailable', sentence);

/** Opens a database, making its file and folder where there are none. Throws `unavailable`. */
export async function openStorage(database: DatabaseConfig): Promise<Storage> {
  // The engines are loaded when they are needed: a command may end before, and only one of them is used.
  if (database.engine === 'postgres')
    return (await import('../storage/postgres/open.js')).openPostgres(database);
  const { file } = database;
  try {
    if (file !== ':memory:') {
      if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
      makeFolder(dirname(file));
    }
    const { openSqlite } = await import('../storage/sqlite/open.js');
    return await patiently(() => openSqlite({ file }));
  } catch (error) {
    throw unavailable(`The database ${file} cannot be opened: ${originOf(error).message}.`);
  }
}

/**
 * Opens the database and refuses one whose tables are not of this release; makes no file. One in memory, which no
 * other command can have prepared, gets its tables at once. Throws `unavailable`.
 */
export async function openCurrentStorage(database: DatabaseConfig): Promise<Storage> {
  const isMemory = database.engine === 'sqlite' && database.file === ':memory:';
  if (database.engine === 'sqlite' && !isMemory && !existsSync(database.file))
    throw unavailable(`There is no database ${database.file} yet: run claimwire migrate.`);
  const storage = await openStorage(database);
  try {
    if (isMemory) await storage.migrate();
    const state = await storage.schemaState();
    if (state === 'newer') throw unavailable(newerSentence(database));
    if (state !== 'current')
      throw unavailable(
        `The database ${databaseName(database)} ${state === 'empty' ? 'has no tables yet' : 'is of an older release'}: run claimwire migrate.`,
      );
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/**
 * Brings the tables of a database to this release; gives whether there was anything to do. Throws `unavailable`, for a
 * database of a newer release too.
 */
export async function bringToRelease(storage: Storage, database: DatabaseConfig): Promise<boolean> {
  const before = await storage.schemaState();
  if (before === 'newer') throw unavailable(newerSentence(database));
  await patiently(async () => {
    try {
      await storage.migrate();
    } catch (error) {
      if ((await storage.schemaState()) === 'current') return; // another process was faster
      if (error instanceof ClaimwireError) throw error;
      const sentence = `The tables of ${databaseName(database)} cannot be made.`;
      throw new ClaimwireError('unavailable', sentence, { cause: originOf(error) });
    }
  });
  await patiently(() => storage.fillSearch());
  return before !== 'current';
}

const newerSentence = (database: DatabaseConfig): string =>
  `The database ${databaseName(database)} was made by a newer release of Claimwire; this one cannot use it.`;

/** What `work` gives, which is tried again while another process makes or opens the same database. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const started = Date.now(); ; ) {
    try {
      return await work();
    } catch (error) {
      const { code } = originOf(error);
      if (code !== 'SQLITE_BUSY' || Date.now() - started > BUSY_WAIT_MS) throw error;
      await delay(BUSY_RETRY_MS);
    }
  }
}

/** The error that all the others around it came of. */
function originOf(error: unknown): NodeJS.ErrnoException {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? originOf(error.cause) : error;
}

/** Makes a folder and those above it. `recursive` of Node's own never returns from a file system such as /proc, where no folder can be made. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
