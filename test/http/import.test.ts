/**
 * `POST /v1/import`: lines come in while lines go out, what breaks off can be sent again, and nothing that is sent takes
 * more than its share.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { importBodyInThread } from '../../src/cli/import-off-loop.js';
import { LINE_BYTES_MAX } from '../../src/kernel/lines.js';
import type { Storage } from '../../src/storage/storage.js';
import { engine, openEngine } from '../engine.js';
import { idOf, makeKey, mayWrite, openTestServer } from '../helper.js';
import { exportOf, fill, openMemory, rowLines } from '../imports/moving.js';

const TYPE = { 'content-type': 'application/x-ndjson' };
const KEY = { 'idempotency-key': 'import-1' };

const ndjson = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const person = (slug: string, more: object = {}) => ({
  source: { slug, kind: 'person', name: slug, ...more },
});
const people = (count: number, from = 0): object[] =>
  Array.from({ length: count }, (_, at) => person(`p${from + at}`, { id: idOf(from + at + 1_000) }));
/** Lines that are rejected at once, and told: to fill a batch with. */
const refused = (count: number): string => 'x\n'.repeat(count);
const BATCH_ROWS = 250;

/** The lines of an answer: those of rows, and the last one. */
function linesOf(body: string) {
  const lines = body
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return { rows: lines.slice(0, -1), last: lines.at(-1) };
}

const SOON_MS = 10_000;

/** Waits until something is so. */
async function until(isSo: () => unknown): Promise<void> {
  for (const started = Date.now(); !(await isSo()) && Date.now() - started < SOON_MS; ) await delay(10);
}

const none = { created: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0 };

type Options = Parameters<typeof openTestServer>[1] & { readonly isInThread?: boolean };

/** A server that brings long bodies in where it is told to, over a database that a thread can open, too. */
async function openServer(t: Test, { isInThread = false, ...options }: Options) {
  if (!isInThread) return openTestServer(t, options);
  const { storage, database } = await openEngine(t);
  return openTestServer(t, { ...options, storage, importLong: importBodyInThread(database) });
}

async function openImport(t: Test, options: Options = {}) {
  const server = await openServer(t, options);
  return {
    ...server,
    /** Sends lines, or bytes; to a thread in pieces, so that they may be long. */
    bring: (body: string | Buffer, query = '', headers: Record<string, string> = {}) =>
      server.send('POST', `/v1/import${query}`, options.isInThread ? Readable.from([body]) : body, {
        ...TYPE,
        ...headers,
      }),
  };
}

/** Tries the same where rows are brought in between requests, and where a thread does it, which is the same on each engine. */
function inBothWays(title: string, run: (t: Test, isInThread: boolean) => Promise<void>): void {
  for (const isInThread of engine === 'sqlite' ? [false, true] : [false])
    t.test(isInThread ? `${title}, by a thread` : title, (t) => run(t, isInThread));
}

t.test('200 with what became of each row that was rejected, and with counts', async (t) => {
  const { bring, get } = await openImport(t);
  const answer = await bring(
    ndjson(person('a'), person('B'), { event: {} }, person('c', { memberOf: 'nobody' })),
  );
  t.match(answer, {
    statusCode: 200,
    headers: {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': /^default-src 'none'/,
      'access-control-allow-origin': '*',
    },
  });
  const { rows, last } = linesOf(answer.body);
  t.match(rows, [
    {
      line: 2,
      kind: 'source',
      outcome: 'rejected',
      code: 'invalid-request',
      errors: [{ pointer: '/slug', detail: /must be a slug/ }],
    },
    { line: 3, kind: 'unread', outcome: 'rejected', code: 'unreadable-file' },
    { line: 4, kind: 'source', outcome: 'rejected', code: 'unknown-reference', cure: /./ },
  ]);
  t.notOk(rows.some((row) => 'file' in row));
  t.match(last, {
    counts: { source: { ...none, created: 1, rejected: 2 }, unread: { ...none, rejected: 1 } },
    rejected: 3,
    endedBy: null,
    isStored: true,
    bookmark: /./,
  });
  const read = await get('/v1/sources/a', { headers: { 'claimwire-bookmark': last.bookmark } });
  t.equal(read.statusCode, 200);
});

