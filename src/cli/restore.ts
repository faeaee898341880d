/** `claimwire restore`: puts a backup in the place of a database. */
import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { ClaimwireError } from '../kernel/errors.js';
import { checkFile, isAlone, isBlank } from '../storage/sqlite/backup.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags, UsageError } from './command.js';
import { copyShown, fileOf, isSameFile, summaryOf } from './copying.js';
import { makeFolder } from './database.js';

export const command: Command = {
  help: `Usage: claimwire restore FILE [options]

Puts the content of FILE, a backup, in the place of a SQLite database, in one transaction: whatever cuts the command off,
the database is wholly as before or wholly restored. FILE is read whole before, and the database afterwards. Servers over
it must be stopped; while anything has it open, nothing is done. For PostgreSQL, use pg_restore.

${databaseHelp}
  --overwrite      replace what the database holds; else it must be empty, or not there

Examples:
  claimwire restore latest.db --database sqlite:./restored.db
  claimwire restore latest.db --overwrite
`,
  async run(parameters) {
    const { values, positionals } = parseFlags(
      parameters,
      { ...databaseFlag, overwrite: { type: 'boolean', default: false } },
      { max: 1, words: 'one file' },
    );
    const [backup] = positionals;
    if (backup === undefined) throw new UsageError('Expected the file of a backup, found none.');
    const { database } = configFrom(values);
    const file = fileOf(database, 'pg_restore --clean --if-exists --dbname="$DATABASE_URL" claimwire.dump');
    if (!existsSync(backup)) throw refused(`There is no file ${backup}.`);
    if (isSameFile(backup, file)) throw new UsageError(`${backup} is the database itself.`);
    await checkFile(backup);

    const isNew = !existsSync(file);
    if (isNew) makeFolder(dirname(file));
    else await makeFree(file, values.overwrite);
    try {
      const { state, ...contents } = await copyShown(backup, file, 'the database is as it was');
      process.stdout.write(`${file} was restored from ${backup}: ${summaryOf(contents)}.\n`);
      if (state === 'older') process.stdout.write('It is of an older release: run claimwire migrate.\n');
    } catch (error) {
      if (isNew) for (const ending of ['', '-journal']) rmSync(file + ending, { force: true });
      throw error;
    }
    return 0;
  },
};

const refused = (sentence: string, cause?: unknown) => new ClaimwireError('unavailable', sentence, { cause });

/** Throws where a database must not be replaced, or cannot be. */
async function makeFree(file: string, overwrite: boolean): Promise<void> {
  let isFree: boolean;
  try {
    if (!overwrite && !(await isBlank(file)))
      throw refused(`The database ${file} holds something already; --overwrite replaces it.`);
    isFree = await isAlone(file);
  } catch (error) {
    if (error instanceof ClaimwireError && error.cause !== undefined)
      throw refused(
        `${error.message} Make sure that nobody uses it, move it away with its -wal and -shm, and run this again.`,
        error.cause,
      );
    throw error;
  }
  if (!isFree)
    throw refused(`The database ${file} is in use: stop the servers over it, and whatever else has it open.`);
}
