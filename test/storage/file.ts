/**
 * A storage in a file of the test's own, and a second connection that sees what is truly stored in it.
 */
import Driver from 'better-sqlite3';
import type { Test } from 'tap';
import { createServices } from '../../src/services.js';
import { openSqlite, type SqliteOptions } from '../../src/storage/sqlite/open.js';
import { builders, idOf, NOW } from '../helper.js';

/** The first part of a claim that a test makes has the id `idOf(PART)`, the next the one after it. */
export const PART = 1001;

export async function openFileStorage(t: Test, options: Omit<SqliteOptions, 'file'> = {}) {
  let parts = 0;
  const newId = () => idOf(PART + parts++);
  const file = `${t.testdir({})}/claimwire.db`;
  const storage = await openSqlite({ file, clock: () => NOW, newId, ...options });
  await storage.migrate();
  const raw = new Driver(file);
  raw.pragma('foreign_keys = on');
  raw.pragma('synchronous = off');
  t.teardown(async () => {
    raw.close();
    await storage.close();
  });

  let seen = 0;
  /** The change rows since this was last asked, each as `update claim 11 v2`. */
  const news = (): string[] => {
    const rows = raw
      .prepare('select seq, type, id, operation, version from changes where seq > ? order by seq')
      .all(seen) as { seq: number; type: string; id: string; operation: string; version: number }[];
    seen = rows.at(-1)?.seq ?? seen;
    return rows.map(
      ({ type, id, operation, version }) => `${operation} ${type} ${Number(id.slice(-12))} v${version}`,
    );
  };
  /** How many rows each table holds, those that hold none left out. */
  const rowCounts = (): Record<string, number> => {
    const names = raw
      .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")
      .pluck()
      .all() as string[];
    const counts = names
      .filter((name) => !name.startsWith('__'))
      .map((name) => [name, raw.prepare(`select count(*) from ${name}`).pluck().get() as number] as const);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  };

  const services = createServices(storage);
  return { file, storage, services, given: builders(services), raw, news, rowCounts };
}
