/**
 * What an answer says of its freshness: by which ETag and date it is known, for how long it is good, which rows it shows,
 * and in which coding it comes.
 */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { idOf, openTestServer } from '../helper.js';
import { problemOf } from './answers.js';
import { settled } from './live.js';

const LONG = 'Taxes will fall. '.repeat(200).trim();

async function openWithArticle(t: Test) {
  const server = await openTestServer(t);
  await server.given.source({ id: idOf(1), name: 'The Reader', kind: 'publisher' });
  await server.given.source({ id: idOf(2), name: 'Ana Silva', memberOf: 'the-reader' });
  const article = await server.given.article({
    id: idOf(3),
    slug: 'taxes',
    body: LONG,
    publisher: 'the-reader',
    authors: [{ name: 'Ana', source: 'ana-silva' }],
  });
  await server.given.claim({ id: idOf(4), by: [{ in: article, source: 'ana-silva' }] });
  await settled(() => server.storage.revision()?.at);
  return server;
}

t.test('304 for an ETag that the caller has, in whichever way it is given', async (t) => {
  const { get } = await openWithArticle(t);
  for (const url of ['/v1/articles/taxes', '/v1/articles', '/v1', '/openapi.json', '/problems/internal']) {
    const whole = await get(url);
    const etag = String(whole.headers.etag);
    const known = [etag, `W/${etag}`, `"x", ${etag}`, `"a,b" ,W/${etag}`, '*', ' * '];
    for (const tags of known)
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await get(url, { method, headers: { 'if-none-match': tags } });
        t.equal(answer.statusCode, 304, `${method} ${url} ${tags}`);
        t.equal(answer.body, '');
        const { date: _date, ...headers } = answer.headers;
        const {
          date: _whole,
          'content-type': _type,
          'content-length': _length,
          link: _link,
          ...kept
        } = whole.headers;
        t.strictSame(headers, kept, 'with the headers of the answer, those of its content left out');
      }
    for (const tags of ['"x"', etag.slice(1, -1), `${etag.slice(0, -1)}-br"`, '', '"*"'])
      t.equal((await get(url, { headers: { 'if-none-match': tags } })).statusCode, 200, `${url} ${tags}`);
  }
});

