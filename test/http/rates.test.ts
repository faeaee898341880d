/**
 * How many requests are answered in a minute: by key, by address, and for keys that are refused; each answer says what
 * is left.
 */
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { idOf, openTestStorage } from '../helper.js';
import { problemOf, REQUEST_ID } from './answers.js';
import { bearer, openKeyedServer } from './keys.js';
import { openLive, settled } from './live.js';

const NONE = { reads: 0, writes: 0, refusedKeys: 0 };
const T = /;t=([1-9]|[1-5]\d|60)$/;

/** What an answer says of the limit, the seconds checked and left out. */
function limitOf(t: Test, { headers }: { headers: Record<string, unknown> }) {
  const { ratelimit, 'ratelimit-policy': policy } = headers;
  if (ratelimit === undefined) return [ratelimit, policy];
  t.match(ratelimit, T, 'the rest of the minute is told');
  return [String(ratelimit).replace(T, ''), policy];
}

const tooMany = (instance: string) => ({
  type: '/problems/too-many-requests',
  title: 'Too many requests',
  status: 429,
  detail:
    'More came with this key, or from this address, than this server answers in a minute. Go on after the seconds in `Retry-After`; `RateLimit` tells what is left.',
  instance,
  code: 'too-many-requests',
  errors: [],
  requestId: REQUEST_ID,
});

/** The problem of a request too many, with what its headers say. */
function refusalOf(t: Test, answer: Parameters<typeof problemOf>[1], policy: string) {
  const { 'retry-after': retryAfter, ratelimit } = answer.headers;
  t.equal(ratelimit, `${policy.split(';')[0]};r=0;t=${retryAfter}`);
  t.match(String(retryAfter), /^([1-9]|[1-5]\d|60)$/);
  const extra = {
    'ratelimit-policy': policy,
    ratelimit: String(ratelimit),
    'retry-after': String(retryAfter),
  };
  return problemOf(t, answer, extra);
}

t.test('without a limit nothing is counted and nothing is told', async (t) => {
  const { get } = await openKeyedServer(t, { rateLimits: NONE });
  for (let count = 0; count < 50; count++) t.strictSame(limitOf(t, await get('/v1')), [undefined, undefined]);
});

t.test(
  '429 for a read too many from an address, whatever is read; each before says what is left',
  async (t) => {
    const { get, app } = await openKeyedServer(t, { rateLimits: { ...NONE, reads: 4 } });
    const policy = '"reads";q=4;w=60';
    const etag = String((await get('/v1')).headers.etag);
    t.strictSame(limitOf(t, await app.inject({ method: 'HEAD', url: '/v1/articles' })), [
      '"reads";r=2',
      policy,
    ]);
    const known = await get('/v1', { 'if-none-match': etag });
    t.strictSame([known.statusCode, ...limitOf(t, known)], [304, '"reads";r=1', policy]);
    const wrong = await get('/v1?x=1');
    t.strictSame([wrong.statusCode, ...limitOf(t, wrong)], [400, '"reads";r=0', policy], 'problems count');
    for (const url of ['/v1', '/feeds/articles.atom'])
      t.strictSame(refusalOf(t, await get(url), policy), tooMany(url));
    for (const url of ['/health/live', '/openapi.json', '/docs/', '/robots.txt'])
      t.strictSame(
        [(await app.inject(url)).statusCode, ...limitOf(t, await app.inject(url))],
        [200, undefined, undefined],
      );
    t.equal((await app.inject({ method: 'OPTIONS', url: '/v1' })).statusCode, 204);
    const elsewhere = await app.inject({ url: '/v1', remoteAddress: '192.0.2.1' });
    t.strictSame([elsewhere.statusCode, ...limitOf(t, elsewhere)], [200, '"reads";r=3', policy]);
  },
);

t.test('a minute later requests are answered again', async (t) => {
  const { get } = await openKeyedServer(t, { rateLimits: { ...NONE, reads: 1 } });
  await get('/v1');
  t.equal((await get('/v1')).statusCode, 429);
  const { now } = Date;
  t.teardown(() => {
    Date.now = now;
  });
  Date.now = () => now() + 60_001;
  t.equal((await get('/v1')).statusCode, 200);
});

t.test('a key is counted by itself, wherever it is sent from, and a read is no write', async (t) => {
  const { app, make } = await openKeyedServer(t, { rateLimits: { reads: 2, writes: 1, refusedKeys: 0 } });
  const one = await make('write');
  const two = await make('write');
  const ask = async (secret: string, method: 'GET' | 'POST', remoteAddress = '192.0.2.1') => {
    const answer = await app.inject({ method, url: '/test/write', headers: bearer(secret), remoteAddress });
    return [answer.statusCode, ...limitOf(t, answer)];
  };
  const writes = '"writes";q=1;w=60';
  const reads = '"reads";q=2;w=60';
  t.strictSame(await ask(one.secret, 'POST'), [200, '"writes";r=0', writes]);
  t.strictSame(await ask(one.secret, 'POST', '192.0.2.2'), [429, '"writes";r=0', writes]);
  t.strictSame(await ask(two.secret, 'POST'), [200, '"writes";r=0', writes]);
  t.strictSame(await ask(one.secret, 'GET'), [200, '"reads";r=1', reads]);
  t.strictSame(await ask(one.secret, 'GET'), [200, '"reads";r=0', reads]);
  t.strictSame(await ask(one.secret, 'GET'), [429, '"reads";r=0', reads]);
  t.strictSame(await ask(two.secret, 'GET'), [200, '"reads";r=1', reads]);
});

