/**
 * Feeds as feed readers see them: the articles that fit the filters, page after page, at a cost that does not grow.
 */
import RssParser from 'rss-parser';
import t from 'tap';
import { idOf, openTestServer } from '../helper.js';
import { invalid, problemOf, testEveryRead } from './answers.js';
import { FORMATS, nextOf, numbersOf, readingsOf } from './feed-readers.js';
import { assertWellFormed } from './xml.js';

const BASE = 'https://news.example';
const day = (n: number) => `2024-10-${String(n).padStart(2, '0')}T12:00:00Z`;

t.test('200 with the articles that fit every filter, and a title that says so', async (t) => {
  const { get, given } = await openTestServer(t, { publicUrl: BASE });
  await given.source({ name: 'The Reader & Co', kind: 'publisher' });
  const politics = { section: 'politics', tags: ['seoul', 'troops'], publisher: 'the-reader-co' };
  await given.article({ id: idOf(1), ...politics, publishedAt: day(20) });
  await given.article({ id: idOf(2), language: 'pt-BR', publishedAt: day(19) });
  const cases: [query: string, numbers: number[], title: string][] = [
    ['', [1, 2], 'news.example'],
    ['?limit=1', [1], 'news.example'],
    ['?section=politics', [1], 'news.example: section politics'],
    ['?section=nope', [], 'news.example: section nope'],
    ['?tag=troops,seoul', [1], 'news.example: tag troops or seoul'],
    ['?tag[not]=troops', [2], 'news.example: tag not troops'],
    ['?publishedAt[gte]=now-1d', [], 'news.example: publishedAt from now-1d'],
    ['?language=pt-BR', [2], 'news.example: language pt-BR'],
    ['?publisher=The%20Reader%20%26%20Co', [1], 'news.example: publisher The Reader & Co'],
    [
      '?language=en,pt-BR&publishedAt[lt]=2024-10-20T00:00:00Z',
      [2],
      'news.example: language en or pt-BR, publishedAt before 2024-10-20T00:00:00Z',
    ],
  ];
  for (const format of FORMATS)
    for (const [query, numbers, title] of cases) {
      for (const found of await numbersOf(get, format, query))
        t.strictSame(found, numbers, `${format}${query}`);
      for (const reading of await readingsOf(format, await get(`/feeds/articles.${format}${query}`)))
        t.equal(reading.title, title, `${format}${query}`);
    }
});

t.test('200 with nothing where there are no articles, the same each time', async (t) => {
  const { get } = await openTestServer(t, { publicUrl: BASE });
  for (const format of FORMATS) {
    const url = `/feeds/articles.${format}`;
    const answer = await get(url);
    for (const { entries } of await readingsOf(format, answer)) t.strictSame(entries, [], format);
    if (format !== 'json') assertWellFormed(t, answer.body, format);
    t.equal((await get(url)).body, answer.body, format);
  }
});

t.test('200 with pages that are linked, each article once, whatever is added meanwhile', async (t) => {
  for (const format of FORMATS) {
    const { get, given } = await openTestServer(t, { publicUrl: BASE });
    for (let n = 1; n <= 5; n += 1)
      await given.article({ id: idOf(n), publishedAt: day(n), section: 'politics' });
    const seen: number[] = [];
    let url: string | undefined = `/feeds/articles.${format}?limit=2&section=politics`;
    for (let page = 0; url !== undefined; page += 1) {
      const answer = await get(url);
      seen.push(...((await numbersOf(get, format, url.slice(url.indexOf('?'))))[0] ?? []));
      const next = nextOf(format, answer);
      t.equal(
        next?.startsWith(`${BASE}/feeds/articles.${format}?after=`) ?? false,
        page < 2,
        `${format} ${page}`,
      );
      t.match(answer.headers.link, page < 2 ? /rel="next"/ : /rel="prev"/, 'linked as a header, too');
      url = next?.slice(BASE.length);
      await given.article({ id: idOf(100 + page), publishedAt: day(19), section: 'politics' });
    }
    t.strictSame(seen, [5, 4, 3, 2, 1], `${format}: in order, none twice, none missed`);
  }
});

