/** `claimwire backup`: copies a database while it is in use. */
import { existsSync, statSync } from 'node:fs';
import { ClaimwireError } from '../kernel/errors.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags, UsageError } from './command.js';
import { copyShown, fileOf, isSameFile, summaryOf } from './copying.js';
import { makeWhole } from './whole-file.js';

const POSTGRES_WAY =
  'pg_dump --format=custom --file=claimwire.dump "$DATABASE_URL"; or, into a SQLite file, claimwire copy';

const PERMISSIONS = 0o777;

/** Stand beside a database: SQLite would take them for part of whatever file has its name. */
const LOGS = ['-wal', '-journal'];

export const command: Command = {
  help: `Usage: claimwire backup FILE [options]

Copies a SQLite database to FILE while servers go on reading and writing: all that was kept when it began, and nothing
after. The copy is then read whole, and only if nothing is wrong with it does it get its name; whatever cuts the command
off, no half of a backup stands there. For PostgreSQL, use pg_dump.

${databaseHelp}
  --overwrite      replace FILE if it is there; else nothing is replaced

Examples:
  claimwire backup claimwire-$(date +%F).db
  claimwire backup latest.db --overwrite
`,
  async run(parameters) {
    const { values, positionals } = parseFlags(
      parameters,
      { ...databaseFlag, overwrite: { type: 'boolean', default: false } },
      { max: 1, words: 'one file' },
    );
    const [path] = positionals;
    if (path === undefined) throw new UsageError('Expected the file to write, found none.');
    const { database } = configFrom(values);
    const file = fileOf(database, POSTGRES_WAY);
    if (!existsSync(file)) throw refused(`There is no database ${file}.`);
    checkTarget(path, file, values.overwrite);
    try {
      const contents = await makeWhole(
        { path, overwrite: values.overwrite, mode: statSync(file).mode & PERMISSIONS },
        (part) => copyShown(file, part, 'no backup was made'),
      );
      process.stdout.write(`${path} is a whole backup of ${file}: ${summaryOf(contents)}.\n`);
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') throw refused(isThere(path));
      if (syscall !== undefined) throw refused(`The backup ${path} cannot be written.`, error);
      throw error;
    }
    return 0;
  },
};

const refused = (sentence: string, cause?: unknown) => new ClaimwireError('unavailable', sentence, { cause });

const isThere = (path: string): string =>
  `${path} is there already: choose another name, or add --overwrite.`;

/** Throws for a path that no backup may stand at. */
function checkTarget(path: string, file: string, overwrite: boolean): void {
  const log = LOGS.find((ending) => existsSync(path + ending) || isSameFile(path, file + ending));
  if (isSameFile(path, file) || log !== undefined)
    throw refused(`${path} is, or was, a database in use: choose another name.`);
  const held = statSync(path, { throwIfNoEntry: false });
  if (held !== undefined && !held.isFile()) throw refused(`${path} is no file: choose another name.`);
  if (held !== undefined && !overwrite) throw refused(isThere(path));
}
