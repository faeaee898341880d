/**
 * Reads from replicas: never older than their bookmark, and answered as long as any server that may answer lives. Two
 * databases of one server play primary and replica; what would stream is copied when the test says so.
 */
import type { Client } from 'pg';
import t, { type Test } from 'tap';
import { LAG_MAX_MS } from '../../src/storage/postgres/nodes.js';
import { openTestServer } from '../helper.js';
import { problemOf } from '../http/answers.js';
import { openClient, openDatabase, openStorage, openWay, person, UNAVAILABLE, until } from './engine.js';

const URL_OF_1 = '/v1/sources/person-1';

/** Makes the sources and changes of one database those of another. */
async function copy(from: Client, to: Client): Promise<void> {
  await to.query('begin');
  await to.query('truncate changes, source_names, sources cascade');
  for (const table of ['sources', 'source_names', 'changes']) {
    const { rows } = await from.query(`select json_agg(t) as rows from ${table} t`);
    await to.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(rows[0].rows ?? []),
    ]);
  }
  // So that an answer tells where it comes from.
  await to.query("update sources set role = 'replica'");
  await to.query('commit');
}

async function open(t: Test) {
  const [primary, replica] = await Promise.all([openDatabase(t), openDatabase(t)]);
  const ways = { primary: await openWay(t, primary), replica: await openWay(t, replica) };
  const clients = { primary: await openClient(t, primary), replica: await openClient(t, replica) };
  const { storage, services } = await openStorage(t, {
    url: ways.primary.url,
    replicaUrls: [ways.replica.url],
  });
  const { get } = await openTestServer(t, { storage });
  const save = async (description: string): Promise<string> =>
    (await services.write(({ sources }) => sources.save(person(1, { description })))).bookmark;
  /** What a read of person 1 answers: its description and from where, or the code of its problem. */
  const read = async (bookmark?: string): Promise<string> => {
    const answer = await get(URL_OF_1, bookmark ? { headers: { 'claimwire-bookmark': bookmark } } : {});
    const { description, role, code } = answer.json();
    return answer.statusCode === 200 ? `${description} from the ${role ?? 'primary'}` : code;
  };
  const states = async () => {
    const { primary, replicas } = await storage.status();
    return [primary, ...replicas].map(({ state }) => state);
  };
  const stream = () => copy(clients.primary, clients.replica);
  await save('one');
  await stream();
  await until('the replica is found well', async () => (await read()) === 'one from the replica');
  return { ways, clients, storage, services, get, save, read, states, stream };
}

/** Puts the clock forward. */
function later(t: Test, ms: number): () => void {
  const { now } = Date;
  Date.now = () => now() + ms;
  const back = () => {
    Date.now = now;
  };
  t.teardown(back);
  return back;
}

t.test(
  '200 from the primary for a bookmark that the replica has not reached, from the replica as soon as it has',
  async (t) => {
    const { save, read, stream, states, storage } = await open(t);
    const old = await save('one');
    const bookmark = await save('two');
    t.not(bookmark, old);
    for (let count = 0; count < 20; count++) {
      t.equal(await read(bookmark), 'two from the primary');
      t.equal(await read(old), 'one from the replica');
      t.equal(await read(), 'one from the replica', 'without a bookmark it may be older');
    }
    await until(
      'it is seen how far behind the replica is',
      async () => (await storage.status()).replicas[0]?.behind === 1,
    );
    t.same(await states(), ['up', 'up']);
    await stream();
    await until(
      'the replica is known to have it',
      async () => (await read(bookmark)) === 'two from the replica',
    );
    t.equal((await storage.status()).replicas[0]?.behind, 0);
  },
);

