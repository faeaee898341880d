/**
 * GET /v1/claims: the claims that readers may see, newest first, and those alone that fit every filter.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { column, invalid, openCountedServer, problemOf, testEveryRead } from './answers.js';

/**
 * `both` is asserted by Ana and denied by Bo in one article, `ana` and `bo` are each one's own, `spoken` was said outside
 * any article, `voice` is an article's own; `hidden` stands in a draft alone.
 */
async function openDebate(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: idOf(1), name: 'Ana Silva', aliases: ['A. Silva'] });
  await given.source({ id: idOf(2), name: 'Bo Berg' });
  await given.source({ id: idOf(3), name: 'Fact desk' });
  const first = await given.article({ id: idOf(11), slug: 'first' });
  const second = await given.article({ id: idOf(12), slug: 'second' });
  const draft = await given.article({ id: idOf(13), slug: 'a-draft', status: 'draft' });
  const retracted = await given.article({ id: idOf(14), slug: 'withdrawn', status: 'retracted' });
  const scheduled = await given.article({ id: idOf(15), slug: 'to-come', status: 'scheduled' });

  await given.claim({
    id: idOf(21),
    text: 'both',
    tags: ['taxes', 'budget'],
    by: [
      { in: first, source: 'ana-silva' },
      { in: first, source: 'bo-berg', stance: 'denies' },
    ],
  });
  await given.claim({
    id: idOf(22),
    text: 'ana',
    tags: ['taxes'],
    by: [
      { in: second, source: 'ana-silva' },
      { in: draft, source: 'bo-berg', stance: 'denies' },
    ],
  });
  await given.claim({
    id: idOf(23),
    text: 'bo',
    language: 'sv',
    by: [{ in: second, source: 'bo-berg', stance: 'questions' }],
  });
  await given.claim({ id: idOf(24), text: 'spoken', tags: ['budget'], by: [{ source: 'bo-berg' }] });
  await given.claim({
    id: idOf(25),
    text: 'voice',
    by: [{ in: first }],
    reviews: [
      {
        reviewer: 'fact-desk',
        rating: 'No',
        verdict: 'false',
        reviewedAt: '2024-10-20T00:00:00Z',
      },
    ],
  });
  await given.claim({
    id: idOf(26),
    text: 'hidden',
    tags: ['taxes'],
    by: [draft, retracted, scheduled].map((article) => ({ in: article, source: 'ana-silva' })),
  });
  return server;
}

t.test('200 with the claims that readers may see, newest first', async (t) => {
  const { get } = await openDebate(t);
  const answer = await get('/v1/claims');
  t.equal(answer.statusCode, 200);
  const { data, ...links } = answer.json();
  t.strictSame(links, { next: null, prev: null });
  t.strictSame(column(answer, 'text'), ['voice', 'spoken', 'bo', 'ana', 'both']);
  for (const claim of data) t.strictSame((await get(`/v1/claims/${claim.id}`)).json(), claim, claim.text);
});

t.test('200 with the claims that fit every filter', async (t) => {
  const { get } = await openDebate(t);
  const cases: [query: string, texts: string[]][] = [
    ['source=ana-silva', ['ana', 'both']],
    ['source=Ana%20Silva', ['ana', 'both']],
    ['source=a.+SILVA', ['ana', 'both']],
    [`source=${idOf(2)}`, ['spoken', 'bo', 'both']],
    [`source=${idOf(2).toUpperCase()},ana-silva`, ['spoken', 'bo', 'ana', 'both']],
    ['source=fact-desk', []],
    ['article=first', ['voice', 'both']],
    [`article=${idOf(12)}`, ['bo', 'ana']],
    ['article=first,second', ['voice', 'bo', 'ana', 'both']],
    ['stance=asserts', ['voice', 'spoken', 'ana', 'both']],
    ['stance=denies', ['both']],
    ['stance=denies,questions', ['bo', 'both']],
    ['standing=disputed', ['bo', 'both']],
    ['standing=single-source', ['spoken', 'ana']],
    ['standing=refuted', ['voice']],
    ['standing=refuted,disputed', ['voice', 'bo', 'both']],
    ['standing=verified', []],
    ['language=sv', ['bo']],
    ['language=SV,en', ['voice', 'spoken', 'bo', 'ana', 'both']],
    ['tag=taxes', ['ana', 'both']],
    ['tag=taxes,budget', ['spoken', 'ana', 'both']],
    ['tag=nothing', []],
    // One attribution must fit all three words.
    ['source=bo-berg&stance=denies', ['both']],
    ['source=ana-silva&stance=denies', []],
    ['source=ana-silva,bo-berg&stance=denies,questions', ['bo', 'both']],
    ['source=bo-berg&article=second', ['bo']],
    ['source=bo-berg&article=second&stance=asserts', []],
    ['source=ana-silva&article=first&stance=asserts', ['both']],
    ['article=first&stance=denies', ['both']],
    ['source=bo-berg&stance=asserts', ['spoken']],
    ['source=ana-silva&tag=budget', ['both']],
    ['source=bo-berg&standing=disputed&language=en', ['both']],
    ['tag=taxes&limit=1', ['ana']],
  ];
  for (const [query, texts] of cases) {
    const answer = await get(`/v1/claims?${query}`);
    t.equal(answer.statusCode, 200, query);
    t.strictSame(column(answer, 'text'), texts, query);
  }
});

