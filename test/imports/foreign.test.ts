/**
 * A foreign file becomes one article, however often it is brought in, under whatever name; and an edited one updates
 * what it made before.
 */
import t, { type Test } from 'tap';

import type { ClaimwireError } from '../../src/kernel/errors.js';
import { plainly } from '../../src/kernel/page.js';
import { type EngineOptions, openEngine } from '../engine.js';
import { NOW } from '../helper.js';
import { type ImportOptions, importFile } from './import-file.js';

const OPTIONS: ImportOptions = { timezone: 'America/Sao_Paulo', language: 'en', dryRun: false };

const page = `Harbour: Opening Draws Crowds

https://images.example.org/harbour?1729
Tidewater Press
World Politics
18/10/2024 23h32

**Crowds Come to the New Harbour**

The harbour opened on Friday, the mayor said. "It is
open," she added.

It was closed for *years*.

The views expressed here are not those of Tidewater.Related
`;

const post = (fields: Record<string, string>, body = 'The harbour is open.') =>
  `---\n${Object.entries({ title: 'Harbour opens', date: '2024-10-18', ...fields })
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')}---\n${body}\n`;

async function open(t: Test, engine: EngineOptions = {}) {
  const { services, given, rowCounts } = await openEngine(t, engine);
  const bring = async (name: string, text: string, options: Partial<ImportOptions> = {}) => {
    const file = { name, bytes: Buffer.from(text) };
    const { outcome, slug } = await importFile(services, file, { ...OPTIONS, ...options });
    return `${outcome} ${slug}`;
  };
  const refusal = async (name: string, text: string) => {
    const before = await rowCounts();
    return bring(name, text).then(
      (outcome) => t.fail(outcome),
      async (error: ClaimwireError) => {
        t.same(await rowCounts(), before, 'nothing is stored');
        return `${error.code}: ${error.message}`;
      },
    );
  };
  const article = (slug: string) => services.read.articles.get(slug, 'text');
  return { services, given, rowCounts, bring, refusal, article };
}

t.test('a saved page becomes an article of a publisher of its own', async (t) => {
  const { services, rowCounts } = await open(t);
  const bytes = Buffer.from(page);
  const { id, ...imported } = await importFile(services, { name: 'pages/harbour.txt', bytes }, OPTIONS);
  t.same(imported, {
    kind: 'article',
    place: { file: 'pages/harbour.txt', line: null },
    outcome: 'created',
    slug: 'harbour-opening-draws-crowds',
    ignored: [],
  });
  const publisher = await services.read.sources.get('tidewater-press');
  t.same(await services.read.articles.get(imported.slug, 'text'), {
    id,
    slug: 'harbour-opening-draws-crowds',
    headline: 'Harbour: Opening Draws Crowds',
    standfirst: 'Crowds Come to the New Harbour',
    body: 'The harbour opened on Friday, the mayor said. "It is open," she added.\n\nIt was closed for *years*.',
    bodyFormat: 'text',
    language: 'en',
    section: 'world-politics',
    tags: [],
    authors: [],
    publisher: { id: publisher.id, slug: 'tidewater-press', name: 'Tidewater Press' },
    canonicalUrl: null,
    image: {
      url: 'https://images.example.org/harbour?1729',
      alt: null,
      caption: null,
      credit: null,
      width: null,
      height: null,
    },
    disclaimer: 'The views expressed here are not those of Tidewater.',
    status: 'published',
    retraction: null,
    publishedAt: '2024-10-19T02:32:00.000Z',
    modifiedAt: null,
    corrections: [],
    wordCount: 18,
    version: 1,
  });
  t.same([publisher.kind, publisher.version], ['publisher', 1]);
  t.same(await rowCounts(), {
    articles: 1,
    article_search: 1,
    changes: 2,
    revisions: 2,
    source_names: 1,
    source_search: 1,
    sources: 1,
  });
});

