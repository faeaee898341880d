/**
 * A server that the benches of writing write to: one that can be killed and started again at its port, with a key that
 * may write.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const START_TIMEOUT_MS = 30_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.on('exit', () => {
  for (const { pid = 0 } of running) process.kill(-pid, 'SIGKILL');
});

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * The database that a bench is told to use: a URL, `embedded` for a PostgreSQL of its own from npm, or a new SQLite file.
 * @param {string | undefined} told
 */
export async function databaseOf(told) {
  if (told === 'embedded') {
    const { createTestDatabase, stopPostgres } = await import('../dist/test/postgres.js');
    process.on('exit', stopPostgres);
    return (await createTestDatabase()).url;
  }
  if (told !== undefined) return told;
  const folder = mkdtempSync(join(tmpdir(), 'claimwire-writing-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, 'news.db')}`;
}

/**
 * A server of a database, which is migrated, in processes of its own.
 * @param {string} database its URL
 * @param {{ workers?: number }} [options]
 */
export async function startServer(database, { workers = 1 } = {}) {
  const env = { PATH: process.env.PATH, DATABASE_URL: database, RATE_LIMIT_WRITES: '0' };
  execFileSync(process.execPath, [COMMAND, 'migrate'], { env, stdio: 'ignore' });
  const made = execFileSync(
    process.execPath,
    [COMMAND, 'keys', 'create', '--name', 'Bench', '--scope', 'write', '--json'],
    { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const { key } = JSON.parse(made);
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const parameters = [COMMAND, 'serve', '--port', String(port), '--workers', String(workers)];

  async function start() {
    // A group of its own, so that all of its processes can be killed at once.
    const child = spawn(process.execPath, [...parameters, '--log-level', 'warn'], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    for (const begun = Date.now(); ; await delay(20)) {
      const isUp = await fetch(`${address}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isUp) return child;
      if (child.exitCode !== null || Date.now() - begun > START_TIMEOUT_MS)
        throw new Error('claimwire does not listen');
    }
  }

  let child = await start();
  const signal = async (/** @type {NodeJS.Signals} */ name) => {
    const ended = once(child, 'exit');
    process.kill(-(/** @type {number} */ (child.pid)), name);
    await ended;
  };
  return {
    address,
    port,
    authorization: `Bearer ${key}`,
    kill: () => signal('SIGKILL'),
    async restart() {
      child = await start();
    },
    stop: () => signal('SIGTERM'),
  };
}
