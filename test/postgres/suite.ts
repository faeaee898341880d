/**
 * The contract suite on the second engine: the same files, run again over PostgreSQL.
 */
import { readdirSync } from 'node:fs';
import t from 'tap';
import { ROOT } from '../generated.js';

/** Runs every test of some folders of the suite again, but for those that are about one engine alone. */
export function runOnPostgres(folders: readonly string[], but: readonly string[] = []): void {
  const env = { ...process.env, CLAIMWIRE_TEST_ENGINE: 'postgres', CLAIMWIRE_TEST_RUN: String(process.ppid) };
  for (const folder of folders)
    for (const name of readdirSync(`${ROOT}test/${folder}`).sort()) {
      const file = `test/${folder}/${name}`;
      if (!name.endsWith('.test.ts') || but.includes(file)) continue;
      t.spawn(process.execPath, [...process.execArgv, file], { cwd: ROOT, env }, `on PostgreSQL: ${file}`);
    }
}
