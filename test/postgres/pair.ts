/**
 * Two databases of one server that play primary and replica: what would stream is copied when the test says so.
 */
import type { Client } from 'pg';
import type { Test } from 'tap';
import { openTestServer } from '../helper.js';
import { openClient, openDatabase, openStorage, openWay, person, until } from './engine.js';

export const URL_OF_1 = '/v1/sources/person-1';

/** Makes the sources and changes of one database those of another. */
export async function copy(from: Client, to: Client): Promise<void> {
  await to.query('begin');
  await to.query('truncate changes, api_keys, source_names, sources cascade');
  for (const table of ['sources', 'source_names', 'api_keys', 'changes']) {
    const { rows } = await from.query(`select json_agg(t) as rows from ${table} t`);
    await to.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
      JSON.stringify(rows[0].rows ?? []),
    ]);
  }
  // So that an answer tells where it comes from.
  await to.query("update sources set role = 'replica'");
  await to.query('commit');
}

export async function openPair(t: Test) {
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
  const bookmark = await save('one');
  await stream();
  await until('the replica is found well', async () => (await read(bookmark)) === 'one from the replica');
  return { ways, clients, storage, services, get, save, read, states, stream };
}

/** Puts the clock forward. */
export function later(t: Test, ms: number): () => void {
  const { now } = Date;
  Date.now = () => now() + ms;
  const back = () => {
    Date.now = now;
  };
  t.teardown(back);
  return back;
}
