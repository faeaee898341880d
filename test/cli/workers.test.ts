/**
 * Several processes at one port: requests go on when one dies, a write is seen through all of them at once, and the word
 * to stop reaches each.
 */
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { ownSeed } from '../generated.js';
import { claimwire, prepare, type Running, serve, succeed } from './claimwire.js';
import { refusal } from './refusal.js';

const WAIT_MS = 15_000;

/** The processes that a process started. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const started = Date.now(); !(await isSo()); await delay(20))
    if (Date.now() - started > WAIT_MS) throw new Error(`it did not happen: ${what}`);
}

const isProcTold = existsSync('/proc/self/task');

/** The process of the server itself: the test starts it through another, which it takes the place of. */
const pidOf = ({ child }: Running): number => child.pid ?? 0;

async function openWorkers(t: Test, count: number) {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`, ownSeed());
  const running = await serve(t, { cwd }, '--workers', String(count));
  await until('all listen', () => childrenOf(pidOf(running)).length === count);
  await until(
    'all say so',
    () => running.logged().filter(({ msg }) => String(msg).startsWith('Server listening')).length === count,
  );
  return { cwd, running };
}

/** What one request on a connection of its own gives. */
async function ask(port: number, path: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.setTimeout(WAIT_MS, () => socket.destroy(new Error(`no answer to ${path}`)));
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

if (!isProcTold) t.comment('no /proc here: which processes there are cannot be told');
else {
  t.test('three workers', async (t) => {
    const { cwd, running } = await openWorkers(t, 3);

    await t.test('requests go on when a worker is killed, and another takes its place', async (t) => {
      const [victim = 0, ...others] = childrenOf(pidOf(running));
      process.kill(victim, 'SIGKILL');
      for (let count = 0; count < 20; count++)
        t.match(await ask(running.port, '/v1/articles?limit=1'), /^HTTP\/1\.1 200 OK/);
      await until('there are three again', () => {
        const now = childrenOf(pidOf(running));
        return now.length === 3 && !now.includes(victim);
      });
      const now = childrenOf(pidOf(running));
      t.ok(
        others.every((pid) => now.includes(pid)),
        'the others were left alone',
      );
      await until('the new one listens at the same port', () => {
        const ports = running
          .logged()
          .flatMap(({ msg }) => /listening at .*:(\d+)$/.exec(String(msg))?.[1] ?? []);
        return ports.length === 4 && new Set(ports).size === 1;
      });
      t.match(
        running.logged().find(({ worker }) => worker === victim),
        { signal: 'SIGKILL', msg: 'a worker ended; another takes its place' },
      );
    });

    await t.test('a write is seen through all at once', async (t) => {
      const path = '/v1/articles/fresh-news?body=text';
      for (let count = 0; count < 12; count++)
        t.match(await ask(running.port, path), /^HTTP\/1\.1 404/, 'not there yet');
      for (const body of ['First words.', 'Other words.']) {
        const file = `${cwd}/fresh-news.md`;
        writeFileSync(
          file,
          `---\nheadline: Fresh news\nslug: fresh-news\nlanguage: en\npublishedAt: 2024-10-18T00:00:00Z\n---\n${body}\n`,
        );
        await succeed({ cwd }, `import ${file}`);
        for (let count = 0; count < 24; count++) t.match(await ask(running.port, path), body);
      }
    });

    await t.test('no worker outlives the first process', async (t) => {
      const pids = childrenOf(pidOf(running));
      t.equal(pids.length, 3);
      running.child.kill('SIGKILL');
      await running.ended;
      await until('they are gone', () => pids.every((pid) => !existsSync(`/proc/${pid}`)));
    });
  });

  t.test('the word to stop reaches each, whoever else gets the signal', async (t) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { running } = await openWorkers(t, 2);
      const socket = connect({ port: running.port, host: '127.0.0.1' });
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.write('GET /openapi.json HTTP/1.1\r\nhost: x\r\n');
      await delay(200);
      const pids = childrenOf(pidOf(running));
      for (const pid of pids) process.kill(pid, signal); // as a terminal does
      running.child.kill(signal);
      await delay(200);
      socket.write('\r\n');
      await once(socket, 'close');
      t.match(
        Buffer.concat(chunks).toString(),
        /^HTTP\/1\.1 200 OK[\s\S]*"openapi"/,
        'what was in flight is answered',
      );
      t.match(await running.ended, { code: 0, signal: null, stderr: '' });
      t.match(running.logged().slice(-1), [{ msg: 'stopped' }]);
      for (const pid of pids) t.notOk(existsSync(`/proc/${pid}`), 'no worker is left');
    }
  });
}

t.test('what is wrong with the configuration is said once, and ends all', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const { port } = await serve(t, { cwd });
  t.same(await claimwire(['serve', '--workers', '2', '--port', String(port)], { cwd }), {
    code: 1,
    signal: null,
    stdout: '',
    stderr: `claimwire: Cannot listen at 127.0.0.1:${port}: the port is in use.\n`,
  });
  t.same(await claimwire(['serve', '--workers', '2', '--database', 'sqlite:./none.db'], { cwd }), {
    code: 1,
    signal: null,
    stdout: '',
    stderr: 'claimwire: There is no database ./none.db yet: run claimwire migrate.\n',
  });
  t.equal(
    await refusal(['serve', '--workers', '2', '--database', 'sqlite::memory:']),
    '--workers must be 1 for a database in memory, which processes cannot share.',
  );
});