t.test(
  '200 with every row, where each is asked for, by what is to be done with what is stored',
  async (t) => {
    const { bring } = await openImport(t);
    const told = async (query: string, ...rows: object[]) =>
      linesOf((await bring(ndjson(...rows), `?each=true${query}`)).body).rows.map(({ outcome, code }) =>
        code === undefined ? outcome : `${outcome} ${code}`,
      );
    t.same(await told('', person('a'), person('b')), ['created', 'created']);
    t.same(await told('', person('a'), person('b', { role: 'new' })), ['unchanged', 'updated']);
    t.same(await told('&onConflict=skip', person('a', { role: 'x' }), person('c')), ['skipped', 'created']);
    t.same(await told('&onConflict=fail', person('a', { role: 'x' }), person('c')), [
      'rejected conflict',
      'unchanged',
    ]);
    t.same(linesOf((await bring(ndjson(person('a')))).body).rows, [], 'what is not rejected is not told');
  },
);

inBothWays(
  '200 with nothing stored by a dry run, nor by all or nothing with a reject',
  async (t, isInThread) => {
    const { bring, get } = await openImport(t, { isInThread });
    const rows = ndjson(person('a'), person('B'));
    const dry = await bring(rows, '?dryRun=true&each=true', KEY);
    t.equal(dry.headers['claimwire-dry-run'], 'true');
    t.match(linesOf(dry.body), {
      rows: [
        { line: 1, outcome: 'created' },
        { line: 2, outcome: 'rejected' },
      ],
      last: { rejected: 1, isStored: false, bookmark: null },
    });
    const atomic = await bring(rows, '?atomic=true', KEY);
    t.match(linesOf(atomic.body), { rows: [{ line: 2 }], last: { rejected: 1, isStored: false } });
    t.equal((await get('/v1/sources')).json().data.length, 0);
    const whole = await bring(ndjson(person('a'), person('b')), '?atomic=true', KEY);
    t.match(
      linesOf(whole.body).last,
      { rejected: 0, isStored: true },
      'what was not stored leaves its key free',
    );
    t.equal((await get('/v1/sources')).json().data.length, 2);
  },
);

t.test('200 with where it gave up, after more rejects than were allowed', async (t) => {
  const { bring } = await openImport(t);
  const { rows, last } = linesOf(
    (await bring(ndjson(person('A'), person('B'), person('C'), person('d')), '?maxRejects=1')).body,
  );
  t.match(rows, [{ line: 1 }, { line: 2 }]);
  t.match(last, { endedBy: 'rejects', rejected: 2, isStored: true });
});

inBothWays('200 for an export, compressed or not, which then comes out the same', async (t, isInThread) => {
  const first = await openMemory(t);
  await fill(first);
  const text = await exportOf(first);
  const { bring, storage, services } = await openImport(t, { isInThread });
  for (const [body, headers] of [
    [gzipSync(text), { 'content-encoding': 'gzip' }],
    [text, { 'content-type': 'application/x-ndjson; charset=UTF-8' }],
    [gzipSync(text), { 'content-encoding': 'X-GZip' }],
  ] as const) {
    const { rows, last } = linesOf((await bring(body, '', headers)).body);
    t.same(rows, []);
    t.match(last, { rejected: 0, endedBy: null });
    t.equal(await exportOf(storage), text);
  }
  const [key] = await services.read.keys.records();
  const { result } = await services.write(({ sources }) => sources.known('desk'));
  t.ok(result);
  t.ok(key);
});

