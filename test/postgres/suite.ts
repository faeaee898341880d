/**
 * The contract suite on the second engine: the same files, run again over PostgreSQL.
 */
import { readdirSync } from 'node:fs';
import t from 'tap';
import { ROOT } from '../generated.js';

/** Runs the wanted test files of a folder again; a name is without its ending. */
export function runOnPostgres(folder: string, isWanted: (name: string) => boolean): void {
  const env = { ...process.env, CLAIMWIRE_TEST_ENGINE: 'postgres', CLAIMWIRE_TEST_RUN: String(process.ppid) };
  for (const file of readdirSync(`${ROOT}dist/test/${folder}`).sort()) {
    const [name = '', ending] = file.split('.test.');
    if (ending !== 'js' || !isWanted(name)) continue;
    const path = `dist/test/${folder}/${file}`;
    t.spawn(process.execPath, [...process.execArgv, path], { cwd: ROOT, env }, `on PostgreSQL: ${path}`);
  }
}
