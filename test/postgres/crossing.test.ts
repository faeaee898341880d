/**
 * Writers that cross each other: each write is applied exactly once or refused, what is derived fits all of them
 * together, and nobody is left waiting.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import t from 'tap';
import { AttributionInput, RelationInput } from '../../src/claims/model.js';
import type { Services } from '../../src/services.js';
import { idOf } from '../helper.js';
import { openEngine, openStorage, person, UNAVAILABLE, until } from './engine.js';

const WRITERS = 16;

/** Fails a test after which a lock is held or a transaction open. */
async function assertNothingHeld(t: { same: (found: unknown, wanted: unknown) => boolean }, client: Client) {
  const { rows } = await client.query(`
    select state, query from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
      and query not like '%max(seq)%'`);
  t.same(rows, []);
  const locks = await client.query(`
    select mode from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`);
  t.same(locks.rows, []);
}

/** Adds a word to the description of person 1: what it was before is read in the same transaction. */
const addWord = ({ write }: Services, word: string, onRun: () => void = () => {}) =>
  write(async ({ sources }) => {
    onRun();
    const { description } = await sources.get('person-1');
    await sources.save(person(1, { description: `${description} ${word}` }));
  });

t.test(
  'sixteen writers of one source, from two processes: none is lost, none is applied twice',
  async (t) => {
    const { url, client, services } = await openEngine(t);
    const other = await openStorage(t, { url });
    await services.write(({ sources }) => sources.save(person(1, { description: '-' })));
    let runs = 0;
    const words = Array.from({ length: WRITERS }, (_, writer) => `w${writer}`);
    const settled = await Promise.allSettled(
      words.map((word, writer) =>
        addWord(writer % 2 === 0 ? services : other.services, word, () => {
          runs += 1;
        }),
      ),
    );
    for (const outcome of settled) if (outcome.status === 'rejected') t.match(outcome.reason, UNAVAILABLE);
    const applied = words.filter((_, writer) => settled[writer]?.status === 'fulfilled');
    t.equal(applied.length, WRITERS, 'all came through');
    t.ok(runs > WRITERS, `they crossed: ${runs} runs for ${WRITERS} writes`);

    const { description, version } = await services.read.sources.get('person-1');
    t.same(description?.split(' ').slice(1).sort(), applied.sort());
    t.equal(version, 1 + applied.length);
    const { rows } = await client.query('select version::int from changes order by seq');
    t.same(
      rows.map((row) => row.version),
      Array.from({ length: version }, (_, at) => at + 1),
      'versions have no gap, and rise in the order of the changes',
    );
    await assertNothingHeld(t, client);
  },
);

t.test('a write that was crossed too often runs alone, and sees what the one before it did', async (t) => {
  const { url, services } = await openEngine(t);
  const other = await openStorage(t, { url });
  await services.write(({ sources }) => sources.save(person(1, { description: '-' })));
  let runs = 0;
  let held: Promise<unknown> = Promise.resolve();
  const write = services.write(async ({ sources }) => {
    runs += 1;
    await held;
    const { description } = await sources.get('person-1');
    if (runs <= 4) {
      // Somebody else changes it under every run beside others; the last of them is still at work when the write asks
      // to be alone.
      if (runs < 4) await addWord(other.services, `o${runs}`);
      else {
        await addWord(other.services, 'o4');
        let hasRead = false;
        held = other.services.write(async (services) => {
          const { description } = await services.sources.get('person-1');
          hasRead = true;
          await delay(300);
          await services.sources.save(person(1, { description: `${description} o5` }));
        });
        await until('the other has begun', () => hasRead);
        held.catch(() => {});
        const last = held;
        held = Promise.resolve();
        t.teardown(() => last);
      }
    }
    await sources.save(person(1, { description: `${description} w` }));
  });
  await write;
  t.equal((await services.read.sources.get('person-1')).description, '- o1 o2 o3 o4 o5 w');
  t.equal(runs, 5, 'the first run that is alone is the last');
});

t.test('sixteen writers of one new thing: it is created once', async (t) => {
  const { url, client, services } = await openEngine(t);
  const other = await openStorage(t, { url });
  const settled = await Promise.allSettled(
    Array.from({ length: WRITERS }, (_, writer) =>
      (writer % 2 === 0 ? services : other.services).write(({ sources }) => sources.save(person(1))),
    ),
  );
  t.same(new Set(settled.map(({ status }) => status)), new Set(['fulfilled']));
  const { rows } = await client.query('select operation, version::int from changes');
  t.same(rows, [{ operation: 'create', version: 1 }]);
  await assertNothingHeld(t, client);
});

t.test('two writes that each make the other’s claim disputed, at once', async (t) => {
  const { client, services, given } = await openEngine(t);
  const speakers = [await given.source({ name: 'A' }), await given.source({ name: 'B' })];
  let crossed = 0;
  for (let round = 0; round < 10; round++) {
    const claims = [await given.claim(), await given.claim({ id: idOf(500 + round) })] as const;
    await services.write((services) =>
      services.claims.relate(claims[0], [RelationInput.parse({ kind: 'contradicts', claim: claims[1].id })]),
    );
    let runs = 0;
    await Promise.all(
      claims.map((claim, side) =>
        services.write(async (services) => {
          runs += 1;
          await services.claims.attribute(claim, null, [
            AttributionInput.parse({ source: speakers[side]?.slug, context: 'a speech' }),
          ]);
          await delay(10); // so that neither sees what the other has written
        }),
      ),
    );
    if (runs > 2) crossed += 1;
    for (const { id } of claims) {
      const { standing, version } = await services.read.claims.get(id);
      t.equal(standing, 'disputed');
      const { rows } = await client.query('select max(version)::int from changes where id = $1', [id]);
      t.equal(version, rows[0].max);
    }
  }
  t.ok(crossed > 0, `${crossed} of 10 pairs crossed`);
  await assertNothingHeld(t, client);
});

t.test('two writes whose rows differ but whose reads cross: one of them runs again', async (t) => {
  const { services } = await openEngine(t);
  await services.write(async ({ sources }) => {
    for (const n of [1, 2]) await sources.save(person(n, { description: 'on duty' }));
  });
  let runs = 0;
  const leave = (n: number) =>
    services.write(async ({ sources }) => {
      runs += 1;
      const both = [await sources.get('person-1'), await sources.get('person-2')];
      await delay(10);
      if (both.every(({ description }) => description === 'on duty'))
        await sources.save(person(n, { description: 'away' }));
    });
  await Promise.all([leave(1), leave(2)]);
  const left = [await services.read.sources.get('person-1'), await services.read.sources.get('person-2')];
  t.same(left.map(({ description }) => description).sort(), ['away', 'on duty']);
  t.equal(runs, 3);
});

t.test('a broken rule is no crossing: it is told at once, by its own name', async (t) => {
  const { storage, client } = await openEngine(t);
  let runs = 0;
  await t.rejects(
    storage.write(async ({ sources }) => {
      runs += 1;
      await sources.insert({ ...person(1), id: idOf(1), slug: '', memberOf: null }, []);
    }),
    { code: '23514', constraint: 'sources_slug_filled' },
  );
  t.equal(runs, 1);
  await assertNothingHeld(t, client);
});
