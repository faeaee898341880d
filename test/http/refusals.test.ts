/**
 * What is refused before or instead of an answer, and in which words: every fault of a request is named, all at once; a
 * fault of the server is named to nobody but the log.
 */
import { Writable } from 'node:stream';
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import t from 'tap';
import { buildApp } from '../../src/app.js';
import type { Storage } from '../../src/storage/storage.js';
import { idOf, NOW, openTestServer, openTestStorage } from '../helper.js';
import { headersOf, invalid, JSON_HEADERS, PROBLEM_HEADERS, problemOf, REQUEST_ID } from './answers.js';

/** A URL of each route of the contract, by its path there, that answers 200 once there is content. */
const reads: Record<string, string> = {
  '/v1': '/v1',
  '/health/live': '/health/live',
  '/health/ready': '/health/ready',
  '/v1/sources': '/v1/sources',
  '/v1/sources/{ref}': '/v1/sources/ana-silva',
  '/v1/sources/{ref}/articles': '/v1/sources/ana-silva/articles',
  '/v1/sources/{ref}/claims': '/v1/sources/ana-silva/claims',
  '/v1/articles': '/v1/articles',
  '/v1/articles/{ref}': '/v1/articles/news',
  '/v1/articles/{ref}/claims': '/v1/articles/news/claims',
  '/v1/articles/{ref}/related': '/v1/articles/news/related',
  '/v1/claims': '/v1/claims',
  '/v1/claims/{id}': `/v1/claims/${idOf(21)}`,
  '/v1/claims/{id}/attributions/{part}': `/v1/claims/${idOf(21)}/attributions/${idOf(22)}`,
  '/v1/claims/{id}/relations/{part}': `/v1/claims/${idOf(21)}/relations/${idOf(23)}`,
  '/v1/claims/{id}/reviews/{part}': `/v1/claims/${idOf(21)}/reviews/${idOf(24)}`,
  '/feeds/articles.atom': '/feeds/articles.atom',
  '/feeds/articles.rss': '/feeds/articles.rss',
  '/feeds/articles.json': '/feeds/articles.json',
  '/sitemap.xml': '/sitemap.xml',
  '/sitemaps/{piece}.xml': '/sitemaps/1.xml',
  '/news-sitemap.xml': '/news-sitemap.xml',
  '/robots.txt': '/robots.txt',
  '/v1/search': '/v1/search?q=ana',
  '/v1/export': '/v1/export',
};

/** Routes that answer without the database. */
const unstored = ['/v1', '/health/live', '/robots.txt'];

/** Where the URL alone chooses what is answered. */
const isUnasked = (path: string): boolean => !/^\/(v1|health)\b/.test(path);

async function openWithContent(t: Parameters<typeof openTestServer>[0]) {
  const server = await openTestServer(t);
  const { given } = server;
  await given.source({ name: 'Ana Silva' });
  const article = await given.article({ slug: 'news' });
  await given.claim({ id: idOf(20) });
  await given.claim({ id: idOf(21), by: [{ in: article, source: 'ana-silva' }] });
  await server.send('PATCH', `/v1/claims/${idOf(21)}`, {
    attributions: [{ id: idOf(22), article: 'news', source: 'ana-silva' }],
    relations: [{ id: idOf(23), kind: 'repeats', claim: idOf(20) }],
    reviews: [{ id: idOf(24), reviewer: 'ana-silva', rating: 'x', verdict: 'true', reviewedAt: NOW }],
  });
  return server;
}

const problem = (
  code: string,
  given: { title: string; status: number; detail: string; instance: string },
): object => ({ type: `/problems/${code}`, code, errors: [], requestId: REQUEST_ID, ...given });

t.test('the table of reads has every path of the contract', async (t) => {
  const { app, get } = await openWithContent(t);
  const { paths } = app.swagger() as { paths: Record<string, object> };
  // Versions are for the holders of keys: article-revisions.test.ts.
  const read = Object.keys(paths).filter(
    (path) => 'get' in (paths[path] ?? {}) && !path.includes('/revisions'),
  );
  t.strictSame(Object.keys(reads).sort(), read.sort());
  for (const url of Object.values(reads)) t.equal((await get(url)).statusCode, 200, url);
});