t.test('nothing but zero for no lines at all', async (t) => {
  const { bring } = await openImport(t);
  t.match(linesOf((await bring('')).body), {
    rows: [],
    last: { rejected: 0, endedBy: null, bookmark: null },
  });
});

t.test('400, 401, 403, 406 and 415 before anything is read', async (t) => {
  const { bring, services, send } = await openImport(t);
  const authorization = await makeKey(services, 'read:drafts');
  const row = ndjson(person('a'));
  for (const [query, parameter] of [
    ['?onConflict=keep', 'onConflict'],
    ['?maxRejects=-1', 'maxRejects'],
    ['?atomic=yes', 'atomic'],
    ['?strict=true', 'strict'],
  ] as const)
    t.match((await bring(row, query)).json(), { status: 400, errors: [{ parameter }] }, query);
  t.match((await bring(row, '', { 'if-match': '"v1"' })).json(), { errors: [{ parameter: 'If-Match' }] });
  t.match((await bring(row, '', { 'idempotency-key': '' })).json(), { status: 400 });
  t.match((await bring(row, '', { authorization: 'Bearer x' })).json(), { code: 'unauthorized' });
  t.match((await bring(row, '', { authorization })).json(), { code: 'forbidden' });
  t.match((await bring(row, '', { accept: 'application/json' })).json(), { code: 'not-acceptable' });
  t.match((await bring(row, '', { accept: 'application/x-ndjson' })).statusCode, 200);
  for (const headers of [
    { 'content-type': 'application/json' },
    { 'content-type': 'text/csv' },
    { 'content-type': 'application/x-ndjson; charset=latin1' },
  ])
    t.match((await bring(row, '', headers)).json(), { code: 'unsupported-media-type' });
  const coded = await bring(row, '', { 'content-encoding': 'compress' });
  t.match(coded, { statusCode: 415, headers: { 'accept-encoding': /^identity, gzip/ } });
  t.match((await send('POST', '/v1/import')).json(), { code: 'unsupported-media-type' });
  t.match((await send('POST', '/v1/sources', row, TYPE)).json(), { code: 'unsupported-media-type' });
});

