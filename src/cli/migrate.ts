/** `claimwire migrate`: brings the tables to this release. */
import { databaseName } from '../config.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags } from './command.js';
import { bringToRelease, openStorage } from './database.js';

export const command: Command = {
  help: `Usage: claimwire migrate [options]

Makes the tables of a new database, or brings those of an older release to this one. Content stays.

${databaseHelp}

Examples:
  claimwire migrate
  claimwire migrate --database sqlite:./news.db
`,
  async run(parameters) {
    const { values } = parseFlags(parameters, databaseFlag);
    const { database } = configFrom(values);
    const storage = await openStorage(database);
    try {
      process.stdout.write(
        (await bringToRelease(storage, database))
          ? `The tables are ready in ${databaseName(database)}.\n`
          : 'The tables are those of this release already.\n',
      );
    } finally {
      await storage.close();
    }
    return 0;
  },
};
