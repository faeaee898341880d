/**
 * `q` on each list: by relevance unless another order is asked for, beside filters, counts and facets, and with what to
 * mark in each row.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { invalid, openCountedServer, problemOf, testEveryRead } from './answers.js';

async function openNews(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: idOf(1), name: 'Harbour Office', aliases: ['The Dockers'] });
  await given.source({ id: idOf(2), name: 'Bo Berg' });
  const fire = await given.article({
    id: idOf(11),
    slug: 'fire',
    headline: 'Fire in the harbour',
    section: 'city',
    body: 'A *fire* broke out near the old docks. The harbour is closed.',
    publishedAt: '2024-10-01T00:00:00.000Z',
  });
  await given.article({
    id: idOf(12),
    slug: 'music',
    headline: 'Music',
    section: 'arts',
    body: 'They played near the harbour.',
    publishedAt: '2024-10-03T00:00:00.000Z',
  });
  await given.article({
    id: idOf(13),
    slug: 'boats',
    headline: 'Boats of the harbour',
    section: 'city',
    body: 'Many.',
    publishedAt: '2024-10-02T00:00:00.000Z',
  });
  await given.article({ id: idOf(14), slug: 'snow', headline: 'Snow', section: 'city', body: 'Much.' });
  await given.article({ id: idOf(15), slug: 'draft', headline: 'Harbour', status: 'draft' });
  for (const [at, text] of ['The harbour is closed.', 'The harbour will open.', 'It snows.'].entries())
    await given.claim({ id: idOf(21 + at), text, by: [{ in: fire, source: 'harbour-office' }] });
  return server;
}

const slugsOf = (answer: { json(): { data: { slug: string }[] } }): string[] =>
  answer.json().data.map(({ slug }) => slug);

t.test('200 with articles by relevance, and what to mark in each', async (t) => {
  const { get } = await openNews(t);
  const plain = (await get('/v1/articles/fire?body=none')).json();
  const answer = await get('/v1/articles?q=harbour+fire');
  t.strictSame(answer.json(), {
    data: [
      {
        ...plain,
        snippet: 'A fire broke out near the old docks. The harbour is closed.',
        highlights: [
          { field: 'headline', start: 0, end: 4 },
          { field: 'headline', start: 12, end: 19 },
          { field: 'snippet', start: 2, end: 6 },
          { field: 'snippet', start: 41, end: 48 },
        ],
      },
    ],
    next: null,
    prev: null,
    partial: false,
  });
  t.same(slugsOf(await get('/v1/articles?q=harbour')).at(-1), 'music', 'the text counts least');
  t.strictSame(slugsOf(await get('/v1/articles?q=headline:harbour')).sort(), ['boats', 'fire']);
  t.strictSame(slugsOf(await get('/v1/articles?q=body:snow')), []);
});

t.test('200 page by page, in either direction and in every order', async (t) => {
  const { get } = await openNews(t);
  for (const sort of ['', '&sort=relevance', '&sort=-publishedAt', '&sort=headline', '&sort=wordCount']) {
    const url = `/v1/articles?q=harbour${sort}`;
    const whole = slugsOf(await get(url));
    t.equal(whole.length, 3, sort);
    const there: string[] = [];
    const pages: { next: string | null; prev: string | null }[] = [];
    for (let next: string | null = `${url}&limit=1`; next !== null; ) {
      const answer = await get(next);
      t.equal(answer.json().partial, false);
      there.push(...slugsOf(answer));
      pages.push(answer.json());
      next = answer.json().next;
    }
    t.strictSame(there, whole, sort);
    t.strictSame(slugsOf(await get(pages.at(-1)?.prev as string)), [whole[1]], sort);
  }
  t.strictSame(slugsOf(await get('/v1/articles?q=harbour&sort=-publishedAt')), ['music', 'boats', 'fire']);
});

t.test('200 beside filters, names, counts and facets', async (t) => {
  const { get } = await openNews(t);
  t.strictSame(slugsOf(await get('/v1/articles?q=harbour&section=city')).sort(), ['boats', 'fire']);
  const named = await get('/v1/articles?q=harbour&ids=snow,music,fire&fields=slug');
  t.strictSame(named.json(), {
    data: [{ slug: 'music' }, { slug: 'fire' }],
    next: null,
    prev: null,
    partial: false,
    missing: ['snow'],
  });
  const counted = (await get('/v1/articles?q=harbour&section=arts&count=capped&facets=section')).json();
  t.strictSame(counted.count, { total: 1, capped: false });
  t.strictSame(counted.facets.section, {
    values: [
      {
        value: 'arts',
        name: null,
        count: 1,
        selected: true,
        url: '/v1/articles?count=capped&facets=section&q=harbour',
      },
      {
        value: 'city',
        name: null,
        count: 2,
        selected: false,
        url: '/v1/articles?count=capped&facets=section&q=harbour&section=arts%2Ccity',
      },
    ],
    truncated: false,
    capped: false,
  });
});

t.test('200 with claims and sources', async (t) => {
  const { get } = await openNews(t);
  const plain = (await get(`/v1/claims/${idOf(21)}`)).json();
  const highlights = [{ field: 'text', start: 4, end: 11 }];
  const marked = [{ ...plain, highlights: [...highlights, { field: 'text', start: 15, end: 21 }] }];
  for (const url of ['/v1/claims', '/v1/articles/fire/claims', '/v1/sources/harbour-office/claims'])
    t.strictSame(
      (await get(`${url}?q=harbour+closed`)).json(),
      { data: marked, next: null, prev: null, partial: false },
      url,
    );
  const inOrder = (await get('/v1/articles/fire/claims?q=harbour&sort=position')).json();
  t.strictSame(
    inOrder.data.map(({ id, highlights: marks }: Record<string, unknown>) => [id, marks]),
    [
      [idOf(21), highlights],
      [idOf(22), highlights],
    ],
  );

  const source = (await get('/v1/sources/harbour-office')).json();
  t.strictSame((await get('/v1/sources?q=dockers')).json(), {
    data: [{ ...source, snippet: 'The Dockers', highlights: [{ field: 'snippet', start: 4, end: 11 }] }],
    next: null,
    prev: null,
    partial: false,
  });
});

t.test('400 that says what is wrong', async (t) => {
  const { get } = await openNews(t);
  for (const [query, ...wrong] of [
    ['sort=relevance', 'sort', 'needs `q` to be relevant to'],
    ['q=-harbour', 'q', 'must hold at least one word to look for, without a minus before it'],
    ['facets=tag,tag', 'facets', 'must not name a facet twice'],
    ['q=a&ids=fire&sort=relevance', 'sort', 'cannot be given together with `ids`'],
  ] as const)
    t.strictSame(problemOf(t, await get(`/v1/articles?${query}`)), invalid('/v1/articles', [wrong]), query);
});

t.test('every read', async (t) => testEveryRead(t, await openNews(t), '/v1/articles?q=harbour&limit=1'));
