/**
 * Configuration: from environment and flags to one checked object. The one reader of it.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { check } from './kernel/issues.js';

const PUBLIC_URL_LENGTH_MAX = 200; // what remains of the 2,048 characters that a sitemap's URLs may have is for paths

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Where content is stored. */
export type DatabaseConfig =
  | { readonly engine: 'sqlite' /** A path, or `:memory:`. */; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly replicaUrls: readonly string[] };

const SCHEME_ERROR = {
  error:
    'must be `sqlite:` and the path of a file, such as sqlite:./data/claimwire.db, or a PostgreSQL URL such as postgres://user:password@host/database',
};
const isPostgres = (url: string) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url);
const databaseUrl = z.string().refine((url) => /^sqlite:.+/.test(url) || isPostgres(url), SCHEME_ERROR);
const replicaUrls = z
  .string()
  .transform((text) => text.split(',').map((url) => url.trim()))
  .refine((urls) => urls.every(isPostgres), {
    error: 'must be PostgreSQL URLs such as postgres://user:password@host/database, separated by commas',
  });

/** The database that a URL means. Throws ConfigError, which does not repeat the URL. */
export function readDatabaseUrl(
  url: string,
  replicaUrls: readonly string[] = [],
  name = 'DATABASE_URL',
): DatabaseConfig {
  const { issues } = check(databaseUrl, url);
  if (issues.length > 0) throw new ConfigError(`${name} ${SCHEME_ERROR.error}.`);
  return url.startsWith('sqlite:')
    ? { engine: 'sqlite', file: url.slice('sqlite:'.length) }
    : { engine: 'postgres', url, replicaUrls };
}

/** A database as people call it, without its password. */
export function databaseName(database: DatabaseConfig): string {
  if (database.engine === 'sqlite') return database.file;
  const { hostname, port, pathname } = new URL(database.url);
  return `${decodeURIComponent(pathname.slice(1))} at ${hostname}:${port || 5432}`;
}

const PORT_ERROR = { error: 'must be a port: a whole number from 0 to 65535, where 0 takes any free one' };

const WEB_URL = { protocol: /^https?$/ };