t.test('200 with facets that count of one attribution what is asked of one', async (t) => {
  const { get } = await openDebate(t);
  const counts = async (query: string) => {
    const { facets } = (await get(`/v1/claims?${query}&facets=stance,source`)).json();
    return ['stance', 'source'].map((facet) =>
      Object.fromEntries(
        facets[facet].values.map(({ value, count }: Record<string, unknown>) => [value, count]),
      ),
    );
  };
  const cases: [query: string, stances: object, sources: object][] = [
    ['limit=1', { asserts: 4, denies: 1, questions: 1 }, { 'ana-silva': 2, 'bo-berg': 3 }],
    ['source=ana-silva', { asserts: 2 }, { 'ana-silva': 2, 'bo-berg': 3 }],
    ['source=bo-berg', { asserts: 1, denies: 1, questions: 1 }, { 'ana-silva': 2, 'bo-berg': 3 }],
    ['stance=denies', { asserts: 4, denies: 1, questions: 1 }, { 'bo-berg': 1 }],
    ['article=second', { asserts: 1, questions: 1 }, { 'ana-silva': 1, 'bo-berg': 1 }],
    ['source=ana-silva&stance=denies', { denies: 0, asserts: 2 }, { 'ana-silva': 0, 'bo-berg': 1 }],
  ];
  for (const [query, stances, sources] of cases) t.strictSame(await counts(query), [stances, sources], query);
  for (const { url, count } of (await get('/v1/claims?source=ana-silva&facets=stance')).json().facets.stance
    .values)
    t.equal((await get(url)).json().data.length, count, 'as many as its link leads to');
});

t.test('200 with nothing where there are no claims', async (t) => {
  const { get } = await openCountedServer(t);
  t.strictSame((await get('/v1/claims')).json(), { data: [], next: null, prev: null });
});

t.test('400 for an unpublished article as for one that never was', async (t) => {
  const { get } = await openDebate(t);
  for (const ref of ['a-draft', 'to-come', idOf(13), 'nope', idOf(99)])
    t.strictSame(
      problemOf(t, await get(`/v1/claims?article=${ref}`)),
      invalid('/v1/claims', [['article', `No published article has the id or slug “${ref}”.`]]),
      ref,
    );
});

t.test('400 for a filter value that cannot be one', async (t) => {
  const { get, given } = await openDebate(t);
  await given.source({ slug: 'other-ana', name: 'Ána  SILVA' });
  const cases: [query: string, parameter: string, detail: string][] = [
    ['stance=assert', 'stance', 'must be one of asserts, denies, questions; nearest: asserts'],
    ['stance=asserts,', 'stance', 'must be one of asserts, denies, questions'],
    [
      'standing=unknown',
      'standing',
      'must be one of verified, refuted, mixed, unproven, disputed, corroborated, single-source, unattributed',
    ],
    ['source=', 'source', 'must not be empty'],
    ['source=bo-burg', 'source', '“bo-burg” is no source’s id, slug or name. Nearest: bo-berg.'],
    ['source=Ana%20Silva', 'source', '“Ana Silva” fits several sources: ana-silva, other-ana.'],
  ];
  for (const [query, parameter, detail] of cases)
    t.strictSame(
      problemOf(t, await get(`/v1/claims?${query}`)),
      invalid('/v1/claims', [[parameter, detail]]),
      query,
    );
});

t.test('every read', async (t) => {
  await testEveryRead(t, await openDebate(t), '/v1/claims?limit=2&source=ana-silva,bo-berg');
});
