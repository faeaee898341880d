/**
 * GET /v1/claims/{id}: one claim with all that readers may know of it, and nothing that stands in unpublished articles.
 */
import t from 'tap';
import { idOf } from '../helper.js';
import { invalid, missing, openCountedServer, problemOf, testEveryRead } from './answers.js';

const AT = '2024-11-01T12:00:00.000Z'; // when a test writes

const unknown = (id: string) =>
  missing(`/v1/claims/${id}`, `No published claim has the id “${id.toLowerCase()}”.`);

const ana = { id: idOf(1), slug: 'ana-silva', name: 'Ana Silva' };
const bo = { id: idOf(2), slug: 'bo-berg', name: 'Bo Berg' };
const desk = { id: idOf(3), slug: 'fact-desk', name: 'Fact desk' };

async function openWithSources(t: Parameters<typeof openCountedServer>[0]) {
  const server = await openCountedServer(t);
  for (const { id, name } of [ana, bo, desk]) await server.given.source({ id, name });
  return server;
}

t.test('200 with attributions, relations both ways and reviews, whole', async (t) => {
  const { get, given } = await openWithSources(t);
  const article = await given.article({
    id: idOf(11),
    slug: 'news',
    headline: 'News',
    body: 'Taxes fall, Ana Silva said. Others think that taxes **fall**.',
  });
  await given.claim({
    id: idOf(21),
    externalId: 'rise',
    text: 'Taxes rise.',
    by: [{ source: 'bo-berg' }],
  });
  await given.claim({
    id: idOf(22),
    externalId: 'fall',
    text: 'Taxes fall.',
    tags: ['taxes', 'budget'],
    by: [
      {
        in: article,
        source: 'ana-silva',
        mode: 'direct',
        cue: 'said',
        saidAt: '2024-10-17T09:00:00+02:00',
        quote: { exact: 'Taxes fall' },
      },
      { in: article, quote: { exact: 'taxes fall' } },
      {
        source: 'bo-berg',
        stance: 'denies',
        mode: 'indirect',
        url: 'https://example.org/speech',
        context: 'a speech',
      },
    ],
    relations: [{ kind: 'contradicts', claim: 'rise', note: 'Both cannot be.', source: 'fact-desk' }],
    reviews: [
      {
        reviewer: 'fact-desk',
        rating: 'Half of it',
        verdict: 'mixed',
        url: 'https://example.org/check',
        title: 'A check',
        summary: 'Some fall.',
        reviewedAt: '2024-10-19T00:00:00Z',
      },
    ],
  });
  await given.claim({
    id: idOf(23),
    text: 'Taxes fall by a tenth.',
    by: [{ source: 'ana-silva' }],
    relations: [{ kind: 'refines', claim: 'fall' }],
  });

  const reference = { id: idOf(11), slug: 'news', headline: 'News' };
  for (const id of [idOf(22), idOf(22).toUpperCase()]) {
    const answer = await get(`/v1/claims/${id}`);
    t.equal(answer.statusCode, 200);
    t.strictSame(answer.json(), {
      id: idOf(22),
      text: 'Taxes fall.',
      language: 'en',
      tags: ['taxes', 'budget'],
      standing: 'mixed',
      attributions: [
        {
          id: idOf(900_003),
          source: ana,
          article: reference,
          url: null,
          context: null,
          stance: 'asserts',
          mode: 'direct',
          cue: 'said',
          saidAt: '2024-10-17T07:00:00.000Z',
          anchor: {
            exact: 'Taxes fall',
            prefix: '',
            suffix: ', Ana Silva said. Others think t',
            start: 0,
            end: 10,
            articleVersion: 1,
            state: 'anchored',
          },
        },
        {
          id: idOf(900_004),
          source: null,
          article: reference,
          url: null,
          context: null,
          stance: 'asserts',
          mode: null,
          cue: null,
          saidAt: null,
          anchor: {
            exact: 'taxes fall',
            prefix: 'a Silva said. Others think that ',
            suffix: '.',
            start: 46,
            end: 56,
            articleVersion: 1,
            state: 'anchored',
          },
        },
        {
          id: idOf(900_005),
          source: bo,
          article: null,
          url: 'https://example.org/speech',
          context: 'a speech',
          stance: 'denies',
          mode: 'indirect',
          cue: null,
          saidAt: null,
          anchor: null,
        },
      ],
      relations: [
        {
          id: idOf(900_006),
          kind: 'contradicts',
          direction: 'outgoing',
          claim: { id: idOf(21), text: 'Taxes rise.', sources: [bo] },
          note: 'Both cannot be.',
          source: desk,
        },
        {
          id: idOf(900_008),
          kind: 'refines',
          direction: 'incoming',
          claim: { id: idOf(23), text: 'Taxes fall by a tenth.', sources: [ana] },
          note: null,
          source: null,
        },
      ],
      reviews: [
        {
          id: idOf(900_002),
          reviewer: desk,
          rating: 'Half of it',
          verdict: 'mixed',
          url: 'https://example.org/check',
          title: 'A check',
          summary: 'Some fall.',
          reviewedAt: '2024-10-19T00:00:00.000Z',
        },
      ],
      version: 2,
      createdAt: AT,
      updatedAt: AT,
    });
  }
});

