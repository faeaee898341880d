/**
 * GET /v1/articles: published articles, newest first, and those alone that fit every filter.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { column, invalid, openCountedServer, problemOf, testEveryRead } from './answers.js';

/** Three published articles, `one` the newest, and one of each status that readers never see. */
async function openNewsroom(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: idOf(1), name: 'The Reader', kind: 'publisher', aliases: ['Reader’s Post'] });
  await given.source({ id: idOf(2), name: 'The Courier', kind: 'publisher' });
  await given.source({ id: idOf(3), name: 'Ana Silva' });
  await given.article({
    id: idOf(11),
    slug: 'one',
    headline: 'One',
    publisher: 'the-reader',
    section: 'politics',
    tags: ['seoul', 'troops'],
    publishedAt: '2024-10-20T12:00:00Z',
    body: 'Taxes **will** fall.',
    standfirst: 'In short.',
    authors: [{ name: 'A. Silva', source: 'ana-silva' }, { name: 'The desk' }],
    canonicalUrl: 'https://example.org/one',
    image: { url: 'https://example.org/one.jpg', alt: 'A coin.', width: 800, height: 600 },
    disclaimer: 'Invented.',
    modifiedAt: '2024-10-20T13:00:00+01:00',
    corrections: [{ at: '2024-10-21T00:00:00Z', text: 'A name was wrong.' }],
  });
  await given.article({
    id: idOf(12),
    slug: 'two',
    headline: 'Two',
    publisher: 'the-courier',
    section: 'economy',
    tags: ['seoul'],
    language: 'ko',
    publishedAt: '2024-10-19T12:00:00.500Z',
  });
  await given.article({
    id: idOf(13),
    slug: 'three',
    headline: 'Three',
    section: 'politics',
    language: 'pt-BR',
    publishedAt: '2024-10-18T12:00:00Z',
  });
  for (const status of ['draft', 'scheduled', 'retracted'] as const)
    await given.article({
      slug: status,
      status,
      publisher: 'the-reader',
      section: 'politics',
      tags: ['seoul', 'troops'],
      publishedAt: '2024-10-20T12:00:00Z',
    });
  return server;
}

t.test('200 with published articles whole, newest first', async (t) => {
  const { get } = await openNewsroom(t);
  const answer = await get('/v1/articles');
  t.equal(answer.statusCode, 200);
  const plain = {
    standfirst: null,
    body: null,
    bodyFormat: 'none',
    authors: [],
    canonicalUrl: null,
    image: null,
    disclaimer: null,
    status: 'published',
    retraction: null,
    modifiedAt: null,
    corrections: [],
    wordCount: 7,
    version: 1,
  };
  t.strictSame(answer.json(), {
    data: [
      {
        id: idOf(11),
        slug: 'one',
        headline: 'One',
        standfirst: 'In short.',
        body: null,
        bodyFormat: 'none',
        language: 'en',
        section: 'politics',
        tags: ['seoul', 'troops'],
        authors: [
          { name: 'A. Silva', source: { id: idOf(3), slug: 'ana-silva', name: 'Ana Silva' } },
          { name: 'The desk', source: null },
        ],
        publisher: { id: idOf(1), slug: 'the-reader', name: 'The Reader' },
        canonicalUrl: 'https://example.org/one',
        image: {
          url: 'https://example.org/one.jpg',
          alt: 'A coin.',
          caption: null,
          credit: null,
          width: 800,
          height: 600,
        },
        disclaimer: 'Invented.',
        status: 'published',
        retraction: null,
        publishedAt: '2024-10-20T12:00:00.000Z',
        modifiedAt: '2024-10-20T12:00:00.000Z',
        corrections: [{ at: '2024-10-21T00:00:00.000Z', text: 'A name was wrong.' }],
        wordCount: 3,
        version: 1,
      },
      {
        ...plain,
        id: idOf(12),
        slug: 'two',
        headline: 'Two',
        language: 'ko',
        section: 'economy',
        tags: ['seoul'],
        publisher: { id: idOf(2), slug: 'the-courier', name: 'The Courier' },
        publishedAt: '2024-10-19T12:00:00.500Z',
      },
      {
        ...plain,
        id: idOf(13),
        slug: 'three',
        headline: 'Three',
        language: 'pt-BR',
        section: 'politics',
        tags: [],
        publisher: null,
        publishedAt: '2024-10-18T12:00:00.000Z',
      },
    ],
    next: null,
    prev: null,
  });
});

