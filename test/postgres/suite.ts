/**
 * The contract suite on the second engine: the same files, run again over PostgreSQL, in one process for each folder.
 */
import { readdirSync } from 'node:fs';
import { ROOT } from '../generated.js';

/** Runs the wanted test files of a folder again; a name is without its ending. */
export async function runOnPostgres(folder: string, isWanted: (name: string) => boolean): Promise<void> {
  process.env.CLAIMWIRE_TEST_ENGINE = 'postgres'; // which the helpers of the tests read as they are loaded
  for (const file of readdirSync(`${ROOT}dist/test/${folder}`).sort()) {
    const [name = '', ending] = file.split('.test.');
    if (ending === 'js' && isWanted(name)) await import(`../${folder}/${file}`);
  }
}
