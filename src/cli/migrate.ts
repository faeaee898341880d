/** `claimwire migrate`: brings the tables to this release. */
import { type Command, configFrom, databaseFlag, databaseHelp, openStorage, parseFlags } from './command.js';

export const migrateCommand: Command = {
  summary: 'make the tables, or bring them to this release',
  help: `Usage: claimwire migrate [options]

Makes the tables of a new database, or brings those of an older release to this one. Content stays.

${databaseHelp}

Examples:
  claimwire migrate
  claimwire migrate --database sqlite:./news.db
`,
  async run(parameters) {
    const { values } = parseFlags(parameters, databaseFlag);
    const config = configFrom({ DATABASE_URL: values.database });
    const storage = await openStorage(config);
    try {
      const before = storage.schemaState();
      if (before !== 'newer') storage.migrate();
      process.stdout.write(
        before === 'current'
          ? 'The tables are those of this release already.\n'
          : `The tables are ready in ${config.databaseFile}.\n`,
      );
    } finally {
      await storage.close();
    }
    return 0;
  },
};
