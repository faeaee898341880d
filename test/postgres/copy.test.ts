/** Everything moves from one engine to the other and back, unchanged to the byte, and only into an empty database. */
import t, { type Test } from 'tap';
import { buildApp } from '../../src/app.js';
import { seed } from '../../src/imports/seed.js';
import { createServices } from '../../src/services.js';
import { copyAll, tableNames } from '../../src/storage/copy.js';
import { openSqlite } from '../../src/storage/sqlite/open.js';
import type { Storage } from '../../src/storage/storage.js';
import { ownSeed } from '../generated.js';
import { importFile } from '../imports/import-file.js';
import { openDatabase, openStorage, person } from './engine.js';

const ARTICLES = 120; // beside the seed; more than one batch of tags and authors

async function openFilled(t: Test): Promise<Storage> {
  const storage = await openEmpty(t);
  const services = createServices(storage);
  await seed(services, ownSeed());
  for (let n = 1; n <= ARTICLES; n++) {
    const tags = Array.from({ length: 6 }, (_, at) => `t${n}-${at}`).join(', ');
    const text = `---\ntitle: Post ${n}\ndate: 2020-01-${(n % 28) + 1}\ntags: [${tags}]\nauthors: [A, B]\n---\nText *${n}* é 한 😀.\n`;
    const options = { timezone: 'UTC', language: 'en', dryRun: false };
    await importFile(services, { name: `${n}.md`, bytes: Buffer.from(text) }, options);
  }
  const { secret, key } = await makeKey(storage);
  await services.write(({ sources }) => sources.save(person(9)), { by: key.id });
  secrets.set(storage, secret);
  return storage;
}

/** The secret of the key that a filled storage holds. */
const secrets = new WeakMap<Storage, string>();

async function makeKey(storage: Storage) {
  const key = { name: 'The desk', scope: 'write', expiresAt: null } as const;
  return (await createServices(storage).write(({ keys }) => keys.create(key))).result;
}

async function openEmpty(t: Test): Promise<Storage> {
  const storage = await openSqlite({ file: ':memory:' });
  await storage.migrate();
  t.teardown(() => storage.close());
  return storage;
}

const copy = (from: Storage, to: Storage) => copyAll(from.raw, to.raw, () => {});

/** The bodies of every route: each list walked to its end, and every single thing in them. */
async function everyAnswer(storage: Storage): Promise<Record<string, string>> {
  const app = await buildApp({ storage });
  const answers: Record<string, string> = {};
  const ask = async (url: string) => {
    const { body } = await app.inject(url);
    answers[url] = body;
    return JSON.parse(body) as { data: { id: string }[]; next: string | null };
  };
  for (const kind of ['articles', 'claims', 'sources'])
    for (let url: string | null = `/v1/${kind}?limit=50`; url !== null; ) {
      const { data, next } = await ask(url);
      url = next;
      for (const { id } of data) {
        await ask(`/v1/${kind}/${id}`);
        if (kind === 'articles')
          for (const body of ['markdown', 'text']) await ask(`/v1/articles/${id}?body=${body}`);
        if (kind === 'articles') await ask(`/v1/articles/${id}/claims`);
        if (kind === 'sources')
          for (const list of ['articles', 'claims']) await ask(`/v1/sources/${id}/${list}`);
      }
    }
  await app.close();
  return answers;
}

t.test('SQLite to PostgreSQL to SQLite: equal checksums, and every answer equal to the byte', async (t) => {
  const first = await openFilled(t);
  const { storage: middle } = await openStorage(t, { url: await openDatabase(t) });
  const last = await openEmpty(t);
  const there = await copy(first, middle);
  const back = await copy(middle, last);
  t.same(
    there.map(({ table }) => table),
    tableNames,
  );
  t.same(there, back);
  t.equal(there.find(({ table }) => table === 'articles')?.rows, ARTICLES + 6);

  const answers = await everyAnswer(first);
  t.ok(Object.keys(answers).length > 500, `${Object.keys(answers).length} answers`);
  t.same(await everyAnswer(middle), answers);
  t.same(await everyAnswer(last), answers);

  const secret = secrets.get(first) ?? '';
  for (const storage of [middle, last])
    t.match(await createServices(storage).ring.find(secret), { is: 'valid' }, 'keys open what they did');
  t.equal((await makeKey(middle)).key.name, 'The desk', 'keys are made behind the copied ones');

  const { changes } = await createServices(middle).write(({ sources }) => sources.save(person(1)));
  t.equal(changes.size, 1, 'writing goes on behind the copied keys');
});

t.test(
  'a copy that was cut off goes on; one into a database that holds anything else is refused',
  async (t) => {
    const source = await openFilled(t);
    const { storage: target } = await openStorage(t, { url: await openDatabase(t) });
    const cut = new Error('cut off');
    await t.rejects(
      copyAll(source.raw, target.raw, ({ table }) => {
        if (table === 'articleAuthors') throw cut;
      }),
      cut,
    );
    const reports = await copy(source, target);
    t.same(reports, await copy(source, target), 'and done again it finds nothing to do');

    const other = await openEmpty(t);
    await createServices(other).write(({ sources }) => sources.save(person(2)));
    await t.rejects(copy(source, other), { name: 'ClaimwireError', code: 'conflict' });
    const { items } = await other.read.sources.list({ limit: 10, filters: [] });
    t.same(
      items.map(({ slug }) => slug),
      ['person-2'],
      'and nothing was written',
    );
  },
);
