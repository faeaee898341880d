/**
 * Who calls, and whether they may: a key opens what its scope says, one that opens nothing says so, and where reading
 * needs a key nobody reads without.
 */
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { impliedBy, scopes } from '../../src/kernel/caller.js';
import { RING_MAX_AGE_MS } from '../../src/keys/ring.js';
import { makeSecret } from '../../src/keys/secret.js';
import { idOf, NOW, openTestStorage } from '../helper.js';
import { headersOf, JSON_HEADERS, problemOf, REQUEST_ID } from './answers.js';
import { bearer, keyMaker, openKeyedServer } from './keys.js';
import { openLive, settled } from './live.js';

const CHALLENGE = 'Bearer realm="claimwire"';
const CURE =
  'Send `Authorization: Bearer` and a key; whoever runs the server makes one with `claimwire keys create`.';

const unauthorized = (instance: string, detail: string) => ({
  type: '/problems/unauthorized',
  title: 'A valid key is needed',
  status: 401,
  detail: `${detail} ${CURE}`,
  instance,
  code: 'unauthorized',
  errors: [],
  requestId: REQUEST_ID,
});

const invalidToken = (detail: string) => `${CHALLENGE}, error="invalid_token", error_description="${detail}"`;

t.test('401 without a key where one is needed, which names the scope', async (t) => {
  const { get } = await openKeyedServer(t);
  for (const scope of scopes)
    t.strictSame(
      problemOf(t, await get(`/test/${scope}`), { 'www-authenticate': CHALLENGE }),
      unauthorized(`/test/${scope}`, `This needs a key with the scope \`${scope}\`.`),
    );
});

t.test('401 for a key that opens nothing, whose holder alone is told what became of it', async (t) => {
  const { get, make, revoke } = await openKeyedServer(t);
  const expired = await make('admin', '2020-01-01T00:00:00.000Z');
  const revoked = await make('admin');
  const { revokedAt } = await revoke(revoked.key.id);
  const unknown = 'This key is not known here.';
  const other = 'The `Authorization` header is not `Bearer` and a key.';
  const cases: [authorization: string, detail: string][] = [
    [`Bearer ${expired.secret}`, 'This key expired at 2020-01-01T00:00:00.000Z.'],
    [`Bearer ${revoked.secret}`, `This key was revoked at ${revokedAt}.`],
    [`Bearer ${makeSecret(revoked.key.id).secret}`, unknown],
    [`Bearer ${makeSecret(idOf(1)).secret}`, unknown],
    [`Bearer ${revoked.secret.slice(0, -1)}`, unknown],
    [`Bearer ${revoked.key.id}`, unknown],
    ['Bearer cw_', unknown],
    ['Bearer null', unknown],
    [revoked.secret, other],
    ['Bearer', other],
    ['Bearer a b', other],
    [`Basic ${Buffer.from(`key:${revoked.secret}`).toString('base64')}`, other],
    [`Token ${revoked.secret}`, other],
    ['', other],
  ];
  for (const url of ['/v1/articles', '/feeds/articles.atom', '/test/admin'])
    for (const [authorization, detail] of cases) {
      const answer = await get(url, { authorization });
      const challenge = detail === other ? CHALLENGE : invalidToken(detail);
      t.strictSame(
        problemOf(t, answer, { 'www-authenticate': challenge }),
        unauthorized(url, detail),
        authorization,
      );
    }
});

t.test('403 for a key whose scope is too small, which names the one that is needed', async (t) => {
  const { get, make, app } = await openKeyedServer(t);
  for (const own of scopes) {
    const { key, secret } = await make(own);
    await delay(0);
    for (const needed of scopes) {
      const url = `/test/${needed}`;
      const answer = await get(url, bearer(secret));
      if (impliedBy(own).includes(needed)) {
        t.strictSame(answer.json(), { caller: { id: key.id, name: key.name, scopes: impliedBy(own) } });
        t.equal((await app.inject({ method: 'POST', url, headers: bearer(secret) })).statusCode, 200);
        continue;
      }
      const challenge = `${CHALLENGE}, error="insufficient_scope", scope="${needed}"`;
      t.strictSame(problemOf(t, answer, { 'www-authenticate': challenge }), {
        type: '/problems/forbidden',
        title: 'The key does not open this',
        status: 403,
        detail: `This needs a key with the scope \`${needed}\`. Use a key with that scope.`,
        instance: url,
        code: 'forbidden',
        errors: [],
        requestId: REQUEST_ID,
      });
    }
    await delay(RING_MAX_AGE_MS); // until the next is known
  }
});

t.test('200 whatever the case of the scheme, and where no key is looked at with any', async (t) => {
  const { get, make } = await openKeyedServer(t);
  const { secret } = await make();
  for (const scheme of ['bearer', 'BEARER', 'Bearer ', 'Bearer'])
    t.equal((await get('/v1/articles', { authorization: `${scheme} ${secret}` })).statusCode, 200, scheme);
  for (const url of ['/health/live', '/health/ready', '/openapi.json', '/problems/forbidden', '/robots.txt'])
    for (const authorization of ['Basic YTpi', `Bearer ${secret}`])
      t.equal((await get(url, { authorization })).statusCode, 200, url);
  t.strictSame((await get('/test/open', bearer(secret))).json(), { caller: null });
});

