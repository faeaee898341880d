/**
 * A server of the test's own, which asks for a password and can be stopped: made from the programs of the one that the
 * tests share.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { openClient, openDatabase } from './engine.js';

const UNPRIVILEGED = 65_534; // nobody: PostgreSQL refuses to run as root
const asRoot = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};

export const PASSWORD = 'sw0rdf1sh'; // no sentence may hold it

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startServer(t: Test) {
  const shared = await openClient(t, await openDatabase(t));
  const { rows } = await shared.query("select setting from pg_config where name = 'BINDIR'");
  const home = mkdtempSync(join(tmpdir(), 'claimwire-server-'));
  const data = join(home, 'data');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(join(home, 'password'), PASSWORD);
  if (asRoot.uid !== undefined)
    for (const path of [home, data]) chownSync(path, asRoot.uid, asRoot.gid ?? UNPRIVILEGED);
  const run = (program: string, ...parameters: string[]) =>
    execFileSync(join(rows[0].setting, program), parameters, {
      ...asRoot,
      cwd: home,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  run(
    'initdb',
    '-D',
    data,
    '-U',
    'claimwire',
    '-A',
    'scram-sha-256',
    '--no-sync',
    `--pwfile=${home}/password`,
  );
  const port = await freePort();
  const options = `-p ${port} -k ${home} -h 127.0.0.1 -c fsync=off -c shared_buffers=16MB`;
  const start = () => run('pg_ctl', 'start', '-w', '-D', data, '-l', join(home, 'log'), '-o', options);
  const stop = () =>
    spawnSync(join(rows[0].setting, 'pg_ctl'), ['stop', '-m', 'immediate', '-D', data], {
      ...asRoot,
      cwd: home,
    });
  t.teardown(() => {
    stop();
    rmSync(home, { recursive: true });
  });
  start();
  return { url: `postgres://claimwire:${PASSWORD}@127.0.0.1:${port}/postgres`, start, stop };
}
