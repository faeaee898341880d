/**
 * Configuration: from environment and flags to one checked object. The one reader of it.
 */
import { z } from 'zod';
import { check } from './kernel/issues.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** `sqlite:./data/claimwire.db` or `sqlite::memory:`; what stands behind the scheme is a path. */
const databaseUrl = z.string().regex(/^sqlite:.+/, {
  error: 'must be `sqlite:` and the path of a file, such as sqlite:./data/claimwire.db',
});

const PORT_ERROR = { error: 'must be a port: a whole number from 0 to 65535, where 0 takes any free one' };

/** Each name as the environment has it. */
const Environment = z.object({
  DATABASE_URL: databaseUrl.default('sqlite:./data/claimwire.db').describe('Where content is stored.'),
  HOST: z
    .string()
    .min(1, { error: 'must be a host name or address' })
    .default('127.0.0.1')
    .describe('The address to listen at.'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT_ERROR)
    .transform(Number)
    .pipe(z.int().max(65_535, PORT_ERROR))
    .default(3000)
    .describe('The port to listen at.'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info').describe('How much is logged.'),
});

export interface Config {
  /** The path of the SQLite file, or `:memory:`. */
  readonly databaseFile: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** Every setting, for the documentation: its name, what it is for, its default. */
export const settings = Object.entries(Environment.shape).map(([name, field]) => ({
  name,
  description: field.description ?? '',
  fallback: String(field.def.defaultValue),
}));

/** What is wrong with a setting, in one sentence that names it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * @param given settings by their environment name; an empty text counts as not given
 * @param spoken what a setting was called where it was given, if not by that name
 * Throws ConfigError for the settings that are wrong.
 */
export function readConfig(
  given: Readonly<Record<string, string | undefined>>,
  spoken: Readonly<Record<string, string>> = {},
): Config {
  const present = Object.fromEntries(
    Object.keys(Environment.shape).flatMap((name) => (given[name] ? [[name, given[name]]] : [])),
  );
  const { value, issues } = check(Environment, present);
  if (value === null)
    throw new ConfigError(
      issues.map(({ path: [name = ''], detail }) => `${spoken[name] ?? name} ${detail}.`).join(' '),
    );
  return {
    databaseFile: value.DATABASE_URL.slice('sqlite:'.length),
    host: value.HOST,
    port: value.PORT,
    logLevel: value.LOG_LEVEL,
  };
}
