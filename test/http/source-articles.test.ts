/**
 * GET /v1/sources/{ref}/articles: the published articles of a publisher, newest first.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { column, invalid, missing, openCountedServer, problemOf, testEveryRead } from './answers.js';

async function openPublisher(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: idOf(1), name: 'The Reader', kind: 'publisher' });
  await given.source({ id: idOf(2), name: 'The Courier', kind: 'publisher' });
  const publisher = 'the-reader';
  await given.article({
    slug: 'one',
    publisher,
    section: 'politics',
    tags: ['seoul'],
    publishedAt: '2024-10-20T12:00:00Z',
    body: 'Taxes *fall*.',
  });
  await given.article({ slug: 'two', publisher, language: 'ko', publishedAt: '2024-10-19T12:00:00Z' });
  await given.article({ slug: 'three', publisher, section: 'politics', publishedAt: '2024-10-18T12:00:00Z' });
  await given.article({ slug: 'of-another', publisher: 'the-courier', section: 'politics' });
  await given.article({ slug: 'of-nobody', authors: [{ name: 'R.', source: publisher }] });
  for (const status of ['draft', 'scheduled', 'retracted'] as const)
    await given.article({ slug: status, status, publisher, section: 'politics' });
  return server;
}

t.test('200 with what the source published, newest first, as the list of all articles has it', async (t) => {
  const { get } = await openPublisher(t);
  for (const ref of ['the-reader', idOf(1), idOf(1).toUpperCase()]) {
    const answer = await get(`/v1/sources/${ref}/articles`);
    t.equal(answer.statusCode, 200);
    t.strictSame(column(answer, 'slug'), ['one', 'two', 'three'], ref);
    t.strictSame(answer.json(), (await get('/v1/articles?publisher=the-reader')).json());
  }
});

t.test('200 with the articles that fit every filter', async (t) => {
  const { get } = await openPublisher(t);
  const cases: [query: string, slugs: string[]][] = [
    ['section=politics', ['one', 'three']],
    ['section=politics,sport', ['one', 'three']],
    ['tag=seoul', ['one']],
    ['language=ko,en', ['one', 'two', 'three']],
    ['language=ko', ['two']],
    ['publishedAt[gt]=2024-10-18T12:00:00Z&publishedAt[lte]=2024-10-19T12:00:00Z', ['two']],
    ['section=politics&tag=seoul&language=en', ['one']],
    ['section=politics&language=ko', []],
    ['limit=1', ['one']],
  ];
  for (const [query, slugs] of cases)
    t.strictSame(column(await get(`/v1/sources/the-reader/articles?${query}`), 'slug'), slugs, query);
});

t.test('200 with the text in the form that is asked for', async (t) => {
  const { get } = await openPublisher(t);
  const cases: [body: string, text: string | null][] = [
    ['none', null],
    ['html', '<p>Taxes <em>fall</em>.</p>\n'],
    ['markdown', 'Taxes *fall*.'],
    ['text', 'Taxes fall.'],
  ];
  for (const [body, text] of cases)
    t.strictSame(column(await get(`/v1/sources/the-reader/articles?limit=1&body=${body}`), 'body'), [text]);
});

t.test('200 with nothing for a source that published nothing', async (t) => {
  const { get, given } = await openCountedServer(t);
  await given.source({ slug: 'quiet' });
  t.strictSame((await get('/v1/sources/quiet/articles')).json(), { data: [], next: null, prev: null });
});

t.test('404 when the source is unknown', async (t) => {
  const { get } = await openPublisher(t);
  for (const ref of ['nobody', idOf(99), 'The%20Reader']) {
    const path = `/v1/sources/${ref}/articles`;
    t.strictSame(
      problemOf(t, await get(path)),
      missing(path, `No source has the id or slug “${decodeURIComponent(ref)}”.`),
      ref,
    );
  }
});

t.test(
  '400 for filtering by publisher and for counting publishers, since one stands in the path already',
  async (t) => {
    const { get } = await openPublisher(t);
    const path = '/v1/sources/the-reader/articles';
    const known =
      'status, section, tag, language, author, mentions, claim.standing, hasClaims, url, month, publishedAt, modifiedAt, wordCount, ids, q, body, format, sort, fields, include, facets, count, limit, after, before';
    t.strictSame(
      problemOf(t, await get(`${path}?publisher=the-courier`)),
      invalid(path, [['publisher', `is not known here; known are ${known}`]]),
    );
    t.strictSame(
      problemOf(t, await get(`${path}?facets=publisher`)),
      invalid(path, [['facets', 'must be one of section, tag, language, month']]),
    );
  },
);

t.test('every read', async (t) => {
  await testEveryRead(t, await openPublisher(t), '/v1/sources/the-reader/articles?limit=1');
});
