/**
 * The server at a real port, spoken to in bytes: what never becomes a request is answered with a problem too, and the
 * server goes on answering.
 */
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { buildApp } from '../../src/app.js';
import { refuseConnection } from '../../src/http/refusals.js';
import { openTestStorage } from '../helper.js';
import { REQUEST_ID, SECURITY_HEADERS } from './answers.js';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ANSWER_TIMEOUT_MS = 3_000; // a server that says nothing must fail the test, not stop it

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The answers in what a server sent on one connection. */
function parseAnswers(t: Test, bytes: Buffer): Answer[] {
  const answers: Answer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    const [statusLine = '', ...lines] = rest.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
      }),
    );
    t.match(statusLine, /^HTTP\/1\.1 \d{3} \S/, 'a status line');
    const length = Number(headers['content-length']);
    t.ok(length >= 0, 'the answer says how long it is');
    const body = rest.subarray(end + 4, end + 4 + length);
    t.equal(body.length, length, 'and is so long');
    answers.push({ status: Number(statusLine.split(' ')[1]), headers, body: body.toString() });
    rest = rest.subarray(end + 4 + length);
  }
  return answers;
}

async function openPort(t: Test) {
  const app = await buildApp({ storage: await openTestStorage(t) });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(() => app.close());
  const { port } = app.server.address() as { port: number };

  /** What the server sends back until it closes the connection. `parts` are sent one after the other. */
  const exchange = (...parts: (string | Buffer)[]): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const received: Buffer[] = [];
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error('the server did not close')));
      socket.on('data', (chunk) => received.push(chunk));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
      });
      socket.on('close', () => resolve(Buffer.concat(received)));
      socket.on('connect', async () => {
        for (const part of parts) {
          socket.write(part);
          await new Promise((done) => setTimeout(done, parts.length > 1 ? 20 : 0));
        }
      });
    });

  return {
    app,
    port,
    exchange,
    /** The one answer to what is sent. */
    async ask(...parts: (string | Buffer)[]): Promise<Answer> {
      const answers = parseAnswers(t, await exchange(...parts));
      t.equal(answers.length, 1, 'one answer');
      return answers[0] as Answer;
    },
    async assertAlive(): Promise<void> {
      const [answer] = parseAnswers(t, await exchange(request('GET', '/v1')));
      t.equal(answer?.status, 200, 'the server still answers');
    },
  };
}

/** A request after whose answer the connection is closed. */
const request = (method: string, target: string, headers: readonly string[] = ['Host: a']): string =>
  `${[`${method} ${target} HTTP/1.1`, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`;

const malformed = {
  code: 'malformed-request',
  title: 'The request is not HTTP',
  status: 400,
  detail:
    'What arrived could not be read as an HTTP/1.1 request, so the connection was closed. Check the client, or whatever stands between it and this server.',
};
const tooLong = {
  code: 'uri-too-long',
  title: 'The URL is too long',
  status: 414,
  detail: 'This server reads URLs of 8000 characters. Shorten the URL to the length that `detail` names.',
};
const tooLarge = {
  code: 'headers-too-large',
  title: 'The headers are too large',
  status: 431,
  detail:
    'The request line and headers together are larger than this server reads. Send fewer or shorter headers.',
};

const flood = Array.from({ length: 3_000 }, (_, n) => `X-${n}: a`);

const unreadable: [name: string, parts: (string | Buffer)[], problem: typeof malformed][] = [
  ['400 for bytes that are no request', [Buffer.from([0, 1, 2, 0xff, 0xfe, 13, 10, 13, 10])], malformed],
  ['400 for words that are no request', ['hello\r\n\r\n'], malformed],
  ['400 for a TLS handshake', [Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3])], malformed],
  ['400 for a method that there is not', [request('BREW', '/v1')], malformed],
  ['400 for letters in a path that are not encoded', [request('GET', '/v1/é')], malformed],
  [
    '400 for a length that is no number',
    [request('POST', '/v1', ['Host: a', 'Content-Length: x'])],
    malformed,
  ],
  [
    '400 for a length and chunks at once',
    [request('POST', '/v1', ['Host: a', 'Content-Length: 3', 'Transfer-Encoding: chunked'])],
    malformed,
  ],
  [
    '400 for a chunk that does not say its length',
    [
      `${request('GET', '/v1', ['Host: a', 'Transfer-Encoding: chunked']).replace('Connection: close\r\n', '')}ZZ\r\nabc\r\n`,
    ],
    malformed,
  ],
  [
    '414 for a URL longer than all that is read, in one piece',
    [request('GET', `/v1?${'a'.repeat(20_000)}`)],
    tooLong,
  ],
  ['414 for such a URL in several pieces', [`GET /v1?${'a'.repeat(9_000)}`, 'a'.repeat(9_000)], tooLong],
  ['431 for a flood of headers', [request('GET', '/v1', ['Host: a', ...flood])], tooLarge],
  [
    '431 for one huge header',
    [request('GET', '/v1', ['Host: a', `Cookie: ${'a'.repeat(20_000)}`])],
    tooLarge,
  ],
];

