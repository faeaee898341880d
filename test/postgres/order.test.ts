/**
 * The order of `changes` is the order in which they become visible: whoever has read up to a `seq` has missed nothing
 * before it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import t from 'tap';
import { openClient, openEngine, openStorage, person, until } from './engine.js';

const WRITERS = 8;
const WRITES_EACH = 50;
const ORDER_LOCK = 'select pg_advisory_xact_lock(17239, 2)'; // as every writer takes it

async function seqs(client: Client): Promise<number[]> {
  const { rows } = await client.query('select seq::float8 as seq from changes order by seq');
  return rows.map(({ seq }) => seq);
}

t.test('a write that takes its place later is seen later, however fast it is', async (t) => {
  const { url, client, services } = await openEngine(t);
  const slow = await openClient(t, url);
  await slow.query('begin');
  await slow.query(ORDER_LOCK);
  await slow.query(
    "insert into changes (at, type, id, operation, version) values ('2024-11-01T12:00:00.000Z', 'source', 'slow', 'create', 1)",
  );
  let isDone = false;
  const fast = services
    .write(({ sources }) => sources.save(person(1)))
    .then(() => {
      isDone = true;
    });
  await delay(150);
  t.equal(isDone, false, 'it waits for the one before it');
  t.same(await seqs(client), []);
  await slow.query('commit');
  await fast;
  t.same(await seqs(client), [1, 2]);
  const { rows } = await client.query('select id from changes order by seq');
  t.equal(rows[0]?.id, 'slow');
});

t.test('a place is taken only when all work is done, so that a slow writer holds nobody up', async (t) => {
  const { client, services } = await openEngine(t);
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let hasSaved = false;
  const slow = services.write(async ({ sources }) => {
    await sources.save(person(1));
    hasSaved = true;
    await finished;
  });
  await until('the slow writer has saved', () => hasSaved);
  await services.write(({ sources }) => sources.save(person(2)));
  t.equal((await seqs(client)).length, 1, 'the fast writer is through');
  finish();
  await slow;
  t.equal((await seqs(client)).length, 2);
});

t.test('while many write, what a reader has seen grows only at its end', async (t) => {
  const { url, client, services } = await openEngine(t);
  const other = await openStorage(t, { url });
  let isWriting = true;
  let polls = 0;
  let seen: number[] = [];
  const poll = async () => {
    while (isWriting) {
      const now = await seqs(client);
      const filled = now.slice(0, seen.length).filter((seq, place) => seq !== seen[place]);
      if (filled.length > 0 || now.length < seen.length)
        t.fail('an earlier change appeared behind a later one', { seen: seen.slice(-9), filled });
      seen = now;
      polls += 1;
    }
  };
  const polling = poll();
  const bookmarks: string[] = [];
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const { write } = writer % 2 === 0 ? services : other.services; // two processes' worth of connections
      for (let count = 1; count <= WRITES_EACH; count++) {
        const { bookmark } = await write(({ sources }) =>
          sources.save(person(writer + 1, { description: `${count}` })),
        );
        bookmarks.push(bookmark);
      }
    }),
  );
  isWriting = false;
  await polling;
  const all = await seqs(client);
  t.equal(all.length, WRITERS * WRITES_EACH, 'every write is there');
  t.equal(new Set(bookmarks).size, WRITERS * WRITES_EACH, 'each gave a bookmark of its own');
  t.ok(polls > 100, `the reader looked ${polls} times`);
});