t.test('the same file changes nothing, an edited one updates the article that it made', async (t) => {
  const { bring, article, rowCounts } = await open(t);
  t.equal(await bring('harbour.txt', page), 'created harbour-opening-draws-crowds');
  const { id } = await article('harbour-opening-draws-crowds');
  const counts = await rowCounts();
  t.equal(await bring('harbour.txt', page), 'unchanged harbour-opening-draws-crowds');
  t.equal(await bring('elsewhere/harbour.txt', page), 'unchanged harbour-opening-draws-crowds');
  t.same(await rowCounts(), counts);

  const text = page.replace('It was closed', 'It had been closed');
  t.equal(await bring('harbour.txt', text), 'updated harbour-opening-draws-crowds');
  const headline = page.replace('Opening Draws Crowds', 'Crowds at Opening');
  t.equal(await bring('harbour.txt', headline), 'updated harbour-opening-draws-crowds', 'the slug stays');
  const stored = await article('harbour-opening-draws-crowds');
  t.same([stored.id, stored.headline, stored.version], [id, 'Harbour: Crowds at Opening', 3]);
  const later = headline.replace('23h32', '23h40');
  t.equal(await bring('harbour.txt', later), 'updated harbour-opening-draws-crowds', 'another time alone');
  t.equal((await rowCounts()).articles, 1);
});

t.test('a file is known again under another name', async (t) => {
  const { bring, rowCounts } = await open(t);
  const other = page.replace('Tidewater Press', 'Northern Mail');
  t.equal(await bring('a.txt', page), 'created harbour-opening-draws-crowds');
  t.equal(await bring('a.txt', other), 'created harbour-opening-draws-crowds-2', 'of another publisher');
  t.equal(await bring('b.txt', page), 'unchanged harbour-opening-draws-crowds');
  t.equal(await bring('b.txt', other), 'unchanged harbour-opening-draws-crowds-2');
  const text = other.replace('It was closed', 'It had been closed');
  t.equal(await bring('c.txt', text), 'updated harbour-opening-draws-crowds-2');
  t.same([(await rowCounts()).articles, (await rowCounts()).sources], [2, 2]);
});

t.test('a post is known again by its slug or address, whatever else has changed', async (t) => {
  const { bring, rowCounts } = await open(t);
  const url = 'https://example.org/harbour';
  t.equal(await bring('a.md', post({ slug: 'opening-day' })), 'created opening-day');
  t.equal(
    await bring('b.md', post({ slug: 'opening-day', title: 'Open', date: '2024-10-19' })),
    'updated opening-day',
  );
  t.equal(await bring('c.md', post({ canonical: url })), 'created harbour-opens');
  t.equal(
    await bring('d.md', post({ canonical: url, title: 'Open', date: '2024-10-19' })),
    'updated harbour-opens',
  );
  t.equal((await rowCounts()).articles, 2);
});

t.test('another page under the name of an earlier one is refused', async (t) => {
  const { bring, refusal } = await open(t);
  await bring('index.md', post({}));
  t.equal(
    await refusal('index.md', post({ title: 'Ships wait', date: '2024-10-19' })),
    'conflict: another page came in under this file name before, “Harbour opens” (2024-10-18T03:00:00.000Z); rename the file',
  );
  t.equal(await bring('ships.md', post({ title: 'Ships wait', date: '2024-10-19' })), 'created ships-wait');
  t.equal(
    await bring('index.md', post({ title: 'Ships wait', date: '2024-10-19', publisher: 'Northern Mail' })),
    'created ships-wait-2',
    'names are each publisher’s own',
  );
});

t.test('a slug that another article has gets a number', async (t) => {
  const { bring, given, article } = await open(t);
  await given.article({ headline: 'Harbour opens' });
  t.equal(await bring('a.md', post({})), 'created harbour-opens-2');
  t.equal(await bring('b.md', post({ date: '2024-10-20' })), 'created harbour-opens-3');
  t.equal(await bring('a.md', post({})), 'unchanged harbour-opens-2');
  t.equal(await bring('c.md', post({ date: '2024-10-20' })), 'unchanged harbour-opens-3');
  t.equal((await article('harbour-opens')).version, 1);
  t.equal(await bring('d.md', post({ title: '"???"' })), 'created article', 'a headline that makes no slug');
  t.equal(await bring('e.md', post({ title: '"???"' })), 'unchanged article');
});

