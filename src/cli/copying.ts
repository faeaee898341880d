/**
 * What `backup` and `restore` share: which file it is about, how the copying is shown and stopped, and what is told at the end.
 */
import { statSync } from 'node:fs';
import type { DatabaseConfig } from '../config.js';
import { ClaimwireError } from '../kernel/errors.js';
import { type Contents, copyFile } from '../storage/sqlite/backup.js';
import { UsageError } from './command.js';
import { createProgress, grouped } from './progress.js';
import { stopSignal } from './signals.js';

/** What is counted at the end; the rest are its parts. */
const TOLD = ['sources', 'articles', 'claims'];

/** The file of a database. Throws UsageError, which says what does the same for one that has none. */
export function fileOf(database: DatabaseConfig, instead: string): string {
  if (database.engine === 'postgres')
    throw new UsageError(`This command is for SQLite files. For PostgreSQL: ${instead}.`);
  if (database.file === ':memory:') throw new UsageError('A database in memory ends with its process.');
  return database.file;
}

/** Copies a database as `copyFile` does, which a signal ends; `afterStop` says how things are then. */
export async function copyShown(from: string, to: string, afterStop: string): Promise<Contents> {
  const progress = createProgress({ unit: 'bytes' });
  const stop = new AbortController();
  stopSignal().then((signal) =>
    stop.abort(new ClaimwireError('unavailable', `Stopped by ${signal}: ${afterStop}.`)),
  );
  try {
    return await copyFile({
      from,
      to,
      signal: stop.signal,
      onProgress: (done, total) => progress.show({ what: from, done, total }),
    });
  } finally {
    progress.end();
  }
}

/** `sources 3, articles 20, claims 61, 1,204,224 bytes`. */
export const summaryOf = ({ rows, bytes }: Omit<Contents, 'state'>): string =>
  [...TOLD.map((table) => `${table} ${grouped(rows[table] ?? 0)}`), `${grouped(bytes)} bytes`].join(', ');

/** Whether two paths lead to one file that is there. */
export function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}