t.test('200 without places where the quote no longer stands in the text', async (t) => {
  const { get, given } = await openWithSources(t);
  const article = await given.article({ slug: 'news', body: 'Taxes fall, she said.' });
  await given.claim({
    id: idOf(21),
    by: [{ in: article, source: 'ana-silva', quote: { exact: 'Taxes fall' } }],
  });
  await given.article({ slug: 'news', body: 'Nothing is known.' });
  const [attribution] = (await get(`/v1/claims/${idOf(21)}`)).json().attributions;
  t.strictSame(attribution.anchor, {
    exact: 'Taxes fall',
    prefix: '',
    suffix: ', she said.',
    start: null,
    end: null,
    articleVersion: 2,
    state: 'orphaned',
  });
});

t.test('200 without what stands in unpublished articles', async (t) => {
  const { get, given } = await openWithSources(t);
  const shown = await given.article({ slug: 'shown' });
  const hidden = [
    await given.article({ slug: 'a-draft', status: 'draft' }),
    await given.article({ slug: 'a-scheduled', status: 'scheduled' }),
    await given.article({ slug: 'a-retracted', status: 'retracted' }),
  ];
  for (const [n, article] of hidden.entries())
    await given.claim({ id: idOf(31 + n), externalId: `hidden-${n}`, by: [{ in: article }] });
  await given.claim({
    id: idOf(21),
    externalId: 'half-hidden',
    text: 'Taxes fall.',
    by: [
      { in: shown, source: 'ana-silva' },
      ...hidden.map((article) => ({ in: article, source: 'bo-berg', stance: 'denies' as const })),
      ...hidden.map((article) => ({ in: article, source: 'fact-desk' })),
    ],
    relations: hidden.map((_, n) => ({ kind: 'contradicts' as const, claim: `hidden-${n}` })),
  });
  await given.claim({
    id: idOf(34),
    by: hidden.map((article) => ({ in: article })),
    relations: [{ kind: 'supports', claim: 'half-hidden' }],
  });
  await given.claim({
    id: idOf(22),
    by: [{ in: shown }],
    relations: [{ kind: 'supports', claim: 'half-hidden' }],
  });

  const claim = (await get(`/v1/claims/${idOf(21)}`)).json();
  t.equal(claim.standing, 'single-source', 'who denies it and who else asserts it is not seen');
  t.strictSame(
    claim.attributions.map(({ article }: { article: { slug: string } }) => article.slug),
    ['shown'],
  );
  t.strictSame(
    claim.relations.map((relation: { claim: { id: string } }) => relation.claim.id),
    [idOf(22)],
  );
  const [related] = (await get(`/v1/claims/${idOf(22)}`)).json().relations;
  t.strictSame(related.claim, { id: idOf(21), text: 'Taxes fall.', sources: [ana] });
});

t.test('200 again once an article with the claim is published', async (t) => {
  const { get, given } = await openWithSources(t);
  const article = await given.article({ slug: 'news', status: 'draft' });
  await given.claim({ id: idOf(21), by: [{ in: article }] });
  t.equal((await get(`/v1/claims/${idOf(21)}`)).statusCode, 404);
  await given.article({ slug: 'news', status: 'published' });
  t.equal((await get(`/v1/claims/${idOf(21)}`)).statusCode, 200);
  await given.article({ slug: 'news', status: 'retracted' });
  t.equal((await get(`/v1/claims/${idOf(21)}`)).statusCode, 404);
});

t.test('404 when the claim is unknown', async (t) => {
  const { get } = await openWithSources(t);
  for (const id of [idOf(99), idOf(98).toUpperCase()])
    t.strictSame(problemOf(t, await get(`/v1/claims/${id}`)), unknown(id), id);
});

t.test('404 for a claim that stands in unpublished articles alone', async (t) => {
  const { get, given } = await openWithSources(t);
  for (const [n, status] of (['draft', 'scheduled', 'retracted'] as const).entries()) {
    const article = await given.article({ slug: `an-${status}`, status });
    await given.claim({ id: idOf(n + 21), by: [{ in: article, source: 'ana-silva' }] });
    const id = idOf(n + 21);
    t.strictSame(problemOf(t, await get(`/v1/claims/${id}`)), unknown(id), status);
  }
});

t.test('400 for what is no id, a key of the newsroom among them', async (t) => {
  const { get, given } = await openWithSources(t);
  await given.claim({ externalId: 'taxes-fall' });
  for (const ref of ['taxes-fall', '1', 'x%20y', '%00', `${idOf(1)}0`, idOf(1).replace('7000', '0000')]) {
    const path = `/v1/claims/${ref}`;
    t.strictSame(problemOf(t, await get(path)), invalid(path, [['id', 'must be a UUID']]), ref);
  }
});

t.test('every read', async (t) => {
  const server = await openWithSources(t);
  await server.given.claim({ id: idOf(21), by: [{ source: 'ana-silva' }] });
  await testEveryRead(t, server, `/v1/claims/${idOf(21)}`);
});
