/**
 * The database itself refuses nonsense, whatever the code above it does: one planted bad row for each rule, and no
 * rule without one.
 */
import type Driver from 'better-sqlite3';
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { anchor, checks, good, type Row, references, uniques } from './bad-rows.js';
import { openFileStorage } from './file.js';

/** An empty database but for sources, articles and claims 1 and 2; `plant` undoes what it plants. */
async function open(t: Test) {
  const { raw } = await openFileStorage(t);
  const insert = (table: string, ...changes: Row[]) => {
    const row = Object.assign({}, good[table], ...changes) as Row;
    const names = Object.keys(row);
    raw
      .prepare(
        `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${names.map((name) => `@${name}`).join(', ')})`,
      )
      .run(row);
  };
  for (const key of [1, 2]) {
    insert('sources', { key, id: idOf(100 + key), slug: `source-${key}` });
    insert('articles', { key, id: idOf(200 + key), slug: `article-${key}` });
    insert('claims', { key, id: idOf(300 + key) });
  }
  /** What the database says to some rows, one after the other. */
  const plant = (table: string, ...rows: Row[]): string => {
    raw.exec('begin');
    try {
      for (const row of rows) insert(table, row);
      return 'accepted';
    } catch (error) {
      return (error as Error).message;
    } finally {
      raw.exec('rollback');
    }
  };
  return { raw, insert, plant };
}

const all = <Value>(raw: Driver.Database, sql: string): Value[] => raw.prepare(sql).pluck().all() as Value[];

t.test('a row that breaks no rule is accepted in every table', async (t) => {
  const { plant, raw } = await open(t);
  const tables = all<string>(
    raw,
    "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like '\\_\\_%' escape '\\'",
  );
  t.same(Object.keys(good).sort(), tables.sort());
  for (const table of tables) t.equal(plant(table, {}), 'accepted', table);
  t.equal(plant('attributions', anchor), 'accepted', 'with an anchor');
});

t.test('a row that breaks a check is refused under the name of the check', async (t) => {
  const { plant } = await open(t);
  for (const [name, table, ...breaches] of checks)
    for (const breach of breaches)
      t.equal(plant(table, breach), `CHECK constraint failed: ${name}`, JSON.stringify(breach));
});

t.test('what may stand once only is refused the second time', async (t) => {
  const { plant } = await open(t);
  for (const [columns, apart, shared = {}] of uniques)
    t.equal(
      plant(columns.split('.', 1)[0] ?? '', shared, { ...shared, ...apart }),
      `UNIQUE constraint failed: ${columns}`,
    );
});

t.test('a reference that leads nowhere is refused', async (t) => {
  const { plant } = await open(t);
  for (const reference of references) {
    const [table = '', column = ''] = reference.split('.');
    const where = reference === 'attributions.article' ? { context: null } : {};
    t.equal(plant(table, { ...where, [column]: 999 }), 'FOREIGN KEY constraint failed', reference);
  }
});

t.test('what must be there must be there', async (t) => {
  const { plant, raw } = await open(t);
  for (const table of Object.keys(good)) {
    const required = raw.pragma(`table_info(${table})`) as { name: string; notnull: 0 | 1; pk: number }[];
    // SQLite gives a number where the only column of a primary key is null.
    const isNumbered = ({ pk }: { pk: number }) => pk === 1 && !required.some((other) => other.pk === 2);
    for (const { name } of required.filter((column) => column.notnull === 1 && !isNumbered(column)))
      t.equal(plant(table, { [name]: null }), `NOT NULL constraint failed: ${table}.${name}`);
  }
});

t.test('no rule goes untried', async (t) => {
  const { raw } = await open(t);
  const ddl = all<string>(raw, "select sql from sqlite_master where type = 'table'").join('\n');
  const named = [...ddl.matchAll(/CONSTRAINT "(\w+)" CHECK/g)].map(([, name]) => name);
  t.same(checks.map(([name]) => name).sort(), named.sort(), 'checks');
  t.equal(ddl.match(/\bCHECK\b/gi)?.length, named.length, 'every check has a name');

  const keyed = Object.keys(good).flatMap((table) =>
    all<string>(
      raw,
      `select (select group_concat('${table}.' || name, ', ' order by seqno) from pragma_index_info(list.name))
       from pragma_index_list('${table}') list where "unique" = 1`,
    ),
  );
  t.same(uniques.map(([columns]) => columns).sort(), keyed.sort(), 'what may stand once only');
  const referring = Object.keys(good).flatMap((table) =>
    all<string>(raw, `select '${table}.' || "from" from pragma_foreign_key_list('${table}')`),
  );
  t.same([...references].sort(), referring.sort(), 'references');
});

t.test('a claim takes its parts with it, and a source that is referred to stays', async (t) => {
  const { raw, insert } = await open(t);
  const parts = ['claim_tags', 'attributions', 'relations', 'reviews'];
  for (const table of parts) insert(table);
  t.throws(() => raw.exec('delete from sources where key = 1'), { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
  raw.exec('delete from claims where key = 1');
  for (const table of parts) t.same(all(raw, `select count(*) from ${table}`), [0], table);
});
