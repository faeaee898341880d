/**
 * Whatever is written, the standing of every claim that it touches is right in the same transaction, and announced.
 */
import t, { type Test } from 'tap';
import type { Standing } from '../../src/claims/model.js';
import { openEngine } from '../engine.js';
import { idOf } from '../helper.js';

/** Sources 1 to 3, called A, B and C, and what stands of claims 11 and 12. */
async function open(t: Test) {
  const { services, given, news, query } = await openEngine(t);
  for (const [place, name] of ['A', 'B', 'C'].entries()) await given.source({ id: idOf(place + 1), name });
  await news();
  const claim = (n: number, rest: Parameters<typeof given.claim>[0] = {}) =>
    given.claim({ id: idOf(n), text: `Claim ${n}.`, ...rest });
  const stands = async (n: number): Promise<[Standing, number] | 'hidden'> =>
    services.read.claims.get(idOf(n)).then(
      ({ standing, version }) => [standing, version],
      () => 'hidden',
    );
  return { services, given, news, query, claim, stands };
}

t.test('a contradiction disputes both claims, and they settle back when it is taken away', async (t) => {
  const { claim, stands, news } = await open(t);
  await claim(11, { by: [{ source: 'A' }] });
  await claim(12, { by: [{ source: 'B' }] });
  t.same(await news(), ['create claim 11 v1', 'create claim 12 v1']);
  t.same(
    [await stands(11), await stands(12)],
    [
      ['single-source', 1],
      ['single-source', 1],
    ],
  );

  const contradiction = { kind: 'contradicts' as const, claim: idOf(11) };
  await claim(12, { by: [{ source: 'B' }], relations: [contradiction] });
  t.same(await news(), ['update claim 12 v2', 'update claim 11 v2']);
  t.same(
    [await stands(11), await stands(12)],
    [
      ['disputed', 2],
      ['disputed', 2],
    ],
  );

  await claim(12, { by: [{ source: 'B' }] });
  t.same(await news(), ['update claim 12 v3', 'update claim 11 v3']);
  t.same(
    [await stands(11), await stands(12)],
    [
      ['single-source', 3],
      ['single-source', 3],
    ],
  );
});

t.test('who makes a claim decides what it does to the one that it contradicts', async (t) => {
  const { claim, stands, news } = await open(t);
  const relations = [{ kind: 'contradicts' as const, claim: idOf(11) }];
  await claim(11, { by: [{ source: 'A' }] });
  await claim(12, { relations });
  t.same(
    [await stands(11), await stands(12)],
    [
      ['single-source', 2],
      ['disputed', 1],
    ],
    'nobody makes it',
  );
  await news();

  await claim(12, { relations, by: [{ source: 'A' }] });
  t.same(await news(), ['update claim 12 v2'], 'who contradicts himself disputes nothing');
  t.same(
    [await stands(11), await stands(12)],
    [
      ['single-source', 2],
      ['single-source', 2],
    ],
  );

  await claim(12, { relations, by: [{ source: 'B' }] });
  t.same(await news(), ['update claim 12 v3', 'update claim 11 v3']);
  t.same(
    [await stands(11), await stands(12)],
    [
      ['disputed', 3],
      ['disputed', 3],
    ],
    'another source',
  );

  await claim(12, { relations, by: [{ source: 'B', stance: 'denies' }] });
  t.same(await stands(11), ['single-source', 4], 'who denies the contradiction does not contradict');

  await claim(12, { relations: [{ kind: 'refines', claim: idOf(11) }], by: [{ source: 'B' }] });
  t.same(await stands(11), ['single-source', 5], 'another kind of relation disputes nothing');
});

