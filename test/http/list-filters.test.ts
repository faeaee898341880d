/**
 * Every filter of every list lets in what it names and keeps out what it does not. The words come from the contract, so
 * that a new one has no place here until it is tried.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { column, openCountedServer } from './answers.js';

async function openNews(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ slug: 'a-paper', kind: 'publisher', country: 'DE' });
  await given.source({ slug: 'ana', memberOf: 'a-paper', country: 'US' });
  await given.source({ slug: 'desk', kind: 'organization' });
  const full = await given.article({
    slug: 'full',
    section: 'world',
    tags: ['tax', 'harbour'],
    publisher: 'a-paper',
    authors: [{ name: 'Ana', source: 'ana' }],
    canonicalUrl: 'https://example.org/full?a=1&b=2',
    publishedAt: '2024-12-31T23:59:59.999Z',
    modifiedAt: '2025-01-02T00:00:00Z',
    body: 'One two three.',
  });
  const plain = await given.article({ slug: 'plain', language: 'de', publishedAt: '2025-01-01T00:00:00Z' });
  await given.claim({
    id: idOf(21),
    text: 'full',
    tags: ['tax'],
    by: [{ in: full, source: 'ana', quote: { exact: 'two' } }],
    reviews: [{ reviewer: 'desk', rating: 'No', verdict: 'false', reviewedAt: '2025-01-03T00:00:00Z' }],
  });
  await given.claim({
    id: idOf(22),
    text: 'plain',
    language: 'de',
    by: [{ source: 'desk', stance: 'denies' }],
  });
  await given.article({
    slug: 'last',
    publishedAt: '2025-02-01T00:00:00Z',
    language: 'sv',
    section: 'sport',
  });
  await given.claim({
    id: idOf(23),
    text: 'last',
    by: [{ in: plain, source: 'a-paper', stance: 'questions' }],
  });
  return server;
}

type Cases = Readonly<Record<string, readonly [value: string, rows: readonly string[]]>>;

const ARTICLES: Cases = {
  section: ['world', ['full']],
  'section[not]': ['world', ['last', 'plain']],
  tag: ['harbour', ['full']],
  'tag[not]': ['harbour', ['last', 'plain']],
  language: ['de,sv', ['last', 'plain']],
  'language[not]': ['de,sv', ['full']],
  publisher: ['a-paper', ['full']],
  'publisher[not]': ['a-paper', ['last', 'plain']],
  author: ['ana', ['full']],
  'author[not]': ['ana', ['last', 'plain']],
  mentions: ['ana', ['full']],
  'mentions[not]': ['ana', ['last', 'plain']],
  'claim.standing': ['refuted', ['full']],
  'claim.standing[not]': ['refuted', ['last', 'plain']],
  hasClaims: ['false', ['last']],
  url: [encodeURIComponent('https://example.org/full?a=1&b=2'), ['full']],
  month: ['2024-12,2025-02', ['last', 'full']],
  'month[not]': ['2024-12,2025-02', ['plain']],
  'publishedAt[gte]': ['2025-01-01T00:00:00Z', ['last', 'plain']],
  'publishedAt[gt]': ['2025-01-01T00:00:00Z', ['last']],
  'publishedAt[lte]': ['2025-01-01T00:00:00Z', ['plain', 'full']],
  'publishedAt[lt]': ['2025-01-01T00:00:00Z', ['full']],
  'modifiedAt[gte]': ['2025-01-02T00:00:00Z', ['full']],
  'modifiedAt[gt]': ['2025-01-02T00:00:00Z', []],
  'modifiedAt[lte]': ['2025-01-02T00:00:00Z', ['full']],
  'modifiedAt[lt]': ['2025-01-02T00:00:00Z', []],
  'wordCount[gte]': ['7', ['last', 'plain']],
  'wordCount[gt]': ['7', []],
  'wordCount[lte]': ['3', ['full']],
  'wordCount[lt]': ['3', []],
};

const everyTime = (words: readonly string[], now: string, rows: readonly string[]): Cases =>
  Object.fromEntries(
    words.flatMap((word) => [
      [`${word}[gte]`, [now, rows]],
      [`${word}[gt]`, [now, []]],
      [`${word}[lte]`, [now, rows]],
      [`${word}[lt]`, [now, []]],
    ]),
  );

const CLAIMS: Cases = {
  source: ['ana', ['full']],
  'source[not]': ['ana', ['last', 'plain']],
  article: ['full', ['full']],
  'article[not]': ['full', ['last', 'plain']],
  stance: ['denies,questions', ['last', 'plain']],
  'stance[not]': ['denies,questions', ['full']],
  anchor: ['anchored', ['full']],
  'anchor[not]': ['anchored', ['last', 'plain']],
  standing: ['refuted', ['full']],
  'standing[not]': ['refuted', ['last', 'plain']],
  verdict: ['false', ['full']],
  'verdict[not]': ['false', ['last', 'plain']],
  reviewer: ['desk', ['full']],
  'reviewer[not]': ['desk', ['last', 'plain']],
  hasReviews: ['true', ['full']],
  language: ['de', ['plain']],
  'language[not]': ['de', ['last', 'full']],
  tag: ['tax', ['full']],
  'tag[not]': ['tax', ['last', 'plain']],
  ...everyTime(['createdAt', 'updatedAt'], '2024-11-01T12:00:00Z', ['last', 'plain', 'full']),
};

const SOURCES: Cases = {
  kind: ['publisher,organization', ['desk', 'a-paper']],
  'kind[not]': ['publisher,organization', ['ana']],
  country: ['DE', ['a-paper']],
  'country[not]': ['DE', ['desk', 'ana']],
  memberOf: ['a-paper', ['ana']],
  'memberOf[not]': ['a-paper', ['desk', 'a-paper']],
  ...everyTime(['createdAt', 'updatedAt'], '2024-11-01T12:00:00Z', ['desk', 'ana', 'a-paper']),
};

/** What a list takes besides its filters, and the one filter that has a test of its own. */
const OTHERS = /^(ids|q|body|format|sort|fields|include|facets|count|limit|after|before|status)$/;

for (const [path, name, cases] of [
  ['/v1/articles', 'slug', ARTICLES],
  ['/v1/claims', 'text', CLAIMS],
  ['/v1/sources', 'slug', SOURCES],
] as const)
  t.test(`200 with what fits each filter of ${path}, alone and among others`, async (t) => {
    const { app, get } = await openNews(t);
    const parameters = (app.swagger().paths?.[path]?.get?.parameters ?? []) as { name?: string }[];
    t.strictSame(
      parameters.flatMap(({ name = 'before' }) => (OTHERS.test(name) ? [] : [name])).sort(),
      Object.keys(cases).sort(),
      'each filter is tried',
    );
    for (const [word, [value, rows]] of Object.entries(cases)) {
      const query = `${word}=${value}`;
      t.strictSame(column(await get(`${path}?${query}`), name), rows, query);
      const page = await get(`${path}?${query}&limit=1&count=capped`);
      t.strictSame([column(page, name), page.json().count.total], [rows.slice(0, 1), rows.length], query);
    }
  });
