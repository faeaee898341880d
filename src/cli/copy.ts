/** `claimwire copy`: moves everything from one database to another. */
import { databaseName, readDatabaseUrl } from '../config.js';
import { ClaimwireError } from '../kernel/errors.js';
import { copyAll } from '../storage/copy.js';
import { type Command, parseFlags, UsageError } from './command.js';
import { bringToRelease, openCurrentStorage, openStorage } from './database.js';
import { createProgress } from './progress.js';

export const command: Command = {
  help: `Usage: claimwire copy --from URL --to URL

Copies every row of every table, ids and versions kept, and compares both sides at the end. The target must be empty; if
a copy was cut off, the same command goes on with it. Nothing may write to the source meanwhile.

  --from URL       the database to copy
  --to URL         the database to fill; its tables are made if they are not there

Examples:
  claimwire copy --from sqlite:./data/claimwire.db --to postgres://claimwire@db.example/claimwire
  claimwire copy --from postgres://claimwire@db.example/claimwire --to sqlite:./claimwire.db
`,
  async run(parameters) {
    const { values } = parseFlags(parameters, { from: { type: 'string' }, to: { type: 'string' } });
    if (values.from === undefined || values.to === undefined)
      throw new UsageError('Expected --from and --to, each with the URL of a database.');
    if (values.from === values.to) throw new UsageError('--from and --to are the same database.');
    const fromDatabase = readDatabaseUrl(values.from, [], '--from');
    const toDatabase = readDatabaseUrl(values.to, [], '--to');

    const from = await openCurrentStorage(fromDatabase);
    try {
      const to = await openStorage(toDatabase);
      try {
        await bringToRelease(to, toDatabase);
        const progress = createProgress({ unit: 'rows' });
        const reports = await copyAll(from.raw, to.raw, ({ table, done, total }) =>
          progress.show({ what: table, done, total }),
        );
        progress.end();
        const width = Math.max(...reports.map(({ table }) => table.length));
        for (const { table, rows, checksum } of reports)
          process.stdout.write(
            `${table.padEnd(width)} ${String(rows).padStart(9)} rows  sha256 ${checksum}\n`,
          );
        process.stdout.write(
          `Both sides are equal: ${databaseName(fromDatabase)} and ${databaseName(toDatabase)}.\n`,
        );
      } catch (error) {
        if (error instanceof ClaimwireError && error.code === 'unavailable')
          throw new ClaimwireError('unavailable', `${error.message} Run the same command again to go on.`, {
            cause: error.cause,
          });
        throw error;
      } finally {
        await to.close();
      }
    } finally {
      await from.close();
    }
    return 0;
  },
};
