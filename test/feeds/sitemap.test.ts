/**
 * The sitemap is cut into pieces that stay what they are, each of a bounded size, and so are the news.
 */
import t, { type Test } from 'tap';
import { readFeeds } from '../../src/feeds/service.js';
import { newsLanguage, toIndex, toNews } from '../../src/feeds/sitemap.js';
import { openEngine } from '../engine.js';
import { idOf } from '../helper.js';

const MINUTE = '2024-10-20T12:00';

/** Feeds with small bounds, at a time that stands still. */
async function open(t: Test, bounds: { pieceSize?: number; piecesMax?: number; newsMax?: number } = {}) {
  const { storage, services, given } = await openEngine(t);
  const { feeds: store } = storage.read;
  const clock = () => `${MINUTE}:30.000Z`;
  const feeds = readFeeds({ store, articles: services.read.articles, clock, pieceSize: 3, ...bounds });
  let count = 0;
  const add = async (many: number, article: Parameters<typeof given.article>[0] = {}) => {
    for (let n = 0; n < many; n += 1) {
      count += 1;
      await given.article({ id: idOf(count), slug: `a-${count}`, ...article });
    }
  };
  const slugsOf = async (piece: number) => (await feeds.piece(piece)).map(({ slug }) => slug);
  return { feeds, given, add, slugsOf };
}

t.test(
  'an article stays in its piece, whatever is added or withdrawn, and no piece is larger than its bound',
  async (t) => {
    const { feeds, given, add, slugsOf } = await open(t);
    t.same(await feeds.pieces(), { pieces: [], isCapped: false });
    await add(3);
    t.same(await feeds.pieces(), { pieces: [1], isCapped: false });
    await add(4);
    t.same(await feeds.pieces(), { pieces: [1, 2, 3], isCapped: false });
    t.same(await slugsOf(1), ['a-1', 'a-2', 'a-3']);
    t.same(await slugsOf(2), ['a-4', 'a-5', 'a-6']);
    t.same(await slugsOf(3), ['a-7']);

    await given.article({
      id: idOf(5),
      slug: 'a-5',
      publishedAt: '2020-01-01T00:00:00Z',
      headline: 'Changed',
    });
    await given.article({ id: idOf(1), slug: 'a-1', status: 'retracted' });
    t.same(await slugsOf(1), ['a-2', 'a-3']);
    t.same(await slugsOf(2), ['a-4', 'a-5', 'a-6'], 'neither another time nor another headline moves it');

    for (const n of [4, 5, 6]) await given.article({ id: idOf(n), slug: `a-${n}`, status: 'retracted' });
    t.same(await feeds.pieces(), { pieces: [1, 3], isCapped: false }, 'an empty piece is not named');
    await t.rejects(feeds.piece(2), { code: 'not-found' });

    await add(1, { status: 'draft' });
    await add(2);
    t.same(await feeds.pieces(), { pieces: [1, 3, 4], isCapped: false });
    t.same(await slugsOf(3), ['a-7', 'a-9']);
    t.same(await slugsOf(4), ['a-10']);
  },
);

t.test('an index says that it has no room for more', async (t) => {
  const { feeds, add } = await open(t, { pieceSize: 1, piecesMax: 2 });
  await add(2);
  t.same(await feeds.pieces(), { pieces: [1, 2], isCapped: false });
  await add(1);
  const capped = await feeds.pieces();
  t.same(capped, { pieces: [1, 2], isCapped: true });
  t.match(toIndex('https://a', capped), '<!-- The first 2; the others stand at the numbers that follow. -->');
});

t.test('the news are those of 48 hours before this minute, and say that they are not all', async (t) => {
  const { feeds, add } = await open(t, { newsMax: 3 });
  const slugs = async () => (await feeds.news()).entries.map(({ slug }) => slug);
  await add(1, { publishedAt: '2024-10-18T11:59:59.999Z' });
  t.same(await slugs(), []);
  await add(1, { publishedAt: '2024-10-18T12:00:00Z' });
  await add(1, { publishedAt: `${MINUTE}:59Z` });
  await add(1, { publishedAt: '2024-10-20T12:01:01Z' });
  t.same(await slugs(), ['a-3', 'a-2'], 'what is yet to come is not news');
  await add(1, { publishedAt: `${MINUTE}:59Z` });
  t.same(await slugs(), ['a-5', 'a-3', 'a-2'], 'of two at one time the younger id comes first');
  t.equal((await feeds.news()).isCapped, false);
  await add(1, { publishedAt: '2024-10-19T12:00:00Z' });
  t.same(await slugs(), ['a-5', 'a-3', 'a-6']);
  const news = await feeds.news();
  t.equal(news.isCapped, true);
  t.match(toNews('https://a', 'a', news), '<!-- The newest 3; the others are in /sitemap.xml. -->');
});

t.test('a language is told in the letters that news sitemaps take', async (t) => {
  const cases = {
    en: 'en',
    'pt-BR': 'pt',
    ko: 'ko',
    fil: 'fil',
    zh: 'zh-cn',
    'zh-TW': 'zh-tw',
    'zh-Hant': 'zh-tw',
    'zh-HK': 'zh-tw',
  };
  for (const [tag, language] of Object.entries(cases)) t.equal(newsLanguage(tag), language, tag);
});