const hostile: Record<string, { body: string | Buffer; says: RegExp }> = {
  'no JSON': { body: '{"source":', says: /^is not JSON/ },
  'a NUL': { body: '{"source":\0}', says: /^is not JSON/ },
  'no UTF-8': { body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), says: /^is not UTF-8/ },
  'ten thousand levels': {
    body: `{"claim":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
    says: /^nests deeper than 20/,
  },
  'a line full of brackets': { body: '['.repeat(LINE_BYTES_MAX), says: /^nests deeper than 20 levels/ },
  'a line full of values': {
    body: `{"claim":[${`[${'1,'.repeat(9_000)}1],`.repeat(60)}1]}`,
    says: /^holds more than 500000 values$/,
  },
  'a list without an end': {
    body: `{"claim":{"attributions":[${'{},'.repeat(1_000_000)}{}]}}`,
    says: /^holds more than 20000 entries, at \/claim\/attributions$/,
  },
  'a thousand names': {
    body: `{"claim":{${Array.from({ length: 1_000 }, (_, at) => `"k${at}":1`).join()}}}`,
    says: /^holds more than 100 names, at \/claim$/,
  },
  'a name that JavaScript knows': {
    body: '{"source":{"__proto__":{"x":1}}}',
    says: /^is not known here, at \/source\/__proto__/,
  },
  'the same in its place': { body: '{"__proto__":{"source":1}}', says: /^is not known here, at \/__proto__/ },
  'a name twice': { body: '{"source":{"slug":"a","slug":"b"}}', says: /^is given twice, at \/source\/slug/ },
  'a line too long': { body: ' '.repeat(LINE_BYTES_MAX + 1), says: /^is longer than 8388608 bytes/ },
};

t.test('a hostile line is a rejected row, and the next one comes in', async (t) => {
  const { bring } = await openImport(t);
  for (const [name, { body, says }] of Object.entries(hostile)) {
    const slug = name.replaceAll(' ', '-').toLowerCase();
    const all = Buffer.concat([Buffer.from(body), Buffer.from(`\n${ndjson(person(slug))}`)]);
    const { rows, last } = linesOf((await bring(all)).body);
    t.match(rows, [{ line: 1, kind: 'unread', outcome: 'rejected', errors: [{ detail: says }] }], name);
    t.match(last.counts.source, { created: 1 }, name);
  }
  const { rows } = linesOf(
    (await bring(ndjson(person('n', { name: 'a\0b' }), person('s', { name: '\ud800' })))).body,
  );
  t.match(rows, [{ errors: [{ pointer: '/name' }] }, { errors: [{ pointer: '/name' }] }]);
  const parts = {
    claim: { text: 'x', language: 'en', attributions: Array(200).fill({ q: 1, context: 'a' }) },
  };
  const { rows: few } = linesOf((await bring(ndjson(parts))).body);
  t.match(few, [{ kind: 'claim', code: 'invalid-request' }]);
  t.equal(few[0].errors.length, 101, 'of much that is wrong not all is told');
});

inBothWays(
  '400, or a problem as the last line, for what is not compressed as it says',
  async (t, isInThread) => {
    const { bring, get } = await openImport(t, { isInThread });
    const gzip = { 'content-encoding': 'gzip' };
    const whole = gzipSync(ndjson(...people(50)));
    for (const body of [Buffer.from('plain'), whole.subarray(0, whole.length - 20)]) {
      const answer = await bring(body, '', gzip);
      t.match(answer.json(), { status: 400, code: 'unreadable-file', detail: /coding gzip/ });
    }
    t.equal((await get('/v1/sources')).json().data.length, 0);
    const long = gzipSync(ndjson(...people(10)) + refused(BATCH_ROWS) + ndjson(...people(9, 10)), {
      level: 0,
    });
    const cut = await bring(long.subarray(0, long.length - 20), '', { ...gzip, ...KEY });
    t.equal(cut.statusCode, 200);
    t.match(linesOf(cut.body).last, { status: 400, code: 'unreadable-file' });
    const again = linesOf((await bring(long, '', { ...gzip, ...KEY })).body);
    t.match(again.last.counts.source, { created: 9, unchanged: 10 }, 'its key is free');
  },
);

t.test('the same key and body is answered with the same counts and not done again', async (t) => {
  const { bring, get } = await openImport(t);
  const rows = ndjson(person('a'), person('B'));
  const first = await bring(rows, '', KEY);
  t.equal(first.headers['idempotency-replayed'], undefined);
  await bring(ndjson(person('a', { role: 'changed' })));
  const again = await bring(rows, '', KEY);
  t.equal(again.headers['idempotency-replayed'], 'true');
  t.same(linesOf(again.body).last, linesOf(first.body).last);
  t.same(linesOf(again.body).rows, []);
  t.equal((await get('/v1/sources/a')).json().role, 'changed');
  const gzipped = await bring(gzipSync(rows), '', { ...KEY, 'content-encoding': 'gzip' });
  t.equal(gzipped.headers['idempotency-replayed'], 'true', 'however it is compressed');
});

t.test('422 for another body or other parameters with the same key', async (t) => {
  const { bring, send } = await openImport(t);
  const rows = ndjson(person('a'));
  await bring(rows, '', KEY);
  for (const [body, query] of [
    [ndjson(person('b')), ''],
    [rows, '?onConflict=skip'],
  ] as const)
    t.match((await bring(body, query, KEY)).json(), { status: 422, code: 'idempotency-key-reused' });
  t.match((await send('POST', '/v1/sources', person('b').source, KEY)).json(), { status: 422 });
  const other = { 'idempotency-key': 'other' };
  await send('POST', '/v1/sources', person('b').source, other);
  t.match((await bring(rows, '', other)).json(), { status: 422 });
});

t.test('503 where the database does not answer, and a problem as the last line where it goes', async (t) => {
  const { bring, storage } = await openImport(t);
  await bring('');
  await storage.close();
  t.match((await bring(ndjson(person('a')))).json(), { status: 503, code: 'unavailable' });

  const { storage: own } = await openEngine(t);
  let writes = 0;
  const failing: Storage = {
    ...own,
    async write(work, options) {
      writes += 1;
      if (writes > 2) await own.close();
      return own.write(work, options);
    },
  };
  const server = await openImport(t, { storage: failing });
  await mayWrite(server.services);
  const answer = await server.bring(refused(2 * BATCH_ROWS + 1));
  t.equal(answer.statusCode, 200);
  t.match(linesOf(answer.body).last, { status: 503, code: 'unavailable', detail: /send the same again/ });
});

t.test('429 as for any write', async (t) => {
  const { bring } = await openImport(t, { rateLimits: { reads: 0, writes: 1, refusedKeys: 0 } });
  const first = await bring(ndjson(person('a')));
  t.match(first.headers, { ratelimit: /"writes";r=0/ });
  t.equal((await bring(ndjson(person('a')))).statusCode, 429);
});

/** A server at a port, and connections on which a request has begun. */
async function openPort(t: Test, options: Options = {}) {
  const storage = options.storage ?? (options.isInThread ? undefined : (await openEngine(t)).storage);
  const server = await openServer(t, { ...options, ...(storage && { storage }) });
  const authorization = await mayWrite(server.services);
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.app.server.address() as { port: number };

  const begin = async (query = '', headers: Record<string, string> = {}) => {
    const accepted = once(server.app.server, 'connection');
    const sent = request({
      port,
      host: '127.0.0.1',
      path: `/v1/import${query}`,
      method: 'POST',
      headers: { authorization, ...TYPE, ...headers },
      agent: false,
    });
    let answer: IncomingMessage | undefined;
    let text = '';
    sent.on('error', () => {});
    sent.on('response', (response) => {
      answer = response;
      response.on('error', () => {});
      response.on('data', (chunk) => {
        text += chunk;
      });
    });
    sent.flushHeaders();
    t.teardown(() => sent.destroy());
    const [onServer] = (await accepted) as [Socket];
    return {
      onServer,
      text: () => text,
      status: () => answer?.statusCode ?? 0,
      headers: () => answer?.headers ?? {},
      /** Sends a part of the body; resolves when the system has taken it. */
      part: (body: string) => new Promise<void>((resolve) => sent.write(body, () => resolve())),
      end: () => sent.end(),
      cut: () => sent.destroy(),
      /** From now on nothing of the answer is taken. */
      pause: () => sent.socket?.pause(),
      /** The lines of the answer that have arrived. */
      lines: () =>
        text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line)),
    };
  };
  return { ...server, port, authorization, begin };
}

inBothWays('lines go out while lines come in', async (t, isInThread) => {
  const { begin, app } = await openPort(t, { isInThread });
  const { part, end, lines, status, onServer } = await begin('?each=true');
  await part(ndjson(person('a')) + refused(BATCH_ROWS - 1));
  await until(() => lines().length === BATCH_ROWS);
  // What Node does when any other request would have had to be there.
  const overdue = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  app.server.emit('clientError', overdue, onServer);
  t.equal(lines().length, BATCH_ROWS, 'a batch is told before the next one is sent');
  t.equal(status(), 200);
  await part(ndjson(person('b')));
  end();
  await until(() => lines().length === BATCH_ROWS + 2);
  t.match(lines().at(-1), { counts: { source: { created: 2 } }, rejected: BATCH_ROWS - 1 });
});

inBothWays(
  'a cut connection leaves what was read, and the same sent again finishes it',
  async (t, isInThread) => {
    const first = await openMemory(t);
    await fill(first);
    const rows = rowLines(await exportOf(first)).map((line) => `${line}\n`);
    const start = rows.slice(0, 6).join('') + refused(BATCH_ROWS - 6) + ndjson(...people(20));
    const all = start + rows.slice(6).join('') + ndjson(...people(20, 20));
    const calm = await openPort(t, { isInThread });
    const whole = await calm.begin();
    await whole.part(all);
    whole.end();
    await until(() => whole.lines().at(-1)?.counts !== undefined);
    t.match(whole.lines().at(-1), { rejected: BATCH_ROWS - 6, endedBy: null });

    const { begin, storage } = await openPort(t, { isInThread });
    const cut = await begin('', KEY);
    await cut.part(start.slice(0, -10));
    await until(() => cut.lines().length === BATCH_ROWS - 6);
    const busy = await begin('', KEY);
    await until(() => busy.text().includes('"idempotency-in-progress"'));
    t.match([busy.status(), busy.headers()['retry-after']], [409, '1']);
    busy.cut();
    cut.cut();
    await until(async () => (await exportOf(storage)).includes('"p18"'));

    const send = async () => {
      const sent = await begin('', KEY);
      await sent.part(all);
      sent.end();
      await until(() => sent.status() === 409 || sent.lines().at(-1)?.counts !== undefined);
      return sent;
    };
    let again = await send();
    for (let tries = 0; again.status() === 409 && tries < 50; tries++) {
      await delay(50);
      again = await send();
    }
    const last = again.lines().at(-1);
    t.match(last.counts.source, { created: 21, unchanged: 5 + 19 });
    t.equal(last.counts.article.created + last.counts.claim.created, 7);
    t.equal(await exportOf(storage), await exportOf(calm.storage), 'it ends as if nothing had happened');

    const replay = await send();
    t.equal(replay.headers()['idempotency-replayed'], 'true');
    t.same(replay.lines(), [last]);
  },
);

t.test('a client that leaves while its rows are stored ends the import behind the batch', async (t) => {
  const { storage: own } = await openEngine(t);
  let writes = 0;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const storage: Storage = {
    ...own,
    async write(work, options) {
      writes += 1;
      if (writes > 2) await gate; // the first is of the key, the second of a batch
      return own.write(work, options);
    },
  };
  const { begin } = await openPort(t, { storage });
  const { part, end, cut, lines, onServer } = await begin();
  await part(refused(10 * BATCH_ROWS));
  end();
  await until(() => lines().length === BATCH_ROWS);
  cut();
  await until(() => onServer.destroyed);
  open();
  await delay(200);
  t.equal(writes, 3, 'the batch that was under way is the last');
});

inBothWays('a server that stops ends each import behind its batch, and says so', async (t, isInThread) => {
  const { begin, app, storage } = await openPort(t, { isInThread });
  const { part, lines } = await begin();
  await part(refused(BATCH_ROWS));
  await until(() => lines().length === BATCH_ROWS);
  await part(ndjson(...people(3)));
  await delay(100);
  const closed = app.close();
  await until(() => lines().length > BATCH_ROWS);
  t.match(lines().at(-1), { endedBy: 'signal', isStored: true, counts: { source: { created: 3 } } });
  await closed;
  t.match(await exportOf(storage), /"slug":"p2"/);
});

inBothWays(
  'a client that is answered before it has sent all is let go on for a while',
  async (t, isInThread) => {
    const { app, port, authorization } = await openPort(t, { isInThread });
    const accepted = once(app.server, 'connection');
    const socket = connect({ port, host: '127.0.0.1' });
    t.teardown(() => socket.destroy());
    const [onServer] = (await accepted) as [Socket];
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    const body = refused(2_000_000); // more than connections hold
    socket.write(
      `POST /v1/import?maxRejects=0 HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\ncontent-type: application/x-ndjson\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
    await until(() => text.endsWith('0\r\n\r\n'));
    t.match(text, /"rejected":1,"endedBy":"rejects"/);
    await until(() => onServer.bytesRead > body.length);
    t.ok(onServer.bytesRead > body.length, 'what it goes on to send is read, and thrown away');
    t.equal(socket.destroyed, false);
  },
);

