/**
 * The contract suite on the second engine: the same files, run again over PostgreSQL, in one process for each folder.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs the wanted test files of a folder again; a name is without its ending. */
export async function runOnPostgres(folder: string, isWanted: (name: string) => boolean): Promise<void> {
  process.env.CLAIMWIRE_TEST_ENGINE = 'postgres'; // read as the engine of the tests is loaded, which nothing did yet
  const { engine } = await import('../engine.js');
  if (engine !== 'postgres') throw new Error('the engine of the tests was loaded before it was chosen');
  for (const file of readdirSync(fileURLToPath(new URL(`../${folder}`, import.meta.url))).sort()) {
    const [name = '', ending] = file.split('.test.');
    if (ending === 'js' && isWanted(name)) await import(`../${folder}/${file}`);
  }
}
