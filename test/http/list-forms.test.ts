/**
 * Lists as NDJSON and CSV: the rows of the JSON list, a page where `limit` is given and else all to the end; as fast as
 * the caller reads them, and cut off where they cannot be read to the end.
 */
import { get as httpGet, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { ClaimwireError } from '../../src/kernel/errors.js';
import type { Storage } from '../../src/storage/storage.js';
import { idOf, openTestServer, openTestStorage } from '../helper.js';
import { headersOf, invalid, JSON_HEADERS, missing, openCountedServer, problemOf } from './answers.js';

const NDJSON_HEADERS = { ...JSON_HEADERS, 'content-type': 'application/x-ndjson; charset=utf-8' };
/** What caches are told of what flows: no tag, and no single row. */
const FLOWING = {
  'cache-control': 'public, max-age=10, stale-while-revalidate=30, stale-if-error=86400',
  vary: 'Accept, Accept-Encoding, Authorization, Claimwire-Bookmark',
  'surrogate-key': 'sources',
};
const CSV_HEADERS = { ...JSON_HEADERS, 'content-type': 'text/csv; charset=utf-8; header=present' };

type Server = Awaited<ReturnType<typeof openTestServer>>;

/** Sources, `count` of them, in one transaction. */
const addSources = (
  { services }: Pick<Server, 'services'>,
  count: number,
  description: string | null = null,
) =>
  services.write(async ({ sources }) => {
    for (let n = 1; n <= count; n += 1)
      await sources.save({
        ...{ id: idOf(n), slug: `s-${n}`, name: `Source ${n}`, kind: n % 2 === 0 ? 'person' : 'publisher' },
        ...{ aliases: [], description, role: null, country: null, url: null, sameAs: [], memberOf: null },
      });
  });

/** The headers of a streamed answer, whose length is not known before. */
const streamed = ({ headers: { date: _date, ...headers } }: { headers: object & { date?: unknown } }) => ({
  ...headers,
});

const lines = (body: string) =>
  body
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

async function walk(get: Server['get'], url: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (let next: string | null = url; next !== null; ) {
    const page: { data: unknown[]; next: string | null } = (await get(next)).json();
    rows.push(...page.data);
    next = page.next;
  }
  return rows;
}

t.test('200 with every row of the list, the same as in JSON', async (t) => {
  const server = await openTestServer(t);
  await addSources(server, 205);
  for (const query of ['', 'kind=person']) {
    const answer = await server.get(`/v1/sources?format=ndjson&${query}`);
    t.equal(answer.statusCode, 200);
    t.strictSame(streamed(answer), { ...NDJSON_HEADERS, ...FLOWING, 'transfer-encoding': 'chunked' });
    t.strictSame(lines(answer.body), await walk(server.get, `/v1/sources?limit=100&${query}`));
  }
  t.equal((await server.get('/v1/sources?format=csv')).body.split('\r\n').length, 1 + 205 + 1);
});

t.test('200 with every row from a place on', async (t) => {
  const server = await openTestServer(t);
  await addSources(server, 12);
  const { next } = (await server.get('/v1/sources?limit=5')).json();
  const after = new URLSearchParams(next.split('?')[1]).get('after');
  const rest = lines((await server.get(`/v1/sources?format=ndjson&after=${after}`)).body);
  t.strictSame(
    rest.map(({ slug }) => slug),
    ['s-7', 's-6', 's-5', 's-4', 's-3', 's-2', 's-1'],
  );
});

t.test('200 with a page and its links where a limit is given', async (t) => {
  const server = await openTestServer(t);
  await addSources(server, 5);
  for (const [format, headers] of [
    ['ndjson', NDJSON_HEADERS],
    ['csv', CSV_HEADERS],
  ] as const) {
    const json = await server.get(`/v1/sources?format=json&limit=2`);
    const answer = await server.get(`/v1/sources?format=${format}&limit=2`);
    const link = String(json.headers.link).replace('format=json', `format=${format}`);
    t.strictSame(headersOf(t, answer), { ...headers, link });
    if (format === 'ndjson') t.strictSame(lines(answer.body), json.json().data);
    const second = await server.get(/<([^>]*)>/.exec(String(answer.headers.link))?.[1] ?? '');
    t.match(second.body, /s-3.*s-2/s);
    t.match(second.headers.link, /rel="next".*rel="prev"/);
    const back = await server.get(
      /<([^>]*)>; rel="prev"/.exec(String(second.headers.link).split(', ')[1] ?? '')?.[1] ?? '',
    );
    t.equal(back.body, answer.body);
  }
});

t.test('200 with what was found, where words are looked for', async (t) => {
  const { get, given } = await openCountedServer(t);
  await given.article({ headline: 'Taxes', body: 'They fall.' });
  const marks = '"[{""field"":""headline"",""start"":0,""end"":5}]"';
  t.equal(
    (await get('/v1/articles?format=csv&q=taxes&fields=headline,snippet,highlights')).body,
    `headline,snippet,highlights\r\nTaxes,They fall.,${marks}\r\n`,
  );
  const [header = ''] = (await get('/v1/sources?format=csv&q=taxes')).body.split('\r\n');
  t.match(header, /,snippet,highlights$/);
});

t.test('200 with records whose columns are the fields of a row', async (t) => {
  const { get, given } = await openCountedServer(t);
  await given.source({ id: idOf(1), name: 'Union, the "big" one', kind: 'organization', slug: 'union' });
  await given.source({
    ...{ id: idOf(2), name: '=HYPERLINK("x")', slug: 'x', memberOf: 'union', aliases: ['A; b', 'c'] },
    ...{ description: 'One\ntwo', role: "'+1", sameAs: ['https://x.example/'] },
  });
  const answer = await get('/v1/sources?format=csv');
  t.strictSame(streamed(answer), { ...CSV_HEADERS, ...FLOWING, 'transfer-encoding': 'chunked' });
  const NOW = '2024-11-01T12:00:00.000Z';
  t.equal(
    answer.body,
    [
      'id,slug,kind,name,aliases,description,role,country,url,sameAs,memberOf.id,memberOf.slug,memberOf.name,version,createdAt,updatedAt',
      `${idOf(2)},x,person,"'=HYPERLINK(""x"")","[""A; b"",""c""]","One\ntwo",''+1,,,"[""https://x.example/""]",${idOf(1)},union,"Union, the ""big"" one",1,${NOW},${NOW}`,
      `${idOf(1)},union,organization,"Union, the ""big"" one",[],,,,,[],,,,1,${NOW},${NOW}`,
      '',
    ].join('\r\n'),
  );
  const article = await given.article({ headline: 'Taxes', authors: [{ name: 'A' }] });
  await given.claim({ text: 'They fall.', by: [{ in: article }] });
  t.equal(
    (await get('/v1/articles?format=csv&body=text')).body.split('\r\n', 1)[0],
    'id,slug,headline,standfirst,body,bodyFormat,language,section,tags,authors,publisher.id,publisher.slug,publisher.name,canonicalUrl,image.url,image.alt,image.caption,image.credit,image.width,image.height,disclaimer,status,retraction.at,retraction.note,publishedAt,modifiedAt,corrections,wordCount,version',
  );
  t.equal(
    (await get('/v1/articles/taxes/claims?format=csv')).body.split('\r\n', 1)[0],
    'id,text,language,tags,standing,attributions,relations,reviews,version,createdAt,updatedAt',
  );
});

t.test('200 with the fields and the parts that are asked for', async (t) => {
  const { get, given } = await openCountedServer(t);
  await given.source({ id: idOf(1), name: 'The Reader', kind: 'publisher' });
  await given.source({ id: idOf(2), name: 'A', slug: 'a' });
  await given.article({
    slug: 'one',
    headline: 'One',
    publisher: 'the-reader',
    authors: [{ name: 'A', source: 'a' }],
  });
  const read = async (query: string) => (await get(`/v1/articles?${query}`)).body;
  t.equal(
    await read('format=ndjson&fields=publisher.name,slug'),
    '{"slug":"one","publisher":{"name":"The Reader"}}\n',
  );
  t.equal(
    await read('format=csv&include=claims&fields=slug,moreClaims'),
    'slug,moreClaims\r\none,false\r\n',
    'what is cut off is told',
  );
  t.equal(await read('format=csv&fields=publisher.name,slug'), 'slug,publisher.name\r\none,The Reader\r\n');
  t.equal(
    await read('format=csv&include=publisher&fields=slug,publisher.kind,authors.name'),
    'slug,authors,publisher.kind\r\none,"[{""name"":""A""}]",publisher\r\n',
  );
  t.match(
    (await read('format=csv&include=publisher')).split('\r\n', 1)[0],
    /,publisher.name,publisher.kind,/,
  );
  t.strictSame(
    lines(await read('format=ndjson&include=publisher')),
    (await get('/v1/articles?include=publisher')).json().data,
  );
  t.equal(await read('format=csv&fields=slug&sort=headline&section=none'), 'slug\r\n');
  t.equal(await read('format=ndjson&fields=slug&ids=nope,one'), '{"slug":"one"}\n');
});

t.test('400 for what only JSON has a place for, which `Accept` takes into account', async (t) => {
  const { get } = await openTestServer(t);
  for (const format of ['ndjson', 'csv'])
    t.strictSame(
      problemOf(t, await get(`/v1/articles?format=${format}&count=capped&facets=tag`)),
      invalid('/v1/articles', [
        ['count', `cannot be given together with \`format=${format}\``],
        ['facets', `cannot be given together with \`format=${format}\``],
      ]),
    );
  const accept = 'text/csv, */*;q=0.1';
  const answer = await get('/v1/articles?count=capped', { headers: { accept } });
  t.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
});

t.test('200 with nothing but the header where there is no row', async (t) => {
  const { get } = await openTestServer(t);
  t.equal((await get('/v1/claims?format=ndjson')).body, '');
  t.equal(
    (await get('/v1/claims?format=csv')).body,
    'id,text,language,tags,standing,attributions,relations,reviews,version,createdAt,updatedAt\r\n',
  );
});

t.test('200 in the form that the caller prefers, which `format` overrules', async (t) => {
  const { get } = await openTestServer(t);
  const cases: [url: string, accept: string, type: string][] = [
    ['/v1/claims', 'text/csv', 'text/csv; charset=utf-8; header=present'],
    ['/v1/claims', 'text/csv;header=present', 'text/csv; charset=utf-8; header=present'],
    ['/v1/claims', 'application/x-ndjson, */*;q=0.1', 'application/x-ndjson; charset=utf-8'],
    ['/v1/claims', 'application/*', 'application/json; charset=utf-8'],
    ['/v1/claims?format=json', 'text/csv', 'application/json; charset=utf-8'],
  ];
  for (const [url, accept, type] of cases)
    t.equal((await get(url, { headers: { accept } })).headers['content-type'], type, `${url} ${accept}`);
});

t.test('400 and 404 are problems in every form, told before the first row', async (t) => {
  const { get, given } = await openTestServer(t);
  const article = await given.article({ slug: 'a' });
  for (let n = 0; n < 3; n += 1) await given.claim({ by: [{ in: article }] });
  for (const format of ['ndjson', 'csv']) {
    t.strictSame(
      problemOf(t, await get(`/v1/articles/nope/claims?format=${format}`)),
      missing('/v1/articles/nope/claims', 'No published article has the id or slug “nope”.'),
    );
    t.equal(problemOf(t, await get(`/v1/claims?format=${format}&source=nobody`)).code, 'invalid-request');
    const next = (await get(`/v1/claims?limit=1`)).json().next;
    const second = (await get(next)).json();
    const before = new URLSearchParams(second.prev.split('?')[1]).get('before');
    t.strictSame(
      problemOf(t, await get(`/v1/claims?format=${format}&before=${before}`)),
      invalid('/v1/claims', [
        ['before', 'needs `limit` in this form, which is else given from a place to the end'],
      ]),
    );
  }
  t.strictSame(
    problemOf(t, await get('/v1/claims?format=cvs')),
    invalid('/v1/claims', [['format', 'must be one of json, ndjson, csv; nearest: csv']]),
  );
  t.match(
    problemOf(t, await get('/v1/claims', { headers: { accept: 'text/html' } })).detail,
    /^This URL answers with application\/json, application\/x-ndjson, text\/csv\. /,
  );
});

t.test('HEAD has the headers of GET and reads one page', async (t) => {
  const { app, get, pages } = await openWatched(t, 250);
  // PostgreSQL tells of a write at once, and of its date a moment later.
  while ((await get('/v1/sources?limit=1')).headers['last-modified'] === undefined) await delay(10);
  for (const query of ['format=ndjson', 'format=csv', 'format=csv&limit=2']) {
    const url = `/v1/sources?${query}`;
    const before = pages.length;
    const headed = await app.inject({ method: 'HEAD', url });
    t.equal(pages.length, before + 1);
    t.equal(headed.body, '');
    const { 'transfer-encoding': _framing, ...asked } = streamed(await get(url)) as Record<string, unknown>;
    t.strictSame(streamed(headed), asked);
  }
});

/** A server over sources that says which pages of them were asked for, and fails at one where that is wanted. */
async function openWatched(t: Test, count: number, options: { failAt?: number; description?: string } = {}) {
  const storage = await openTestStorage(t);
  const pages: unknown[] = [];
  const watched: Storage = {
    ...storage,
    async at(...asked: Parameters<Storage['at']>) {
      const stores = await storage.at(...asked);
      const list: typeof stores.sources.list = async (request) => {
        pages.push(request.after);
        if (pages.length === options.failAt) throw new ClaimwireError('unavailable');
        return stores.sources.list(request);
      };
      return { ...stores, sources: { ...stores.sources, list } };
    },
  };
  const server = await openTestServer(t, { storage: watched });
  await addSources(server, count, options.description ?? null);
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.app.server.address() as { port: number };
  const ask = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      httpGet({ port, path, agent: false }, resolve).on('error', reject);
    });
  return { ...server, pages, ask };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 200));

t.test('rows that cannot be read to the end do not end as if they could', async (t) => {
  const { ask } = await openWatched(t, 250, { failAt: 2 });
  const answer = await ask('/v1/sources?format=ndjson');
  t.equal(answer.statusCode, 200);
  let body = '';
  const ending = await new Promise((resolve) => {
    answer.on('data', (chunk) => {
      body += chunk;
    });
    answer.on('end', () => resolve('end'));
    answer.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
  });
  t.equal(ending, 'ECONNRESET');
  t.equal(lines(body).length, 100, 'the rows until then have come');
});

t.test('rows are read no faster than the caller takes them, and no longer', async (t) => {
  const { ask, pages } = await openWatched(t, 1_000, { description: 'x'.repeat(15_000) });
  const answer = await ask('/v1/sources?format=ndjson');
  answer.pause();
  await settled();
  const read = pages.length;
  t.ok(read < 8, `of 10 pages ${read} are read for a caller that takes none`);
  await settled();
  t.equal(pages.length, read, 'and no more while it waits');
  answer.destroy();
  await settled();
  t.ok(pages.length <= read + 1, 'nor after it has gone');
});
