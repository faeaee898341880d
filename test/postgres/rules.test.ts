/**
 * PostgreSQL refuses the same nonsense as SQLite does: the same planted rows, and no rule without one.
 */
import type { Client } from 'pg';
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { anchor, checks, good, type Row, references, uniques } from '../storage/bad-rows.js';
import { openClient, openDatabase } from './engine.js';

interface Refusal {
  readonly code: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
  readonly detail?: string;
}

/** An empty database but for sources, articles and claims 1 and 2; `plant` undoes what it plants. */
async function open(t: Test) {
  const client = await openClient(t, await openDatabase(t));
  const insert = async (table: string, ...changes: Row[]) => {
    const row = Object.assign({}, good[table], ...changes) as Row;
    const names = Object.keys(row);
    // SQLite has no type for what is true or false.
    const values = names.map((name) =>
      name === 'visible' && row[name] !== null ? Boolean(row[name]) : row[name],
    );
    await client.query(
      `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
      values,
    );
  };
  for (const key of [1, 2]) {
    await insert('sources', { key, id: idOf(100 + key), slug: `source-${key}` });
    await insert('articles', { key, id: idOf(200 + key), slug: `article-${key}` });
    await insert('claims', { key, id: idOf(300 + key) });
  }
  await client.query(
    "select setval(pg_get_serial_sequence(name, 'key'), 10) from unnest(array['sources', 'articles', 'claims']) name",
  );
  /** What the database says to some rows, one after the other; null where it takes them. */
  const plant = async (table: string, ...rows: Row[]): Promise<Refusal | null> => {
    await client.query('begin');
    try {
      for (const row of rows) await insert(table, row);
      return null;
    } catch (error) {
      return error as Refusal;
    } finally {
      await client.query('rollback');
    }
  };
  return { client, plant };
}

const all = async <Value>(client: Client, sql: string): Promise<Value[]> =>
  (await client.query({ text: sql, rowMode: 'array' })).rows.map(([value]) => value as Value);

/** The columns that a refusal is about: `Key (article, "position")=(1, 0) already exists.` */
const columnsOf = ({ table, detail }: Refusal): string =>
  (/^Key \((.+?)\)=/.exec(detail ?? '')?.[1] ?? '')
    .replaceAll('"', '')
    .split(', ')
    .map((column) => `${table}.${column}`)
    .join(', ');

t.test('a row that breaks no rule is accepted in every table', async (t) => {
  const { plant, client } = await open(t);
  const tables = await all<string>(
    client,
    "select tablename::text from pg_tables where schemaname = 'public'",
  );
  t.same(Object.keys(good).sort(), tables.sort());
  for (const table of tables) t.equal(await plant(table, {}), null, table);
  t.equal(await plant('attributions', anchor), null, 'with an anchor');
});

t.test('a row that breaks a check is refused under the name of the check', async (t) => {
  const { plant } = await open(t);
  for (const [name, table, ...breaches] of checks)
    for (const breach of breaches)
      t.match(await plant(table, breach), { code: '23514', constraint: name }, JSON.stringify(breach));
});

t.test('what may stand once only is refused the second time', async (t) => {
  const { plant } = await open(t);
  for (const [columns, apart, shared = {}] of uniques) {
    const refusal = await plant(columns.split('.', 1)[0] ?? '', shared, { ...shared, ...apart });
    t.equal(refusal?.code, '23505', columns);
    t.equal(refusal && columnsOf(refusal), columns);
  }
});

t.test('a reference that leads nowhere is refused', async (t) => {
  const { plant } = await open(t);
  for (const reference of references) {
    const [table = '', column = ''] = reference.split('.');
    const where = reference === 'attributions.article' ? { context: null } : {};
    const refusal = await plant(table, { ...where, [column]: 999 });
    t.equal(refusal?.code, '23503', reference);
    t.equal(refusal && columnsOf(refusal), reference);
  }
});

t.test('what must be there must be there', async (t) => {
  const { plant, client } = await open(t);
  for (const table of Object.keys(good)) {
    const required = await all<string>(
      client,
      `select attname::text from pg_attribute where attrelid = '${table}'::regclass and attnotnull and attnum > 0`,
    );
    for (const column of required.filter((name) => !/^(key|seq)$/.test(name)))
      t.match(await plant(table, { [column]: null }), { code: '23502', table, column });
  }
});

t.test('no rule goes untried', async (t) => {
  const { client } = await open(t);
  const constraints = (kind: string) =>
    all<string>(
      client,
      `select conname::text from pg_constraint where contype = '${kind}' and connamespace = 'public'::regnamespace`,
    );
  t.same(checks.map(([name]) => name).sort(), (await constraints('c')).sort(), 'checks');
  // The order of the columns in an index says how it is searched, so it is part of the name here.
  const keyed = await all<string>(
    client,
    `select string_agg(i.indrelid::regclass || '.' || a.attname, ', ' order by k.place)
     from pg_index i, unnest(i.indkey) with ordinality k(number, place), pg_attribute a, pg_class c
     where i.indisunique and a.attrelid = i.indrelid and a.attnum = k.number
       and c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
     group by i.indexrelid`,
  );
  // Inner keys, and those that rows of search share with what they are of.
  const inner = keyed.filter((columns) => !/^\w+\.(key|seq)$|^\w+_search\./.test(columns));
  t.same(uniques.map(([columns]) => columns).sort(), inner.sort(), 'what may stand once only');
  const referring = await all<string>(
    client,
    `select conrelid::regclass || '.' || attname from pg_constraint
     join pg_attribute on attrelid = conrelid and attnum = any(conkey)
     where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  t.same([...references].sort(), referring.sort(), 'references');
});

t.test('a claim takes its parts with it, and a source that is referred to stays', async (t) => {
  const { client } = await open(t);
  const insert = (sql: string) => client.query(sql);
  await insert("insert into claim_tags values (1, 'a')");
  await insert(
    `insert into attributions (id, claim, source, context, stance) values ('${idOf(4)}', 1, 1, 'a speech', 'asserts')`,
  );
  await insert(`insert into relations (id, claim, kind, other) values ('${idOf(5)}', 1, 'refines', 2)`);
  await insert(
    `insert into reviews (id, claim, reviewer, rating, verdict, reviewed_at)
     values ('${idOf(6)}', 1, 1, 'True', 'true', '2024-11-01T12:00:00.000Z')`,
  );
  await t.rejects(client.query('delete from sources where key = 1'), { code: '23503' });
  await client.query('delete from claims where key = 1');
  for (const table of ['claim_tags', 'attributions', 'relations', 'reviews'])
    t.same(await all(client, `select count(*)::int from ${table}`), [0], table);
});
