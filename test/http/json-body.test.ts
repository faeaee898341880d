/** Bodies that are hostile, broken or too large: each a clear refusal, and nothing stored. */
import { connect } from 'node:net';
import t from 'tap';
import { BODY_DEPTH_MAX, BODY_VALUES_MAX, parseBody } from '../../src/http/json-body.js';
import { BODY_BYTES_MAX } from '../../src/http/limits.js';
import { mayWrite, openTestServer } from '../helper.js';

const person = { slug: 'a', kind: 'person', name: 'A' };
const text = (more: string) => `{"slug":"a","kind":"person","name":"A"${more}}`;
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

interface Refused {
  readonly body: string | Buffer;
  readonly status: number;
  readonly code: string;
  readonly says: RegExp;
}

const cases: Record<string, Refused> = {
  'no JSON': { body: '{"a":', status: 400, code: 'malformed-json', says: /not valid JSON/ },
  'nothing at all': { body: '', status: 400, code: 'malformed-json', says: /not valid JSON/ },
  'two documents': { body: '{}{}', status: 400, code: 'malformed-json', says: /not valid JSON/ },
  'invalid UTF-8': {
    body: Buffer.from([...Buffer.from('{"name":"'), 0xff, 0xfe, ...Buffer.from('"}')]),
    status: 400,
    code: 'malformed-json',
    says: /not valid UTF-8/,
  },
  'a lone surrogate': {
    body: text(',"role":"\\ud800"'),
    status: 400,
    code: 'invalid-request',
    says: /`\/role` must be one line of text without control characters or broken surrogate pairs/,
  },
  'a lone surrogate in a URL': {
    body: text(',"url":"https://a.example/\\udc00"'),
    status: 400,
    code: 'invalid-request',
    says: /`\/url` must be text without control characters/,
  },
  NUL: {
    body: text(',"role":"a\\u0000b"'),
    status: 400,
    code: 'invalid-request',
    says: /`\/role` must be one line/,
  },
  'NUL in a URI': {
    body: text(',"sameAs":["urn:a\\u0000b"]'),
    status: 400,
    code: 'invalid-request',
    says: /`\/sameAs\/0` must be text without control characters/,
  },
  'a number beyond all bounds': {
    body: text(',"role":1e400'),
    status: 400,
    code: 'invalid-request',
    says: /`\/role` must be text; found a number/,
  },
  __proto__: {
    body: text(',"__proto__":{"role":"x"}'),
    status: 400,
    code: 'invalid-request',
    says: /`\/__proto__` is not known here/,
  },
  '__proto__ in other letters': {
    body: text(',"\\u005f_proto__":{"role":"x"}'),
    status: 400,
    code: 'invalid-request',
    says: /`\/__proto__` is not known here/,
  },
  constructor: {
    body: text(',"constructor":{"prototype":{"role":"x"}}'),
    status: 400,
    code: 'invalid-request',
    says: /`\/constructor` is not known here/,
  },
  'a name twice': {
    body: text(',"name":"B"'),
    status: 400,
    code: 'invalid-request',
    says: /`\/name` is given twice/,
  },
  'a name twice, once escaped': {
    body: text(',"n\\u0061me":"B"'),
    status: 400,
    code: 'invalid-request',
    says: /`\/name` is given twice/,
  },
  'a name of a megabyte': {
    body: text(`,"${'x'.repeat(1_000_000)}":1`),
    status: 400,
    code: 'invalid-request',
    says: /is a name of more than 100 characters/,
  },
  'ten thousand levels': {
    body: text(`,"aliases":${nested(10_000)}`),
    status: 400,
    code: 'invalid-request',
    says: /nests deeper than 20 levels/,
  },
  'four million levels': {
    body: '['.repeat(4_000_000),
    status: 400,
    code: 'invalid-request',
    says: /nests deeper than 20 levels/,
  },
  'too many values': {
    body: text(`,"aliases":[${'"a",'.repeat(BODY_VALUES_MAX)}"a"]`),
    status: 413,
    code: 'payload-too-large',
    says: /more than 20000 values/,
  },
  'too many bytes': {
    body: text(`,"description":"${'x'.repeat(BODY_BYTES_MAX)}"`),
    status: 413,
    code: 'payload-too-large',
    says: /larger than this server reads/,
  },
  'a hundred megabytes': {
    body: Buffer.alloc(100_000_000, 'x'),
    status: 413,
    code: 'payload-too-large',
    says: /larger than this server reads/,
  },
  'a list': {
    body: '[]',
    status: 400,
    code: 'invalid-request',
    says: /^The body must be an object with fields/,
  },
};