t.test('400 for each thing that is wrong with a query, all at once', async (t) => {
  const { get } = await openTestServer(t);
  const limit = 'must be a whole number from 1 to 100';
  const known =
    'is not known here; known are kind, country, memberOf, createdAt, updatedAt, ids, q, format, sort, fields, include, facets, count, limit, after, before';
  const kinds = 'must be one of publisher, organization, person, document, unnamed';
  const cases: [query: string, wrong: [parameter: string, detail: string][]][] = [
    ['kinds=person', [['kinds', 'is not known here; did you mean `kind`?']]],
    ['contry=SE', [['contry', 'is not known here; did you mean `country`?']]],
    ['Limit=1', [['Limit', 'is not known here; did you mean `limit`?']]],
    ['utm_source=x', [['utm_source', known]]],
    ['kind[]=person', [['kind[]', 'is not known here; did you mean `kind`?']]],
    ['kind[gte]=person', [['kind[gte]', 'is not known here; did you mean `kind[not]`?']]],
    ['__proto__=x', [['__proto__', known]]],
    ['constructor=x', [['constructor', known]]],
    ['__proto__[limit]=x', [['__proto__[limit]', known]]],
    ['toString=x', [['toString', known]]],
    ['=x', [['', known]]],
    ['limit=0', [['limit', limit]]],
    ['limit=101', [['limit', limit]]],
    ['limit=1000000000', [['limit', limit]]],
    ['limit=1e9', [['limit', limit]]],
    ['limit=1e1', [['limit', limit]]],
    ['limit=-1', [['limit', limit]]],
    ['limit=1.5', [['limit', limit]]],
    ['limit=abc', [['limit', limit]]],
    ['limit=0x10', [['limit', limit]]],
    ['limit=%2010', [['limit', limit]]],
    ['limit=', [['limit', limit]]],
    ['limit', [['limit', limit]]],
    ['limit=%ZZ', [['limit', limit]]],
    ['kind=', [['kind', kinds]]],
    [
      'kind=person&kind=publisher',
      [['kind', 'is given 2 times; give it once, several values separated by commas']],
    ],
    [
      'limit=1&limit=2&limit=3',
      [['limit', 'is given 3 times; give it once, several values separated by commas']],
    ],
    [
      'kind=persons&country=se&limit=0',
      [
        ['kind', `${kinds}; nearest: person`],
        ['country', 'must be two capital letters, ISO 3166-1 alpha-2'],
        ['limit', limit],
      ],
    ],
    [
      'limit=0&colour=red&limits=3',
      [
        ['limit', limit],
        ['colour', known],
        ['limits', 'is not known here; did you mean `limit`?'],
      ],
    ],
  ];
  for (const [query, wrong] of cases)
    t.strictSame(problemOf(t, await get(`/v1/sources?${query}`)), invalid('/v1/sources', wrong), query);
});

t.test('400 that tells the first three faults in a sentence and all of them as data', async (t) => {
  const { get } = await openTestServer(t);
  const { detail, errors } = problemOf(
    t,
    await get('/v1/sources?limit=0&limit=1&kind=x&country=x&kinds=y&limits=3'),
  );
  t.equal(
    detail,
    '`limit` is given 2 times; give it once, several values separated by commas; `kind` must be one of publisher, organization, person, document, unnamed; `country` must be two capital letters, ISO 3166-1 alpha-2; and 2 more, see `errors`.',
  );
  t.strictSame(
    errors.map(({ parameter }) => parameter),
    ['limit', 'kind', 'country', 'kinds', 'limits'],
  );
});

t.test('400 for a parameter on each route that does not take it', async (t) => {
  const { get } = await openWithContent(t);
  const urls = ['/v1', '/health/live', '/health/ready'];
  const ofOne = ['/v1/sources/ana-silva', `/v1/claims/${idOf(21)}`];
  for (const url of [...urls, ...ofOne]) {
    const known = ofOne.includes(url) ? '; known are fields, include' : '';
    t.strictSame(
      problemOf(t, await get(`${url}?limit=1`)),
      invalid(url, [['limit', `is not known here${known}`]]),
      url,
    );
  }
});