/** An address that paths are appended to. */
const publicUrl = z
  .url({ ...WEB_URL, error: 'must be an absolute http or https URL such as https://news.example' })
  .max(PUBLIC_URL_LENGTH_MAX)
  .refine((text) => !/[?#@]/.test(text), { error: 'must not hold a user, a query or a fragment' })
  .transform((text) => new URL(text).href.replace(/\/+$/, ''));
const CACHE_BYTES_MAX = 2 ** 40;
const CACHE_BYTES_ERROR = { error: 'must be a whole number of bytes, where 0 keeps nothing' };
const WORKERS_MAX = 256; // more processes than any machine has a use for
const WORKERS_ERROR = { error: `must be a whole number of processes from 1 to ${WORKERS_MAX}` };

const PROXY_WORDS = ['loopback', 'linklocal', 'uniquelocal'];
const PROXIES_ERROR = {
  error: `must be addresses or networks such as 10.0.0.0/8, or ${PROXY_WORDS.join(', ')}, separated by commas`,
};

/** Whether it is an address, or one with the length of a network's prefix. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return bits > 0 && more.length === 0 && (prefix === undefined || isPrefix(prefix, bits));
}
const isPrefix = (text: string, bitsMax: number): boolean =>
  /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= bitsMax; // of 0 bits would be everybody

const proxies = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every((part) => PROXY_WORDS.includes(part) || isNetwork(part)), PROXIES_ERROR);

const RATE_ERROR = {
  error: 'must be a whole number of requests a minute up to 9999999, where 0 is no limit',
};
const rate = z
  .string()
  .regex(/^\d{1,7}$/, RATE_ERROR)
  .transform(Number)
  .pipe(z.int());

/** Each name as the environment has it. */
const Environment = z.object({
  DATABASE_URL: databaseUrl.default('sqlite:./data/claimwire.db').describe('Where content is stored.'),
  DATABASE_REPLICA_URLS: replicaUrls
    .optional()
    .describe('Streaming replicas of a PostgreSQL database, to read from.'),
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
  PUBLIC_URL: publicUrl
    .optional()
    .describe(
      'Where this server stands for the outside, for feeds and sitemaps; else as each request names it.',
    ),
  WEBSUB_HUB_URL: z
    .url({ ...WEB_URL, error: 'must be an absolute http or https URL such as https://hub.example/' })
    .optional()
    .describe('The WebSub hub that feeds name.'),
  TRUST_PROXY: proxies
    .optional()
    .describe('Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.'),
  CLAIMWIRE_READ: z
    .enum(['all', 'key'])
    .default('all')
    .describe('Who may read: all, or holders of a key alone.'),
  RATE_LIMIT_READS: rate
    .default(0)
    .describe('Reads a minute by a key, or an address without one, that are answered; 0 is no limit.'),
  RATE_LIMIT_WRITES: rate
    .default(30_000) // a runaway script is stopped, a fast one is not
    .describe('Writes a minute by a key that are answered; 0 is no limit.'),
  RATE_LIMIT_REFUSED_KEYS: rate
    .default(60)
    .describe('Keys a minute from an address that are refused as such; 0 is no limit.'),
  CACHE_BYTES: z
    .string()
    .regex(/^\d{1,13}$/, CACHE_BYTES_ERROR)
    .transform(Number)
    .pipe(z.int().max(CACHE_BYTES_MAX, CACHE_BYTES_ERROR))
    .default(64 * 1_048_576)
    .describe('What prepared answers may take up in the memory of each process.'),
  WORKERS: z
    .string()
    .regex(/^\d{1,3}$/, WORKERS_ERROR)
    .transform(Number)
    .pipe(z.int().min(1, WORKERS_ERROR).max(WORKERS_MAX, WORKERS_ERROR))
    .default(1)
    .describe('How many processes answer at the port.'),
  CLAIMWIRE_REQUIRE_IF_MATCH: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .describe('Whether what is stored is changed with `If-Match` alone.'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info').describe('How much is logged.'),
});

export interface Config {
  readonly database: DatabaseConfig;
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end. */
  readonly publicUrl?: string;
  readonly hubUrl?: string;
  /** Addresses and networks of proxies that are believed. */
  readonly proxies: readonly string[];
  readonly readsNeedKey: boolean;
  /** Each in a minute; 0 is no limit. */
  readonly rateLimits: { readonly reads: number; readonly writes: number; readonly refusedKeys: number };
  readonly cacheBytes: number;
  readonly workers: number;
  readonly isIfMatchRequired: boolean;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** Every setting, for the documentation: its name, what it is for, its default. */
export const settings = Object.entries(Environment.shape).map(([name, field]) => ({
  name,
  description: field.description ?? '',
  fallback: 'defaultValue' in field.def ? String(field.def.defaultValue) : '',
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
  if (value.DATABASE_REPLICA_URLS !== undefined && !isPostgres(value.DATABASE_URL))
    throw new ConfigError('DATABASE_REPLICA_URLS needs a DATABASE_URL that is a PostgreSQL URL.');
  if (value.WORKERS > 1 && value.DATABASE_URL === 'sqlite::memory:')
    throw new ConfigError(
      `${spoken.WORKERS ?? 'WORKERS'} must be 1 for a database in memory, which processes cannot share.`,
    );
  return {
    database: readDatabaseUrl(value.DATABASE_URL, value.DATABASE_REPLICA_URLS),
    host: value.HOST,
    port: value.PORT,
    ...(value.PUBLIC_URL === undefined ? {} : { publicUrl: value.PUBLIC_URL }),
    ...(value.WEBSUB_HUB_URL === undefined ? {} : { hubUrl: value.WEBSUB_HUB_URL }),
    proxies: value.TRUST_PROXY ?? [],
    readsNeedKey: value.CLAIMWIRE_READ === 'key',
    rateLimits: {
      reads: value.RATE_LIMIT_READS,
      writes: value.RATE_LIMIT_WRITES,
      refusedKeys: value.RATE_LIMIT_REFUSED_KEYS,
    },
    cacheBytes: value.CACHE_BYTES,
    workers: value.WORKERS,
    isIfMatchRequired: value.CLAIMWIRE_REQUIRE_IF_MATCH === 'true',
    logLevel: value.LOG_LEVEL,
  };
}
