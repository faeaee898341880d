/**
 * What every subcommand shares: its shape, its flags, and how it is configured.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Config, readConfig } from '../config.js';
import { nearest } from '../kernel/words.js';

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
  'public-url': 'PUBLIC_URL',
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
