/**
 * A search is answered from its index, the newest hits first, and reads only the rows that it weighs.
 */
import t from 'tap';
import { parseSearch, type Search } from '../../src/kernel/search-query.js';
import { readSearch } from '../../src/storage/search.js';
import { matches } from '../../src/storage/search-match.js';
import { createRanking, HITS_WEIGHED_MAX } from '../../src/storage/search-rank.js';
import { openFileStorage } from './file.js';

t.test('hits come off the index in its order, rows by their keys', async (t) => {
  const statements: string[] = [];
  const { storage, given, raw } = await openFileStorage(t, { onQuery: (sql) => statements.push(sql) });
  const { tables, snapshot } = storage.raw;
  await given.article({ headline: 'Oil' });
  const planOf = (sql: string): string[] =>
    (raw.prepare(`explain query plan ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail);
  const run = async (query: string) => {
    statements.length = 0;
    await snapshot((db) => createRanking(db, tables).rank('articles', parseSearch(query) as Search));
    const [found = ''] = statements.filter((sql) => sql.startsWith('select'));
    return { found, plan: planOf(found) };
  };
  const rows = [
    'SEARCH article_search USING INTEGER PRIMARY KEY (rowid=?)',
    'LIST SUBQUERY 1',
    'SCAN __article_terms VIRTUAL TABLE INDEX 192:M3',
  ];
  const anywhere = await run('oil');
  t.same(anywhere.plan, rows);
  t.match(anywhere.found, `order by rowid desc limit ${HITS_WEIGHED_MAX + 1}`);
  const titled = await run('headline:oil');
  t.same(
    titled.plan,
    rows.map((step) => step.replace('__article_terms', '__article_titles').replace('M3', 'M1')),
    'headlines have an index of their own',
  );

  statements.length = 0;
  await snapshot((db) =>
    db
      .select({ key: tables.articles.key })
      .from(tables.articles)
      .where(matches(tables, 'articles', parseSearch('oil') as Search)),
  );
  const [list = ''] = statements.filter((sql) => sql.startsWith('select'));
  t.equal(
    planOf(list)[0],
    'SEARCH articles USING INTEGER PRIMARY KEY (rowid=?)',
    'of a list, the rows by their keys',
  );
});

t.test('a ranking is two statements at most, a page of what was found two more for each kind', async (t) => {
  const statements: string[] = [];
  const { storage, given } = await openFileStorage(t, { onQuery: (sql) => statements.push(sql) });
  const { tables, snapshot } = storage.raw;
  for (let n = 1; n <= 25; n += 1) await given.article({ headline: `Oil ${n}` });
  for (const limit of [1, 20]) {
    statements.length = 0;
    const search = parseSearch('oil') as Search;
    await snapshot((db) =>
      readSearch(db, tables).list({ search, kinds: ['articles', 'claims', 'sources'], limit }),
    );
    t.equal(statements.filter((sql) => sql.startsWith('select')).length, 5, `${limit}`);
  }
  for (const keys of [[1], Array.from({ length: 20 }, (_, n) => n + 1)]) {
    statements.length = 0;
    await snapshot((db) => readSearch(db, tables).related(keys, 5));
    t.equal(statements.filter((sql) => sql.startsWith('select')).length, 7, `related to ${keys.length}`);
  }
});
