/**
 * Every write is announced once, in its own transaction, or leaves no trace at all.
 */
import t from 'tap';
import { engine, openEngine } from '../engine.js';
import { idOf, NOW } from '../helper.js';

const person = (n: number, more: { name?: string; description?: string } = {}) => ({
  id: idOf(n),
  slug: `person-${n}`,
  kind: 'person' as const,
  name: `Person ${n}`,
  aliases: [],
  description: null,
  role: null,
  country: null,
  url: null,
  sameAs: [],
  memberOf: null,
  ...more,
});

t.test('each thing that a write changes is one row, in the order in which it was changed', async (t) => {
  const times = ['2024-11-01T12:00:00.000Z', '2024-11-01T12:00:01.000Z'];
  const { services, given, query } = await openEngine(t, { clock: () => times.shift() ?? NOW });
  await given.source({ id: idOf(1), name: 'A' });
  const { changes } = await services.write(async ({ sources, claims }) => {
    await sources.save(person(2));
    const claim = { externalId: null, text: 'A claim.', language: 'en', tags: [], reviews: [] };
    await claims.save({ ...claim, id: idOf(11) });
    await sources.save({ ...person(1), slug: 'a' });
  });
  t.same(
    [...changes],
    [
      [idOf(2), 'create'],
      [idOf(11), 'create'],
      [idOf(1), 'update'],
    ],
  );
  const [one, two] = ['2024-11-01T12:00:00.000Z', '2024-11-01T12:00:01.000Z'];
  t.same(await query('select * from changes order by seq'), [
    { seq: 1, at: one, type: 'source', id: idOf(1), operation: 'create', version: 1, by: null },
    { seq: 2, at: two, type: 'source', id: idOf(2), operation: 'create', version: 1, by: null },
    { seq: 3, at: two, type: 'claim', id: idOf(11), operation: 'create', version: 1, by: null },
    { seq: 4, at: two, type: 'source', id: idOf(1), operation: 'update', version: 2, by: null },
  ]);
  const { version, createdAt, updatedAt } = await services.read.sources.get(idOf(1));
  t.same({ version, createdAt, updatedAt }, { version: 2, createdAt: one, updatedAt: two });
});

t.test('versions have no gap, and a thing touched five times in one transaction steps once', async (t) => {
  const { services, news } = await openEngine(t);
  const save = (...descriptions: string[]) =>
    services.write(async ({ sources }) => {
      for (const description of descriptions) await sources.save(person(1, { description }));
    });
  await save('a', 'b', 'c', 'd', 'e');
  t.same(await news(), ['create source 1 v1']);
  t.equal((await services.read.sources.get(idOf(1))).description, 'e');
  await save('f');
  await save('f');
  await save('g', 'h', 'i', 'j', 'k');
  t.same(await news(), ['update source 1 v2', 'update source 1 v3']);
  const { description, version } = await services.read.sources.get(idOf(1));
  t.same({ description, version }, { description: 'k', version: 3 });
});

t.test('a write that throws, or is not to be kept, leaves nothing', async (t) => {
  const { services, given, news, rowCounts, storage } = await openEngine(t);
  await given.source({ id: idOf(1), name: 'A' });
  await news();
  const before = await rowCounts();
  const fault = new Error('a fault of the caller');
  await t.rejects(
    services.write(async ({ sources }) => {
      await sources.save(person(2));
      throw fault;
    }),
    fault,
  );
  await t.rejects(
    services.write(({ sources }) => sources.save({ ...person(2), memberOf: 'nobody' })),
    { code: 'unknown-reference' },
  );
  await t.rejects(
    storage.write(async ({ sources }) => {
      await sources.insert({ ...person(2), memberOf: null }, ['person 2']);
      await sources.insert({ ...person(3), slug: 'a', memberOf: null }, []);
    }),
    { code: engine === 'sqlite' ? 'SQLITE_CONSTRAINT_UNIQUE' : '23505' },
  );
  const { result, changes } = await services.write(({ sources }) => sources.save(person(2)), { keep: false });
  t.same([result.slug, [...changes]], ['person-2', [[idOf(2), 'create']]], 'what would have been is told');
  t.same({ news: await news(), counts: await rowCounts() }, { news: [], counts: before });
  await given.source({ id: idOf(2), name: 'B' });
  t.same(await news(), ['create source 2 v1'], 'and writing goes on');
});

t.test('two hundred writes at once, every tenth of which fails, keep exactly the others', async (t) => {
  const { services, query } = await openEngine(t);
  const numbers = Array.from({ length: 200 }, (_, at) => at + 1);
  const isFaulty = (n: number) => n % 10 === 0;
  const settled = await Promise.allSettled(
    numbers.map((n) =>
      services.write(async ({ sources }) => {
        await sources.save(person(n));
        await new Promise(setImmediate); // others would get in between if the transaction let them
        if (isFaulty(n)) throw new Error('a fault');
        await sources.save(person(n, { description: 'whole' }));
      }),
    ),
  );
  t.same(
    settled.map(({ status }) => status),
    numbers.map((n) => (isFaulty(n) ? 'rejected' : 'fulfilled')),
  );
  const kept = numbers.filter((n) => !isFaulty(n));
  t.same(
    await query('select id, version, description from sources order by id'),
    kept.map((n) => ({ id: idOf(n), version: 1, description: 'whole' })),
  );
  t.same(
    await query('select id, version, operation from changes order by id'),
    kept.map((n) => ({ id: idOf(n), version: 1, operation: 'create' })),
  );
});
