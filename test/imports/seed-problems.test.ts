/**
 * Whatever is wrong with a seed folder is told at once, each fault with its file and line and none that only follows
 * from another; and then nothing is stored.
 */
import t from 'tap';
import { type SeedFolder, seed } from '../../src/imports/seed.js';
import { openEngine } from '../engine.js';

const file = (name: string, text: string) => ({ name, bytes: Buffer.from(text) });
const ID = '018cc251-f400-740a-8669-8f00cd850cca';

/** `sources.yaml` of persons, three lines each and more where more is given. */
const persons = (...given: [slug: string, ...more: string[]][]) =>
  given
    .map(([slug, ...more]) =>
      [`- slug: ${slug}`, '  kind: person', `  name: The ${slug}`, ...more.map((line) => `  ${line}`)].join(
        '\n',
      ),
    )
    .join('\n');

/** A claim of six lines and more, where more is given. */
const claim = (key: string, attributions = ['- quote: It is open'], ...more: string[]) =>
  [
    `  - key: ${key}`,
    '    text: The harbour is open.',
    '    attributions:',
    ...attributions.map((line) => `      ${line}`),
    ...more.map((line) => `    ${line}`),
  ].join('\n');

/** An article whose claims begin on line 6, or after the lines that are given. */
const article = (claims: string[], ...more: string[]) =>
  [
    '---',
    'headline: Harbour opens',
    'language: en',
    'publishedAt: 2024-10-18T12:00:00Z',
    ...more,
    ...(claims.length > 0 ? ['claims:', ...claims] : []),
    '---',
    'It is open, the mayor said. It is not open, the union said.',
    '',
  ].join('\n');

const relations = (...lines: string[]) => ['relations:', ...lines.map((line) => `  - ${line}`)];

const cases: [name: string, sources: string | null, articles: Record<string, string>, problems: string[]][] =
  [
    [
      'an organisation that is unknown, and who refers to its member',
      persons(['mayor', 'memberOf: counsil'], ['council']),
      { 'x.md': article([claim('k', ['- source: mayor'])]) },
      ['sources.yaml:4 “counsil” is no source’s id, slug or name. Nearest: council.'],
    ],
    [
      'sources that are one too many',
      persons(['mayor'], ['mayor', `id: ${ID}`], ['union', 'aliases: [Thé MAYOR]', `id: ${ID}`]),
      {},
      [
        'sources.yaml:4 the slug “mayor” stands already at sources.yaml:1',
        'sources.yaml:6 the name “the mayor” stands already at sources.yaml:3',
        'sources.yaml:12 the id “018cc251-f400-740a-8669-8f00cd850cca” stands already at sources.yaml:7',
        'sources.yaml:10 the name “the mayor” stands already at sources.yaml:3',
      ],
    ],
    [
      'sources in a circle, and one of itself',
      persons(
        ['a', 'memberOf: b'],
        ['b', 'memberOf: c'],
        ['c', 'memberOf: a'],
        ['d', 'memberOf: a'],
        ['e', 'memberOf: e'],
      ),
      { 'x.md': article([claim('k', ['- source: d', '- source: e'])]) },
      [
        'sources.yaml:12 `memberOf` leads back to the source itself',
        'sources.yaml:20 `memberOf` leads back to the source itself',
      ],
    ],
    [
      'articles that are one too many',
      null,
      {
        'a/x.md': article([claim('k')], `id: ${ID}`, 'canonicalUrl: https://example.org/'),
        'b/x.md': article([claim('l')]).replaceAll('It is open', 'It was open'),
        'y.md': article([], `id: ${ID}`, 'canonicalUrl: https://example.org/'),
      },
      [
        'b/x.md:2 the slug “x” stands already at a/x.md:2',
        'y.md:5 the id “018cc251-f400-740a-8669-8f00cd850cca” stands already at a/x.md:5',
        'y.md:6 the canonical URL “https://example.org/” stands already at a/x.md:6',
      ],
    ],
    [
      'claims that are one too many',
      null,
      {
        'x.md': article([claim('k', undefined, `id: ${ID}`), claim('l', undefined, `id: ${ID}`)]),
        'y.md': article([claim('k')]),
      },
      [
        'x.md:15 the id “018cc251-f400-740a-8669-8f00cd850cca” stands already at x.md:10',
        'y.md:6 the key “k” stands already at x.md:6',
      ],
    ],
    [
      'relations to itself, to nothing, by nobody, and twice',
      null,
      {
        'x.md': article([
          claim(
            'k',
            undefined,
            ...relations(
              '{ kind: supports, claim: k }',
              '{ kind: supports, claim: l }',
              '{ kind: supports, claim: nope, source: nobody }',
              '{ kind: supports, claim: l, note: Again. }',
            ),
          ),
          claim('l'),
        ]),
      },
      [
        'x.md:11 A claim cannot relate to itself.',
        'x.md:13 “nope” is no claim’s id or key.',
        'x.md:13 “nobody” is no source’s id, slug or name.',
        'x.md:14 The relation is given twice: `supports` and this claim.',
      ],
    ],
    [
      'nobody of this name wherever one may be given, and quotes that are not there or there twice',
      persons(['mayor'], ['union']),
      {
        'x.md': article(
          [
            claim(
              'k',
              ['- source: mayr', '- quote: It is shut', '- { source: unoin, quote: open }'],
              'reviews:',
              '  - { reviewer: mayoress, rating: x, verdict: mixed, reviewedAt: 2024-10-18T12:00:00Z }',
            ),
            '  - key: nope\n    attributions:\n      - quote: It is open',
          ],
          'publisher: nobody',
          'authors: [{ name: x, source: mayer }]',
        ),
      },
      [
        'x.md:6 “mayer” is no source’s id, slug or name. Nearest: mayor.',
        'x.md:5 “nobody” is no source’s id, slug or name.',
        'x.md:15 “mayoress” is no source’s id, slug or name. Nearest: mayor.',
        'x.md:11 “mayr” is no source’s id, slug or name. Nearest: mayor.',
        'x.md:12 “It is shut” is not in the text of the article. The nearest there: “It is”.',
        'x.md:13 “unoin” is no source’s id, slug or name. Nearest: union.',
        'x.md:13 “open” stands in the text more than once: add the words just before as `prefix`, or just after as `suffix`.',
        'x.md:16 “nope” is no claim’s id or key.',
      ],
    ],
    [
      'files that cannot be loaded, whose names are known all the same',
      persons(['mayor', 'knd: x']),
      {
        'x.md': article([claim('k')], 'headlin: x'),
        'y.md': article([
          '  - key: k\n    attributions:\n      - source: THE Mayor',
          claim('l', ['- source: union'], ...relations('{ kind: supports, claim: k }')),
        ]),
      },
      [
        'sources.yaml:4 [0].knd: is not known here; did you mean `kind`?',
        'x.md:5 headlin: is not known here; did you mean `headline`?',
        'y.md:12 “union” is no source’s id, slug or name.',
      ],
    ],
    [
      'files that cannot be read, so that nobody knows what they name',
      '- slug: a: b',
      {
        'x.md': 'no front matter',
        'y.md': article([
          claim(
            'l',
            ['- source: mayor', '- quote: It is shut'],
            ...relations('{ kind: supports, claim: k }'),
          ),
        ]),
      },
      [
        'sources.yaml:1 a value that holds a colon and a space must stand in quotes',
        'x.md:1 expected a line --- before the front matter, found “no front matter”',
        'y.md:10 “It is shut” is not in the text of the article. The nearest there: “It is”.',
      ],
    ],
  ];