t.test('an answer to the holder of a key is for nobody else to keep', async (t) => {
  const { get, given, make } = await openKeyedServer(t);
  await given.source({ id: idOf(1), name: 'A' });
  const { secret } = await make();
  const open = await get('/v1/sources/a');
  const keyed = await get('/v1/sources/a', bearer(secret));
  t.equal(keyed.body, open.body);
  const vary = 'Accept, Accept-Encoding, Authorization, Claimwire-Bookmark';
  const stale = 'max-age=10, stale-while-revalidate=30, stale-if-error=86400';
  for (const [answer, cacheControl] of [
    [open, `public, ${stale}`],
    [keyed, `private, ${stale}`],
  ] as const) {
    t.equal(answer.headers['cache-control'], cacheControl);
    t.equal(answer.headers.vary, vary);
  }
  const { etag } = keyed.headers;
  const known = await get('/v1/sources/a', { ...bearer(secret), 'if-none-match': String(etag) });
  t.strictSame([known.statusCode, known.headers['cache-control']], [304, `private, ${stale}`]);
});

t.test('what is prepared hides no bad key, and is not made of what a key opened', async (t) => {
  const storage = await openTestStorage(t);
  const { secret } = await keyMaker(storage).make();
  await settled(() => storage.revision());
  const { askWhether } = await openLive(t, { storage });
  const url = '/v1/articles';
  t.strictSame(await statusAndWhether(askWhether(url, bearer(secret))), [200, false]);
  t.strictSame(await statusAndWhether(askWhether(url)), [200, false], 'nothing was kept of that');
  t.strictSame(await statusAndWhether(askWhether(url)), [200, true]);
  t.strictSame(await statusAndWhether(askWhether(url, bearer('cw_x'))), [401, true], 'no storage is asked');
  t.strictSame(await statusAndWhether(askWhether(url, { authorization: 'Basic YTpi' })), [401, true]);
  t.strictSame(await statusAndWhether(askWhether(url, bearer(secret))), [200, false]);
});

const statusAndWhether = async (asked: Promise<{ status: number; isPrepared: boolean }>) => {
  const { status, isPrepared } = await asked;
  return [status, isPrepared];
};

/** URLs that stay open where reading needs a key. */
const OPEN = [
  '/health/live',
  '/health/ready',
  '/openapi.json',
  '/openapi.yaml',
  '/docs/',
  '/robots.txt',
  '/',
];

/** Whether it is for those alone who may see drafts. */
const showsDrafts = (path: string): boolean => path.includes('/revisions');

t.test('where reading needs a key, every other URL answers 401 without one', async (t) => {
  const { app, get, given, make } = await openKeyedServer(t, { readsNeedKey: true });
  await given.source({ name: 'A' });
  const article = await given.article({ slug: 'a' });
  await given.claim({ id: idOf(4) });
  await given.claim({
    id: idOf(3),
    by: [{ in: article, source: 'a' }],
    relations: [{ kind: 'repeats', claim: idOf(4) }],
    reviews: [{ reviewer: 'a', rating: 'x', verdict: 'true', reviewedAt: NOW }],
  });
  const { secret } = await make('read:drafts');
  const claim = (await get(`/v1/claims/${idOf(3)}`, bearer(secret))).json();
  const paths = Object.entries(app.swagger().paths ?? {}).flatMap(([path, methods]) =>
    'get' in (methods ?? {}) && !OPEN.includes(path) ? [path] : [],
  );
  t.ok(paths.length > 15, 'all of them');
  for (const path of paths) {
    const url = path
      .replace('{ref}', 'a')
      .replace('{id}', idOf(3))
      .replace(/(\w+)\/\{part\}$/, (_, parts: string) => `${parts}/${claim[parts][0].id}`)
      .replace('{version}', '1')
      .replace(/diff$/, 'diff?from=1')
      .replace('{piece}', '1')
      .replace(/search$/, 'search?q=a');
    const [instance = ''] = url.split('?');
    for (const method of ['GET', 'HEAD'] as const)
      t.equal((await app.inject({ method, url })).statusCode, 401, `${method} ${url}`);
    t.strictSame(
      problemOf(t, await get(url), { 'www-authenticate': CHALLENGE }),
      unauthorized(
        instance,
        showsDrafts(path) ? 'This needs a key with the scope `read:drafts`.' : 'Reading needs a key here.',
      ),
    );
    const answer = await get(url, bearer(secret));
    t.equal(answer.statusCode, 200, url);
    t.match(answer.headers['cache-control'], /^private, /, url);
    t.match(answer.headers.vary, /\bAuthorization\b/, url);
    const preflight = { origin: 'https://news.example', 'access-control-request-headers': 'authorization' };
    const options = await app.inject({
      method: 'OPTIONS',
      url,
      headers: { ...preflight, 'access-control-request-method': 'GET' },
    });
    t.strictSame(
      [options.statusCode, options.headers['access-control-allow-headers']],
      [204, 'authorization'],
    );
  }
  for (const url of OPEN) {
    const { statusCode } = await app.inject(url);
    t.equal(statusCode, url === '/' ? 302 : 200, url);
  }
});

