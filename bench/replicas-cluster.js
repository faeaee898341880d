/**
 * A primary and a streaming replica of PostgreSQL in a folder of their own, and a way to the primary that can be pointed
 * elsewhere, for bench/replicas.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const PROGRAMS = ['initdb', 'pg_ctl', 'pg_basebackup', 'postgres'];
const DEBIAN = '/usr/lib/postgresql';
const START_TIMEOUT_MS = 15_000;

/** The folder of the server's programs, the newest where there are several; undefined where there is none. */
export function findPrograms() {
  const said = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim();
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(said ? [said] : []),
    ...debian.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => PROGRAMS.every((program) => existsSync(join(folder, program))));
}

/** Whom to run the server as: it refuses to be root. */
function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(user?.[2] ?? 65_534), gid: Number(user?.[3] ?? 65_534) };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * @param {string} programs the folder of the server's programs
 * @param {string} home an empty folder
 * @param {(stop: () => void) => void} onStarting given what stops it all, before anything runs
 */
export async function startCluster(programs, home, onStarting) {
  const user = unprivileged();
  const own = (/** @type {string} */ folder) => {
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  };
  own(home);
  // Never synchronously: the way to the primary leads through this process. No pipes: a server keeps its own open.
  const run = async (/** @type {string} */ program, /** @type {string[]} */ ...parameters) => {
    const child = spawn(join(programs, program), parameters, { ...user, cwd: home, stdio: 'ignore' });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${program} ended with ${code}`);
  };

  const server = async (/** @type {string} */ name) => {
    const port = await freePort();
    const data = join(home, name);
    mkdirSync(data, { mode: 0o700 });
    own(data);
    const options = `-p ${port} -h 127.0.0.1 -k ${home} -c shared_buffers=64MB`;
    const url = `postgres://claimwire@127.0.0.1:${port}/postgres`;
    return {
      name,
      port,
      data,
      url,
      async start() {
        // After a kill the last of the old processes may take a moment to notice that they are alone.
        for (const begun = Date.now(); ; await delay(50)) {
          try {
            await run('pg_ctl', 'start', '-w', '-D', data, '-l', join(home, `${name}.log`), '-o', options);
            return;
          } catch (error) {
            if (Date.now() - begun > START_TIMEOUT_MS) throw error;
          }
        }
      },
      /** As a crash does: no last words to clients or replicas. */
      kill() {
        const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
        process.kill(Number(pid), 'SIGKILL');
      },
      stop() {
        spawnSync(join(programs, 'pg_ctl'), ['stop', '-m', 'immediate', '-D', data], { ...user, cwd: home });
      },
      promote: () => run('pg_ctl', 'promote', '-w', '-D', data),
      /** Rows of a query. */
      async ask(/** @type {string} */ sql) {
        const client = new pg.Client(url);
        client.on('error', () => {});
        await client.connect();
        try {
          return (await client.query(sql)).rows;
        } finally {
          await client.end();
        }
      },
    };
  };

  const [primary, replica] = [await server('primary'), await server('replica')];
  onStarting(() => {
    for (const { stop } of [replica, primary]) stop();
  });
  await run('initdb', '-D', primary.data, '-U', 'claimwire', '-A', 'trust', '-E', 'UTF8', '--locale=C');
  await primary.start();
  const from = `host=127.0.0.1 port=${primary.port} user=claimwire application_name=replica`;
  await run('pg_basebackup', '-c', 'fast', '-R', '-D', replica.data, '-d', from);
  await replica.start();
  const [row] = await primary.ask('show server_version');
  return { primary, replica, version: `PostgreSQL ${row.server_version}` };
}

/** An address that leads to a port, and can be made to lead to another: what a virtual address or a proxy does. */
export async function openAddress(/** @type {number} */ port) {
  let target = port;
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: target });
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      one?.on('error', () => {});
      one?.on('close', () => other?.destroy());
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    port: address.port,
    point(/** @type {number} */ port) {
      target = port;
    },
    close: () => server.close(),
  };
}
