/**
 * A database that is busy is waited for, one that does not answer is said to be unavailable, and nobody sees a write
 * before it is whole.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { plainly } from '../../src/kernel/page.js';
import { openSqlite } from '../../src/storage/sqlite/open.js';
import { idOf } from '../helper.js';
import { openFileStorage } from './file.js';

const UNAVAILABLE = { name: 'ClaimwireError', code: 'unavailable' };
const UP = { primary: { state: 'up', behind: 0 }, replicas: [] };
const DOWN = { primary: { state: 'down', behind: 0 }, replicas: [] };

t.test('readers do not see a write before it is whole', async (t) => {
  const { services, given } = await openFileStorage(t);
  await given.source({ id: idOf(1), name: 'A' });
  const names = async () =>
    (await services.read.sources.list(plainly({ limit: 9, filters: [] }))).items.map(({ name }) => name);
  await services.write(async ({ sources }) => {
    await sources.save({ ...(await template(sources)), id: idOf(2), slug: 'b', name: 'B' });
    t.equal((await sources.get('b')).name, 'B', 'the write sees itself');
    t.same(await names(), ['A'], 'a reader does not');
    await delay(5);
    t.same(await names(), ['A']);
  });
  t.same(await names(), ['B', 'A']);

  async function template(sources: { get(ref: string): ReturnType<typeof services.read.sources.get> }) {
    const {
      version: _version,
      createdAt: _createdAt,
      updatedAt: _updatedAt,
      ...source
    } = await sources.get('a');
    return { ...source, memberOf: null };
  }
});

t.test('a write waits for another process that is writing, and reading goes on', async (t) => {
  const { given, services, raw } = await openFileStorage(t);
  await given.source({ name: 'A' });
  raw.exec('begin immediate');
  let isDone = false;
  const write = given.source({ name: 'B' }).then(() => {
    isDone = true;
  });
  await delay(60);
  t.equal(isDone, false);
  t.equal((await services.read.sources.get('a')).name, 'A');
  raw.exec('commit');
  await write;
  t.equal((await services.read.sources.get('b')).name, 'B');
});

t.test('a write that has waited too long is refused, and the next one goes on', async (t) => {
  const { given, services, raw } = await openFileStorage(t);
  raw.exec('begin immediate');
  const refused = t.rejects(given.source({ name: 'A' }), UNAVAILABLE);
  await delay(30);
  const { now } = Date;
  Date.now = () => now() + 11_000; // the clock is put forward instead of waiting
  t.teardown(() => {
    Date.now = now;
  });
  await refused;
  Date.now = now;
  raw.exec('commit');
  await given.source({ name: 'B' });
  await t.rejects(services.read.sources.get('a'), { code: 'not-found' });
  t.equal((await services.read.sources.get('b')).name, 'B');
});

t.test('two processes that write to one file lose nothing', async (t) => {
  const { services, file, raw } = await openFileStorage(t);
  const other = await openSqlite({ file });
  t.teardown(() => other.close());
  const record = (n: number) => {
    const empty = { description: null, role: null, country: null, url: null, memberOf: null };
    return {
      id: idOf(n),
      slug: `s-${n}`,
      kind: 'person' as const,
      name: 'A',
      aliases: [],
      sameAs: [],
      ...empty,
    };
  };
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      n % 2 === 0
        ? services.write(({ sources }) => sources.save(record(n)))
        : other.write(({ sources }) => sources.insert(record(n), ['a'])),
    ),
  );
  t.equal(raw.prepare('select count(*) from sources').pluck().get(), 40);
  t.same(
    raw.prepare('select seq from changes order by seq').pluck().all(),
    Array.from({ length: 40 }, (_, n) => n + 1),
  );
});

t.test('a closed storage is unavailable, whatever is asked of it', async (t) => {
  const { storage, services, given } = await openFileStorage(t);
  const late = given.source({ name: 'A' });
  await storage.close();
  await t.resolves(late, 'what was begun before is finished');
  await t.rejects(services.read.sources.get('a'), UNAVAILABLE);
  await t.rejects(given.source({ name: 'B' }), UNAVAILABLE);
  t.same(await storage.status(), DOWN);
  await t.resolves(storage.close(), 'closing twice is no fault');
});

t.test('a file that is removed or replaced is down, since what is written to it would be lost', async (t) => {
  const { storage, file } = await openFileStorage(t);
  t.same(await storage.status(), UP);
  rmSync(file);
  t.same(await storage.status(), DOWN, 'removed');
  writeFileSync(file, '');
  t.same(await storage.status(), DOWN, 'replaced');
});

t.test('what is no database is unavailable when it is opened', async (t) => {
  const folder = t.testdir({
    'text.db': 'This is a text, and a long one at that. '.repeat(100),
    'folder.db': {},
  });
  for (const name of ['text.db', 'folder.db', 'no-folder/claimwire.db'])
    await t.rejects(openSqlite({ file: `${folder}/${name}` }), UNAVAILABLE, name);
});

t.test('a database without tables, or with broken ones, is unavailable when it is read', async (t) => {
  const empty = await openSqlite({ file: ':memory:' });
  t.teardown(() => empty.close());
  await t.rejects(empty.read.articles.get('a', 'html'), UNAVAILABLE);
  t.same(await empty.status(), DOWN);

  const { services, given, file, raw } = await openFileStorage(t);
  await given.source({ name: 'A' });
  raw.pragma('wal_checkpoint(truncate)');
  const pages = raw.pragma('page_count', { simple: true }) as number;
  writeFileSync(file, Buffer.alloc(4096 * (pages - 1), 0xaa), { flag: 'r+' });
  const again = await openSqlite({ file }).catch((error) => error);
  t.match(again, UNAVAILABLE);
  await t.rejects(
    services.write(({ sources }) => sources.get('b')),
    UNAVAILABLE,
  );
});
