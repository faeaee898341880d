/**
 * GET /v1/articles/{ref}/related: the published articles that are most like one, the most alike first.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { column, invalid, missing, openCountedServer, problemOf, testEveryRead } from './answers.js';

async function openNews(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: idOf(1), name: 'Ana' });
  const body = 'The minister said that taxes will fall.';
  const publishedAt = (day: number) => `2024-10-${day}T12:00:00Z`;
  const article = (n: number, slug: string, more: object = {}) =>
    given.article({ id: idOf(n), slug, headline: `Number ${n}`, body, publishedAt: publishedAt(n), ...more });
  const one = await article(11, 'one', { headline: 'Ferry disaster', tags: ['sea'], section: 'world' });
  const claimed = await article(12, 'same-claim');
  const bearing = await article(13, 'bearing-claim');
  await article(14, 'same-tag', { tags: ['sea'] });
  await article(15, 'same-words', { headline: 'The ferry disasters' });
  await article(16, 'same-section', { headline: 'Elsewhere', section: 'world' });
  const quoting = await article(17, 'same-source', { headline: 'Another ferry' });
  await article(18, 'newer-tag', { tags: ['sea'] });
  const draft = await article(19, 'draft', { headline: 'Ferry disaster', tags: ['sea'], status: 'draft' });
  await given.claim({
    id: idOf(21),
    text: 'a',
    by: [{ in: one, source: 'ana' }, { in: claimed }, { in: draft }],
  });
  await given.claim({
    id: idOf(22),
    text: 'b',
    by: [{ in: bearing }],
    relations: [{ kind: 'contradicts', claim: idOf(21) }],
  });
  await given.claim({ id: idOf(23), text: 'c', by: [{ in: quoting, source: 'ana' }] });
  return server;
}

const ORDER = ['same-claim', 'bearing-claim', 'same-source', 'same-words', 'newer-tag', 'same-tag'];

t.test(
  '200 with what is most alike: by claims, then sources, words and tags; of equals the newest',
  async (t) => {
    const { get } = await openNews(t);
    const answer = await get('/v1/articles/one/related?limit=20');
    t.equal(answer.statusCode, 200);
    t.strictSame(column(answer, 'slug'), ORDER);
    const { data, ...rest } = answer.json();
    t.strictSame(rest, { next: null, prev: null });
    t.strictSame(data[0], (await get('/v1/articles/same-claim?body=none')).json());
    t.strictSame(
      column(await get('/v1/articles/one/related'), 'slug'),
      ORDER.slice(0, 5),
      'five if not said otherwise',
    );
    t.strictSame(column(await get(`/v1/articles/${idOf(11)}/related?limit=1&body=text`), 'body'), [
      'The minister said that taxes will fall.',
    ]);
    t.strictSame(column(await get('/v1/articles/bearing-claim/related?limit=20'), 'slug').slice(0, 2), [
      'same-claim',
      'one',
    ]);
    t.strictSame(
      column(await get('/v1/articles/same-section/related'), 'slug'),
      [],
      'a section alone is not enough',
    );
  },
);

t.test('200 for many articles at once as for each', async (t) => {
  const { storage } = await openNews(t);
  const keys = [1, 2, 3, 4, 5];
  const together = await storage.read.search.related(keys, 5);
  for (const [at, key] of keys.entries())
    t.strictSame(await storage.read.search.related([key], 5), [together[at]]);
  t.strictSame(await storage.read.search.related([], 5), []);
  t.strictSame(await storage.read.search.related([999], 5), [{ of: 999, ids: [] }]);
});

t.test('404 for an article that is not published, 400 for a limit out of bounds', async (t) => {
  const { get } = await openNews(t);
  for (const ref of ['draft', 'nobody'])
    t.strictSame(
      problemOf(t, await get(`/v1/articles/${ref}/related`)),
      missing(`/v1/articles/${ref}/related`, `No published article has the id or slug “${ref}”.`),
    );
  for (const limit of ['0', '21', 'x'])
    t.strictSame(
      problemOf(t, await get(`/v1/articles/one/related?limit=${limit}`)),
      invalid('/v1/articles/one/related', [['limit', 'must be a whole number from 1 to 20']]),
    );
});

t.test('every read', async (t) => testEveryRead(t, await openNews(t), '/v1/articles/one/related'));
