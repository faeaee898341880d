/**
 * What every subcommand shares: its shape, its flags, and how it comes to a storage.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Config, readConfig } from '../config.js';
import { ClaimwireError } from '../kernel/errors.js';
import { nearest } from '../kernel/words.js';
import type { Storage } from '../storage/storage.js';

export interface Command {
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

const BUSY_WAIT_MS = 10_000; // as long as a write waits
const BUSY_RETRY_MS = 20;

/** How many words besides flags a command takes, and what they are. */
export interface Operands {
  readonly max: number;
  readonly words: string;
}

const NO_OPERANDS: Operands = { max: 0, words: 'no argument' };

/** Flags and positionals of a command line. Throws UsageError for what the command does not know. */
export function parseFlags<const Flags extends Options>(
  args: string[],
  options: Flags,
  operands: Operands = NO_OPERANDS,
) {
  const { tokens, positionals } = parseArgs({
    args,
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) if (token.kind === 'option') checkFlag(token, options);
  if (positionals.length > operands.max)
    throw new UsageError(
      `Expected ${operands.words}, found ${positionals.map((word) => `“${word}”`).join(' ')}.`,
    );
  if (positionals.includes('')) throw new UsageError('An argument is empty.');
  return parseArgs({ args, options, allowPositionals: true, strict: true });
}

interface Flag {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** The parser lets everything pass; its own refusals speak of a program's options, not of a command's flags. */
function checkFlag({ name, rawName, value, inlineValue }: Flag, options: Options): void {
  const known = Object.keys(options);
  if (!known.includes(name)) {
    const [near] = nearest(name, known);
    throw new UsageError(
      `There is no flag ${rawName}${near === undefined ? '.' : `; did you mean --${near}?`}`,
    );
  }
  if (options[name]?.type === 'boolean') {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value; found “${value}”.`);
    return;
  }
  if (value === undefined || (!inlineValue && value.startsWith('-')))
    throw new UsageError(`${rawName} needs a value${value === undefined ? '' : `; found ${value}`}.`);
  if (value === '') throw new UsageError(`${rawName} must not be empty.`);
}

/** The flag that every command on a database takes. */
export const databaseFlag = { database: { type: 'string' } } as const;

export const databaseHelp =
  '  --database URL   where content is stored (DATABASE_URL, default sqlite:./data/claimwire.db)';

/** The flags that stand for settings. */
const settingFlags = {
  database: 'DATABASE_URL',
  host: 'HOST',
  port: 'PORT',
  'log-level': 'LOG_LEVEL',
} as const;

type SettingFlags = { readonly [flag in keyof typeof settingFlags]?: string | undefined };

/** Configuration from the environment, with flags before it. Throws ConfigError, which names a setting as it was given. */
export function configFrom(flags: SettingFlags): Config {
  const given = Object.entries(settingFlags).flatMap(([flag, name]) => {
    const value = flags[flag as keyof typeof settingFlags];
    return value === undefined ? [] : [{ flag, name, value }];
  });
  return readConfig(
    { ...process.env, ...Object.fromEntries(given.map(({ name, value }) => [name, value])) },
    Object.fromEntries(given.map(({ flag, name }) => [name, `--${flag}`])),
  );
}

export const unavailable = (sentence: string) => new ClaimwireError('unavailable', sentence);

/** Opens the database that is configured, making its file and folder where there are none. Throws `unavailable`. */
export async function openStorage({ databaseFile }: Config): Promise<Storage> {
  try {
    if (databaseFile !== ':memory:') {
      if (statSync(databaseFile, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
      makeFolder(dirname(databaseFile));
    }
    const { openSqlite } = await import('../storage/sqlite/open.js'); // not for a command that ends before this
    return await patiently(() => openSqlite({ file: databaseFile }));
  } catch (error) {
    throw unavailable(`The database ${databaseFile} cannot be opened: ${originOf(error).message}.`);
  }
}

/** What `work` gives, which is tried again while another process makes or opens the same database. */
export async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const started = Date.now(); ; ) {
    try {
      return await work();
    } catch (error) {
      const { code } = originOf(error);
      if (code !== 'SQLITE_BUSY' || Date.now() - started > BUSY_WAIT_MS) throw error;
      await delay(BUSY_RETRY_MS);
    }
  }
}

/** The error that all the others around it came of. */
export function originOf(error: unknown): NodeJS.ErrnoException {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? originOf(error.cause) : error;
}

/** `recursive` of Node's own never returns from a file system such as /proc, where no folder can be made. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/**
 * Opens the database and refuses one whose tables are not of this release; makes no file. One in memory, which no
 * other command can have prepared, gets its tables at once.
 */
export async function openCurrentStorage(config: Config): Promise<Storage> {
  const { databaseFile } = config;
  const isMemory = databaseFile === ':memory:';
  if (!isMemory && !existsSync(databaseFile))
    throw unavailable(`There is no database ${databaseFile} yet: run claimwire migrate.`);
  const storage = await openStorage(config);
  try {
    if (isMemory) await storage.migrate();
    const state = await storage.schemaState();
    if (state === 'newer') throw unavailable(newerSentence(config));
    if (state !== 'current')
      throw unavailable(
        `The database ${databaseFile} ${state === 'empty' ? 'has no tables yet' : 'is of an older release'}: run claimwire migrate.`,
      );
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

export const newerSentence = ({ databaseFile }: Config): string =>
  `The database ${databaseFile} was made by a newer release of Claimwire; this one cannot use it.`;