t.test('a publisher is found by any of its names, and never changed', async (t) => {
  const { bring, given, services, article } = await open(t);
  await given.source({
    name: 'Folha da Manhã',
    slug: 'folha',
    kind: 'organization',
    aliases: ['O Diário', "Tidewater's"],
    role: 'Newspaper',
  });
  await given.source({ name: 'Tidewater Press Company', slug: 'tidewater-press', role: 'Publisher' });
  const before = await services.read.sources.list(plainly({ limit: 9, filters: [] }));
  const names = ['folha', 'FOLHA DA MANHA', 'o diario', 'Tidewater Press', 'Tidewater Press!'];
  for (const [at, publisher] of names.entries()) {
    const slug = `post-${at}`;
    await bring(`${at}.md`, post({ slug, publisher: `"${publisher}"` }));
    t.equal((await article(slug)).publisher?.slug, at < 3 ? 'folha' : 'tidewater-press', publisher);
  }
  t.same(await services.read.sources.list(plainly({ limit: 9, filters: [] })), before);
});

t.test('a publisher that two names fit, or whose name is no name, is refused', async (t) => {
  const { refusal, given } = await open(t);
  await given.source({ name: 'Mail', slug: 'mail-one' });
  await given.source({ name: 'Mail', slug: 'mail-two' });
  const cases = {
    MAIL: 'ambiguous-reference: “MAIL” fits several sources: mail-one, mail-two.',
    '!!!': 'unreadable-file: expected the name of a publisher, found “!!!”',
    ['x'.repeat(301)]: 'invalid-request: name must be at most 300 characters',
  };
  for (const [publisher, expected] of Object.entries(cases))
    t.equal(await refusal('a.md', post({ publisher: `"${publisher}"` })), expected);
});

t.test('a dry run tells what would become of a file and stores nothing', async (t) => {
  const { bring, rowCounts } = await open(t);
  t.equal(await bring('a.txt', page, { dryRun: true }), 'created harbour-opening-draws-crowds');
  t.same(await rowCounts(), {}, 'no publisher either');
  await bring('a.txt', page);
  const counts = await rowCounts();
  t.equal(await bring('a.txt', page, { dryRun: true }), 'unchanged harbour-opening-draws-crowds');
  const edited = page.replace('It was closed', 'It had been closed');
  t.equal(await bring('a.txt', edited, { dryRun: true }), 'updated harbour-opening-draws-crowds');
  t.same(await rowCounts(), counts);
});

t.test('a post without text points to where the text is', async (t) => {
  const { bring, article, refusal } = await open(t);
  const canonicalUrl = 'https://example.org/harbour';
  t.equal(await bring('a.md', post({ source_url: canonicalUrl }, '')), 'created harbour-opens');
  const { body, wordCount, ...rest } = await article('harbour-opens');
  t.same({ body, wordCount, canonicalUrl: rest.canonicalUrl }, { body: '', wordCount: 0, canonicalUrl });
  t.match(await refusal('b.md', post({}, '')), /^unreadable-file: expected text after the front matter/);
});

t.test('content beyond the bounds of an article is refused with every field that is', async (t) => {
  const { refusal } = await open(t);
  t.equal(
    await refusal('a.md', post({ title: 'x'.repeat(301), lang: 'no language', publisher: 'Northern Mail' })),
    'invalid-request: /headline must be at most 300 characters; /language must be a BCP 47 language tag such as en or pt-BR',
  );
});

t.test('an address or slug that two articles have between them is refused', async (t) => {
  const { bring, refusal } = await open(t);
  const url = 'https://example.org/harbour';
  await bring('a.md', post({ slug: 'one', canonical: url }));
  await bring('b.md', post({ slug: 'two' }));
  t.match(
    await refusal('c.md', post({ slug: 'two', canonical: url })),
    /^conflict: \/canonicalUrl “https:\/\/example\.org\/harbour” belongs to the article /,
  );
});