t.test('what cannot be read as a request is answered on the bare connection, which is closed', async (t) => {
  const { ask, assertAlive } = await openPort(t);
  for (const [name, parts, problem] of unreadable)
    await t.test(name, async (t) => {
      const { status, headers, body } = await ask(...parts);
      t.equal(status, problem.status);
      const { 'content-length': _length, ...rest } = headers;
      t.strictSame(rest, {
        ...SECURITY_HEADERS,
        'content-type': 'application/problem+json; charset=utf-8',
        'access-control-allow-origin': '*',
        'cache-control': 'no-store',
        connection: 'close',
      });
      const { requestId, ...told } = JSON.parse(body);
      t.match(requestId, ID);
      t.strictSame(told, { type: `/problems/${problem.code}`, ...problem, instance: '', errors: [] });
      await assertAlive();
    });
});

/** The problem that an answer holds, its request id checked and fixed. */
function problemIn(t: Test, { status, headers, body }: Answer) {
  t.equal(headers['content-type'], 'application/problem+json; charset=utf-8');
  t.equal(headers['access-control-allow-origin'], '*');
  const problem = JSON.parse(body);
  t.equal(status, problem.status);
  t.match(problem.requestId, ID);
  return { ...problem, requestId: REQUEST_ID };
}

t.test('400 for an HTTP/1.1 request without Host, and 200 for HTTP/1.0, which has none', async (t) => {
  const { ask, assertAlive } = await openPort(t);
  t.strictSame(problemIn(t, await ask(request('GET', '/v1', []))), {
    type: '/problems/malformed-request',
    title: 'The request is not HTTP',
    status: 400,
    detail:
      'An HTTP/1.1 request needs a Host header. Check the client, or whatever stands between it and this server.',
    instance: '/v1',
    code: 'malformed-request',
    errors: [],
    requestId: REQUEST_ID,
  });
  const old = await ask('GET /health/live HTTP/1.0\r\n\r\n');
  t.strictSame([old.status, old.body], [200, '{"status":"live"}']);
  await assertAlive();
});

t.test('417 for an expectation other than 100-continue, which is met', async (t) => {
  const { ask, exchange, assertAlive } = await openPort(t);
  const answer = await ask(request('GET', '/v1?x=y', ['Host: a', 'Expect: cake']));
  t.strictSame(problemIn(t, answer), {
    type: '/problems/expectation-failed',
    title: 'The expectation cannot be met',
    status: 417,
    detail:
      'The `Expect` header asks for something other than `100-continue`. Leave the `Expect` header out.',
    instance: '/v1',
    code: 'expectation-failed',
    errors: [],
    requestId: REQUEST_ID,
  });
  const met = await exchange(request('GET', '/health/live', ['Host: a', 'Expect: 100-continue']));
  t.match(met.toString(), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  await assertAlive();
});

t.test(
  '405 for a method that HTTP knows and the server does not, and for a body that is never sent',
  async (t) => {
    const { ask, assertAlive } = await openPort(t);
    for (const sent of [
      request('PROPFIND', '/v1'),
      request('POST', '/v1', ['Host: a', 'Content-Length: 0']),
    ]) {
      const answer = await ask(sent);
      t.equal(problemIn(t, answer).code, 'method-not-allowed');
      t.equal(answer.headers.allow, 'GET, HEAD, OPTIONS');
    }
    await assertAlive();
  },
);

t.test('414 for a URL between the two limits, with its length', async (t) => {
  const { ask } = await openPort(t);
  const { detail } = problemIn(t, await ask(request('GET', `/v1?${'a'.repeat(9_000)}`)));
  t.match(detail, 'The URL has 9004 characters; this server reads 8000.');
});

t.test('200 for an address in full, as a proxy sends it, with links that hold the path alone', async (t) => {
  const { ask } = await openPort(t);
  const { status, body } = await ask(request('GET', 'http://news.example/v1/articles?limit=1'));
  t.equal(status, 200);
  t.strictSame(JSON.parse(body), { data: [], next: null, prev: null });
});

t.test('200 twice for two requests that are sent at once', async (t) => {
  const { exchange } = await openPort(t);
  const first = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n';
  const answers = parseAnswers(t, await exchange(first + request('GET', '/health/ready')));
  t.strictSame(
    answers.map(({ status, body }) => [status, JSON.parse(body).status]),
    [
      [200, 'live'],
      [200, 'ready'],
    ],
  );
});

t.test('204 for OPTIONS of the whole server', async (t) => {
  const { exchange } = await openPort(t);
  t.match((await exchange(request('OPTIONS', '*'))).toString(), /^HTTP\/1\.1 204 No Content\r\n/);
});

t.test('408 for a request that trickles in for longer than half a minute', async (t) => {
  const { app, port, assertAlive } = await openPort(t);
  t.equal(app.server.requestTimeout, 30_000);
  const onServer = new Promise<Socket>((resolve) => app.server.once('connection', resolve));
  const received = new Promise<Buffer>((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write('GET /v1 HTTP/1.1\r\nHos');
    socket.on('data', (chunk) => chunks.push(chunk)).on('close', () => resolve(Buffer.concat(chunks)));
  });
  // What Node does when the time is over.
  const overdue = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  app.server.emit('clientError', overdue, await onServer);
  const [answer] = parseAnswers(t, await received);
  t.equal(problemIn(t, answer as Answer).code, 'request-timeout');
  await assertAlive();
});

t.test('nothing is sent to a client that has gone', async (t) => {
  const { app, port, assertAlive } = await openPort(t);
  const onServer = new Promise<Socket>((resolve) => app.server.once('connection', resolve));
  connect({ port, host: '127.0.0.1' }).on('error', () => {});
  const socket = await onServer;
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  refuseConnection(reset as never, socket);
  t.equal(socket.destroyed, true);
  t.equal(socket.bytesWritten, 0);
  await assertAlive();
});
