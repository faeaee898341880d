/**
 * Claims as they are written: what is refused, all of it at once and without a trace, and that saying the same again
 * changes nothing.
 */
import t, { type Test } from 'tap';
import { AttributionInput, RelationInput } from '../../src/claims/model.js';
import type { ClaimwireError } from '../../src/kernel/errors.js';
import type { WriteServices } from '../../src/services.js';
import { openEngine, PART } from '../engine.js';
import { idOf, NOW } from '../helper.js';

type Given = Parameters<typeof AttributionInput.parse>[0];

async function open(t: Test) {
  const { services, given, news, rowCounts } = await openEngine(t);
  await given.source({ id: idOf(1), name: 'Ada Park' });
  await given.source({ id: idOf(2), name: 'Twin', slug: 'twin-one' });
  await given.source({ id: idOf(3), name: 'Twin', slug: 'twin-two' });
  const article = await given.article({
    id: idOf(21),
    headline: 'Taxes',
    body: 'Taxes will fall, she said. Taxes will fall, he said.',
  });
  const claim = await given.claim({ id: idOf(11), externalId: 'taxes-fall', text: 'Taxes will fall.' });
  await given.claim({ id: idOf(12), externalId: 'taxes-rise', text: 'Taxes will rise.' });
  await news();
  const refusal = async (work: (write: WriteServices) => Promise<unknown>) => {
    const before = await rowCounts();
    const error = await services.write(work).then(
      () => null,
      (error: ClaimwireError) => error,
    );
    t.same(await rowCounts(), before, 'nothing is stored');
    return error === null ? null : { code: error.code, issues: error.issues };
  };
  const attribute = (inputs: Given[], where: typeof article | null = article) =>
    refusal(({ claims }) =>
      claims.attribute(
        claim,
        where,
        inputs.map((input) => AttributionInput.parse(input)),
      ),
    );
  return { services, given, news, article, claim, refusal, attribute };
}

const ABSENT = '“Taxes fell” is not in the text of the article.';
const TWICE =
  '“Taxes will fall” stands in the text more than once: add the words just before as `prefix`, or just after as `suffix`.';
const NOBODY = '“Ada Pork” is no source’s id, slug or name. Nearest: ada-park.';

t.test('an attribution that cannot be right is refused with the place that is wrong', async (t) => {
  const { attribute } = await open(t);
  const placed = (words: string) => `The attribution ${words}.`;
  const context = 'a speech';
  const cases: [string, Given, boolean, string, string, string][] = [
    ['no such words', { quote: { exact: 'Taxes fell' } }, true, 'quote-not-found', '/0/quote', ABSENT],
    [
      'the words stand twice',
      { quote: { exact: 'Taxes will fall' } },
      true,
      'quote-ambiguous',
      '/0/quote',
      TWICE,
    ],
    ['nobody of this name', { source: 'Ada Pork' }, true, 'unknown-reference', '/0/source', NOBODY],
    [
      'two of this name',
      { source: 'TWIN' },
      true,
      'ambiguous-reference',
      '/0/source',
      '“TWIN” fits several sources: twin-one, twin-two.',
    ],
    [
      'an occasion in an article',
      { context },
      true,
      'invalid-request',
      '/0',
      placed('stands in an article, so `url` and `context` have no place'),
    ],
    [
      'an address in an article',
      { url: 'https://example.org/' },
      true,
      'invalid-request',
      '/0',
      placed('stands in an article, so `url` and `context` have no place'),
    ],
    [
      'nobody, nowhere',
      { context },
      false,
      'invalid-request',
      '/0',
      placed('needs a source, since there is no article to speak in its own voice'),
    ],
    [
      'somebody, nowhere',
      { source: 'ada-park' },
      false,
      'invalid-request',
      '/0',
      placed('needs `url` or `context` to say where it was said, since no article does'),
    ],
    [
      'words without a text',
      { source: 'ada-park', context, quote: { exact: 'x' } },
      false,
      'invalid-request',
      '/0',
      placed('cannot have a quote without an article to stand in'),
    ],
  ];
  for (const [name, input, inArticle, code, pointer, detail] of cases)
    t.same(
      await (inArticle ? attribute([input]) : attribute([input], null)),
      { code, issues: [{ pointer, detail }] },
      name,
    );
});

t.test('everything that is wrong is told at once, under the code of the first', async (t) => {
  const { attribute, refusal, claim } = await open(t);
  t.same(
    await attribute([
      { source: 'ada-park', quote: { exact: 'Taxes fell' } },
      { source: 'ada-park' },
      { source: 'Ada Pork', context: 'a speech', quote: { exact: 'Taxes will fall' } },
    ]),
    {
      code: 'quote-not-found',
      issues: [
        { pointer: '/0/quote', detail: ABSENT },
        {
          pointer: '/2',
          detail: 'The attribution stands in an article, so `url` and `context` have no place.',
        },
        { pointer: '/2/source', detail: NOBODY },
        { pointer: '/2/quote', detail: TWICE },
      ],
    },
  );
  const relations = [
    { kind: 'contradicts' as const, claim: 'taxes-fall' },
    { kind: 'supports' as const, claim: 'taxes-rise' },
    { kind: 'supports' as const, claim: 'no-such-claim', source: 'Ada Pork' },
  ].map((input) => RelationInput.parse(input));
  t.same(await refusal(({ claims }) => claims.relate(claim, relations)), {
    code: 'conflict',
    issues: [
      { pointer: '/0/claim', detail: 'A claim cannot relate to itself.' },
      { pointer: '/2/claim', detail: '“no-such-claim” is no claim’s id or key.' },
      { pointer: '/2/source', detail: NOBODY },
    ],
  });
});

