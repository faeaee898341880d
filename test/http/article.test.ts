/**
 * GET /v1/articles/{ref}: one published article, by id or slug, with its text in the form that is asked for.
 */
import t from 'tap';
import { idOf } from '../helper.js';
import { invalid, missing, openCountedServer, problemOf, testEveryRead } from './answers.js';

const notPublished = (ref: string) => `No published article has the id or slug “${ref}”.`;

const ID = '0192a000-0000-7000-8000-000000000abc';

const whole = {
  id: ID,
  slug: 'taxes-fall',
  headline: 'Taxes fall',
  standfirst: 'A standfirst.',
  body: '<p>Taxes <strong>will</strong> fall.</p>\n',
  bodyFormat: 'html',
  language: 'en',
  section: 'economy',
  tags: ['taxes'],
  authors: [{ name: 'The desk', source: null }],
  publisher: { id: idOf(1), slug: 'the-reader', name: 'The Reader' },
  canonicalUrl: 'https://example.org/taxes',
  image: null,
  disclaimer: null,
  status: 'published',
  retraction: null,
  publishedAt: '2024-10-18T12:00:00.000Z',
  modifiedAt: null,
  corrections: [],
  wordCount: 3,
  version: 1,
};

async function openWithArticle(t: Parameters<typeof openCountedServer>[0]) {
  const server = await openCountedServer(t);
  await server.given.source({ id: idOf(1), name: 'The Reader', kind: 'publisher' });
  await server.given.article({
    id: ID,
    headline: 'Taxes fall',
    standfirst: 'A standfirst.',
    body: 'Taxes **will** fall.',
    section: 'economy',
    tags: ['taxes'],
    authors: [{ name: 'The desk' }],
    publisher: 'the-reader',
    canonicalUrl: 'https://example.org/taxes',
  });
  return server;
}

t.test('200 with the article whole, by slug and by id in either case', async (t) => {
  const { get } = await openWithArticle(t);
  for (const ref of ['taxes-fall', ID, ID.toUpperCase(), 'taxes%2Dfall']) {
    const answer = await get(`/v1/articles/${ref}`);
    t.equal(answer.statusCode, 200, ref);
    t.strictSame(answer.json(), whole, ref);
  }
});

t.test('200 with the text in the form that is asked for, and nothing else changed', async (t) => {
  const { get } = await openWithArticle(t);
  const cases: [bodyFormat: string, body: string | null][] = [
    ['html', whole.body],
    ['markdown', 'Taxes **will** fall.'],
    ['text', 'Taxes will fall.'],
    ['none', null],
  ];
  for (const [bodyFormat, body] of cases)
    t.strictSame((await get(`/v1/articles/taxes-fall?body=${bodyFormat}`)).json(), {
      ...whole,
      body,
      bodyFormat,
    });
});

t.test('200 for a slug of any script, percent-encoded', async (t) => {
  const { get, given } = await openCountedServer(t);
  await given.article({ slug: '국정원-발표' });
  const answer = await get(`/v1/articles/${encodeURIComponent('국정원-발표')}`);
  t.equal(answer.json().slug, '국정원-발표');
});

t.test('200 with the next version after each change', async (t) => {
  const { get, given } = await openWithArticle(t);
  await given.article({ slug: 'taxes-fall', headline: 'Taxes fall again', body: 'Fell.' });
  const { version, headline, body, wordCount } = (await get('/v1/articles/taxes-fall')).json();
  t.strictSame(
    { version, headline, body, wordCount },
    {
      version: 2,
      headline: 'Taxes fall again',
      body: '<p>Fell.</p>\n',
      wordCount: 1,
    },
  );
});

t.test('404 when the article is unknown', async (t) => {
  const { get } = await openWithArticle(t);
  const refs = ['nope', 'Taxes-Fall', idOf(99), 'constructor', '__proto__', 'taxes-fall%20x', "'%20or%201=1"];
  for (const ref of refs) {
    const path = `/v1/articles/${ref}`;
    t.strictSame(problemOf(t, await get(path)), missing(path, notPublished(decodeURIComponent(ref))), ref);
  }
});

t.test('404 for a draft and a scheduled article as for one that never was', async (t) => {
  const { get, given } = await openCountedServer(t);
  for (const [n, status] of (['draft', 'scheduled'] as const).entries()) {
    await given.article({ id: idOf(n + 1), slug: status, status });
    for (const ref of [status, idOf(n + 1), idOf(n + 1).toUpperCase()]) {
      const path = `/v1/articles/${ref}`;
      t.strictSame(problemOf(t, await get(path)), missing(path, notPublished(ref)), path);
    }
  }
});

t.test('404 from the moment that the article is a draft again', async (t) => {
  const { get, given } = await openWithArticle(t);
  await given.article({ slug: 'taxes-fall', status: 'draft' });
  t.equal((await get('/v1/articles/taxes-fall')).statusCode, 404);
});

t.test('400 for a form that there is not, and for a reference that cannot be one', async (t) => {
  const { get } = await openWithArticle(t);
  const oneLine = 'must be one line of text without control characters or broken surrogate pairs';
  const cases: [url: string, parameter: string, detail: string][] = [
    ['/v1/articles/taxes-fall?body=htm', 'body', 'must be one of html, markdown, text, none; nearest: html'],
    ['/v1/articles/taxes-fall?body=', 'body', 'must be one of html, markdown, text, none'],
    [
      '/v1/articles/taxes-fall?limit=1',
      'limit',
      'is not known here; known are body, marks, format, preview, fields, include',
    ],
    ['/v1/articles/%20', 'ref', 'must not be empty'],
    ['/v1/articles/%00', 'ref', oneLine],
    ['/v1/articles/a%0Ab', 'ref', oneLine],
    [`/v1/articles/${'x'.repeat(301)}`, 'ref', 'must be at most 300 characters'],
  ];
  for (const [url, parameter, detail] of cases) {
    const path = (url.split('?', 1)[0] ?? '').slice(0, 200);
    t.strictSame(problemOf(t, await get(url)), invalid(path, [[parameter, detail]]), url);
  }
});

t.test('every read', async (t) => {
  await testEveryRead(t, await openWithArticle(t), '/v1/articles/taxes-fall');
});
