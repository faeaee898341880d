/**
 * GET /v1/articles/{ref}/claims: the claims in a published article in the order of its text, each with what is said of it
 * there.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { column, invalid, missing, openCountedServer, problemOf, testEveryRead } from './answers.js';

const AT = '2024-11-01T12:00:00.000Z'; // when a test writes
const ana = { id: idOf(1), slug: 'ana-silva', name: 'Ana Silva' };
const news = { id: idOf(11), slug: 'news', headline: 'News' };

/** An article whose claims were written in another order than that of its text. */
async function openArticle(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: ana.id, name: ana.name });
  await given.source({ id: idOf(2), name: 'Bo Berg' });
  const article = await given.article({ ...news, body: 'Alpha comes first. Then beta. Gamma ends it.' });
  const other = await given.article({ id: idOf(12), slug: 'other', body: 'Beta and alpha.' });
  await given.claim({ id: idOf(21), text: 'no quote', by: [{ in: article, source: 'bo-berg' }] });
  await given.claim({
    id: idOf(22),
    text: 'gamma',
    tags: ['end'],
    by: [{ in: article, source: 'ana-silva', quote: { exact: 'Gamma' } }],
  });
  await given.claim({
    id: idOf(23),
    text: 'alpha',
    language: 'sv',
    by: [{ in: article, source: 'ana-silva', cue: 'comes', quote: { exact: 'Alpha' } }],
  });
  await given.claim({
    id: idOf(24),
    text: 'beta',
    by: [
      { in: article, source: 'bo-berg', stance: 'denies', quote: { exact: 'ends' } },
      { in: article, source: 'ana-silva', quote: { exact: 'beta' } },
      { in: other, source: 'bo-berg', stance: 'questions', quote: { exact: 'Beta' } },
    ],
  });
  await given.claim({ id: idOf(25), text: 'elsewhere', by: [{ in: other, source: 'ana-silva' }] });
  await given.claim({ id: idOf(26), text: 'spoken', by: [{ source: 'ana-silva' }] });
  return server;
}

t.test('200 with the claims in the order of the text, those without a quote last', async (t) => {
  const { get } = await openArticle(t);
  for (const ref of ['news', idOf(11), idOf(11).toUpperCase()]) {
    const answer = await get(`/v1/articles/${ref}/claims`);
    t.equal(answer.statusCode, 200);
    t.strictSame(column(answer, 'text'), ['alpha', 'beta', 'gamma', 'no quote'], ref);
  }
});

t.test('200 with a claim whole', async (t) => {
  const { get } = await openArticle(t);
  t.strictSame((await get('/v1/articles/news/claims?language=sv')).json(), {
    data: [
      {
        id: idOf(23),
        text: 'alpha',
        language: 'sv',
        tags: [],
        standing: 'single-source',
        attributions: [
          {
            id: idOf(900_003),
            source: ana,
            article: news,
            url: null,
            context: null,
            stance: 'asserts',
            mode: null,
            cue: 'comes',
            saidAt: null,
            anchor: {
              exact: 'Alpha',
              prefix: '',
              suffix: ' comes first. Then beta. Gamma e',
              start: 0,
              end: 5,
              articleVersion: 1,
              state: 'anchored',
            },
          },
        ],
        relations: [],
        reviews: [],
        version: 1,
        createdAt: AT,
        updatedAt: AT,
      },
    ],
    next: null,
    prev: null,
  });
});

t.test(
  '200 with what is said of a claim in this article, and nothing of what is said elsewhere',
  async (t) => {
    const { get } = await openArticle(t);
    const { data } = (await get('/v1/articles/news/claims')).json();
    const beta = data.find(({ text }: { text: string }) => text === 'beta');
    t.strictSame(
      beta.attributions.map((it: { source: { slug: string }; article: { slug: string }; stance: string }) => [
        it.source.slug,
        it.article.slug,
        it.stance,
      ]),
      [
        ['bo-berg', 'news', 'denies'],
        ['ana-silva', 'news', 'asserts'],
      ],
    );
    t.equal(beta.standing, 'disputed', 'the standing follows from all that is known');
  },
);

t.test('200 with the claims that fit every filter', async (t) => {
  const { get } = await openArticle(t);
  const cases: [query: string, texts: string[]][] = [
    ['source=ana-silva', ['alpha', 'beta', 'gamma']],
    ['source=bo-berg', ['beta', 'no quote']],
    ['source=ANA+SILVA,bo-berg', ['alpha', 'beta', 'gamma', 'no quote']],
    ['stance=denies', ['beta']],
    ['source=bo-berg&stance=denies', ['beta']],
    ['source=ana-silva&stance=denies', []],
    ['standing=disputed', ['beta']],
    ['standing=single-source&source=ana-silva', ['alpha', 'gamma']],
    ['language=en', ['beta', 'gamma', 'no quote']],
    ['tag=end', ['gamma']],
    ['tag=end&language=sv', []],
    ['limit=1', ['alpha']],
  ];
  for (const [query, texts] of cases)
    t.strictSame(column(await get(`/v1/articles/news/claims?${query}`), 'text'), texts, query);
});

t.test('200 with who says what in this article, when asked for source and stance', async (t) => {
  const { get } = await openArticle(t);
  const cases: [url: string, texts: string[]][] = [
    ['/v1/articles/news/claims?stance=questions', []],
    ['/v1/articles/news/claims?source=bo-berg&stance=questions', []],
    ['/v1/articles/other/claims?stance=asserts', ['elsewhere']],
  ];
  for (const [url, texts] of cases) t.strictSame(column(await get(url), 'text'), texts, url);
});

t.test('200 with nothing for an article in which nothing is claimed', async (t) => {
  const { get, given } = await openCountedServer(t);
  await given.article({ slug: 'quiet' });
  t.strictSame((await get('/v1/articles/quiet/claims')).json(), { data: [], next: null, prev: null });
});

t.test('200 in the new order once the text has changed', async (t) => {
  const { get, given } = await openArticle(t);
  await given.article({ ...news, body: 'Gamma ends it. Then beta comes, and Alpha.' });
  t.strictSame(column(await get('/v1/articles/news/claims'), 'text'), ['gamma', 'beta', 'alpha', 'no quote']);
});

t.test('404 when the article is unknown or not published', async (t) => {
  const { get, given } = await openCountedServer(t);
  for (const [n, status] of (['draft', 'scheduled'] as const).entries()) {
    const article = await given.article({ id: idOf(n + 1), slug: status, status });
    await given.claim({ by: [{ in: article }] });
  }
  for (const ref of ['draft', 'scheduled', idOf(1), 'nope', idOf(99)]) {
    const path = `/v1/articles/${ref}/claims`;
    t.strictSame(
      problemOf(t, await get(path)),
      missing(path, `No published article has the id or slug “${ref}”.`),
      ref,
    );
  }
});

t.test('400 for a filter by article, which stands in the path already', async (t) => {
  const { get } = await openArticle(t);
  t.strictSame(
    problemOf(t, await get('/v1/articles/news/claims?article=other')),
    invalid('/v1/articles/news/claims', [
      [
        'article',
        'is not known here; known are source, stance, anchor, standing, verdict, reviewer, hasReviews, language, tag, createdAt, updatedAt, ids, q, format, sort, fields, include, facets, count, limit, after, before',
      ],
    ]),
  );
});

t.test('every read', async (t) => {
  await testEveryRead(t, await openArticle(t), '/v1/articles/news/claims?limit=1');
});
