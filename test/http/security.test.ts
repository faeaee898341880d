/**
 * What browsers are told: the same of every answer, prepared or not, and by https to come back by https.
 */
import type { InjectOptions } from 'fastify';
import t from 'tap';
import { openTestServer, openTestStorage } from '../helper.js';
import { SECURITY_HEADERS } from './answers.js';
import { openLive, settled } from './live.js';

const told = (headers: Record<string, unknown>) =>
  Object.fromEntries(Object.keys(SECURITY_HEADERS).map((name) => [name, headers[name]]));

t.test('on answers, problems, redirects and preflights alike', async (t) => {
  const { app } = await openTestServer(t);
  const cases: [number, InjectOptions | string][] = [
    [200, '/v1/articles'],
    [200, '/v1/articles?format=csv'],
    [200, '/openapi.json'],
    [200, '/feeds/articles.atom'],
    [302, '/'],
    [304, { url: '/v1', headers: { 'if-none-match': '*' } }],
    [400, '/v1/articles?x=1'],
    [400, '/%ZZ'],
    [401, { url: '/v1', headers: { authorization: 'Basic YTpi' } }],
    [404, '/nope'],
    [405, { url: '/v1', method: 'POST' }],
    [406, { url: '/v1', headers: { accept: 'text/xml' } }],
    [204, { url: '/v1', method: 'OPTIONS' }],
  ];
  for (const [status, request] of cases) {
    const { statusCode, headers } = await app.inject(request);
    t.equal(statusCode, status, JSON.stringify(request));
    t.strictSame(told(headers), SECURITY_HEADERS, JSON.stringify(request));
  }
});

t.test('on a prepared answer, as on the one that it was made of', async (t) => {
  const storage = await openTestStorage(t);
  await settled(() => storage.revision());
  const { askWhether } = await openLive(t, { storage, publicUrl: 'https://news.example' });
  for (const isPrepared of [false, true]) {
    const answer = await askWhether('/v1/sources');
    t.equal(answer.isPrepared, isPrepared);
    t.strictSame(told(answer.headers), SECURITY_HEADERS);
    t.equal(answer.headers['strict-transport-security'], 'max-age=31536000');
    t.equal(new Set(answer.raw.filter((_, at) => at % 2 === 0)).size, answer.raw.length / 2, 'none twice');
  }
});

t.test('to come back by https, where the server stands there for the outside and nowhere else', async (t) => {
  for (const [publicUrl, value] of [
    [undefined, undefined],
    ['http://news.example', undefined],
    ['https://news.example', 'max-age=31536000'],
  ] as const) {
    const { app } = await openTestServer(t, { publicUrl });
    for (const url of ['/v1', '/nope', '/docs/'])
      t.equal((await app.inject(url)).headers['strict-transport-security'], value, `${publicUrl} ${url}`);
  }
});

t.test('pages load what is their own and nothing else; a fragment of HTML its pictures', async (t) => {
  const { app, given } = await openTestServer(t);
  await given.article({ slug: 'a' });
  const policyAt = async (url: string) => (await app.inject(url)).headers['content-security-policy'];
  for (const url of ['/docs/', '/docs/static/index.css', '/docs/json'])
    t.equal(
      await policyAt(url),
      "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;font-src 'self' data:;connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      url,
    );
  t.equal(await policyAt('/v1/articles/a?format=html'), "default-src 'none'; img-src http: https:");
});