t.test('a claim is refused whose id and key are two claims’, or whose reviewers are unknown', async (t) => {
  const { refusal } = await open(t);
  const save = (given: object) =>
    refusal(({ claims }) =>
      claims.save({
        externalId: null,
        text: 'Taxes will fall.',
        language: 'en',
        tags: [],
        reviews: [],
        ...given,
      }),
    );
  const taken = { code: 'conflict', issues: [] };
  t.same(await save({ id: idOf(12), externalId: 'taxes-fall' }), taken, 'two stored claims');
  t.same(await save({ id: idOf(13), externalId: 'taxes-fall' }), taken, 'a key that has another id');
  const review = { rating: 'True', verdict: 'true', url: null, title: null, summary: null, reviewedAt: NOW };
  t.same(await save({ reviews: ['ada-park', 'Ada Pork'].map((reviewer) => ({ reviewer, ...review })) }), {
    code: 'unknown-reference',
    issues: [{ pointer: '/reviews/1/reviewer', detail: NOBODY }],
  });
});

t.test('the words before or after a quote tell which place is meant', async (t) => {
  const { services, given, article } = await open(t);
  const quotes = [{ prefix: 'said. ' }, { suffix: ', she' }];
  await given.claim({
    id: idOf(11),
    text: 'Taxes will fall.',
    by: quotes.map((context) => ({ in: article, quote: { exact: 'Taxes will fall', ...context } })),
  });
  const { attributions } = await services.read.claims.get(idOf(11));
  t.same(
    attributions.map(({ anchor }) => [anchor?.start, anchor?.end]),
    [
      [27, 42],
      [0, 15],
    ],
  );
});

t.test('saying the same again changes nothing, whatever the order of the relations', async (t) => {
  const { services, given, news, article } = await open(t);
  await given.claim({ id: idOf(13), text: 'Rates will rise.' });
  const relations = [
    { kind: 'contradicts' as const, claim: idOf(12), note: 'Up or down.' },
    { kind: 'supports' as const, claim: idOf(13) },
  ];
  const review = { reviewer: 'twin-one', rating: 'True', verdict: 'true' as const, reviewedAt: NOW };
  const claim = {
    id: idOf(11),
    externalId: 'taxes-fall',
    text: 'Taxes will fall.',
    tags: ['tax'],
    reviews: [review],
    relations,
    by: [
      { source: 'ADA PÁRK', in: article, saidAt: '2024-10-18T14:00:00+09:00', quote: { exact: 'she said' } },
      { source: 'twin-two', context: 'a speech' },
    ],
  };
  await given.claim(claim);
  await news();
  const stored = await services.read.claims.get(idOf(11));
  await given.claim(claim);
  t.same(await news(), []);
  await given.claim({ ...claim, relations: relations.toReversed() });
  t.same(await news(), []);
  t.same(await services.read.claims.get(idOf(11)), stored);
  t.same(
    stored.attributions.map(({ id }) => id),
    [idOf(PART + 1), idOf(PART + 2)],
  );
});

t.test('a relation that is taken out and another that comes in leave the rest as they were', async (t) => {
  const { services, given, news } = await open(t);
  await given.claim({ id: idOf(13), text: 'Rates will rise.' });
  const about = (n: number, note: string | null = null) => ({
    kind: 'supports' as const,
    claim: idOf(n),
    note,
  });
  const relate = (...relations: ReturnType<typeof about>[]) =>
    given.claim({ id: idOf(11), externalId: 'taxes-fall', text: 'Taxes will fall.', relations });
  await relate(about(12));
  await news();
  await relate(about(13), about(12));
  t.same(await news(), ['update claim 11 v3', 'update claim 13 v2'], 'the one that stays is left alone');
  await relate(about(13), about(12));
  t.same(await news(), [], 'and writing it again changes nothing');
  await relate(about(13, 'Both cost money.'));
  const { relations } = await services.read.claims.get(idOf(11));
  t.same(
    relations.map(({ claim, note }) => [claim.id, note]),
    [[idOf(13), 'Both cost money.']],
  );
});

t.test('a claim that does the same to another twice is refused', async (t) => {
  const { refusal, claim } = await open(t);
  const twice = [null, 'Again.'].map((note) =>
    RelationInput.parse({ kind: 'supports', claim: 'taxes-rise', note }),
  );
  t.same(await refusal(({ claims }) => claims.relate(claim, twice)), {
    code: 'invalid-request',
    issues: [{ pointer: '/1', detail: 'The relation is given twice: `supports` and this claim.' }],
  });
});
