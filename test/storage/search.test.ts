/**
 * Search finds what readers may see by the words that it holds, in the same order on every engine, and follows every write.
 */

import { eq, type SQL } from 'drizzle-orm';
import t, { type Test } from 'tap';
import { ArticleInput } from '../../src/articles/model.js';
import { parseSearch, type Search } from '../../src/kernel/search-query.js';
import type { SearchKind } from '../../src/search/model.js';
import { hasMoreHits, matches } from '../../src/storage/search-match.js';
import { createRanking, HITS_WEIGHED_MAX } from '../../src/storage/search-rank.js';
import { openEngine } from '../engine.js';
import { idOf } from '../helper.js';

const asked = (query: string): Search => {
  const search = parseSearch(query);
  if (search === null) throw new Error(`nothing to look for in ${query}`);
  return search;
};

interface Narrowed {
  readonly kind?: SearchKind;
  readonly where?: SQL;
}

async function open(t: Test) {
  const opened = await openEngine(t);
  const { raw } = opened.storage;
  /** The last digits of the ids of what is found, the best first, and whether that is a part. */
  const ranked = (query: string, { kind = 'articles', where }: Narrowed = {}) =>
    raw.snapshot(async (db) => {
      const { rank, pageOf } = createRanking(db, raw.tables);
      const { hits, isPartial } = await rank(kind, asked(query), where);
      const all = await pageOf(hits, { limit: hits.length });
      return { found: all.map(({ id }) => Number(id.slice(-12))), isPartial };
    });
  const found = async (query: string, kind: SearchKind = 'articles') => (await ranked(query, { kind })).found;
  return { ...opened, raw, ranked, found };
}

t.test(
  'a headline counts above a standfirst, a standfirst above the text; of equals the newest is first',
  async (t) => {
    const { given, found } = await open(t);
    const plain = { standfirst: 'Nothing.', body: 'Nothing at all is said here.' };
    await given.article({ ...plain, id: idOf(1), headline: 'One', body: 'Here the harbour is named.' });
    await given.article({ ...plain, id: idOf(2), headline: 'Two', standfirst: 'A harbour.' });
    await given.article({ ...plain, id: idOf(3), headline: 'Three harbours' });
    await given.article({ ...plain, id: idOf(4), headline: 'Four harbours' });
    await given.article({ ...plain, id: idOf(5), headline: 'Five' });
    await given.article({ ...plain, id: idOf(6), headline: 'Harbours' });
    t.same(await found('harbour'), [6, 4, 3, 2, 1]);
    t.same(await found('headline:harbour'), [6, 4, 3]);
    t.same(await found('standfirst:harbour'), [2]);
    t.same(await found('body:harbour'), [1]);
    t.same(await found('text:harbour'), [], 'a field of another kind');
    t.same(await found('harbour -text:named'), [6, 4, 3, 2, 1], 'which excludes nothing either');
  },
);

t.test('phrases, exclusions and beginnings', async (t) => {
  const { given, found } = await open(t);
  await given.article({ id: idOf(1), headline: 'One', body: 'The white house stands. A government speaks.' });
  await given.article({ id: idOf(2), headline: 'Two', body: 'The house is white. Governments speak.' });
  await given.article({ id: idOf(3), headline: 'White', standfirst: 'House', body: 'governing' });
  t.same(await found('"white house"'), [1], 'side by side, in one field');
  t.same(await found('white house'), [3, 1, 2]);
  t.same(await found('-"white house" house'), [3, 2]);
  t.same(await found('white -stands'), [3, 2]);
  t.same(await found('white -governing'), [], 'whatever the ending');
  t.same((await found('governm*')).sort(), [1, 2], 'of the words as they were written');
  t.same((await found('govern')).sort(), [1, 2, 3], 'whatever the ending');
  t.same(await found('governx*'), []);
  t.same(await found('headline:"white house"'), []);
  t.same(await found('"house stands a government"'), [1], 'across sentences');
});

