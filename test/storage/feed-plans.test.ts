/**
 * A feed costs the same few statements whatever it holds, and a sitemap is read along its keys: nothing is read through
 * or sorted.
 */
import t, { type Test } from 'tap';
import { readFeeds } from '../../src/feeds/service.js';
import { type ListRequest, plainly } from '../../src/kernel/page.js';
import { idOf } from '../helper.js';
import { openFileStorage } from './file.js';

const PAGE: ListRequest = { limit: 20, filters: [] };

async function open(t: Test, articles: number) {
  const statements: string[] = [];
  const { storage, services, given, raw } = await openFileStorage(t, {
    onQuery: (sql) => statements.push(sql),
  });
  await given.source({ name: 'A' });
  for (let n = 1; n <= articles; n += 1) {
    const authors = [{ name: 'A', source: 'A' }];
    const article = await given.article({ id: idOf(n), publisher: 'A', authors, tags: ['x'] });
    for (let m = 1; m <= 3; m += 1)
      await given.claim({
        id: idOf(n * 1_000 + m),
        by: [{ source: 'A', in: article, quote: { exact: 'taxes' } }],
      });
  }
  const feeds = readFeeds({ store: storage.read.feeds, articles: services.read.articles, pieceSize: 3 });
  const run = async (work: (read: typeof feeds) => Promise<unknown>): Promise<string[]> => {
    statements.length = 0;
    await work(feeds);
    return [...statements];
  };
  const planOf = (sql: string): string[] =>
    (raw.prepare(`explain query plan ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail);
  return { feeds, run, planOf };
}

t.test('a feed of twenty costs as many statements as a feed of one', async (t) => {
  const { feeds, run } = await open(t, 25);
  const costOf = async (request: ListRequest) => (await run((feeds) => feeds.list(plainly(request)))).length;
  t.equal((await feeds.list(plainly(PAGE))).items.length, 20);
  t.same(
    (await feeds.list(plainly({ ...PAGE, limit: 2 }))).items.map(({ claims, disputed }) => [
      claims,
      disputed,
    ]),
    [
      [3, 0],
      [3, 0],
    ],
  );
  t.equal(await costOf(PAGE), 2);
  t.equal(await costOf({ ...PAGE, limit: 1 }), 2);
  t.equal(await costOf({ ...PAGE, filters: [{ field: 'section', operator: 'in', values: ['none'] }] }), 1);
});

t.test('the claims of a feed are counted from its articles', async (t) => {
  const { run, planOf } = await open(t, 1);
  const counts = (await run((feeds) => feeds.list(plainly(PAGE)))).at(-1) ?? '';
  t.match(counts, /count\(distinct/);
  t.same(
    planOf(counts).filter((step) => !/TEMP B-TREE/.test(step)),
    [
      'SEARCH articles USING COVERING INDEX articles_id (id=?)',
      'SEARCH attributions USING COVERING INDEX attributions_article (article=?)',
      'SEARCH claims USING INTEGER PRIMARY KEY (rowid=?)',
    ],
  );
});

t.test('pieces are found and read along the keys, one statement each', async (t) => {
  const { run, planOf } = await open(t, 7);
  const [pieces = '', ...more] = await run((feeds) => feeds.pieces());
  t.same(more, []);
  const steps = planOf(pieces).filter((step) => /articles/.test(step));
  t.same(
    steps,
    Array.from({ length: 2 }, () => 'SEARCH articles USING INTEGER PRIMARY KEY (rowid>?)'),
  );
  t.notMatch(planOf(pieces).join('; '), /TEMP B-TREE/, 'nothing is sorted');

  const [piece = '', ...rest] = await run((feeds) => feeds.piece(1));
  t.same(rest, []);
  t.same(planOf(piece), ['SEARCH articles USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)']);
});

t.test('the news are read off the index of the newest', async (t) => {
  const { run, planOf } = await open(t, 1);
  const [news = '', ...more] = await run((feeds) => feeds.news());
  t.same(more, []);
  t.equal(
    planOf(news)[0],
    'SEARCH articles USING INDEX articles_newest (status=? AND published_at>? AND published_at<?)',
  );
  t.notMatch(planOf(news).join('; '), /SCAN|TEMP B-TREE/);
});
