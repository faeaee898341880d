/**
 * What the tests of PostgreSQL share: a storage in a database of the test's own, a connection beside it, and a way
 * there that can be cut.
 */
import { createServer, connect as dial, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Test } from 'tap';
import { createServices } from '../../src/services.js';
import type { SourceInput } from '../../src/sources/model.js';
import { openPostgres, type PostgresOptions } from '../../src/storage/postgres/open.js';
import { builders, idOf, NOW } from '../helper.js';
import { createTestDatabase } from '../postgres.js';

export const UNAVAILABLE = { name: 'ClaimwireError', code: 'unavailable' };

/** The address of a migrated database that is dropped when the test ends, with all who are connected to it. */
export async function openDatabase(t: Test): Promise<string> {
  const { url, drop } = await createTestDatabase();
  t.teardown(drop);
  return url;
}

/** A connection of the test's own. */
export async function openClient(t: Test, url: string): Promise<Client> {
  const client = new Client(url);
  client.on('error', () => {}); // it is cut when the database is dropped
  await client.connect();
  t.teardown(() => client.end());
  return client;
}

/** A storage over a database, closed when the test ends. */
export async function openStorage(t: Test, options: PostgresOptions) {
  const storage = await openPostgres({ clock: () => NOW, ...options });
  t.teardown(() => storage.close());
  const services = createServices(storage);
  return { storage, services, given: builders(services) };
}

/** A storage in a database of the test's own, and a connection beside it. */
export async function openEngine(t: Test, options: Partial<PostgresOptions> = {}) {
  const url = await openDatabase(t);
  return { url, client: await openClient(t, url), ...(await openStorage(t, { url, ...options })) };
}

/** The n-th person of a test, as a writer gives it. */
export const person = (n: number, more: Partial<SourceInput> = {}): SourceInput => ({
  id: idOf(n),
  slug: `person-${n}`,
  kind: 'person',
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

/** What some work throws. */
export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error('it did not fail'),
    (error) => error,
  );

/** Resolves as soon as something holds; throws where it does not in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 5_000,
): Promise<void> {
  for (const started = Date.now(); !(await holds()); await delay(5))
    if (Date.now() - started > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
}

/** A way to the server of a database that can be cut, as if the server were gone, or held, as if it hung. */
export async function openWay(t: Test, url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let isHeld = false;
  const server = createServer((near) => {
    const far = dial({ host: target.hostname, port: Number(target.port) });
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
      if (isHeld) one.pause();
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) =>
      server.once('error', reject).listen(port, '127.0.0.1', () => resolve()),
    );
  await listen(0);
  const { port } = server.address() as { port: number };
  const cut = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  t.teardown(cut);
  const address = new URL(url);
  address.host = `127.0.0.1:${port}`;
  return {
    url: address.href,
    cut,
    mend: () => listen(port),
    hold() {
      isHeld = true;
      for (const socket of sockets) socket.pause();
    },
    release() {
      isHeld = false;
      for (const socket of sockets) socket.resume();
    },
  };
}
