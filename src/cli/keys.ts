/** `claimwire keys`: makes, lists and revokes the keys that callers send. */
import { scopes } from '../kernel/caller.js';
import { idInput, instantBound } from '../kernel/fields.js';
import { check } from '../kernel/issues.js';
import { nearest } from '../kernel/words.js';
import { isUsable, type Key, KeyInput } from '../keys/model.js';
import { createServices, type Services } from '../services.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags, UsageError } from './command.js';
import { openCurrentStorage } from './database.js';

export const command: Command = {
  help: `Usage: claimwire keys create --name N --scope S [--expires WHEN] [options]
       claimwire keys list [options]
       claimwire keys revoke ID [options]

A key is sent with a request as \`Authorization: Bearer cw_…\`. It is shown once, when it is made: only a hash of it is
stored. One that is revoked ends within a second, for good.

  --name N         who or what will hold it; it is shown in lists of keys
  --scope S        ${scopes.join(', ')}; each opens what those before it do
  --expires WHEN   a time such as 2027-01-01T00:00:00Z, a date, or now+90d (m, h, d, w); never, if it is left out
  --json           report in JSON, a line a key
${databaseHelp}

Examples:
  claimwire keys create --name 'The desk' --scope write
  claimwire keys create --name 'Preview of the site' --scope read:drafts --expires now+90d
  claimwire keys list
`,
  async run([verb, ...parameters]) {
    const work = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb as keyof typeof verbs] : null;
    if (work === null) {
      const found = verb === undefined || verb.startsWith('-') ? 'none' : `“${verb}”`;
      const [near] = nearest(verb ?? '', Object.keys(verbs));
      const offer = near === undefined ? '.' : `; did you mean ${near}?`;
      throw new UsageError(`Expected ${Object.keys(verbs).join(', ')}, found ${found}${offer}`);
    }
    return work(parameters);
  },
};

const jsonFlag = { json: { type: 'boolean', default: false } } as const;

const verbs = {
  async create(parameters: string[]): Promise<number> {
    const flags = {
      ...databaseFlag,
      ...jsonFlag,
      name: { type: 'string' },
      scope: { type: 'string' },
      expires: { type: 'string' },
    } as const;
    const { values } = parseFlags(parameters, flags);
    const { name, scope, expires } = values;
    const input = readInput({ name, scope, expiresAt: expires === undefined ? null : readTime(expires) });
    return withServices(values, async (services) => {
      const { key, secret } = (await services.write(({ keys }) => keys.create(input))).result;
      if (values.json) process.stdout.write(`${JSON.stringify({ ...key, key: secret })}\n`);
      else {
        process.stdout.write(`${secret}\n`);
        process.stderr.write(`That is the key, shown this once. Its id is ${key.id}.\n`);
      }
    });
  },

  async list(parameters: string[]): Promise<number> {
    const { values } = parseFlags(parameters, { ...databaseFlag, ...jsonFlag });
    return withServices(values, async (services) => {
      const keys = await services.read.keys.list();
      const tell = values.json ? (key: Key) => JSON.stringify(key) : inWords;
      for (const key of keys) process.stdout.write(`${tell(key)}\n`);
      if (keys.length === 0 && !values.json) process.stdout.write('There are no keys.\n');
    });
  },

  async revoke(parameters: string[]): Promise<number> {
    const one = { max: 1, words: 'the id of one key' };
    const { values, positionals } = parseFlags(parameters, { ...databaseFlag, ...jsonFlag }, one);
    const id = idInput.safeParse(positionals[0]).data;
    if (id === undefined) throw new UsageError('Expected the id of a key, as claimwire keys list shows it.');
    return withServices(values, async (services) => {
      const key = (await services.write(({ keys }) => keys.revoke(id))).result;
      process.stdout.write(values.json ? `${JSON.stringify(key)}\n` : `${inWords(key)}\n`);
    });
  },
};

async function withServices(
  values: { database?: string | undefined },
  work: (services: Services) => Promise<void>,
): Promise<number> {
  const storage = await openCurrentStorage(configFrom(values).database);
  try {
    await work(createServices(storage));
  } finally {
    await storage.close();
  }
  return 0;
}

/** Throws UsageError for what is wrong with flags, named as they were given. */
function readInput(given: {
  name?: string | undefined;
  scope?: string | undefined;
  expiresAt: string | null;
}) {
  const { value, issues } = check(KeyInput, given);
  if (value === null)
    throw new UsageError(issues.map(({ path, detail }) => `--${path[0]} ${detail}.`).join(' '));
  return value;
}

const DATE = /^\d{4}-\d\d-\d\d$/;

/** The instant of `--expires`. Throws UsageError for what is none, or is not to come. */
function readTime(text: string): string {
  const { value } = check(instantBound, DATE.test(text) ? `${text}T00:00:00Z` : text);
  if (value === null)
    throw new UsageError(`--expires must be a time such as 2027-01-01T00:00:00Z, a date, or now+90d.`);
  if (value <= new Date().toISOString()) throw new UsageError('--expires must be a time to come.');
  return value;
}

const SCOPE_WIDTH = Math.max(...scopes.map((scope) => scope.length));

/** A line of a list: id, scope, what it is now, and its name. */
function inWords(key: Key): string {
  const { id, scope, name, revokedAt, expiresAt } = key;
  const now = new Date().toISOString();
  const state =
    revokedAt !== null
      ? `revoked ${revokedAt}`
      : expiresAt === null
        ? 'valid'
        : `${isUsable(key, now) ? 'until' : 'expired'} ${expiresAt}`;
  return `${id}  ${scope.padEnd(SCOPE_WIDTH)}  ${state.padEnd(STATE_WIDTH)}  ${name}`;
}

const STATE_WIDTH = 'revoked 2026-01-01T00:00:00.000Z'.length;
