/**
 * A server that is told to stop takes no new connection, ends what is under way, waits for nobody else, and leaves a
 * database that is whole.
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { ownSeed } from '../generated.js';
import { type Ended, prepare, type Running, serve, succeed } from './claimwire.js';

const QUICK_MS = 4_000; // far less than the server waits for requests in flight

/** A connection of which everything that comes back is kept. */
async function open(t: Test, { port }: Running) {
  const socket = connect({ port, host: '127.0.0.1' });
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => {}); // a reset is a close too
  return { socket, closed, text: () => Buffer.concat(chunks).toString('latin1') };
}

async function request(socket: Socket, path: string): Promise<void> {
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  await delay(150);
}

function lastAnswer(text: string) {
  const [head = '', ...body] = text.slice(text.lastIndexOf('HTTP/1.1 200 OK')).split('\r\n\r\n');
  return { head, body: body.join('\r\n\r\n') };
}

const lengthOf = (head: string): number => Number(/^content-length: (\d+)$/im.exec(head)?.[1]);

/** Resolves when the server no longer listens. */
async function untilRefused({ port }: Running): Promise<void> {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' });
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'taken'),
      new Promise<string>((resolve) => socket.once('error', ({ message }) => resolve(message))),
    ]);
    socket.destroy();
    if (outcome !== 'taken') return;
    await delay(10);
  }
}

async function stopped(t: Test, { child, ended }: Running, signal: NodeJS.Signals): Promise<Ended> {
  const started = Date.now();
  child.kill(signal);
  const result = await ended;
  t.ok(Date.now() - started < QUICK_MS, 'soon');
  return result;
}

t.test('either signal stops it, and leaves one clean file', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`, ownSeed());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const running = await serve(t, { cwd });
    await fetch(`${running.url}/v1/articles`);
    t.match(await stopped(t, running, signal), { code: 0, signal: null, stderr: '' });
    t.match(running.logged().slice(-2), [{ msg: `${signal}: stopping` }, { msg: 'stopped' }]);
    t.notOk(existsSync(`${cwd}/data/claimwire.db-wal`), 'the log is in the database');
    const db = new Database(`${cwd}/data/claimwire.db`, { readonly: true });
    t.equal(db.pragma('integrity_check', { simple: true }), 'ok');
    db.close();
  }
});

t.test('connections on which nothing is asked are closed', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const running = await serve(t, { cwd });
  const [silent, idle] = await Promise.all([open(t, running), open(t, running)]);
  await request(idle.socket, '/v1');
  t.match(idle.text(), /^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*connection: keep-alive/i);
  t.match(await stopped(t, running, 'SIGTERM'), { code: 0, stderr: '' });
  await Promise.all([silent.closed, idle.closed]);
  t.equal(silent.text(), '');
});

t.test('a request that has begun to arrive is answered, and no other is taken', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const running = await serve(t, { cwd });
  const [fresh, reused] = await Promise.all([open(t, running), open(t, running)]);
  await request(reused.socket, '/v1');
  for (const { socket } of [fresh, reused]) socket.write('GET /openapi.json HTTP/1.1\r\nhost: x\r\n');
  await delay(150);

  running.child.kill('SIGTERM');
  await untilRefused(running);
  for (const { socket } of [fresh, reused]) socket.write('\r\n');
  await Promise.all([fresh.closed, reused.closed]);
  for (const { text } of [fresh, reused]) {
    const { head, body } = lastAnswer(text());
    t.match(head, /^connection: close$/im);
    t.match(body, /^\{"openapi"/);
    t.equal(body.length, lengthOf(head), 'whole');
  }
  t.match(await running.ended, { code: 0, signal: null, stderr: '' });
});

t.test('an answer is sent to its end, however slowly it is read', async (t) => {
  const cwd = t.testdir();
  const paragraph = 'The harbour is open and the tides rise twice a day, as they did before it was. ';
  const articles = Array.from({ length: 20 }, (_, place) => ({
    name: `part-${place}.md`,
    bytes: Buffer.from(
      `---\nheadline: Part ${place}\nlanguage: en\npublishedAt: 2024-10-18T00:00:00Z\n---\n${paragraph.repeat(5_000)}\n`,
    ),
  }));
  await prepare(`${cwd}/data/claimwire.db`, { sources: null, articles });
  const running = await serve(t, { cwd });
  const { socket, closed, text } = await open(t, running);
  socket.pause();
  socket.write('GET /v1/articles?body=text HTTP/1.1\r\nhost: x\r\n\r\n');
  await delay(1_000);

  running.child.kill('SIGTERM');
  await untilRefused(running);
  await delay(200);
  socket.resume();
  await closed;
  const { head, body } = lastAnswer(text());
  t.equal(body.length, lengthOf(head), 'whole');
  t.ok(body.length > 20 * 5_000 * paragraph.length);
  t.match(await running.ended, { code: 0, signal: null, stderr: '' });
});

t.test('a second signal ends it at once', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  for (const [first, second] of [
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGINT'],
  ] as const) {
    const running = await serve(t, { cwd });
    const { socket } = await open(t, running);
    socket.write('GET /v1 HTTP/1.1\r\n');
    await delay(150);
    running.child.kill(first);
    await untilRefused(running);
    t.match(await stopped(t, running, second), { code: null, signal: second });
  }
  await succeed({ cwd }, 'seed'); // the database is none the worse
});

t.test('an import that is being sent ends behind its batch, and does not wait for the rest', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const [key = ''] = await succeed({ cwd }, 'keys create --name desk --scope write');
  const running = await serve(t, { cwd });
  const { socket, closed, text } = await open(t, running);
  const head = `host: x\r\nauthorization: Bearer ${key.trim()}\r\ncontent-type: application/x-ndjson\r\ncontent-length: 10000000`;
  socket.write(`POST /v1/import HTTP/1.1\r\n${head}\r\n\r\n${'x\n'.repeat(250)}`);
  const untilTold = async (what: string): Promise<void> => {
    for (let tries = 0; !text().includes(what) && tries < 500; tries++) await delay(10);
  };
  await untilTold('"line":250');

  const ended = stopped(t, running, 'SIGTERM');
  await untilTold('"counts"');
  t.match(text(), '"endedBy":"signal"');
  socket.end();
  t.match(await ended, { code: 0, signal: null, stderr: '' });
  await closed;
});