t.test('400 for a path that cannot be decoded', async (t) => {
  const { app } = await openTestServer(t);
  const { 'access-control-expose-headers': _exposed, ...headers } = PROBLEM_HEADERS; // no hook has run
  for (const path of [
    '/v1/articles/%ZZ',
    '/v1/articles/%ff',
    '/v1/articles/%',
    '/%E0%A4%A',
    '/v1/claims/%c0%80',
  ]) {
    const answer = await app.inject(path);
    t.strictSame(headersOf(t, answer), headers, path);
    t.strictSame(
      { ...answer.json(), requestId: REQUEST_ID },
      problem('malformed-url', {
        title: 'The URL cannot be decoded',
        status: 400,
        detail:
          'The path holds a percent sign that does not begin a valid UTF-8 escape. Percent-encode the path as UTF-8; a literal percent sign is `%25`.',
        instance: path,
      }),
      path,
    );
  }
});

t.test('404 for a URL that there is not, whatever the method', async (t) => {
  const { app } = await openTestServer(t);
  const paths = [
    '/nope',
    '/v2/',
    '/v2',
    '//v1',
    '/V1',
    '/v1/articles/x/y',
    '/v1/claims/x//',
    '/%00',
    '/v1%2Farticles',
  ];
  for (const path of paths)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const answer = await app.inject({
        method,
        url: `${path}?limit=1`,
        ...(method === 'GET' ? {} : { payload: '{' }),
      });
      t.strictSame(
        problemOf(t, answer),
        problem('unknown-route', {
          title: 'No such URL',
          status: 404,
          detail: `This server has no route at ${method} ${path}. See \`GET /v1\` for the links to everything, or \`/docs\`.`,
          instance: path,
        }),
        `${method} ${path}`,
      );
    }
});

t.test('404 for a path that ends before its last parameter', async (t) => {
  const { app } = await openTestServer(t);
  for (const path of ['/v1/articles/', '/v1/sources/', '/v1/claims/', '/v1/articles//claims/'])
    t.strictSame(
      problemOf(t, await app.inject(`${path}?limit=1`)),
      problem('unknown-route', {
        title: 'No such URL',
        status: 404,
        detail: path.endsWith('//claims/')
          ? `This server has no route at GET ${path}. See \`GET /v1\` for the links to everything, or \`/docs\`.`
          : `This server has no route at ${path}; leave the slash at its end out. See \`GET /v1\` for the links to everything, or \`/docs\`.`,
        instance: path,
      }),
      path,
    );
});

t.test('404 for a path with a slash at its end, which is to be left out', async (t) => {
  const { app } = await openTestServer(t);
  for (const path of ['/v1/articles/x/', '/v1/articles/x/claims/', '/v1/', '/health/live/', '/sitemap.xml/'])
    t.match(
      (await app.inject(path)).json().detail,
      `This server has no route at ${path}; leave the slash at its end out. See`,
      path,
    );
});

