/**
 * Reads are answered as long as any server that may answer lives; a server that fails is left out and taken back.
 */
import t from 'tap';
import { LAG_MAX_MS } from '../../src/storage/postgres/nodes.js';
import { problemOf } from '../http/answers.js';
import { person, UNAVAILABLE, until } from './engine.js';
import { later, openPair, URL_OF_1 } from './pair.js';

t.test('200 while a replica is dead, which is left out and taken back', async (t) => {
  const { ways, read, states, get } = await openPair(t);
  await ways.replica.cut();
  for (let count = 0; count < 20; count++) t.equal(await read(), 'one from the primary');
  t.same(await states(), ['up', 'down']);
  const ready = await get('/health/ready');
  t.equal(ready.statusCode, 200);
  t.match(ready.json(), { status: 'ready', replicas: [{ state: 'down' }] });
  await ways.replica.mend();
  await until('it is taken back', async () => (await read()) === 'one from the replica');
  t.same(await states(), ['up', 'up']);
});

t.test('200 within two seconds while a replica hangs, and at once when that is known', async (t) => {
  const { ways, read, states } = await openPair(t);
  ways.replica.hold();
  const slowest = async (): Promise<number> => {
    const begun = performance.now();
    t.same(await Promise.all([read(), read(), read()]), Array(3).fill('one from the primary'));
    return performance.now() - begun;
  };
  const first = await slowest();
  t.ok(first < 2_500, `${Math.round(first)} ms`);
  const second = await slowest();
  t.ok(second < 300, `${Math.round(second)} ms`);
  const begun = performance.now();
  t.same(await states(), ['up', 'down']);
  t.ok(performance.now() - begun < 900, 'who asks whether all is well does not wait for the one that hangs');
  ways.replica.release();
  await until('it is taken back', async () => (await read()) === 'one from the replica');
});

t.test(
  'without the primary reads go on, writes are refused at once, and all is well when it is back',
  async (t) => {
    const { ways, get, save, read, services } = await openPair(t);
    const reached = await save('one');
    const bookmark = await save('two');
    await ways.primary.cut();
    for (let count = 0; count < 5; count++) {
      const begun = performance.now();
      await t.rejects(
        services.write(({ sources }) => sources.save(person(1))),
        UNAVAILABLE,
      );
      t.ok(performance.now() - begun < 1_000, 'at once');
      t.equal(await read(), 'one from the replica');
      t.equal(await read(reached), 'one from the replica');
      t.equal(
        await read(bookmark),
        'unavailable',
        'what no living server has is not answered with something older',
      );
    }
    const refused = await get(URL_OF_1, { headers: { 'claimwire-bookmark': bookmark } });
    t.match(problemOf(t, refused, { 'retry-after': '5' }), { status: 503, code: 'unavailable' });
    const ready = await get('/health/ready');
    t.equal(ready.statusCode, 200);
    t.match(ready.json(), { status: 'read-only', primary: { state: 'down' }, replicas: [{ state: 'up' }] });
    const back = later(t, LAG_MAX_MS + 1_000);
    t.equal(await read(), 'one from the replica', 'however old it has become meanwhile');
    back();

    await ways.primary.mend();
    await save('three');
    t.equal(await read(bookmark), 'three from the primary');
    t.match((await get('/health/ready')).json(), { status: 'ready' });
  },
);

t.test('a change that reaches the replica while the primary is gone is found there', async (t) => {
  const { ways, save, read, stream } = await openPair(t);
  const bookmark = await save('two');
  await ways.primary.cut();
  t.equal(await read(bookmark), 'unavailable');
  await stream();
  t.equal(await read(bookmark), 'two from the replica', 'at once: it is asked again');
});

t.test('503 where no server answers, and 200 as soon as one does', async (t) => {
  const { ways, get, read, storage, services } = await openPair(t);
  await Promise.all([ways.primary.cut(), ways.replica.cut()]);
  for (const url of ['/health/ready', URL_OF_1, '/v1/articles'])
    t.match(problemOf(t, await get(url), { 'retry-after': '5' }), { status: 503, code: 'unavailable' });
  t.equal((await get('/health/live')).statusCode, 200);
  t.match(await storage.status(), { primary: { state: 'down' }, replicas: [{ state: 'down' }] });
  await ways.replica.mend();
  t.equal(await read(), 'one from the replica');
  await ways.primary.mend();
  await services.write(({ sources }) => sources.save(person(2)));
});

t.test(
  'a read that crosses what the replica replays is answered by the primary, and the replica stays',
  async (t) => {
    const { clients, read } = await openPair(t);
    await clients.replica.query(`
    alter table sources rename to kept;
    create function cancel() returns boolean language plpgsql as
      $$ begin raise sqlstate '40001' using message = 'canceling statement due to conflict with recovery'; end $$;
    create view sources as select * from kept where cancel()`);
    for (let count = 0; count < 5; count++) t.equal(await read(), 'one from the primary');
    await clients.replica.query('drop view sources; alter table kept rename to sources');
    t.equal(await read(), 'one from the replica', 'at once: it was never left out');
  },
);