t.test('200 with the articles that fit every filter', async (t) => {
  const { get } = await openNewsroom(t);
  const cases: [query: string, slugs: string[]][] = [
    ['section=politics', ['one', 'three']],
    ['section=politics,economy', ['one', 'two', 'three']],
    ['section=sport', []],
    ['tag=seoul', ['one', 'two']],
    ['tag=troops', ['one']],
    ['tag=troops,seoul', ['one', 'two']],
    ['language=ko', ['two']],
    ['language=PT-br', ['three']],
    ['language=pt', []],
    ['language=en,ko', ['one', 'two']],
    ['publisher=the-reader', ['one']],
    ['publisher=The%20Reader', ['one']],
    ['publisher=THE+READER', ['one']],
    ['publisher=reader%E2%80%99s%20post', ['one']],
    [`publisher=${idOf(2)}`, ['two']],
    [`publisher=${idOf(2).toUpperCase()},the-reader`, ['one', 'two']],
    ['publisher=ana-silva', []],
    ['publishedAt[gte]=2024-10-19T12:00:00.500Z', ['one', 'two']],
    ['publishedAt[gt]=2024-10-19T12:00:00.500Z', ['one']],
    ['publishedAt[lte]=2024-10-19T12:00:00.500Z', ['two', 'three']],
    ['publishedAt[lt]=2024-10-19T12:00:00.500Z', ['three']],
    ['publishedAt[lt]=2024-10-19T14:00:00.500%2B02:00', ['three']],
    ['publishedAt%5Blt%5D=2024-10-19T12:00:00.500Z', ['three']],
    ['publishedAt[gte]=2024-10-19T00:00:00Z&publishedAt[lt]=2024-10-20T00:00:00Z', ['two']],
    ['publishedAt[gt]=2024-10-20T00:00:00Z&publishedAt[lt]=2024-10-19T00:00:00Z', []],
    ['section=politics&tag=seoul', ['one']],
    ['section=politics&language=en,pt-BR&publisher=the-reader,the-courier', ['one']],
    ['section=economy&tag=troops', []],
    ['limit=2', ['one', 'two']],
    ['limit=100&body=text&section=economy', ['two']],
  ];
  for (const [query, slugs] of cases) {
    const answer = await get(`/v1/articles?${query}`);
    t.equal(answer.statusCode, 200, query);
    t.strictSame(column(answer, 'slug'), slugs, query);
  }
});

t.test('200 with the text in the form that is asked for', async (t) => {
  const { get } = await openNewsroom(t);
  const cases: [query: string, body: string | null, format: string][] = [
    ['', null, 'none'],
    ['&body=none', null, 'none'],
    ['&body=html', '<p>Taxes <strong>will</strong> fall.</p>\n', 'html'],
    ['&body=markdown', 'Taxes **will** fall.', 'markdown'],
    ['&body=text', 'Taxes will fall.', 'text'],
  ];
  for (const [query, body, format] of cases) {
    const answer = await get(`/v1/articles?limit=1${query}`);
    t.strictSame(column(answer, 'body'), [body], format);
    t.strictSame(column(answer, 'bodyFormat'), [format], format);
  }
});

t.test('200 with nothing where there are no articles', async (t) => {
  const { get } = await openCountedServer(t);
  t.strictSame((await get('/v1/articles')).json(), { data: [], next: null, prev: null });
});

t.test('200 without an article from the moment it is withdrawn', async (t) => {
  const { get, given } = await openCountedServer(t);
  await given.article({ slug: 'one' });
  t.strictSame(column(await get('/v1/articles'), 'slug'), ['one']);
  await given.article({ slug: 'one', status: 'retracted' });
  t.strictSame(column(await get('/v1/articles'), 'slug'), []);
});

t.test('400 for a filter value that cannot be one', async (t) => {
  const { get } = await openNewsroom(t);
  const slug = 'must be a slug: lower-case letters and digits, joined by single hyphens';
  const time = 'must be an RFC 3339 time such as 2024-10-18T14:00:00Z, or relative as now-30d (m, h, d, w)';
  const cases: [query: string, parameter: string, detail: string][] = [
    ['section=Politics', 'section', slug],
    ['section=', 'section', slug],
    ['section=politics,', 'section', slug],
    ['tag=a,,b', 'tag', slug],
    [`tag=${'x,'.repeat(50)}x`, 'tag', 'must have at most 50 entries'],
    ['language=not%20one', 'language', 'must be a BCP 47 language tag such as en or pt-BR'],
    ['publishedAt[gte]=yesterday', 'publishedAt[gte]', time],
    ['publishedAt[lt]=2024-10-19', 'publishedAt[lt]', time],
    [
      'publishedAt[lt]=2024-10-19T00:00:00+02:00',
      'publishedAt[lt]',
      `${time}; in a URL \`+\` is written %2B`,
    ],
    ['publishedAt[lt]=now+1d', 'publishedAt[lt]', `${time}; in a URL \`+\` is written %2B`],
    ['publishedAt[lt]=2024-02-30T00:00:00Z', 'publishedAt[lt]', time],
    ['body=xml', 'body', 'must be one of html, markdown, text, none; nearest: html'],
    ['publisher=nobody-at-all', 'publisher', '“nobody-at-all” is no source’s id, slug or name.'],
    [
      'publisher=the-raeder',
      'publisher',
      '“the-raeder” is no source’s id, slug or name. Nearest: the-reader.',
    ],
  ];
  for (const [query, parameter, detail] of cases)
    t.strictSame(
      problemOf(t, await get(`/v1/articles?${query}`)),
      invalid('/v1/articles', [[parameter, detail]]),
      query,
    );
});

t.test('every read', async (t) => {
  await testEveryRead(t, await openNewsroom(t), '/v1/articles?limit=1&publishedAt[gte]=2024-01-01T00:00:00Z');
});