t.test('200 with one identity for all pages of a feed, whatever the order of its parameters', async (t) => {
  const { get, given } = await openTestServer(t, { publicUrl: BASE });
  for (let n = 1; n <= 3; n += 1) await given.article({ id: idOf(n), publishedAt: day(n), tags: ['a'] });
  const idIn = (body: string) => /<id>([^<]*|<!\[CDATA\[.*?\]\]>)<\/id>/.exec(body)?.[1];
  const first = await get('/feeds/articles.atom?tag=a&language=en&limit=2');
  t.equal(idIn(first.body), `<![CDATA[${BASE}/feeds/articles.atom?language=en&tag=a]]>`);
  const turned = await get('/feeds/articles.atom?limit=2&language=en&tag=a');
  t.equal(turned.body, first.body);
  const second = await get(nextOf('atom', first)?.slice(BASE.length) ?? '');
  t.equal(idIn(second.body), idIn(first.body));
  t.match(
    second.body,
    `<link href="${BASE}/feeds/articles.atom?language=en&amp;limit=2&amp;tag=a" rel="first"`,
  );
  t.match(second.body, /<link href="[^"]*[?&;]before=[^"]*" rel="previous"/);
});

t.test('400 for what is no filter, no value and no cursor', async (t) => {
  const { get } = await openTestServer(t);
  for (const format of FORMATS) {
    const path = `/feeds/articles.${format}`;
    const cases: [query: string, parameter: string, detail: string][] = [
      ['secton=politics', 'secton', 'is not known here; did you mean `section`?'],
      ['limit=101', 'limit', 'must be a whole number from 1 to 100'],
      ['publisher=nobody', 'publisher', '“nobody” is no source’s id, slug or name.'],
      [
        'section=a&section=b',
        'section',
        'is given 2 times; give it once, several values separated by commas',
      ],
    ];
    for (const [query, parameter, detail] of cases)
      t.strictSame(problemOf(t, await get(`${path}?${query}`)), invalid(path, [[parameter, detail]]), query);
    t.equal(problemOf(t, await get(`${path}?after=x`)).code, 'invalid-cursor');
    t.equal((await get(`${path}?body=html`)).statusCode, 400, 'a feed has one form of the text');
  }
});

t.test('200 for a reader that asks for another format: the URL alone chooses', async (t) => {
  const { get } = await openTestServer(t);
  for (const accept of ['application/rss+xml', 'text/html', 'image/png;q=1, */*;q=0'])
    for (const format of FORMATS)
      t.equal((await get(`/feeds/articles.${format}`, { headers: { accept } })).statusCode, 200, accept);
});

t.test('200 over a port, for a reader that fetches by itself, with addresses that lead back', async (t) => {
  const { app, given } = await openTestServer(t);
  await given.article({ id: idOf(1), slug: 'one', headline: 'One' });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  const base = `http://127.0.0.1:${port}`;
  for (const format of ['atom', 'rss']) {
    const { items, title } = await new RssParser().parseURL(`${base}/feeds/articles.${format}`);
    t.equal(title, `127.0.0.1:${port}`);
    t.same(
      items.map(({ title, link }) => [title, link]),
      [['One', `${base}/v1/articles/one`]],
    );
    t.equal((await fetch(items[0]?.link ?? '')).status, 200);
  }
});

t.test('every read', async (t) => {
  const server = await openTestServer(t);
  await server.given.article();
  const types = { atom: 'application/atom+xml', rss: 'application/rss+xml', json: 'application/feed+json' };
  for (const format of FORMATS)
    await t.test(format, (t) => testEveryRead(t, server, `/feeds/articles.${format}?limit=1`, types[format]));
});