t.test('a review, and another one later, change the standing', async (t) => {
  const { claim, stands, news } = await open(t);
  const review = (reviewer: string, verdict: 'true' | 'false') => {
    return { reviewer, rating: 'Checked', verdict, reviewedAt: '2024-10-20T12:00:00Z' };
  };
  await claim(11, { by: [{ source: 'A' }], reviews: [review('B', 'true')] });
  t.same(await stands(11), ['verified', 1]);
  await claim(11, { by: [{ source: 'A' }], reviews: [review('B', 'true'), review('C', 'false')] });
  t.same(await stands(11), ['mixed', 2]);
  await claim(11, { by: [{ source: 'A' }] });
  t.same(await stands(11), ['single-source', 3]);
  t.same(await news(), ['create claim 11 v1', 'update claim 11 v2', 'update claim 11 v3']);
});

t.test('two sources are one voice as soon as one belongs to the other, at any remove', async (t) => {
  const { claim, stands, given, news } = await open(t);
  await given.source({ id: idOf(2), name: 'B', memberOf: 'C' });
  await claim(11, { by: [{ source: 'A' }, { source: 'C' }] });
  await claim(12, { by: [{ source: 'B' }] });
  t.same(await stands(11), ['corroborated', 1]);
  await news();

  await given.source({ id: idOf(1), name: 'A', memberOf: 'B' });
  t.same(await news(), ['update source 1 v2', 'update claim 11 v2']);
  t.same(
    [await stands(11), await stands(12)],
    [
      ['single-source', 2],
      ['single-source', 1],
    ],
  );

  await given.source({ id: idOf(2), name: 'B', memberOf: null });
  t.same(await news(), ['update source 2 v3', 'update claim 11 v3'], 'who is between them leaves');
  t.same(await stands(11), ['corroborated', 3]);

  await given.source({ id: idOf(2), name: 'B', role: 'Minister' });
  t.same(await news(), ['update source 2 v4'], 'another change of a source touches no claim');
});

t.test('what an article attributes counts, and is seen, while it is published', async (t) => {
  const { claim, stands, given, news, services, query } = await open(t);
  const draft = { id: idOf(21), headline: 'Draft', status: 'draft' as const };
  const article = await given.article(draft);
  await claim(11, { by: [{ source: 'A' }, { source: 'B', in: article }] });
  await claim(12, {
    by: [{ source: 'C', in: article }],
    relations: [{ kind: 'contradicts', claim: idOf(11) }],
  });
  t.same([await stands(11), await stands(12)], [['single-source', 2], 'hidden']);
  t.equal((await services.read.claims.get(idOf(11))).attributions.length, 1);
  await news();

  await given.article({ ...draft, status: 'published' });
  t.same(await news(), ['update article 21 v2', 'update claim 11 v3', 'update claim 12 v2']);
  t.same(
    [await stands(11), await stands(12)],
    [
      ['disputed', 3],
      ['disputed', 2],
    ],
  );
  t.equal((await services.read.claims.get(idOf(11))).attributions.length, 2);

  for (const status of ['retracted', 'scheduled', 'draft'] as const) {
    await given.article({ ...draft, status: 'published' });
    await given.article({ ...draft, status });
    t.same([(await stands(11))[0], await stands(12)], ['single-source', 'hidden'], status);
  }
  t.same(await query('select visible from claims order by id'), [{ visible: 1 }, { visible: 0 }]);
});

t.test('an article’s own voice is its publisher’s', async (t) => {
  const { claim, stands, given, news } = await open(t);
  const article = await given.article({ id: idOf(21), headline: 'Own', publisher: 'A' });
  await claim(11, { by: [{ in: article }] });
  await claim(12, { by: [{ source: 'A' }], relations: [{ kind: 'contradicts', claim: idOf(11) }] });
  t.same(
    [await stands(11), await stands(12)],
    [
      ['unattributed', 2],
      ['single-source', 1],
    ],
  );
  await news();

  await given.article({ id: idOf(21), headline: 'Own', publisher: 'B' });
  t.same(await news(), ['update article 21 v2', 'update claim 11 v3', 'update claim 12 v2']);
  t.same(
    [await stands(11), await stands(12)],
    [
      ['disputed', 3],
      ['disputed', 2],
    ],
  );
});
