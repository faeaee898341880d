/**
 * Scheduled articles go live at their time by themselves, once, and all that follows from a publication follows.
 */
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { buildApp } from '../../src/app.js';
import { publishDue, startPublisher } from '../../src/cli/publisher.js';
import { createServices } from '../../src/services.js';
import type { Storage } from '../../src/storage/storage.js';
import { openEngine } from '../engine.js';
import { idOf, NOW } from '../helper.js';

const at = (seconds: number): string => new Date(Date.parse(NOW) + seconds * 1_000).toISOString();
const silent = { info() {}, error() {} };

/** Two articles that are due after 10 and 20 seconds, a claim in the first, and a draft; the clock stands still. */
async function openScheduled(t: Test) {
  let now = NOW;
  const opened = await openEngine(t, { clock: () => now });
  const { given, services } = opened;
  const first = await given.article({ id: idOf(1), slug: 'one', status: 'scheduled', publishedAt: at(10) });
  await given.article({ id: idOf(2), slug: 'two', status: 'scheduled', publishedAt: at(20) });
  await given.article({ id: idOf(3), slug: 'draft', status: 'draft', publishedAt: at(10) });
  await given.claim({ id: idOf(11), by: [{ in: first, quote: { exact: 'taxes will fall' } }] });
  await opened.news();
  return {
    ...opened,
    publish: (of = services) => publishDue(of, () => now),
    passTo(seconds: number) {
      now = at(seconds);
    },
  };
}

t.test('nothing happens before its time', async (t) => {
  const { publish, passTo, news, query } = await openScheduled(t);
  passTo(9.999);
  t.same(await publish(), { published: 0, next: at(10) });
  t.same(await news(), []);
  t.same(await query("select count(*) as count from articles where status = 'published'"), [{ count: 0 }]);
});

t.test(
  'at its time an article is published, with what follows: changes, revision, claims, search',
  async (t) => {
    const { publish, passTo, news, query, services } = await openScheduled(t);
    passTo(10);
    t.same(await publish(), { published: 1, next: at(20) });
    t.same(await news(), ['update article 1 v2', 'update claim 11 v2']);
    const { status, publishedAt, version } = await services.read.articles.get('one', 'none');
    t.strictSame({ status, publishedAt, version }, { status: 'published', publishedAt: at(10), version: 2 });
    t.equal((await services.read.claims.get(idOf(11))).attributions.length, 1, 'its claim is seen');
    t.same(await query('select article from article_search'), [{ article: 1 }], 'it is found');
    t.match(await query(`select * from revisions where id = '${idOf(1)}' and version = 2`), [
      { at: at(10), by: null, operation: 'update', note: 'published when it was due' },
    ]);
    t.same(await publish(), { published: 0, next: at(20) }, 'once');
  },
);

t.test('what came due while no process ran is published by the next that starts', async (t) => {
  const { passTo, services, storage, query } = await openScheduled(t);
  passTo(3_600);
  const publisher = await startPublisher({
    services,
    onChange: storage.onChange,
    logger: silent,
    clock: () => at(3_600),
  });
  await publisher.stop();
  t.same(await query('select slug, status from articles order by slug'), [
    { slug: 'draft', status: 'draft' },
    { slug: 'one', status: 'published' },
    { slug: 'two', status: 'published' },
  ]);
});

t.test('of many that find the same due, one publishes it', async (t) => {
  const { publish, passTo, news, services, storage } = await openScheduled(t);
  passTo(20);
  const others = [services, ...Array.from({ length: 7 }, () => createServices(storage))];
  const counts = await Promise.all(others.map((each) => publish(each)));
  t.equal(
    counts.reduce((sum, { published }) => sum + published, 0),
    2,
  );
  t.same((await news()).sort(), ['update article 1 v2', 'update article 2 v2', 'update claim 11 v2']);
});

t.test('more than one transaction holds are published all the same', async (t) => {
  const { given, publish, passTo, news } = await openScheduled(t);
  for (let n = 0; n < 120; n++)
    await given.article({ id: idOf(100 + n), slug: `a-${n}`, status: 'scheduled', publishedAt: at(5) });
  await news();
  passTo(15);
  t.same(await publish(), { published: 121, next: at(20) });
  t.equal((await news()).length, 122);
});

const articlesOf = async (app: Awaited<ReturnType<typeof buildApp>>, url: string) => app.inject({ url });

t.test(
  'in real time: what another node schedules goes live by itself, and what was prepared notices',
  async (t) => {
    const { storage, services, given } = await openEngine(t, { clock: () => new Date().toISOString() });
    const app = await buildApp({ storage, cacheBytes: 1_000_000 });
    await app.ready();
    const publisher = await startPublisher({ services, onChange: storage.onChange, logger: silent });
    t.teardown(async () => {
      await publisher.stop();
      await app.close();
    });
    await articlesOf(app, '/v1/articles');
    const due = Date.now() + 1_500;
    await given.article({ slug: 'soon', status: 'scheduled', publishedAt: new Date(due).toISOString() });
    const isThere = async () => (await articlesOf(app, '/v1/articles/soon')).statusCode === 200;
    const isListed = async () => (await articlesOf(app, '/v1/articles')).json().data.length === 1;
    t.notOk(await isThere());
    while (!(await isThere()) && Date.now() < due + 10_000) {
      t.notOk(Date.now() < due - 1_000 && (await isListed()));
      await delay(20);
    }
    t.ok(Date.now() >= due, 'not before its time');
    t.ok(Date.now() < due + 5_000, `${Date.now() - due} ms after it`);
    t.ok(await isListed());
  },
);

t.test('a database that does not answer is logged, and it is tried again', async (t) => {
  const { services } = await openScheduled(t);
  const logged: string[] = [];
  let isDown = true;
  const read = {
    ...services.read,
    articles: {
      ...services.read.articles,
      nextDue: async () => {
        if (isDown) throw new Error('gone');
        return services.read.articles.nextDue();
      },
    },
  };
  let tell = (_seq: number) => {};
  const onChange: Storage['onChange'] = (listener) => {
    tell = listener;
    return () => {};
  };
  const publisher = await startPublisher({
    services: { ...services, read },
    onChange,
    logger: { info() {}, error: (_object: unknown, message?: string) => void logged.push(String(message)) },
    clock: () => NOW,
  });
  t.same(logged, ['scheduled articles could not be looked for']);
  isDown = false;
  tell(1);
  await delay(300);
  await publisher.stop();
  t.equal(logged.length, 1);
});