t.test('the contract of a server whose readers need a key says so', async (t) => {
  const { app } = await openKeyedServer(t, { readsNeedKey: true });
  const { paths = {} } = app.swagger() as unknown as {
    paths?: Record<string, Record<string, { security: object[] }>>;
  };
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { security }] of Object.entries(methods)) {
      const ofReads = OPEN.includes(path) ? [] : [{ key: showsDrafts(path) ? ['read:drafts'] : [] }];
      t.strictSame(security, method === 'get' ? ofReads : [{ key: ['write'] }], `${method} ${path}`);
    }
});

t.test('where reading needs a key, what is prepared goes to holders of valid ones alone', async (t) => {
  const storage = await openTestStorage(t);
  const { make, revoke } = keyMaker(storage);
  const one = await make('read:drafts');
  const two = await make('admin');
  await settled(() => storage.revision());
  const { askWhether, ask } = await openLive(t, { storage, readsNeedKey: true });
  const url = '/v1/articles';
  const first = await askWhether(url, bearer(one.secret));
  t.strictSame([first.status, first.isPrepared], [200, false]);
  const second = await askWhether(url, bearer(two.secret));
  t.strictSame([second.status, second.isPrepared], [200, true]);
  t.strictSame(second.raw, first.raw, 'in every header');
  t.match(second.headers['cache-control'], /^private, /);
  const shut: Record<string, string>[] = [
    {},
    bearer('cw_x'),
    bearer(makeSecret(one.key.id).secret),
    { authorization: one.secret },
    { authorization: `Basic ${one.secret}` },
    { authorization: '' },
  ];
  for (const headers of shut) {
    const { status, body } = await ask(url, headers);
    t.equal(status, 401, JSON.stringify(headers));
    t.match(JSON.parse(body.toString()), { code: 'unauthorized' });
  }
  t.equal((await ask('/openapi.json')).status, 200);

  await revoke(one.key.id);
  await delay(RING_MAX_AGE_MS);
  t.equal((await ask(url, bearer(one.secret))).status, 401, 'a key that was revoked');
  t.equal((await ask(url, bearer(two.secret))).status, 200);
  t.equal((await ask(url, bearer(one.secret))).status, 401);
});

t.test('503 where keys cannot be read: nobody is let in', async (t) => {
  const { get, make, storage } = await openKeyedServer(t, { readsNeedKey: true });
  const { secret } = await make('admin');
  await storage.close();
  for (const url of ['/v1', '/test/admin'])
    t.match((await get(url, bearer(secret))).json(), { status: 503, code: 'unavailable' }, url);
  t.equal((await get('/health/live')).statusCode, 200);
});

t.test('a key is in no problem, wherever it was put', async (t) => {
  const { app, get, make } = await openKeyedServer(t);
  const { secret } = await make();
  const half = secret.slice(0, 30);
  const urls = [
    `/v1/articles?access_token=${secret}`,
    `/v1/articles?${secret}=1`,
    `/v1/articles?limit=${secret}`,
    `/v1/articles?after=${secret}`,
    `/v1/articles/${secret}`,
    `/v1/${secret}`,
    `/v1/articles/${secret.replace('_', '%5F')}`,
    `/%ZZ${secret}`,
    `/problems/${secret}`,
    `/docs/${secret}`,
  ];
  for (const url of urls) {
    const answer = await get(url);
    t.ok(answer.statusCode >= 400, url);
    t.notOk(answer.body.includes(half), answer.body);
    t.notOk(JSON.stringify(answer.headers).includes(half), url);
  }
  for (const authorization of [
    secret,
    `Basic ${btoa(`x:${secret}`)}`,
    `Bearer ${secret}x`,
    `Bearer ${secret} x`,
  ]) {
    const answer = await app.inject({ url: '/v1/articles', headers: { authorization } });
    t.equal(answer.statusCode, 401);
    t.notOk((answer.body + JSON.stringify(answer.headers)).includes(half));
  }
});

t.test('the headers of an answer to the holder of a key are those of any other', async (t) => {
  const { get, make } = await openKeyedServer(t);
  const { secret } = await make();
  const { 'cache-control': cacheControl, ...rest } = (await get('/v1', bearer(secret))).headers;
  t.equal(cacheControl, 'private, max-age=300, stale-while-revalidate=30, stale-if-error=86400');
  const open = await get('/v1');
  t.strictSame(
    Object.keys(rest).sort(),
    Object.keys(open.headers)
      .filter((name) => name !== 'cache-control')
      .sort(),
  );
  t.strictSame(headersOf(t, open), JSON_HEADERS);
});