const folder = (sources: string | null, articles: Record<string, string>): SeedFolder => ({
  sources: sources === null ? null : file('sources.yaml', sources),
  articles: Object.entries(articles).map(([name, text]) => file(name, text)),
});

t.test('every fault of a folder is told at once, and nothing of it is stored', async (t) => {
  const { services, rowCounts } = await openEngine(t);
  for (const [name, sources, articles, expected] of cases) {
    const { counts, problems } = await seed(services, folder(sources, articles));
    t.same(
      { counts, problems: problems.map(({ file, line, detail }) => `${file}:${line} ${detail}`) },
      { counts: null, problems: expected },
      name,
    );
    t.same(await rowCounts(), {}, `${name}: nothing is stored`);
  }
});

t.test('a folder is refused that does not go with what is stored', async (t) => {
  const { services, rowCounts } = await openEngine(t);
  const url = 'canonicalUrl: https://example.org/';
  const first = folder(persons(['a', 'memberOf: b'], ['b']), {
    'x.md': article([claim('k')], `id: ${ID}`, url),
  });
  t.same((await seed(services, first)).problems, []);
  const before = await rowCounts();
  const other = ID.replace(/a$/, 'b');
  const refused: [string, SeedFolder, string][] = [
    [
      'a slug',
      folder(null, { 'x.md': article([], `id: ${other}`) }),
      `x.md:2 The slug “x” belongs to the article ${ID}.`,
    ],
    [
      'an address',
      folder(null, { 'y.md': article([], url) }),
      `y.md:5 “https://example.org/” belongs to the article ${ID}.`,
    ],
    [
      'a circle',
      folder(persons(['b', 'memberOf: a']), {}),
      'sources.yaml:4 `memberOf` leads back to the source itself',
    ],
    [
      'itself',
      folder(persons(['a', 'memberOf: A']), {}),
      'sources.yaml:4 `memberOf` leads back to the source itself',
    ],
    [
      'a key',
      folder(null, { 'y.md': article([claim('k', undefined, `id: ${other}`)]) }),
      'y.md:6 The key “k” belongs to the claim',
    ],
  ];
  for (const [name, given, expected] of refused) {
    const { problems } = await seed(services, given);
    const [told, ...more] = problems.map(({ file, line, detail }) => `${file}:${line} ${detail}`);
    t.same([told?.slice(0, expected.length), more], [expected, []], name);
    t.same(await rowCounts(), before, `${name}: nothing is stored`);
  }
});
