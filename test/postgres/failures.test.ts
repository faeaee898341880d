/**
 * What goes wrong with the server is said in one sentence without a secret, in a bounded time, and ends when the cause
 * does.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Client } from 'pg';
import t, { type Test } from 'tap';
import { ClaimwireError } from '../../src/kernel/errors.js';
import { openPostgres } from '../../src/storage/postgres/open.js';
import type { Storage } from '../../src/storage/storage.js';
import { openClient, openEngine, openStorage, person, UNAVAILABLE, until } from './engine.js';
import { PASSWORD, startServer } from './server.js';

const with_ = (url: string, changes: Partial<URL>) => Object.assign(new URL(url), changes).href;

/** The one sentence that a failure is told in. */
function sentenceOf(t: Test, error: unknown): string {
  if (!(error instanceof ClaimwireError)) throw error;
  t.equal(error.code, 'unavailable');
  t.match(error.message, /^\S.*\.$/);
  t.notMatch(error.message, /\. \S/, 'one sentence');
  const told = [
    error.message,
    error.stack,
    JSON.stringify(error),
    inspect(error, { depth: 9, showHidden: true }),
  ];
  for (const text of told) t.notMatch(text, new RegExp(PASSWORD));
  return error.message;
}

const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error('it did not fail'),
    (error) => error,
  );