t.test('200 while a replica is dead, which is left out and taken back', async (t) => {
  const { ways, read, states, get } = await open(t);
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
  const { ways, read, states } = await open(t);
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

t.test('a replica that is far behind is left out until it is not', async (t) => {
  const { save, read, stream, states, storage } = await open(t);
  await save('two');
  await until('the lag is seen', async () => (await storage.status()).replicas[0]?.behind === 1);
  t.equal(await read(), 'one from the replica');
  const back = later(t, LAG_MAX_MS + 1_000);
  await until('it is behind', async () => (await states())[1] === 'behind');
  t.equal(await read(), 'two from the primary');
  await stream();
  await until('it has caught up', async () => (await states())[1] === 'up');
  t.equal(await read(), 'two from the replica');
  back();
});

t.test('a replica whose lag is not known yet is left out, too', async (t) => {
  const [primary, replica] = await Promise.all([openDatabase(t), openDatabase(t)]);
  const clients = [await openClient(t, primary), await openClient(t, replica)] as const;
  const before = await openStorage(t, { url: primary });
  await before.services.write(({ sources }) => sources.save(person(1)));
  await copy(...clients);
  await before.services.write(({ sources }) => sources.save(person(1, { name: 'Changed' })));
  const { storage, services } = await openStorage(t, { url: primary, replicaUrls: [replica] });
  const state = async () => (await storage.status()).replicas[0]?.state;
  await until('both have been asked', async () => (await state()) !== 'down');
  t.equal(await state(), 'behind');
  t.equal((await (await services.at()).sources.get('person-1')).name, 'Changed');
  await copy(...clients);
  await until('it has caught up', async () => (await state()) === 'up');
});

t.test(
  'without the primary reads go on, writes are refused at once, and all is well when it is back',
  async (t) => {
    const { ways, get, save, read, services } = await open(t);
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
  const { ways, save, read, stream } = await open(t);
  const bookmark = await save('two');
  await ways.primary.cut();
  t.equal(await read(bookmark), 'unavailable');
  await stream();
  t.equal(await read(bookmark), 'two from the replica', 'at once: it is asked again');
});

t.test('503 where no server answers, and 200 as soon as one does', async (t) => {
  const { ways, get, read, storage, services } = await open(t);
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

t.test('400 for a bookmark that is damaged, whoever would answer', async (t) => {
  const { ways, get, save } = await open(t);
  const bookmark = await save('two');
  const damaged = [
    '',
    ' ',
    'cb1-',
    'cb2-1',
    bookmark.toUpperCase(),
    `${bookmark}!`,
    `${bookmark}, ${bookmark}`,
    'cb1-zzzzzzzzzzz',
    'cb1-123456789012',
    'cb1--1',
    '1',
  ];
  const refuse = async () => {
    for (const given of damaged) {
      const answer = await get(URL_OF_1, { headers: { 'claimwire-bookmark': given } });
      t.match(problemOf(t, answer), { status: 400, code: 'invalid-bookmark' }, JSON.stringify(given));
    }
  };
  await refuse();
  t.equal(
    (await get(URL_OF_1, { headers: { 'claimwire-bookmark': 'cb1-zzzzzz' } })).statusCode,
    200,
    'a place to come',
  );
  await Promise.all([ways.primary.cut(), ways.replica.cut()]);
  await refuse();
});

t.test(
  'a read that crosses what the replica replays is answered by the primary, and the replica stays',
  async (t) => {
    const { clients, read, states } = await open(t);
    await clients.replica.query(`
    alter table sources rename to kept;
    create function cancel() returns boolean language plpgsql as
      $$ begin raise sqlstate '40001' using message = 'canceling statement due to conflict with recovery'; end $$;
    create view sources as select * from kept where cancel()`);
    for (let count = 0; count < 5; count++) t.equal(await read(), 'one from the primary');
    t.same(await states(), ['up', 'up']);
    await clients.replica.query('drop view sources; alter table kept rename to sources');
    t.equal(await read(), 'one from the replica', 'at once: it was never left out');
  },
);

t.test(
  'a replica that is replaced by one further behind is not trusted with what the old one had',
  async (t) => {
    const { clients, save, read, stream, storage } = await open(t);
    const bookmark = await save('two');
    await stream();
    await until('the replica has it', async () => (await read(bookmark)) === 'two from the replica');
    // Another server at its address: it has seen less, and all connections to the old one break.
    await clients.replica.query(
      "delete from changes where seq > 1; update sources set description = 'stale'",
    );
    await clients.replica.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    for (let count = 0; count < 200; count++) {
      const found = await read(bookmark);
      if (found !== 'two from the primary') t.fail(`${found}, read ${count}`);
    }
    await until('it is known to be behind', async () => (await storage.status()).replicas[0]?.behind === 1);
  },
);

t.test('a primary that lost its last changes does not make its replicas seem behind for ever', async (t) => {
  const { clients, save, read, states, storage } = await open(t);
  await save('two');
  await until('the lag is seen', async () => (await storage.status()).replicas[0]?.behind === 1);
  await clients.primary.query(
    "delete from changes where seq > 1; update sources set description = 'one', version = 1",
  );
  await until('it is gone', async () => (await storage.status()).replicas[0]?.behind === 0);
  later(t, LAG_MAX_MS + 1_000);
  await until('both have been asked', async () => (await states()).length === 2);
  t.same(await states(), ['up', 'up']);
  t.equal(await read(), 'one from the replica');
});
