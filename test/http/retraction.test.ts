/**
 * Retracted articles: still read at their URL, marked, and nowhere else unless they are asked for.
 */
import t from 'tap';
import { idOf, NOW, openTestServer } from '../helper.js';

const NOTE = 'The figures were of another year.';
const retraction = { at: '2024-10-25T09:00:00.000Z', note: NOTE };

async function openWithRetracted(t: Parameters<typeof openTestServer>[0]) {
  const server = await openTestServer(t);
  await server.given.source({ id: idOf(1), name: 'The Reader', kind: 'publisher' });
  const sound = await server.given.article({ id: idOf(2), slug: 'sound', publisher: 'the-reader' });
  const wrong = await server.given.article({
    id: idOf(3),
    slug: 'wrong',
    headline: 'Taxes fall by half',
    publisher: 'the-reader',
    corrections: [{ at: '2024-10-20T09:00:00Z', text: 'A name.' }],
    status: 'retracted',
    retraction,
  });
  const quote = { exact: 'taxes will fall' };
  await server.given.claim({ id: idOf(11), text: 'In one.', by: [{ in: wrong, quote }] });
  await server.given.claim({
    id: idOf(12),
    text: 'In both.',
    by: [
      { in: wrong, quote },
      { in: sound, quote },
    ],
  });
  return server;
}

const slugs = (body: { data: { slug: string }[] }) => body.data.map(({ slug }) => slug);

t.test('200 at its URL, by id and slug, with when and why it was withdrawn', async (t) => {
  const { get } = await openWithRetracted(t);
  for (const ref of ['wrong', idOf(3)]) {
    const answer = await get(`/v1/articles/${ref}`);
    const { status, retraction: told, headline } = answer.json();
    t.equal(answer.statusCode, 200);
    t.strictSame(
      { status, told, headline },
      { status: 'retracted', told: retraction, headline: 'Taxes fall by half' },
    );
    t.match(answer.headers['cache-control'], /^public, /);
  }
  t.equal((await get('/v1/articles/sound')).json().retraction, null);
});

t.test('it is out of lists, feeds, sitemaps, search and what is related', async (t) => {
  const { get } = await openWithRetracted(t);
  t.same(slugs((await get('/v1/articles')).json()), ['sound']);
  t.same(slugs((await get('/v1/articles?status=published')).json()), ['sound']);
  t.same(slugs((await get('/v1/sources/the-reader/articles')).json()), ['sound']);
  t.same(slugs((await get('/v1/articles?ids=wrong,sound')).json()), ['sound']);
  t.same((await get('/v1/articles?q=half')).json().data, []);
  t.same((await get('/v1/search?q=half')).json().data, []);
  t.same(slugs((await get('/v1/articles/sound/related')).json()), []);
  for (const url of [
    '/feeds/articles.atom',
    '/feeds/articles.rss',
    '/feeds/articles.json',
    '/sitemaps/1.xml',
  ]) {
    const { statusCode, body } = await get(url);
    t.equal(statusCode, 200, url);
    t.notMatch(body, /wrong|half/, url);
  }
});

t.test('200 with those that are retracted, and no others, where a list is asked for them', async (t) => {
  const { get } = await openWithRetracted(t);
  t.same(slugs((await get('/v1/articles?status=retracted')).json()), ['wrong']);
  t.same(slugs((await get('/v1/articles?status=retracted&ids=wrong,sound')).json()), ['wrong']);
  t.same(slugs((await get('/v1/sources/the-reader/articles?status=retracted&sort=id')).json()), ['wrong']);
  const counted = (await get('/v1/articles?status=retracted&count=capped&facets=publisher')).json();
  t.same([counted.count.total, counted.facets.publisher.values[0].count], [1, 1]);
  const { body } = await get('/v1/articles?status=retracted&format=csv&fields=slug,retraction');
  t.equal(body, `slug,retraction.at,retraction.note\r\nwrong,${retraction.at},${NOTE}\r\n`);
  for (const url of ['/feeds/articles.atom?status=retracted', '/v1/search?q=half&status=retracted'])
    t.equal((await get(url)).statusCode, 400, url);
});

t.test('pages of retracted articles follow each other in every order', async (t) => {
  const { get, given } = await openTestServer(t);
  for (let n = 1; n <= 5; n++)
    await given.article({ id: idOf(n), slug: `a-${n}`, status: n % 2 ? 'retracted' : 'published' });
  for (const sort of ['id', '-id', 'publishedAt', '-modifiedAt', 'headline', 'wordCount']) {
    const walked: string[] = [];
    for (let url: string | null = `/v1/articles?status=retracted&limit=1&sort=${sort}`; url !== null; ) {
      const page: { data: { slug: string }[]; next: string | null } = (await get(url)).json();
      walked.push(...slugs(page));
      url = page.next;
    }
    t.same(walked.sort(), ['a-1', 'a-3', 'a-5'], sort);
  }
});