t.test('a server of the test’s own', async (t) => {
  const { url, start, stop } = await startServer(t);
  const { host, port } = new URL(url);
  const admin = await openClient(t, url);

  await t.test('who cannot connect is told why, once, and without the password', async (t) => {
    await admin.query(`create role reader login password '${PASSWORD}'`);
    const cases = [
      [
        with_(url, { password: `${PASSWORD}-wrong` }),
        `PostgreSQL at ${host} refuses the password of the user claimwire.`,
      ],
      [
        with_(url, { password: '' }),
        `PostgreSQL at ${host} asks for the password of the user claimwire, and none is given.`,
      ],
      [with_(url, { username: 'nobody' }), `PostgreSQL at ${host} refuses the password of the user nobody.`],
      [with_(url, { hostname: 'no-such-host.invalid' }), /^No host no-such-host\.invalid was found/],
      [with_(url, { port: '1' }), 'Nothing listens at 127.0.0.1:1; is PostgreSQL running there?'],
      [with_(url, { pathname: '/nowhere' }), `There is no database nowhere at ${host}; create it first.`],
      [`${url}?sslmode=require`, `PostgreSQL at ${host} cannot be reached.`],
      [
        `postgres://claimwire:${PASSWORD}%zz@${host}/postgres`,
        'The URL of the PostgreSQL server cannot be read.',
      ],
      [
        `postgres://claimwire:${PASSWORD}@:${port}:1/postgres`,
        'The URL of the PostgreSQL server cannot be read.',
      ],
    ] as const;
    for (const [wrong, sentence] of cases) {
      const told = sentenceOf(t, await failureOf(openPostgres({ url: wrong })));
      if (typeof sentence === 'string') t.equal(told, sentence);
      else t.match(told, sentence);
    }
    const unreadable = openPostgres({ url, replicaUrls: [`postgres://a:${PASSWORD}%zz@b/c`] });
    t.equal(sentenceOf(t, await failureOf(unreadable)), 'The URL of the PostgreSQL server cannot be read.');
  });

  await t.test('a role that may not create tables is told so when it tries', async (t) => {
    const { storage } = await openStorage(t, { url: with_(url, { username: 'reader' }) });
    t.equal(await storage.schemaState(), 'empty');
    t.equal(
      sentenceOf(t, await failureOf(storage.migrate())),
      `The user reader lacks rights in the database postgres at ${host}; it must be able to create tables.`,
    );
    t.equal(await storage.schemaState(), 'empty');
  });

  await t.test('tables are made once, however many processes make them at once', async (t) => {
    await admin.query('create database together');
    const storages = await Promise.all(
      [1, 2, 3].map(() => openStorage(t, { url: with_(url, { pathname: '/together' }) })),
    );
    await Promise.all(storages.map(({ storage }) => storage.migrate()));
    t.equal(await storages[0]?.storage.schemaState(), 'current');
  });

  await t.test('the schema is known to be older or newer than this release', async (t) => {
    const { storage } = await openStorage(t, { url });
    await storage.migrate();
    t.equal(await storage.schemaState(), 'current');
    await admin.query("insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 9e15)");
    t.equal(await storage.schemaState(), 'newer');
    await admin.query('delete from drizzle.__drizzle_migrations');
    t.equal(await storage.schemaState(), 'older');
    const reader = await openStorage(t, { url: with_(url, { username: 'reader' }) });
    t.match(
      sentenceOf(t, await failureOf(reader.storage.schemaState())),
      /^The user reader lacks rights in /,
    );
    await t.rejects(reader.services.read.sources.list({ limit: 1, filters: [] }), UNAVAILABLE);
    const where = `the database postgres at ${host}`;
    t.equal(
      sentenceOf(t, await failureOf(storage.migrate())),
      `The tables of ${where} cannot be made (42P07).`,
    );
  });

  await t.test(
    'a server that stops under load: everyone is told, and all is well when it is back',
    async (t) => {
      const { services, storage } = await openStorage(t, { url });
      await services.write(({ sources }) => sources.save(person(1)));
      const outcomes = { done: 0, unavailable: 0, other: [] as unknown[] };
      let isLoaded = true;
      let slowestMs = 0;
      const load = async (work: () => Promise<unknown>) => {
        while (isLoaded) {
          const begun = performance.now();
          try {
            await work();
            outcomes.done += 1;
          } catch (error) {
            if (error instanceof ClaimwireError && error.code === 'unavailable') outcomes.unavailable += 1;
            else outcomes.other.push(error);
          }
          slowestMs = Math.max(slowestMs, performance.now() - begun);
          await delay(1);
        }
      };
      let count = 0;
      const write = () =>
        services.write(async ({ sources }) => {
          await sources.save(person(1, { description: `${count++}` }));
          await delay(3); // between two statements nobody but the connection itself hears that it broke
        });
      const running = [write, write, write, () => services.read.sources.get('person-1')].map(load);
      await until('some is done', () => outcomes.done > 10);
      stop();
      await until('everyone is told', () => outcomes.unavailable > 10);
      t.same((await storage.status()).primary.state, 'down');
      start();
      const before = outcomes.done;
      await until('all goes on', () => outcomes.done > before + 10);
      isLoaded = false;
      await Promise.all(running);
      t.same(outcomes.other, []);
      t.ok(slowestMs < 4_000, `the slowest took ${Math.round(slowestMs)} ms`);
      t.same((await storage.status()).primary.state, 'up');
      t.match((await services.write(({ sources }) => sources.save(person(2)))).bookmark, /^cb1-/);
    },
  );
});

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
  const { services } = await openEngine(t);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let held = 0;
  const holders = Array.from({ length: 10 }, () =>
    services.write(async ({ sources }) => {
      held += 1;
      await released;
      return sources.list({ limit: 1, filters: [] });
    }),
  );
  await until('all connections are taken', () => held === 10);
  const begun = performance.now();
  const told = await Promise.all(
    [
      services.read.sources.list({ limit: 1, filters: [] }),
      services.write(({ sources }) => sources.save(person(1))),
    ].map(failureOf),
  );
  for (const error of told) t.match(error, UNAVAILABLE);
  t.ok(performance.now() - begun < 3_500);
  release();
  await Promise.all(holders);
  await services.write(({ sources }) => sources.save(person(1)));
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
  const admin = new Client(with_(url, { pathname: '/postgres' }));
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
  await t.resolves((storage as Storage).close(), 'closing twice is no fault');
});