t.test('words inside running text, in each script', async (t) => {
  const { given, found } = await open(t);
  const texts: [language: string, body: string, ...queries: string[]][] = [
    [
      'ja',
      '昨夜、港の近くで大きな火事があり、消防隊が駆けつけた。',
      '火事',
      '消防隊',
      '港',
      '駆けつけ',
      '大きな火事',
    ],
    ['zh', '昨天晚上港口附近发生了大火，消防队赶到现场。', '港口', '消防队', '大火', '现场', '火'],
    ['ko', '어젯밤 항구 근처에서 큰불이 나서 소방대가 출동했다.', '항구', '소방대', '큰불', '출동'],
    ['th', 'เมื่อคืนเกิดไฟไหม้ใกล้ท่าเรือและนักดับเพลิงรีบมา', 'ไฟไหม้', 'ท่าเรือ', 'นักดับเพลิง'],
    ['ar', 'اندلع حريق كبير قرب الميناء وحضر رجال الإطفاء.', 'ميناء', 'الحريق', 'اطفاء', 'رِجال'],
    ['uk', 'Уночі біля порту сталася велика пожежа, і прибули пожежники.', 'порт', 'пожежі', 'пожежників'],
    ['ru', 'Ночью возле порта вспыхнул пожар, приехали пожарные.', 'порт', 'пожара', 'пожарных'],
    [
      'en',
      'A fire broke out near the Łódź café; firefighters’ engines came.',
      'fires',
      'lodz',
      'CAFÉ',
      'firefighter',
    ],
  ];
  for (const [at, [language, body]] of texts.entries())
    await given.article({ id: idOf(at + 1), headline: `Number ${at + 1}`, language, body });
  for (const [at, [language, , ...queries]] of texts.entries())
    for (const query of queries) t.ok((await found(query)).includes(at + 1), `${language}: ${query}`);
  t.same(await found('防消'), [], 'not what stands nowhere');
});

t.test('only what readers may see is found, and every write is followed', async (t) => {
  const { given, found } = await open(t);
  const article = { id: idOf(1), slug: 'a', headline: 'Ferry sinks', body: 'A ferry sank.' };
  const ferry = await given.article({ ...article, status: 'draft' });
  await given.claim({
    id: idOf(2),
    text: 'The ferry was old.',
    by: [{ in: ferry, quote: { exact: 'ferry' } }],
  });
  t.same([await found('ferry'), await found('ferry', 'claims')], [[], []], 'a draft, and a claim in it');
  await given.article({ ...article, status: 'published' });
  t.same([await found('ferry'), await found('ferry', 'claims')], [[1], [2]], 'published');
  await given.article({ ...article, headline: 'Boat sinks', body: 'A boat sank, not a ferry.' });
  t.same(
    [await found('headline:ferry'), await found('boat'), await found('ferry')],
    [[], [1], [1]],
    'changed',
  );
  await given.article({ ...article, status: 'retracted' });
  t.same([await found('ferry'), await found('ferry', 'claims')], [[], []], 'retracted');

  const source = { id: idOf(3), slug: 's', name: 'Zoë Ferryman', aliases: ['The Captain'] };
  await given.source(source);
  t.same([await found('zoe', 'sources'), await found('captain', 'sources')], [[3], [3]]);
  t.same(await found('"ferryman the captain"', 'sources'), [], 'names do not run into each other');
  await given.source({ ...source, aliases: [] });
  t.same(await found('captain', 'sources'), []);
});

t.test('what a write did not keep is not found', async (t) => {
  const { given, services, found } = await open(t);
  await given.source({ id: idOf(1), slug: 's', name: 'Anna' });
  const { id, slug } = { id: idOf(1), slug: 's' };
  const rest = { kind: 'person' as const, aliases: [], sameAs: [], memberOf: null };
  const nothing = { description: null, role: null, country: null, url: null };
  await services.write(({ sources }) => sources.save({ id, slug, name: 'Berta', ...rest, ...nothing }), {
    keep: false,
  });
  t.same([await found('anna', 'sources'), await found('berta', 'sources')], [[1], []]);
});