t.test('400 for two statuses at once, one that there is not, and words to search for', async (t) => {
  const { get } = await openWithRetracted(t);
  const cases: [query: string, parameter: string, detail: string][] = [
    ['status=withdrawn', 'status', 'must be one of draft, scheduled, published, retracted'],
    [
      'status=published,retracted',
      'status',
      'must be one of draft, scheduled, published, retracted; nearest: published',
    ],
    ['status=retracted&q=half', 'q', 'searches published articles only: leave it or `status` out'],
  ];
  for (const [query, parameter, detail] of cases) {
    const answer = await get(`/v1/articles?${query}`);
    t.equal(answer.statusCode, 400, query);
    t.match(answer.json().errors[0], { parameter }, query);
    t.ok(
      answer.json().errors[0].detail.startsWith(detail.split(';')[0] ?? ''),
      answer.json().errors[0].detail,
    );
  }
  t.equal((await get('/v1/articles?status=published&q=minister')).json().data.length, 1);
});

t.test(
  'what stands only in it is claimed nowhere; what stands elsewhere, too, is claimed there',
  async (t) => {
    const { get } = await openWithRetracted(t);
    t.equal((await get(`/v1/claims/${idOf(11)}`)).statusCode, 404);
    const both = (await get(`/v1/claims/${idOf(12)}`)).json();
    t.same(
      both.attributions.map(({ article }: { article: { slug: string } }) => article.slug),
      ['sound'],
    );
    for (const url of [
      '/v1/articles/wrong/claims',
      '/v1/articles/wrong/claims?sort=-id',
      '/v1/claims?article=wrong',
    ]) {
      const answer = await get(`${url}${url.includes('?') ? '&' : '?'}count=capped&facets=stance`);
      t.strictSame([answer.statusCode, answer.json().data, answer.json().count.total], [200, [], 0], url);
    }
    const searched = (await get('/v1/articles/wrong/claims?q=both')).json();
    t.strictSame([searched.data, searched.partial], [[], false]);
    t.same((await get('/v1/articles/wrong?include=claims')).json().claims, []);
    t.notMatch((await get('/v1/articles/wrong?marks=claims')).json().body, /<mark/);
  },
);

t.test('JSON-LD and Markdown carry it', async (t) => {
  const { get } = await openWithRetracted(t);
  const [article, ...rest] = (await get('/v1/articles/wrong?format=jsonld')).json()['@graph'];
  t.same(rest, []);
  t.equal(article.creativeWorkStatus, 'Retracted');
  t.strictSame(article.correction, [
    { '@type': 'CorrectionComment', datePublished: '2024-10-20T09:00:00.000Z', text: 'A name.' },
    { '@type': 'CorrectionComment', name: 'Retraction', datePublished: retraction.at, text: NOTE },
  ]);
  const [sound] = (await get('/v1/articles/sound?format=jsonld')).json()['@graph'];
  t.notOk('creativeWorkStatus' in sound);
  t.match(
    (await get('/v1/articles/wrong?format=markdown')).body,
    `status: retracted\nretraction:\n  at: ${retraction.at}\n  note: ${NOTE}\n`,
  );
});

t.test('a retraction whose time is not told is of when it was first told', async (t) => {
  let now = NOW;
  const { get, given } = await openTestServer(t, { clock: () => now });
  await given.article({ slug: 'one' });
  const at = async () => (await get('/v1/articles/one')).json().retraction?.at;
  await given.article({ slug: 'one', status: 'retracted', retraction: { note: NOTE } });
  t.equal(await at(), NOW);
  now = '2024-11-02T12:00:00.000Z';
  await given.article({ slug: 'one', headline: 'Again', status: 'retracted', retraction: { note: NOTE } });
  t.equal(await at(), NOW, 'it stays');
  await given.article({ slug: 'one' });
  t.equal(await at(), undefined, 'and goes when the article is published again');
  await t.rejects(
    async () => given.article({ slug: 'one', status: 'retracted', retraction: null }),
    /must be given where/,
  );
  await t.rejects(
    async () => given.article({ slug: 'one', retraction: { note: NOTE } }),
    /must be given where/,
  );
});
