/** `claimwire migrate`: brings the tables to this release. */
import type { Config } from '../config.js';
import { ClaimwireError } from '../kernel/errors.js';
import type { Storage } from '../storage/storage.js';
import {
  type Command,
  configFrom,
  databaseFlag,
  databaseHelp,
  newerSentence,
  openStorage,
  originOf,
  parseFlags,
  patiently,
  unavailable,
} from './command.js';

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
    const config = configFrom(values);
    const storage = await openStorage(config);
    try {
      const before = await storage.schemaState();
      if (before === 'newer') throw unavailable(newerSentence(config));
      await patiently(() => migrate(storage, config));
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

async function migrate(storage: Storage, { databaseFile }: Config): Promise<void> {
  try {
    await storage.migrate();
  } catch (error) {
    if ((await storage.schemaState()) === 'current') return; // another process was faster
    throw new ClaimwireError('unavailable', `The tables of ${databaseFile} cannot be made.`, {
      cause: originOf(error),
    });
  }
}