t.test('503 beyond as many as run at once, and reads go on', async (t) => {
  const { begin, get } = await openPort(t);
  const running = [await begin(), await begin()];
  for (const { part } of running) await part(ndjson(person('a')));
  await delay(50);
  const third = await begin();
  await until(() => third.text().includes('"code":"busy"'));
  t.match([third.status(), third.headers()['retry-after']], [503, '5']);
  t.equal((await get('/v1/sources')).statusCode, 200);
  for (const { end } of running) end();
  await until(() => running.every(({ lines }) => lines().length === 1));
  t.same(
    running.map(({ lines }) => lines()[0].rejected),
    [0, 0],
  );
  const next = await begin();
  next.end();
  await until(() => next.lines().length === 1);
  t.equal(next.status(), 200, 'what has ended makes room');
});

inBothWays(
  'a client that neither sends nor takes is cut off, and what it sent is stored',
  async (t, isInThread) => {
    const { begin, get } = await openPort(t, { stallMs: 500, isInThread });
    const silent = await begin();
    await silent.part(ndjson(person('a')));
    for (let count = 0; count < 4; count++) {
      await delay(200);
      await silent.part(ndjson(person(`slow-${count}`)));
    }
    t.equal(silent.onServer.destroyed, false, 'one that is slow is not');
    await until(() => silent.onServer.destroyed);
    t.ok(silent.onServer.destroyed);
    await until(async () => (await get('/v1/sources')).json().data.length === 5);
    t.equal((await get('/v1/sources')).json().data.length, 5);

    const deaf = await begin();
    deaf.pause();
    await deaf.part('x\n'.repeat(200_000)); // each line of which is answered with a hundred times as much
    await until(() => deaf.onServer.destroyed);
    t.ok(deaf.onServer.destroyed);
  },
);