t.test('an ETag names the version of what is one thing, and changes with it', async (t) => {
  const { get, given } = await openWithArticle(t);
  for (const url of ['/v1/articles/taxes', '/v1/sources/ana-silva', `/v1/claims/${idOf(4)}`]) {
    const answer = await get(url);
    t.match(answer.headers.etag, new RegExp(`^"v${answer.json().version}-[\\w-]{16}"$`), url);
  }
  const before = (await get('/v1/articles/taxes')).headers.etag;
  t.not((await get('/v1/articles/taxes?body=text')).headers.etag, before, 'another form has another');
  await given.article({ id: idOf(3), slug: 'taxes', body: 'Other words.' });
  const after = await get('/v1/articles/taxes', { headers: { 'if-none-match': String(before) } });
  t.equal(after.statusCode, 200);
  t.match(after.headers.etag, /^"v2-/);
});

t.test('304 for a date that is not before the last change, where no ETag is given', async (t) => {
  const { get } = await openWithArticle(t);
  const changed = 'Fri, 01 Nov 2024 12:00:00 GMT';
  t.equal((await get('/v1/articles')).headers['last-modified'], changed);
  const cases: [headers: Record<string, string>, status: number][] = [
    [{ 'if-modified-since': changed }, 304],
    [{ 'if-modified-since': 'Fri, 01 Nov 2024 12:00:01 GMT' }, 304],
    [{ 'if-modified-since': 'Fri, 01 Nov 2024 11:59:59 GMT' }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-modified-since': '2024-11-02' }, 200],
    [{ 'if-modified-since': changed, 'if-none-match': '"x"' }, 200],
  ];
  for (const [headers, status] of cases)
    t.equal((await get('/v1/articles', { headers })).statusCode, status, JSON.stringify(headers));
  t.equal((await get('/v1')).headers['last-modified'], undefined, 'no data, no date');
});

t.test('no date as long as a later change could share it', async (t) => {
  let at = new Date().toISOString();
  const { get, given } = await openTestServer(t, { clock: () => at });
  await given.source({ name: 'A' });
  t.equal((await get('/v1/sources')).headers['last-modified'], undefined);
  at = new Date(Date.now() - 1_500).toISOString();
  const older = await openTestServer(t, { clock: () => at });
  await older.given.source({ name: 'A' });
  await settled(() => older.storage.revision()?.at);
  t.match((await older.get('/v1/sources')).headers['last-modified'], /GMT$/);
});

const key = (letter: string, n: number) => `${letter}${idOf(n).slice(-10)}`;

t.test('the keys name every row that is shown, and what a list depends on', async (t) => {
  const { get } = await openWithArticle(t);
  const cases: [url: string, keys: string[]][] = [
    ['/v1/articles/taxes', [key('a', 3), key('s', 1), key('s', 2)]],
    ['/v1/articles', ['articles', 'sources', key('a', 3), key('s', 1), key('s', 2)]],
    ['/v1/sources/ana-silva', [key('s', 2), key('s', 1)]],
    [`/v1/claims/${idOf(4)}`, [key('a', 3), key('c', 4), key('s', 2)]],
    ['/v1/articles/taxes/claims', ['articles', 'claims', 'sources', key('a', 3), key('c', 4), key('s', 2)]],
    ['/v1/sources?kind=document', ['sources']],
  ];
  for (const [url, keys] of cases)
    t.strictSame(String((await get(url)).headers['surrogate-key']).split(' '), keys, url);
});

t.test('nothing of an answer that is of the moment, or of a problem, may be kept', async (t) => {
  const { get } = await openWithArticle(t);
  for (const url of ['/health/live', '/health/ready', '/v1/articles/nope', '/nope', '/v1/articles?limit=0']) {
    const { headers } = await get(url, { headers: { 'if-none-match': '*' } });
    t.equal(headers['cache-control'], 'no-store', url);
    for (const name of ['etag', 'last-modified', 'surrogate-key', 'content-encoding'])
      t.equal(headers[name], undefined, `${url} ${name}`);
  }
});

t.test('a body comes in the coding that the caller likes best', async (t) => {
  const { app, get } = await openWithArticle(t);
  const url = '/v1/articles/taxes';
  const plain = await get(url);
  const read = { br: brotliDecompressSync, gzip: gunzipSync };
  const suffixes = { br: '-br', gzip: '-gz' };
  const cases: [accepted: string, coding: 'br' | 'gzip' | null][] = [
    ['gzip, deflate, br', 'br'],
    ['br;q=0.5, gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['gzip;q=0.1, identity;q=0', 'gzip'],
    ['identity', null],
    ['identity, gzip;q=0.5', null],
    ['deflate', null],
    ['gzip;q=0, br;q=0.000', null],
    ['gzip;q=2', null],
    ['', null],
  ];
  for (const [accepted, coding] of cases) {
    const answer = await app.inject({ url, headers: { 'accept-encoding': accepted } });
    t.equal(answer.statusCode, 200, accepted);
    t.equal(answer.headers['content-encoding'] ?? null, coding, accepted);
    t.equal(answer.headers['content-length'], String(answer.rawPayload.length));
    const body = coding === null ? answer.rawPayload : read[coding](answer.rawPayload);
    t.equal(body.toString(), plain.body, 'the same body');
    const etag = String(plain.headers.etag).replace(/"$/, `${coding === null ? '' : suffixes[coding]}"`);
    t.equal(answer.headers.etag, etag, 'an ETag of its own');
    const headers = { 'accept-encoding': accepted, 'if-none-match': etag };
    t.equal((await app.inject({ url, headers })).statusCode, 304);
    const head = await app.inject({ method: 'HEAD', url, headers: { 'accept-encoding': accepted } });
    for (const name of ['content-encoding', 'content-length', 'etag', 'vary'])
      t.equal(head.headers[name], answer.headers[name], `${name} of HEAD`);
  }
});

t.test('a short body comes as it is, unless that is ruled out', async (t) => {
  const { app } = await openWithArticle(t);
  const ask = (accepted: string) => app.inject({ url: '/v1', headers: { 'accept-encoding': accepted } });
  t.equal((await ask('br, gzip')).headers['content-encoding'], undefined);
  t.equal((await ask('gzip, identity;q=0')).headers['content-encoding'], 'gzip');
});

t.test('406 where every coding is ruled out', async (t) => {
  const { get } = await openWithArticle(t);
  for (const accepted of [
    'identity;q=0',
    '*;q=0',
    'deflate, *;q=0',
    'identity;q=0, br;q=0, gzip;q=0, *;q=0',
  ]) {
    const answer = await get('/v1/articles', { headers: { 'accept-encoding': accepted } });
    t.match(problemOf(t, answer), {
      code: 'not-acceptable',
      detail: /content codings br, .*gzip and identity/,
    });
  }
});