t.test('405 with `Allow` for every other method on every path, whatever the body', async (t) => {
  const { app } = await openTestServer(t);
  const json = { 'content-type': 'application/json' };
  const bodies: [name: string, request: Pick<InjectOptions, 'headers' | 'payload'>][] = [
    ['no body', {}],
    ['JSON', { headers: json, payload: '{"a":1}' }],
    ['malformed JSON', { headers: json, payload: '{' }],
    ['an empty body of JSON', { headers: json, payload: '' }],
    ['an odd type', { headers: { 'content-type': 'application/x-odd' }, payload: 'x' }],
    ['a type that is none', { headers: { 'content-type': ';;;' }, payload: 'x' }],
    ['a wrong length', { headers: { ...json, 'content-length': '99' }, payload: '{}' }],
    ['a type that cannot be had', { headers: { accept: 'text/xml' } }],
  ];
  const paths = [
    ...Object.values(reads),
    '/openapi.json',
    '/openapi.yaml',
    '/docs',
    '/problems/internal',
    '/',
  ];
  const known = app.swagger().paths ?? {};
  for (const url of paths) {
    const path = url.split('?', 1)[0] ?? '';
    const [pattern = ''] = Object.keys(known).filter((each) =>
      new RegExp(`^${each.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
    );
    const answered = Object.keys(known[path] ?? known[pattern] ?? {}).map((method) => method.toUpperCase());
    const allow = [...new Set(['GET', 'HEAD', 'OPTIONS', ...answered])].sort().join(', ');
    for (const method of (['POST', 'PUT', 'PATCH', 'DELETE'] as const).filter(
      (method) => !answered.includes(method),
    ))
      for (const [name, request] of path === '/v1/search' ? bodies : bodies.slice(0, 2)) {
        const answer = await app.inject({ method, url, ...request });
        t.strictSame(
          problemOf(t, answer, { allow }),
          problem('method-not-allowed', {
            title: 'The method is not allowed here',
            status: 405,
            detail: `${method} is not answered here; ${allow} are. Use one of the methods in the \`Allow\` header.`,
            instance: url.split('?', 1)[0] ?? '',
          }),
          `${method} ${url} with ${name}`,
        );
      }
  }
});

t.test('405 for a huge body, which is not read', async (t) => {
  const { app } = await openTestServer(t);
  const payload = Buffer.alloc(3_000_000, 'x');
  const answer = await app.inject({ method: 'PUT', url: '/v1/claims', payload });
  t.equal(problemOf(t, answer, { allow: 'GET, HEAD, OPTIONS, POST' }).code, 'method-not-allowed');
});

t.test('200 for a GET with a body, which means nothing', async (t) => {
  const { app } = await openTestServer(t);
  const headers = { 'content-type': 'application/json' };
  const answer = await app.inject({ method: 'GET', url: '/v1', headers, payload: '{' });
  t.equal(answer.statusCode, 200);
});

t.test('406 where the caller takes no JSON', async (t) => {
  const { get } = await openWithContent(t);
  const refused = [
    'text/xml',
    'application/xml;q=1',
    'text/html, application/xhtml+xml',
    'text/*',
    'application/problem+json',
    'application/jsonlines',
    'application/json;q=0',
    'application/json; q=0.000',
    'application/json;q=0, text/html',
    'application/json;q=0, */*;q=0.5',
    'application/*;q=0',
    '*/*;q=0',
    'json',
  ];
  for (const accept of refused)
    t.strictSame(
      problemOf(t, await get('/v1', { headers: { accept } })),
      problem('not-acceptable', {
        title: 'No acceptable representation',
        status: 406,
        detail:
          'This URL answers with application/json. Accept one of those that `detail` names, or leave the header out.',
        instance: '/v1',
      }),
      accept,
    );
  for (const [path, url] of Object.entries(reads)) {
    const status = isUnasked(path) ? 200 : 406;
    t.equal((await get(url, { headers: { accept: 'text/xml' } })).statusCode, status, url);
  }
});

t.test('200 with JSON where the caller takes it, however that is written', async (t) => {
  const { get } = await openTestServer(t);
  const taken = [
    '*/*',
    'application/*',
    'application/json',
    'APPLICATION/JSON',
    'application/json;q=0.1',
    'application/json; charset=utf-8',
    'application/json;version=1',
    'text/html, application/json;q=0.9',
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
    'text/xml;q=0, */*',
    'application/json, text/html;q=0',
    '',
  ];
  for (const accept of taken) {
    const answer = await get('/v1', { headers: { accept } });
    t.equal(answer.statusCode, 200, accept);
    t.strictSame(headersOf(t, answer), JSON_HEADERS, accept);
  }
});

t.test('200 for the pages about the server, whatever the caller takes', async (t) => {
  const { app } = await openTestServer(t);
  for (const url of ['/openapi.json', '/openapi.yaml', '/docs', '/problems/internal'])
    t.equal((await app.inject({ url, headers: { accept: 'text/xml' } })).statusCode, 200, url);
});