t.test('200 for what a thread brings in, on either engine', async (t) => {
  const { bring, get } = await openImport(t, { isInThread: true });
  t.match(linesOf((await bring(ndjson(...people(3), person('B')))).body).last, {
    counts: { source: { created: 3, rejected: 1 } },
    isStored: true,
  });
  t.equal((await get('/v1/sources')).json().data.length, 3);
});

t.test('413 for what takes more memory than a thread may, and the server goes on', async (t) => {
  const { storage, database } = await openEngine(t);
  const limits = { maxOldGenerationSizeMb: 4, maxYoungGenerationSizeMb: 1 };
  const importLong = importBodyInThread(database, limits);
  const { send, get } = await openTestServer(t, { storage, importLong });
  const bring = (body: string) => send('POST', '/v1/import', Readable.from([body]), TYPE);
  t.match((await bring(ndjson(...people(3)))).json(), {
    status: 413,
    code: 'payload-too-large',
    detail:
      'What is in it, or is to be one transaction, takes more memory than an import may take. Send less at a time.',
  });
  t.same((await get('/v1/sources')).json().data, []);
  t.match(linesOf((await send('POST', '/v1/import', ndjson(...people(3)), TYPE)).body).last, {
    counts: { source: { created: 3 } },
  });
});

t.test('503 where a thread finds no database', async (t) => {
  const { storage } = await openEngine(t);
  const importLong = importBodyInThread({ engine: 'sqlite', file: `${t.testdir({})}/none.db` });
  const { send } = await openTestServer(t, { storage, importLong });
  const answer = await send('POST', '/v1/import', Readable.from([ndjson(...people(3))]), TYPE);
  t.match(answer.json(), { status: 503, code: 'unavailable' });
  t.notMatch(answer.body, 'none.db');
});
