/**
 * GET /v1/sources/{ref}/claims: the claims that are attributed to a source where readers can see it, newest first.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { column, invalid, missing, openCountedServer, problemOf, testEveryRead } from './answers.js';

async function openSpeaker(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: idOf(1), name: 'Ana Silva' });
  await given.source({ id: idOf(2), name: 'Bo Berg' });
  const first = await given.article({ id: idOf(11), slug: 'first' });
  const second = await given.article({ slug: 'second' });
  const draft = await given.article({ slug: 'a-draft', status: 'draft' });
  await given.claim({
    id: idOf(21),
    text: 'asserted',
    tags: ['taxes'],
    by: [
      { in: first, source: 'ana-silva' },
      { in: first, source: 'bo-berg', stance: 'denies' },
    ],
  });
  await given.claim({
    id: idOf(22),
    text: 'denied',
    language: 'sv',
    by: [{ in: second, source: 'ana-silva', stance: 'denies' }],
  });
  await given.claim({ id: idOf(23), text: 'spoken', by: [{ source: 'ana-silva' }] });
  await given.claim({ id: idOf(24), text: 'of another', by: [{ in: first, source: 'bo-berg' }] });
  await given.claim({ id: idOf(25), text: 'hidden', by: [{ in: draft, source: 'ana-silva' }] });
  await given.claim({
    id: idOf(26),
    text: 'hers in a draft alone',
    by: [
      { in: draft, source: 'ana-silva' },
      { in: first, source: 'bo-berg' },
    ],
  });
  return server;
}

t.test('200 with the claims of the source, newest first, as the list of all claims has them', async (t) => {
  const { get } = await openSpeaker(t);
  for (const ref of ['ana-silva', idOf(1), idOf(1).toUpperCase()]) {
    const answer = await get(`/v1/sources/${ref}/claims`);
    t.equal(answer.statusCode, 200);
    t.strictSame(column(answer, 'text'), ['spoken', 'denied', 'asserted'], ref);
    t.strictSame(answer.json(), (await get('/v1/claims?source=ana-silva')).json());
  }
});

t.test('200 with the claims that fit every filter', async (t) => {
  const { get } = await openSpeaker(t);
  const cases: [query: string, texts: string[]][] = [
    ['stance=asserts', ['spoken', 'asserted']],
    ['stance=denies', ['denied']],
    ['stance=denies,asserts', ['spoken', 'denied', 'asserted']],
    ['article=first', ['asserted']],
    [`article=second,${idOf(11)}`, ['denied', 'asserted']],
    ['article=first&stance=denies', []],
    ['standing=disputed', ['denied', 'asserted']],
    ['standing=single-source', ['spoken']],
    ['language=sv', ['denied']],
    ['tag=taxes', ['asserted']],
    ['tag=taxes&stance=asserts&article=first&language=en', ['asserted']],
    ['limit=2', ['spoken', 'denied']],
  ];
  for (const [query, texts] of cases)
    t.strictSame(column(await get(`/v1/sources/ana-silva/claims?${query}`), 'text'), texts, query);
});

t.test('200 with nothing for a source that said nothing', async (t) => {
  const { get, given } = await openCountedServer(t);
  await given.source({ slug: 'quiet' });
  t.strictSame((await get('/v1/sources/quiet/claims')).json(), { data: [], next: null, prev: null });
});

t.test('404 when the source is unknown', async (t) => {
  const { get } = await openSpeaker(t);
  for (const ref of ['nobody', idOf(99), 'Ana%20Silva']) {
    const path = `/v1/sources/${ref}/claims`;
    t.strictSame(
      problemOf(t, await get(path)),
      missing(path, `No source has the id or slug “${decodeURIComponent(ref)}”.`),
      ref,
    );
  }
});

t.test(
  '400 for an unpublished article, and for filtering by source or counting sources, since one stands in the path',
  async (t) => {
    const { get } = await openSpeaker(t);
    const path = '/v1/sources/ana-silva/claims';
    const cases: [query: string, parameter: string, detail: string][] = [
      ['article=a-draft', 'article', 'No published article has the id or slug “a-draft”.'],
      [
        'source=bo-berg',
        'source',
        'is not known here; known are article, stance, anchor, standing, verdict, reviewer, hasReviews, language, tag, createdAt, updatedAt, ids, q, format, sort, fields, include, facets, count, limit, after, before',
      ],
      ['facets=source', 'facets', 'must be one of standing, stance, verdict, language, tag'],
    ];
    for (const [query, parameter, detail] of cases)
      t.strictSame(problemOf(t, await get(`${path}?${query}`)), invalid(path, [[parameter, detail]]), query);
  },
);

t.test('every read', async (t) => {
  await testEveryRead(t, await openSpeaker(t), '/v1/sources/ana-silva/claims?limit=1');
});
