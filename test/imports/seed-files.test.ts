/**
 * A seed file becomes its validated shape, or every fault in it with its line.
 */
import t from 'tap';
import { readSeedArticle, readSeedSources } from '../../src/imports/seed-files.js';

const file = (text: string, name = 'articles/harbour-opens.md') => ({ name, bytes: Buffer.from(text) });

const article = `---
headline: Harbour opens
language: en
publisher: tidewater-press
publishedAt: 2024-10-18T23:32:00-03:00
claims:
  - key: harbour-open
    text: The harbour is open.
    attributions:
      - source: mayor
        quote: It is open
      - source: union
        stance: denies
        quote: { exact: not open, prefix: 'is ' }
---
It is open, the mayor said. It is not open, the union said.
`;

const attribution = { source: null, stance: 'asserts', mode: null, cue: null, saidAt: null, quote: null };

t.test('an article is read with its claims, its slug from the name of the file', async (t) => {
  const { value, problems, lineOf } = readSeedArticle(file(article));
  t.same(problems, []);
  t.same(value, {
    headline: 'Harbour opens',
    standfirst: null,
    language: 'en',
    section: null,
    tags: [],
    authors: [],
    publisher: 'tidewater-press',
    canonicalUrl: null,
    image: null,
    disclaimer: null,
    status: 'published',
    retraction: null,
    publishedAt: '2024-10-19T02:32:00.000Z',
    modifiedAt: null,
    corrections: [],
    claims: [
      {
        key: 'harbour-open',
        text: 'The harbour is open.',
        attributions: [
          { ...attribution, source: 'mayor', quote: { exact: 'It is open' } },
          { ...attribution, source: 'union', stance: 'denies', quote: { exact: 'not open', prefix: 'is ' } },
        ],
      },
    ],
    slug: 'harbour-opens',
    body: 'It is open, the mayor said. It is not open, the union said.',
  });
  t.equal(lineOf(['claims', 0, 'attributions', 1, 'quote']), 14);
});

t.test('a slug in the front matter wins over the name of the file', async (t) => {
  const named = article.replace('language: en', 'language: en\nslug: opening-day');
  t.equal(readSeedArticle(file(named, 'Not A Slug.md')).value?.slug, 'opening-day');
  t.equal(readSeedArticle(file(article, 'seed\\harbour.md')).value?.slug, 'harbour');
  t.same(readSeedArticle(file(article, 'Not A Slug.md')).problems, [
    {
      file: 'Not A Slug.md',
      line: null,
      detail:
        "the file's name must be a slug: lower-case letters and digits, joined by single hyphens, or `slug` be given",
    },
  ]);
});

t.test('every fault of an article is told with its field and line', async (t) => {
  const faulty = `---
headlin: Harbour opens
language: en
publishedAt: yesterday
claims:
  - key: Harbour Open
    attributions:
      - sorce: mayor
        stance: assert
        quote: 7
      - quote: { exact: x, prefx: y }
---
`;
  const { value, problems } = readSeedArticle(file(faulty));
  t.equal(value, null);
  t.same(
    problems.map(({ line, detail }) => `${line} ${detail}`),
    [
      '2 headline: is required',
      '2 headlin: is not known here; did you mean `headline`?',
      '4 publishedAt: must be an RFC 3339 time such as 2024-10-18T14:00:00Z',
      '6 claims[0].key: must be a slug: lower-case letters and digits, joined by single hyphens',
      '8 claims[0].attributions[0].sorce: is not known here; did you mean `source`?',
      '9 claims[0].attributions[0].stance: must be one of asserts, denies, questions; nearest: asserts',
      '10 claims[0].attributions[0].quote: must be text or an object with fields; found a number',
      '11 claims[0].attributions[1].quote.prefx: is not known here; did you mean `prefix`?',
    ],
  );
  t.ok(problems.every((problem) => problem.file === 'articles/harbour-opens.md'));
});

t.test('the rules of an article as a whole hold for its file', async (t) => {
  const undated = article.replace(/publishedAt.*\n/, '');
  t.same(readSeedArticle(file(undated)).problems, [
    {
      file: 'articles/harbour-opens.md',
      line: 2,
      detail: 'publishedAt: must be given unless the article is a draft',
    },
  ]);
  t.same(readSeedArticle(file(undated.replace('language', 'status: draft\nlanguage'))).problems, []);
});

t.test('a file that cannot be read is one problem, with its line where it has one', async (t) => {
  const cases: [string, number | null, string][] = [
    ['', null, 'expected text in UTF-8, found an empty file'],
    ['a\0b', null, 'expected text in UTF-8, found a binary file (byte 0x00 on line 1)'],
    ['Text alone', 1, 'expected a line --- before the front matter, found “Text alone”'],
    ['---\nheadline: a: b\n---\nText', 2, 'a value that holds a colon and a space must stand in quotes'],
    ['---\n---\nText', 2, 'must be an object with fields; found null'],
  ];
  for (const [text, line, detail] of cases) {
    const { value, problems } = readSeedArticle(file(text));
    t.same(
      { value, problems },
      { value: null, problems: [{ file: 'articles/harbour-opens.md', line, detail }] },
      detail,
    );
  }
});

t.test('sources are read, each fault with its place in the list', async (t) => {
  const good = readSeedSources(file('- slug: mayor\n  kind: person\n  name: The Mayor\n', 'sources.yaml'));
  t.same(good.problems, []);
  t.same(good.value, [
    {
      slug: 'mayor',
      kind: 'person',
      name: 'The Mayor',
      aliases: [],
      description: null,
      role: null,
      country: null,
      url: null,
      sameAs: [],
      memberOf: null,
    },
  ]);
  const bad = readSeedSources(
    file(
      '- slug: mayor\n  kind: persn\n  name: The Mayor\n- slug: union\n  kind: organization\n  country: usa\n',
      'sources.yaml',
    ),
  );
  t.same(
    { value: bad.value, problems: bad.problems },
    {
      value: null,
      problems: [
        {
          file: 'sources.yaml',
          line: 2,
          detail:
            '[0].kind: must be one of publisher, organization, person, document, unnamed; nearest: person',
        },
        { file: 'sources.yaml', line: 4, detail: '[1].name: is required' },
        {
          file: 'sources.yaml',
          line: 6,
          detail: '[1].country: must be two capital letters, ISO 3166-1 alpha-2',
        },
      ],
    },
  );
  t.same(readSeedSources(file('# none yet\n', 'sources.yaml')).problems, [
    { file: 'sources.yaml', line: 1, detail: 'must be a list; found null' },
  ]);
});
