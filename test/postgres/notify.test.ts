/**
 * Whoever listens hears of every write, of this process and of others: by NOTIFY, and while its line is cut by asking.
 */
import type { Client } from 'pg';
import t from 'tap';
import { openClient, openEngine, openStorage, person, until } from './engine.js';

const LISTENING = "datname = current_database() and query = 'listen claimwire_changes'";

async function listeners(client: Client): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::int as count from pg_stat_activity where ${LISTENING}`,
  );
  return rows[0].count;
}

t.test('a write is told to the listeners of another process, and to those of its own', async (t) => {
  const { url, services, storage } = await openEngine(t);
  const other = await openStorage(t, { url });
  const told = { own: [] as number[], other: [] as number[] };
  storage.onChange((seq) => told.own.push(seq));
  const leave = other.storage.onChange((seq) => told.other.push(seq));
  await services.write(({ sources }) => sources.save(person(1)));
  await until('both are told', () => told.own.length > 0 && told.other.length > 0);
  await services.write(({ sources }) => sources.save(person(1)));
  await services.write(({ sources }) => sources.save(person(2)), { keep: false });
  const { bookmark } = await services.write(async ({ sources }) => {
    for (const n of [3, 4, 5]) await sources.save(person(n));
  });
  const last = Number.parseInt(bookmark.slice('cb1-'.length), 36);
  await until('both are told of the last', () => told.own.at(-1) === last && told.other.at(-1) === last);
  for (const seqs of Object.values(told)) t.same(seqs, [1, last], 'once, and of nothing that was not kept');
  leave();
  await services.write(({ sources }) => sources.save(person(6)));
  await until('the own is told', () => told.own.length === 3);
  t.equal(told.other.length, 2, 'who has left is told nothing');
});

t.test('a write notifies once, with its last change, when it is kept', async (t) => {
  const { url, services } = await openEngine(t);
  const client = await openClient(t, url);
  const heard: string[] = [];
  client.on('notification', ({ payload }) => heard.push(payload ?? ''));
  await client.query('listen claimwire_changes');
  await services.write(({ sources }) => sources.save(person(1)));
  await services.write(({ sources }) => sources.save(person(2)), { keep: false });
  await services.write(async ({ sources }) => {
    for (const n of [3, 4]) await sources.save(person(n));
  });
  const { rows } = await client.query('select max(seq)::text as seq from changes');
  await until('both are heard', () => heard.length === 2);
  t.same(heard, ['1', rows[0].seq]);
});

t.test('with the line cut listeners are told by asking, and the line comes back', async (t) => {
  const { client, services, storage } = await openEngine(t);
  const told: number[] = [];
  storage.onChange((seq) => told.push(seq));
  await until('it listens', async () => (await listeners(client)) === 1);

  // A number that stands nowhere in the database can only have come by the line.
  await client.query(
    "select pg_notify('claimwire_changes', 'nonsense'), pg_notify('claimwire_changes', '500')",
  );
  await until('the line works', () => told.includes(500));
  t.same(told, [500], 'and what is no number is passed over');

  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${LISTENING}`);
  await client.query('alter sequence changes_seq_seq restart with 1000');
  await services.write(({ sources }) => sources.save(person(1)));
  await until('it is told by asking', () => told.includes(1000), 800);
  t.equal(await listeners(client), 0, 'while the line is still cut');

  await until('it listens again', async () => (await listeners(client)) === 1);
  await client.query("select pg_notify('claimwire_changes', '2000')");
  await until('the line works again', () => told.includes(2000));
  t.same(told, [500, 1000, 2000]);
});