t.test('429 for a refused key too many from an address, which shuts out no good one', async (t) => {
  const { app, make } = await openKeyedServer(t, { rateLimits: { ...NONE, refusedKeys: 2 } });
  const { secret } = await make();
  const policy = '"refused-keys";q=2;w=60';
  const ask = (authorization: string, remoteAddress = '192.0.2.1') =>
    app.inject({ url: '/v1', headers: { authorization }, remoteAddress });
  t.strictSame(limitOf(t, await ask('Bearer cw_x')), ['"refused-keys";r=1', policy]);
  t.equal((await ask('Basic YTpi')).statusCode, 401);
  const refused = await ask('Bearer cw_y');
  t.strictSame(refusalOf(t, refused, policy), tooMany('/v1'));
  t.equal(refused.headers['www-authenticate'], undefined);
  t.equal((await ask('Bearer cw_y', '192.0.2.2')).statusCode, 401);
  const good = await ask(`Bearer ${secret}`);
  t.strictSame([good.statusCode, ...limitOf(t, good)], [200, undefined, undefined]);
});

t.test('addresses of one IPv6 network are counted together', async (t) => {
  const { app } = await openKeyedServer(t, { rateLimits: { ...NONE, reads: 1 } });
  const ask = async (remoteAddress: string) => (await app.inject({ url: '/v1', remoteAddress })).statusCode;
  t.equal(await ask('2001:db8::1'), 200);
  t.equal(await ask('2001:db8::2'), 429, 'who has one address of a /64 has them all');
  t.equal(await ask('2001:db8:0:1::1'), 200);
  t.equal(await ask('192.0.2.1'), 200);
  t.equal(await ask('::ffff:192.0.2.1'), 429, 'an IPv4 address in the form of IPv6');
});

t.test(
  'behind a proxy that is trusted the address is what it says; from anybody else that is ignored',
  async (t) => {
    const rateLimits = { ...NONE, reads: 1 };
    const through = (url: string, remoteAddress: string, forwarded: string) => ({
      url,
      remoteAddress,
      headers: { host: 'news.example', 'x-forwarded-for': forwarded, 'x-forwarded-proto': 'https' },
    });
    const { app } = await openKeyedServer(t, { rateLimits, proxies: ['10.0.0.0/8'] });
    const ask = async (remoteAddress: string, forwarded: string) =>
      (await app.inject(through('/v1', remoteAddress, forwarded))).statusCode;
    t.equal(await ask('10.0.0.1', '192.0.2.1'), 200);
    t.equal(await ask('10.0.0.1', '192.0.2.2'), 200);
    t.equal(await ask('10.0.0.2', '192.0.2.1'), 429);
    t.equal(
      await ask('10.0.0.1', '198.51.100.1, 192.0.2.2'),
      429,
      'what a caller wrote before is not believed',
    );
    t.equal(await ask('192.0.2.3', '192.0.2.9'), 200);
    t.equal(await ask('192.0.2.3', '192.0.2.10'), 429, 'who is no proxy is counted by its own address');

    const robots = async (given: Parameters<typeof through>[1]) =>
      (await app.inject(through('/robots.txt', given, '192.0.2.50'))).body;
    t.match(await robots('10.0.0.1'), 'Sitemap: https://news.example/sitemap.xml');
    t.match(await robots('192.0.2.3'), 'Sitemap: http://news.example/sitemap.xml');
    const odd = await app.inject({
      ...through('/robots.txt', '10.0.0.1', '192.0.2.50'),
      headers: { host: 'news.example', 'x-forwarded-proto': 'javascript' },
    });
    t.match(odd.json(), {
      status: 400,
      detail: /^This answer holds absolute URLs, and `X-Forwarded-Proto` is neither http nor https\./,
    });
  },
);

t.test('the log tells the same address, of prepared answers too, which are not counted', async (t) => {
  const storage = await openTestStorage(t);
  await settled(() => storage.revision());
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => lines.push(JSON.parse(line)) };
  const { askWhether } = await openLive(t, {
    storage,
    logger: pino({}, stream),
    proxies: ['loopback'],
    rateLimits: { ...NONE, reads: 3 },
  });
  const forwarded = { 'x-forwarded-for': '192.0.2.7' };
  const first = await askWhether('/v1/articles', forwarded);
  t.strictSame([first.isPrepared, ...limitOf(t, first)], [false, '"reads";r=2', '"reads";q=3;w=60']);
  for (let count = 0; count < 5; count++) {
    const next = await askWhether('/v1/articles', forwarded);
    t.strictSame([next.status, next.isPrepared, ...limitOf(t, next)], [200, true, undefined, undefined]);
  }
  await settled(() => lines.filter(({ url }) => url === '/v1/articles').length === 6);
  const ips = lines.filter(({ url }) => url === '/v1/articles').map(({ ip }) => ip);
  t.strictSame(ips, Array(6).fill('192.0.2.7'));
});

t.test('limits are counted after who calls is known, and a shut door counts for nobody', async (t) => {
  const { get, make } = await openKeyedServer(t, {
    readsNeedKey: true,
    rateLimits: { ...NONE, reads: 1 },
  });
  const { secret } = await make();
  for (let count = 0; count < 3; count++) t.equal((await get('/v1')).statusCode, 401);
  t.equal((await get('/v1', bearer(secret))).statusCode, 200);
  t.equal((await get('/v1', bearer(secret))).statusCode, 429);
  t.equal((await get(`/v1/claims/${idOf(1)}`, bearer(secret))).statusCode, 429);
});