t.test('a canceled item is retracted when that is first told', async (t) => {
  let now = NOW;
  const { bring, article, rowCounts } = await open(t, { clock: () => now });
  const item = (pubstatus: string) =>
    JSON.stringify({
      ...{ uri: 'tag:a.example,2024:1', type: 'text', versioncreated: '2024-10-18T08:00:00Z', pubstatus },
      ...{ headline: 'Harbour opens', body_text: 'It is open.', ednote: 'For editors alone.' },
    });
  t.equal(await bring('a.json', item('usable')), 'created harbour-opens');
  t.equal(await bring('a.json', item('canceled')), 'updated harbour-opens');
  const counts = await rowCounts();
  now = '2024-11-02T12:00:00.000Z';
  t.equal(await bring('a.json', item('canceled')), 'unchanged harbour-opens');
  t.same(await rowCounts(), counts);
  const { status, retraction, version } = await article('harbour-opens');
  t.same(
    [status, retraction, version],
    ['retracted', { at: NOW, note: 'Its provider canceled this article.' }, 2],
  );
});

t.test('a scheduled post that went live stays so, until its file gives it another time', async (t) => {
  let now = NOW;
  const { bring, services, rowCounts } = await open(t, { clock: () => now });
  const scheduled = (date: string) => post({ status: 'scheduled', date });
  t.equal(await bring('a.md', scheduled('2024-11-02')), 'created harbour-opens');
  t.equal(await bring('a.md', scheduled('2024-11-02')), 'unchanged harbour-opens');
  now = '2024-11-03T12:00:00.000Z';
  t.equal((await services.write(({ articles }) => articles.publishDue(9))).result, 1);
  const counts = await rowCounts();
  t.equal(await bring('a.md', scheduled('2024-11-02')), 'unchanged harbour-opens');
  t.same(await rowCounts(), counts);
  const statusOf = async () => {
    const { result } = await services.write(({ articles }) => articles.record({ slug: 'harbour-opens' }));
    return result?.record.status;
  };
  t.equal(await statusOf(), 'published');
  t.equal(await bring('a.md', scheduled('2024-11-09')), 'updated harbour-opens');
  t.equal(await statusOf(), 'scheduled');
});

t.test(
  'a claim comes in with who said it and its review as one version, and the same again changes nothing',
  async (t) => {
    const { services, rowCounts } = await open(t);
    const bring = (ratingValue: number) => {
      const review = {
        ...{ '@context': 'https://schema.org', '@type': 'ClaimReview', '@id': 'https://check.example/1' },
        ...{ url: 'https://check.example/harbour', datePublished: '2024-10-20' },
        claimReviewed: 'The harbour is open.',
        author: { '@type': 'Organization', name: 'Tide Check' },
        itemReviewed: { '@type': 'Claim', author: { '@type': 'Person', name: 'Ana Sousa' } },
        reviewRating: {
          ratingValue,
          bestRating: 5,
          worstRating: 1,
          alternateName: ratingValue > 3 ? 'True' : 'False',
        },
      };
      const file = { name: 'a.json', bytes: Buffer.from(JSON.stringify(review)) };
      return importFile(services, file, OPTIONS);
    };
    const { id, outcome } = await bring(1);
    t.equal(outcome, 'created');
    const stored = async () => {
      const { version, standing, attributions, reviews } = await services.read.claims.get(id);
      return [
        version,
        standing,
        attributions.map(({ source }) => source?.slug),
        reviews.map(({ verdict }) => verdict),
      ];
    };
    t.same(await stored(), [1, 'refuted', ['ana-sousa'], ['false']]);
    const counts = await rowCounts();
    t.match(counts, { claims: 1, attributions: 1, reviews: 1, sources: 2, changes: 3, revisions: 3 });
    t.equal((await bring(1)).outcome, 'unchanged');
    t.same(await rowCounts(), counts);
    t.equal((await bring(5)).outcome, 'updated');
    t.same(await stored(), [2, 'verified', ['ana-sousa'], ['true']]);
    t.same(await rowCounts(), { ...counts, changes: 4, revisions: 4 });
  },
);
