/**
 * What goes wrong while the server is in use is told in a bounded time, as `unavailable`, and ends when the cause does.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import t from 'tap';
import { plainly } from '../../src/kernel/page.js';
import { failureOf, openClient, openEngine, openStorage, person, UNAVAILABLE, until } from './engine.js';

t.test('a statement that takes too long is ended', async (t) => {
  const { url, client, services } = await openEngine(t);
  const short = await openStorage(t, { url: `${url}?statement_timeout=200` });
  await services.write(({ sources }) => sources.save(person(1)));
  await client.query('begin');
  await client.query('lock table sources in access exclusive mode');
  await t.rejects(short.services.read.sources.get('person-1'), UNAVAILABLE);
  await t.rejects(
    short.services.write(({ sources }) => sources.save(person(2))),
    UNAVAILABLE,
  );
  await client.query('commit');
  t.equal((await short.services.read.sources.get('person-1')).name, 'Person 1');
  await short.services.write(({ sources }) => sources.save(person(2)));
});

t.test('where all connections are taken, who waits is told in time, and the process lives', async (t) => {
  const { url, client, services } = await openEngine(t);
  const watcher = await openClient(t, url);
  await client.query('begin');
  await client.query('lock table sources in access exclusive mode');
  const list = () => services.read.sources.list(plainly({ limit: 1, filters: [] }));
  const holders = Array.from({ length: 10 }, list);
  const areTaken = async () => {
    const { rows } = await watcher.query(
      "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows[0].count === 10;
  };
  await until('all connections are taken', areTaken);
  const begun = performance.now();
  const write = () => services.write(({ sources }) => sources.save(person(1)));
  for (const error of await Promise.all([list(), write()].map(failureOf))) t.match(error, UNAVAILABLE);
  t.ok(performance.now() - begun < 3_500);
  await client.query('commit');
  t.same(await Promise.all(holders), Array(10).fill({ items: [], next: null, prev: null }));
  await write();
});

t.test('writers leave connections to readers, and wait their turn', async (t) => {
  const { services } = await openEngine(t);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  t.teardown(() => release());
  const writes = Array.from({ length: 12 }, (_, n) =>
    services.write(async ({ sources }) => {
      await released;
      await sources.save(person(n));
    }),
  );
  await delay(100);
  t.same((await services.read.sources.list(plainly({ limit: 1, filters: [] }))).items, []);
  release();
  await Promise.all(writes);
  t.equal((await services.read.sources.list(plainly({ limit: 20, filters: [] }))).items.length, 12);
});

/** Ends all connections of a storage, as an operator or a crash does. */
const endAll = (client: Client) =>
  client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'claimwire'",
  );

t.test('a connection that breaks while nothing is asked on it ends its write, not the process', async (t) => {
  const { client, services } = await openEngine(t);
  await t.rejects(
    services.write(async ({ sources }) => {
      await sources.save(person(1));
      await endAll(client);
      await delay(100);
      await sources.save(person(2));
    }),
    UNAVAILABLE,
  );
  await t.rejects(services.read.sources.get('person-1'), { code: 'not-found' }, 'nothing was changed');
  await services.write(({ sources }) => sources.save(person(1)));
});

t.test('a copy whose connection breaks is unavailable, and the next one goes on', async (t) => {
  const { client, storage } = await openEngine(t);
  await t.rejects(
    storage.raw.snapshot(async (db) => {
      await endAll(client);
      await delay(50);
      return db.select().from(storage.raw.tables.sources);
    }),
    UNAVAILABLE,
  );
  t.same(await storage.raw.snapshot(async (db) => db.select().from(storage.raw.tables.sources)), []);
});

t.test('a write cut off while it is being kept says that it may have been', async (t) => {
  const { client, services } = await openEngine(t);
  await client.query(`
    create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(5); return null; end';
    create constraint trigger slow after insert on changes deferrable initially deferred for each row execute function slow()`);
  const write = failureOf(services.write(({ sources }) => sources.save(person(1))));
  const isKeeping = async () => {
    const { rows } = await client.query(
      "select 1 from pg_stat_activity where query = 'commit' and state = 'active'",
    );
    return rows.length > 0;
  };
  await until('it is being kept', isKeeping);
  await endAll(client);
  const error = await write;
  t.match(error, UNAVAILABLE);
  t.match(error, { message: /whether it was kept is not known/ });
});

t.test('a database that is dropped, or lacks a table, is unavailable and no fault of ours', async (t) => {
  const { url, client, services, storage } = await openEngine(t);
  const read = () => services.read.sources.get('person-1');
  const write = () => services.write(({ sources }) => sources.save(person(1)));
  await client.query('alter table sources rename to sauces');
  await t.rejects(read(), UNAVAILABLE);
  await t.rejects(write(), UNAVAILABLE);
  await client.query('alter table sauces rename to sources');
  await write();
  const name = new URL(url).pathname.slice(1);
  const admin = new Client(Object.assign(new URL(url), { pathname: '/postgres' }).href);
  await admin.connect();
  await admin.query(`drop database ${name} with (force)`);
  await t.rejects(read(), UNAVAILABLE);
  await t.rejects(write(), UNAVAILABLE);
  t.same((await storage.status()).primary.state, 'down');
  await admin.query(`create database ${name}`); // for who drops it at the end
  await admin.end();
});

t.test('a closed storage is unavailable, whatever is asked of it', async (t) => {
  const { storage, services } = await openEngine(t);
  await storage.close();
  await t.rejects(services.read.sources.get('a'), UNAVAILABLE);
  await t.rejects(
    services.write(({ sources }) => sources.save(person(1))),
    UNAVAILABLE,
  );
  await t.rejects(
    storage.raw.snapshot(async () => {}),
    UNAVAILABLE,
  );
  await t.rejects(storage.schemaState(), UNAVAILABLE);
  t.same((await storage.status()).primary.state, 'down');
  await t.resolves(storage.close(), 'closing twice is no fault');
});