for (const [name, { body, status, code, says }] of Object.entries(cases))
  t.test(`${status} for ${name}, and nothing is stored`, async (t) => {
    const { send, get } = await openTestServer(t);
    const answer = await send('POST', '/v1/sources', body);
    t.equal(answer.statusCode, status);
    t.equal(answer.json().code, code);
    t.match(answer.json().detail, says);
    t.ok(answer.body.length < 20_000, 'the answer is short');
    t.equal((await get('/v1/sources')).json().data.length, 0);
    t.equal(({} as { role?: string }).role, undefined, 'no prototype was touched');
    t.equal((await send('POST', '/v1/sources', person)).statusCode, 201, 'and the next one is answered');
  });

t.test('the same of a patch, which goes into what is stored', async (t) => {
  const { send } = await openTestServer(t);
  await send('POST', '/v1/sources', person);
  for (const body of ['{"__proto__":{"role":"x"}}', `{"aliases":${nested(30)}}`, '{"name":"B","name":"C"}'])
    t.equal((await send('PATCH', '/v1/sources/a', body)).statusCode, 400, body.slice(0, 40));
  for (const body of ['null', '[]', '"x"', '3'])
    t.equal((await send('PATCH', '/v1/sources/a', body)).statusCode, 400, body);
});

t.test('415 for a coding or a charset that is not read', async (t) => {
  const { send } = await openTestServer(t);
  for (const headers of [
    { 'content-encoding': 'gzip' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-type': 'text/json' },
  ])
    t.equal((await send('POST', '/v1/sources', person, headers as never)).statusCode, 415);
  const named = { 'content-type': 'application/json; charset=UTF-8' };
  t.equal((await send('POST', '/v1/sources', person, named)).statusCode, 201);
});

t.test('many faults are told up to a bound', async (t) => {
  const { send } = await openTestServer(t);
  const unknown = Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`field${at}`, at]));
  const answer = await send('POST', '/v1/sources', { ...person, ...unknown });
  const { errors } = answer.json();
  t.equal(errors.length, 101);
  t.strictSame(errors.at(-1), { detail: 'and 401 more are wrong' });
});

t.test('413 for a stream that never ends, which is cut off', async (t) => {
  const { app, services } = await openTestServer(t);
  const authorization = await mayWrite(services);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write(
    `POST /v1/sources HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const pump = setInterval(() => socket.write(chunk), 1);
  const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
  clearInterval(pump);
  socket.destroy();
  t.match(answer, /^HTTP\/1\.1 413 /);
});

t.test('what is read is what was sent, up to the bounds', async (t) => {
  const value = { a: ['"', '\\', '\\"', '{', '}]', ',', 'é', '😀'], 'b/~': { c: [1.5, true, null] } };
  t.strictSame(parseBody(Buffer.from(JSON.stringify(value, null, 2))), value);
  t.strictSame(parseBody(Buffer.from(`\ufeff${'{}'}`)), {}, 'a byte order mark is no part of it');
  t.ok(parseBody(Buffer.from(nested(BODY_DEPTH_MAX))));
  t.throws(() => parseBody(Buffer.from(nested(BODY_DEPTH_MAX + 1))), { code: 'invalid-request' });
  t.strictSame(
    parseBody(Buffer.from('[{"a":1},{"a":2}]')),
    [{ a: 1 }, { a: 2 }],
    'each object has its own names',
  );
});