t.test('lists take what matches as a condition, and only some of it where they say so', async (t) => {
  const { given, raw, ranked } = await open(t);
  for (let n = 1; n <= 5; n += 1)
    await given.article({ id: idOf(n), headline: `Storm ${n}`, section: n % 2 === 0 ? 'even' : 'odd' });
  const { articles } = raw.tables;
  await raw.snapshot(async (db) => {
    const ids = async (query: string) =>
      (
        await db
          .select({ id: articles.id })
          .from(articles)
          .where(matches(raw.tables, 'articles', asked(query)))
          .orderBy(articles.id)
      ).map(({ id }) => Number(id.slice(-12)));
    t.same(await ids('storm'), [1, 2, 3, 4, 5]);
    t.same(await ids('storm -3'), [1, 2, 4, 5]);
    t.same(await ids('name:storm'), []);
    const hasMore = (max: number) => hasMoreHits({ db, tables: raw.tables }, 'articles', asked('storm'), max);
    t.same([await hasMore(4), await hasMore(5)], [true, false]);
  });
  t.same((await ranked('storm', { where: eq(articles.section, 'even') })).found, [4, 2]);
});

t.test(
  'more than can be weighed is said to be a part: the newest, and those with every word in the headline',
  async (t) => {
    const { services, ranked } = await open(t);
    await services.write(async ({ articles }) => {
      for (let n = 1; n <= HITS_WEIGHED_MAX + 2; n += 1)
        await articles.save(
          ArticleInput.parse({
            id: idOf(n),
            slug: `a-${n}`,
            headline: n === 1 ? 'Rain' : 'Weather',
            body: 'Rain.',
            language: 'en',
            publishedAt: '2024-10-18T12:00:00Z',
          }),
        );
    });
    const { found: rain, isPartial } = await ranked('rain');
    t.equal(isPartial, true);
    t.equal(rain.length, HITS_WEIGHED_MAX + 1);
    t.same(rain.slice(0, 2), [1, HITS_WEIGHED_MAX + 2]);
    t.equal((await ranked('headline:rain')).isPartial, false);
  },
);

t.test('what changes more than once in a transaction is found as it is at its end', async (t) => {
  const { services, found, rowCounts } = await open(t);
  const publishedAt = '2026-03-01T00:00:00Z';
  const article = { language: 'en', headline: 'Storm', body: 'A storm.', publishedAt };
  const inputOf = (place: number, rest: Partial<typeof article> = {}) =>
    ArticleInput.parse({ status: 'published', ...article, id: idOf(place), slug: `storm-${place}`, ...rest });
  for (const undoesParts of [false, true]) {
    await services.write(
      async ({ articles }) => {
        const [one, two] = [await articles.create(inputOf(1)), await articles.create(inputOf(2))];
        await articles.create(inputOf(3));
        await articles.replace({ ...one, version: 1 }, inputOf(1, { headline: 'Calm', body: 'A calm.' }));
        await articles.remove({ ...two, version: (await articles.stored(two.id))?.version ?? 0 });
      },
      { undoesParts },
    );
    t.same([await found('storm'), await found('calm')], [[3], [1]], `undoesParts: ${undoesParts}`);
    t.equal((await rowCounts()).article_search, 2);
    await services.write(async ({ articles }) => {
      for (const place of [1, 3]) await articles.remove((await articles.stored(idOf(place))) as never);
    });
    t.same([await found('storm'), (await rowCounts()).article_search], [[], undefined]);
  }
});

t.test('what was stored before there was a search is indexed afterwards', async (t) => {
  const { given, storage, raw, found, rowCounts } = await open(t);
  for (let n = 1; n <= 250; n += 1) await given.source({ id: idOf(n), name: `Harbour ${n}` });
  await given.article({ id: idOf(300), headline: 'Harbour' });
  await given.article({ id: idOf(301), headline: 'Harbour', slug: 'draft', status: 'draft' });
  await given.claim({ id: idOf(302), text: 'Harbour.' });
  const before = await rowCounts();
  await raw.transaction(async (db) => {
    for (const table of [raw.tables.articleSearch, raw.tables.claimSearch, raw.tables.sourceSearch])
      await db.delete(table);
  });
  t.same(await found('harbour'), []);
  await storage.fillSearch();
  t.same(await rowCounts(), before);
  t.same([await found('harbour'), await found('harbour', 'claims')], [[300], [302]]);
  t.same(await found('"harbour 250"', 'sources'), [250]);
  await storage.fillSearch();
  t.same(await rowCounts(), before, 'and once only');
});
