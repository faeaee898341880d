/**
 * What every subcommand shares: its shape, its flags, and how it comes to a storage.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Config, readConfig } from '../config.js';
import { ClaimwireError } from '../kernel/errors.js';
import { openSqlite } from '../storage/sqlite/open.js';
import type { Storage } from '../storage/storage.js';

export interface Command {
  /** A line for the overview. */
  readonly summary: string;
  /** Usage, options and examples. */
  readonly help: string;
  /** Runs it; gives the exit code. */
  run(parameters: string[]): Promise<number>;
}

/** What is wrong with a command line, in one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Flags and positionals of a command line. Throws UsageError for what the command does not know. */
export function parseFlags<const Flags extends Options>(parameters: string[], options: Flags) {
  try {
    return parseArgs({ args: parameters, options, allowPositionals: true, strict: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ', 1);
    throw new UsageError(`${sentence}.`);
  }
}

/** The flag that every command on a database takes. */
export const databaseFlag = { database: { type: 'string' } } as const;

export const databaseHelp =
  '  --database URL   where content is stored (DATABASE_URL, default sqlite:./data/claimwire.db)';

/** Configuration from the environment, with flags before it. */
export const configFrom = (flags: Record<string, string | undefined>): Config =>
  readConfig({
    ...process.env,
    ...Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)),
  });

/** Opens the database that is configured. Throws `unavailable`. */
export async function openStorage({ databaseFile }: Config): Promise<Storage> {
  try {
    if (databaseFile !== ':memory:') mkdirSync(dirname(databaseFile), { recursive: true });
    return await openSqlite({ file: databaseFile });
  } catch (error) {
    const cause = error instanceof ClaimwireError ? error.cause : error;
    throw new ClaimwireError(
      'unavailable',
      `The database ${databaseFile} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}.`,
    );
  }
}

/** Opens the database and refuses one whose tables are not of this release. */
export async function openCurrentStorage(config: Config): Promise<Storage> {
  const storage = await openStorage(config);
  const state = storage.schemaState();
  if (state === 'current') return storage;
  await storage.close();
  throw new ClaimwireError(
    'unavailable',
    state === 'newer'
      ? `The database ${config.databaseFile} was made by a newer release of Claimwire; this one cannot use it.`
      : `The database ${config.databaseFile} ${state === 'empty' ? 'has no tables yet' : 'is of an older release'}: run claimwire migrate.`,
  );
}
