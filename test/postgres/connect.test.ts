/**
 * Who cannot connect, or loses the server, is told why in one sentence without a secret; and all is well again when the
 * server is.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { ClaimwireError } from '../../src/kernel/errors.js';
import { plainly } from '../../src/kernel/page.js';
import { openPostgres } from '../../src/storage/postgres/open.js';
import { failureOf, openClient, openStorage, person, UNAVAILABLE, until } from './engine.js';
import { PASSWORD, startServer } from './server.js';

const changed = (url: string, changes: Partial<URL>) => Object.assign(new URL(url), changes).href;

/** The one sentence that a failure is told in. */
function sentenceOf(t: Test, error: unknown): string {
  if (!(error instanceof ClaimwireError)) throw error;
  t.equal(error.code, 'unavailable');
  t.match(error.message, /^\S.*[.?]$/);
  t.notMatch(error.message, /[.?] \S/, 'one sentence');
  const told = [
    error.message,
    error.stack,
    JSON.stringify(error),
    inspect(error, { depth: 9, showHidden: true }),
  ];
  for (const text of told) t.notMatch(text, new RegExp(PASSWORD));
  return error.message;
}

t.test('a server of the test’s own', async (t) => {
  const { url, start, stop } = await startServer(t);
  const { host, port } = new URL(url);
  const admin = await openClient(t, url);

  await t.test('who cannot connect is told why, once, and without the password', async (t) => {
    await admin.query(`create role reader login password '${PASSWORD}'`);
    const cases = [
      [
        changed(url, { password: `${PASSWORD}-wrong` }),
        `PostgreSQL at ${host} refuses the password of the user claimwire.`,
      ],
      [
        changed(url, { password: '' }),
        `PostgreSQL at ${host} asks for the password of the user claimwire, and none is given.`,
      ],
      [
        changed(url, { username: 'nobody' }),
        `PostgreSQL at ${host} refuses the password of the user nobody.`,
      ],
      [changed(url, { hostname: 'no-such-host.invalid' }), /^No host no-such-host\.invalid was found/],
      [changed(url, { port: '1' }), 'Nothing listens at 127.0.0.1:1; is PostgreSQL running there?'],
      [changed(url, { pathname: '/nowhere' }), `There is no database nowhere at ${host}; create it first.`],
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
    const { storage } = await openStorage(t, { url: changed(url, { username: 'reader' }) });
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
      [1, 2, 3].map(() => openStorage(t, { url: changed(url, { pathname: '/together' }) })),
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
    const reader = await openStorage(t, { url: changed(url, { username: 'reader' }) });
    t.match(
      sentenceOf(t, await failureOf(reader.storage.schemaState())),
      /^The user reader lacks rights in /,
    );
    await t.rejects(reader.services.read.sources.list(plainly({ limit: 1, filters: [] })), UNAVAILABLE);
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
