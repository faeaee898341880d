/**
 * Reads are never older than their bookmark, nor than what is known to have been written, as long as the primary answers.
 */
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { RING_MAX_AGE_MS } from '../../src/keys/ring.js';
import { LAG_MAX_MS } from '../../src/storage/postgres/nodes.js';
import { problemOf } from '../http/answers.js';
import { openClient, openDatabase, openStorage, person, until } from './engine.js';
import { copy, later, openPair, URL_OF_1 } from './pair.js';

t.test(
  '200 from the primary for a bookmark that the replica has not reached, from the replica as soon as it has',
  async (t) => {
    const { save, read, stream, states, storage } = await openPair(t);
    const old = await save('one');
    const bookmark = await save('two');
    t.not(bookmark, old);
    for (let count = 0; count < 20; count++) {
      t.equal(await read(bookmark), 'two from the primary');
      t.equal(await read(old), 'two from the primary', 'what is known is read wherever it can be');
      t.equal(await read(), 'two from the primary');
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

t.test('a replica that is far behind is left out until it is not', async (t) => {
  const { save, read, stream, states, storage } = await openPair(t);
  await save('two');
  await until('the lag is seen', async () => (await storage.status()).replicas[0]?.behind === 1);
  t.same(await states(), ['up', 'up']);
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

t.test('400 for a bookmark that is damaged, whoever would answer', async (t) => {
  const { ways, get, save } = await openPair(t);
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
  'a replica that is replaced by one further behind is not trusted with what the old one had',
  async (t) => {
    const { clients, save, read, stream, storage } = await openPair(t);
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
    await delay(15); // the breaks arrive, but it has not been asked again
    for (let count = 0; count < 200; count++) {
      const found = await read(bookmark);
      if (found !== 'two from the primary') t.fail(`${found}, read ${count}`);
    }
    await until('it is known to be behind', async () => (await storage.status()).replicas[0]?.behind === 1);
  },
);

t.test('a primary that lost its last changes does not make its replicas seem behind for ever', async (t) => {
  const { clients, save, read, states, storage } = await openPair(t);
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

t.test('200 for a key while the primary is gone: it is looked for on a replica', async (t) => {
  const { ways, get, services, stream, states } = await openPair(t);
  const input = { name: 'The desk', scope: 'write', expiresAt: null } as const;
  const { secret } = (await services.write(({ keys }) => keys.create(input))).result;
  await stream();
  await ways.primary.cut();
  await until('the primary is found gone', async () => (await states())[0] === 'down');
  await delay(RING_MAX_AGE_MS);
  const status = async (key: string) =>
    (await get(URL_OF_1, { headers: { authorization: `Bearer ${key}` } })).statusCode;
  t.equal(await status(secret), 200);
  t.equal(await status(`${secret.slice(0, -4)}AAAA`), 401);
});