t.test('414 for a URL of over 8000 characters', async (t) => {
  const { get } = await openTestServer(t);
  const urlOf = (length: number) => `/v1/articles?tag=${'x'.repeat(length - '/v1/articles?tag='.length)}`;
  t.equal((await get(urlOf(8_000))).statusCode, 400, 'the longest that is read');
  t.strictSame(
    problemOf(t, await get(urlOf(8_001))),
    problem('uri-too-long', {
      title: 'The URL is too long',
      status: 414,
      detail:
        'The URL has 8001 characters; this server reads 8000. Shorten the URL to the length that `detail` names.',
      instance: '/v1/articles',
    }),
  );
  const { code, instance } = problemOf(t, await get(`/v1/articles/${'x'.repeat(8_000)}`));
  t.strictSame({ code, length: instance.length }, { code: 'uri-too-long', length: 200 });
});

/** The storage with `fail` in the place of every function that reads. */
function withReads(storage: Storage, fail: () => Promise<never>): Storage {
  const failing = <Store extends object>(store: Store): Store =>
    Object.fromEntries(Object.keys(store).map((name) => [name, fail])) as Store;
  const { sources, articles, claims, search, feeds, keys, allArticles, allClaims, secrets } = storage.read;
  const read = {
    sources: failing(sources),
    articles: failing(articles),
    claims: failing(claims),
    feeds: failing(feeds),
    search: failing(search),
    keys: failing(keys),
    allArticles: failing(allArticles),
    allClaims: failing(allClaims),
    secrets: failing(secrets),
  };
  return { ...storage, read, at: async () => read, status: fail, openSnapshot: fail };
}

t.test('500 that tells nothing of its cause, which is logged under the id of the request', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const thrown = [
    new Error('the secret of row 7'),
    new TypeError('the secret'),
    { secret: 1 },
    'secret',
    null,
  ];
  for (const cause of thrown) {
    const storage = withReads(await openTestStorage(t), () => Promise.reject(cause));
    const app = await buildApp({ storage, logger: pino({ level: 'error' }, stream) });
    t.teardown(() => app.close());
    for (const [path, url] of Object.entries(reads)) {
      if (unstored.includes(path)) continue;
      lines.length = 0;
      const answer = await app.inject(url);
      const { requestId } = answer.json();
      t.strictSame(
        problemOf(t, answer),
        problem('internal', {
          title: 'Something went wrong on this side',
          status: 500,
          detail:
            'A fault in the server. Its cause is in the log, under the request id. Try again; if it stays, tell the operator the `requestId`.',
          instance: url.split('?', 1)[0] ?? '',
        }),
        url,
      );
      t.notMatch(answer.body, /secret|row 7|\.ts|at /, 'nothing of the cause');
      t.equal(lines.length, 1, 'one line is logged');
      t.match(JSON.stringify(lines), requestId, 'with the id that the caller was told');
      if (cause !== null) t.match(JSON.stringify(lines), 'secret', 'and with the cause');
    }
  }
});

t.test('503 with when to try again, on every route that reads, once the storage is closed', async (t) => {
  const { get, storage } = await openWithContent(t);
  await storage.close();
  for (const [path, url] of Object.entries(reads)) {
    const answer = await get(url);
    if (unstored.includes(path)) {
      t.equal(answer.statusCode, 200, path);
      continue;
    }
    t.strictSame(
      problemOf(t, answer, { 'retry-after': '5' }),
      problem('unavailable', {
        title: 'The database cannot be reached',
        status: 503,
        detail:
          'The database did not answer; nothing was changed. Try again after the seconds in `Retry-After`.',
        instance: url.split('?', 1)[0] ?? '',
      }),
      url,
    );
  }
});

t.test('503 also for a filter that refers to something, rather than blaming the caller', async (t) => {
  const { get, storage } = await openWithContent(t);
  await storage.close();
  for (const query of ['claims?source=ana-silva', 'claims?article=news', 'articles?publisher=ana-silva'])
    t.equal((await get(`/v1/${query}`)).statusCode, 503, query);
});
