/**
 * GET /sitemap.xml, /sitemaps/{piece}.xml, /news-sitemap.xml and /robots.txt: where every published article is.
 */
import { Readable } from 'node:stream';
import { parseSitemap, parseSitemapIndex } from 'sitemap';
import t, { type Test } from 'tap';
import { NOW, openTestServer } from '../helper.js';
import { invalid, missing, problemOf, testEveryRead } from './answers.js';
import { assertWellFormed } from './xml.js';

const BASE = 'https://news.example';
const HOUR_MS = 3_600_000;
const SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';
const NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"';
const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();

const open = (t: Test) => openTestServer(t, { publicUrl: BASE });

t.test('200 with an index and a piece that name every published article', async (t) => {
  const { get, given } = await open(t);
  await given.article({
    slug: 'one',
    publishedAt: '2024-10-20T12:00:00Z',
    modifiedAt: '2024-10-21T12:00:00Z',
  });
  await given.article({
    slug: '서울-회의',
    publishedAt: '2024-10-18T12:00:00Z',
    canonicalUrl: 'https://else.example/',
  });
  for (const status of ['draft', 'scheduled', 'retracted'] as const)
    await given.article({ slug: status, status });

  const index = await get('/sitemap.xml');
  t.equal(index.statusCode, 200);
  t.equal(
    index.body,
    `<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex ${SITEMAP}>
<sitemap><loc>${BASE}/sitemaps/1.xml</loc></sitemap>
</sitemapindex>
`,
  );
  assertWellFormed(t, index.body, 'the index');
  t.strictSame(await parseSitemapIndex(Readable.from([index.body])), [{ url: `${BASE}/sitemaps/1.xml` }]);

  const piece = await get('/sitemaps/1.xml');
  const encoded = '%EC%84%9C%EC%9A%B8-%ED%9A%8C%EC%9D%98';
  t.equal(
    piece.body,
    `<?xml version="1.0" encoding="UTF-8"?>
<urlset ${SITEMAP}>
<url><loc>${BASE}/v1/articles/one</loc><lastmod>2024-10-21T12:00:00.000Z</lastmod></url>
<url><loc>${BASE}/v1/articles/${encoded}</loc><lastmod>${NOW}</lastmod></url>
</urlset>
`,
  );
  assertWellFormed(t, piece.body, 'the piece');
  t.match(await parseSitemap(Readable.from([piece.body])), [
    { url: `${BASE}/v1/articles/one`, lastmod: '2024-10-21T12:00:00.000Z' },
    { url: `${BASE}/v1/articles/${encoded}`, lastmod: NOW },
  ]);
  for (const url of piece.body.match(/(?<=<loc>)[^<]+/g) ?? [])
    t.equal((await get(url.slice(BASE.length))).statusCode, 200, `${url} leads to an article`);
});

t.test('200 with an empty index where there are no articles', async (t) => {
  const { get } = await open(t);
  const answer = await get('/sitemap.xml');
  t.equal(
    answer.body,
    `<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex ${SITEMAP}>\n</sitemapindex>\n`,
  );
  assertWellFormed(t, answer.body, 'the index');
});

t.test('200 without an article from the moment it is withdrawn', async (t) => {
  const { get, given } = await open(t);
  await given.article({ slug: 'one', publishedAt: hoursAgo(1) });
  t.match((await get('/news-sitemap.xml')).body, '/v1/articles/one<');
  await given.article({ slug: 'one', publishedAt: hoursAgo(1), status: 'retracted' });
  t.notMatch((await get('/sitemap.xml')).body, '<loc>');
  t.equal((await get('/sitemaps/1.xml')).statusCode, 404);
  t.notMatch((await get('/news-sitemap.xml')).body, '<loc>');
});

t.test('404 for a piece that there is not, 400 for what is none', async (t) => {
  const { get, given } = await open(t);
  await given.article();
  for (const piece of ['2', '9999999999'])
    t.strictSame(
      problemOf(t, await get(`/sitemaps/${piece}.xml`)),
      missing(`/sitemaps/${piece}.xml`, `The sitemap has no piece ${piece}; its index names those it has.`),
    );
  for (const piece of ['0', '01', '-1', '1.5', 'one', '99999999999'])
    t.strictSame(
      problemOf(t, await get(`/sitemaps/${piece}.xml`)),
      invalid(`/sitemaps/${piece}.xml`, [['piece', 'must be the number of a piece, as the index has it']]),
    );
  t.equal(problemOf(t, await get('/sitemaps/1')).code, 'unknown-route');
});

t.test('200 with the articles of the last 48 hours, the newest first, as news', async (t) => {
  const { get, given } = await open(t);
  await given.source({ name: 'The Reader & Co', kind: 'publisher' });
  const times = { new: hoursAgo(1), older: hoursAgo(47), old: hoursAgo(49), future: hoursAgo(-1) };
  await given.article({
    slug: 'new',
    headline: 'Taxes & <tariffs> \uffff',
    language: 'zh-Hant-TW',
    publisher: 'The Reader & Co',
    publishedAt: times.new,
    modifiedAt: times.new,
  });
  await given.article({ slug: 'older', headline: 'Older', language: 'pt-BR', publishedAt: times.older });
  await given.article({ slug: 'old', publishedAt: times.old });
  await given.article({ slug: 'future', publishedAt: times.future });
  await given.article({ slug: 'draft', publishedAt: times.new, status: 'draft' });
  const { body } = await get('/news-sitemap.xml');
  t.equal(
    body,
    `<?xml version="1.0" encoding="UTF-8"?>
<urlset ${SITEMAP} ${NEWS}>
<url><loc>${BASE}/v1/articles/new</loc><lastmod>${times.new}</lastmod><news:news><news:publication><news:name>The Reader &amp; Co</news:name><news:language>zh-tw</news:language></news:publication><news:publication_date>${times.new}</news:publication_date><news:title>Taxes &amp; &lt;tariffs&gt; \ufffd</news:title></news:news></url>
<url><loc>${BASE}/v1/articles/older</loc><lastmod>${NOW}</lastmod><news:news><news:publication><news:name>news.example</news:name><news:language>pt</news:language></news:publication><news:publication_date>${times.older}</news:publication_date><news:title>Older</news:title></news:news></url>
</urlset>
`,
  );
  assertWellFormed(t, body, 'the news');
  const [first] = await parseSitemap(Readable.from([body]));
  t.match(first?.news, {
    publication: { name: 'The Reader & Co', language: 'zh-tw' },
    publication_date: times.new,
    title: 'Taxes & <tariffs> \ufffd',
  });
});

t.test('200 with rules that let robots read everything and name the sitemaps', async (t) => {
  const { get } = await open(t);
  const answer = await get('/robots.txt');
  t.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
  const sitemaps = [...answer.body.matchAll(/^Sitemap: (.*)$/gm)].map(([, url = '']) => url);
  t.strictSame(sitemaps, [`${BASE}/sitemap.xml`, `${BASE}/news-sitemap.xml`]);
  for (const url of sitemaps) t.equal((await get(url.slice(BASE.length))).statusCode, 200, url);
});

t.test('every read', async (t) => {
  const server = await open(t);
  await server.given.article();
  const XML = 'application/xml';
  for (const [url, mediaType] of [
    ['/sitemap.xml', XML],
    ['/sitemaps/1.xml', XML],
    ['/news-sitemap.xml', XML],
    ['/robots.txt', 'text/plain'],
  ] as const)
    await t.test(url, (t) => testEveryRead(t, server, url, mediaType));
});
