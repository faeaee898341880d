/**
 * ClaimReview in all the forms in which it is published becomes claims with reviews, speakers and places; the reviewer's own
 * words stay, and the verdict is by a table.
 */
import t from 'tap';
import { readDocument } from '../../src/imports/read-document.js';
import { verdictOfNumber, verdictOfWords } from '../../src/imports/verdicts.js';
import { refusalOf } from './refusal.js';

const options = { timezone: 'UTC', language: 'en' };
const read = (value: unknown) =>
  readDocument(
    { name: 'f', bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)) },
    options,
  );

const review = {
  '@context': 'https://schema.org',
  '@type': 'ClaimReview',
  '@id': 'https://check.example/1#review',
  url: 'https://check.example/1',
  headline: 'Did the harbour cost nothing?',
  claimReviewed: 'The harbour cost <b>nothing</b>.',
  datePublished: '2024-10-19T08:00:00+02:00',
  inLanguage: 'pt_BR',
  author: {
    '@type': 'Organization',
    name: 'Tide Check',
    url: 'https://check.example',
    sameAs: 'https://w.example/check',
  },
  reviewRating: {
    '@type': 'Rating',
    ratingValue: '1',
    bestRating: '5',
    worstRating: '1',
    alternateName: 'Not the whole story',
  },
  reviewBody: 'It cost much.',
  itemReviewed: {
    '@type': 'Claim',
    name: 'A speech at the quay',
    author: { '@type': 'Person', name: 'Mayor Lima', sameAs: ['https://w.example/lima'] },
    datePublished: '2024-10-17',
    firstAppearance: { '@type': 'CreativeWork', url: 'https://speech.example/1' },
  },
};
const bare = {
  '@type': 'ClaimReview',
  claimReviewed: 'Tides fall',
  url: 'https://check.example/2',
  datePublished: '2024-10-20',
  author: 'Tide Check',
  reviewRating: { alternateName: 'Half true.' },
};

t.test(
  'a review by itself: claim, sources, place, and a verdict from its number where its words are unknown',
  async (t) => {
    t.same(read(review), [
      {
        kind: 'source',
        value: {
          slug: 'tide-check',
          kind: 'publisher',
          name: 'Tide Check',
          url: 'https://check.example',
          sameAs: ['https://w.example/check'],
        },
        place: { file: 'f', line: null, pointer: '' },
        ifMissing: true,
      },
      {
        kind: 'source',
        value: { slug: 'mayor-lima', kind: 'person', name: 'Mayor Lima', sameAs: ['https://w.example/lima'] },
        place: { file: 'f', line: null, pointer: '' },
        ifMissing: true,
      },
      {
        kind: 'claim',
        value: {
          externalId: 'https://check.example/1#review',
          text: 'The harbour cost nothing.',
          language: 'pt-BR',
          attributions: [
            {
              source: 'mayor-lima',
              url: 'https://speech.example/1',
              context: 'A speech at the quay',
              saidAt: '2024-10-17T00:00:00.000Z',
            },
          ],
          reviews: [
            {
              reviewer: 'tide-check',
              rating: 'Not the whole story',
              verdict: 'false',
              url: 'https://check.example/1',
              title: 'Did the harbour cost nothing?',
              summary: 'It cost much.',
              reviewedAt: '2024-10-19T06:00:00.000Z',
            },
          ],
        },
        place: { file: 'f', line: null, pointer: '' },
      },
    ]);
  },
);

t.test('a list, a graph, a data feed and lines hold the same reviews', async (t) => {
  const both = [review, bare];
  const forms: Record<string, [value: unknown, pointer: string]> = {
    list: [both, '/1'],
    graph: [{ '@context': 'https://schema.org', '@graph': both }, '/@graph/1'],
    feed: [
      {
        '@type': 'DataFeed',
        dataFeedElement: both.map((item) => ({ '@type': 'DataFeedItem', item: [item] })),
      },
      '/dataFeedElement/1/item/0',
    ],
    items: [
      { '@type': 'ItemList', itemListElement: both.map((item) => ({ '@type': 'ListItem', item })) },
      '/itemListElement/1/item',
    ],
  };
  for (const [name, [value, pointer]] of Object.entries(forms)) {
    const rows = read(value);
    t.same(
      rows.map(({ kind }) => kind),
      ['source', 'source', 'claim', 'source', 'claim'],
      name,
    );
    t.match(
      rows.at(-1),
      {
        value: { text: 'Tides fall', reviews: [{ rating: 'Half true.', verdict: 'mixed' }] },
        place: { line: null, pointer },
      },
      name,
    );
  }
  const lines = read(`${JSON.stringify(review)}\n\n{"@type": broken}\n${JSON.stringify(bare)}\n`);
  t.same(
    lines.map(({ kind, place }) => [kind, place.line]),
    [
      ['source', 1],
      ['source', 1],
      ['claim', 1],
      ['unread', 3],
      ['source', 4],
      ['claim', 4],
    ],
  );
});

t.test(
  'what cannot be told is told: an unknown rating, nobody, a date that does not exist, no claim',
  async (t) => {
    const ignoredOf = (changes: object) =>
      read({ ...bare, ...changes }).map((row) =>
        row.kind === 'unread' ? row.detail : (row.ignored ?? null),
      );
    t.same(ignoredOf({ reviewRating: { alternateName: 'Satire' } }), [
      ['the review: no verdict is known for its rating “Satire”'],
    ]);
    t.same(ignoredOf({ reviewRating: {} }), [['the review: it has no rating']]);
    t.same(ignoredOf({ author: undefined }), [['a review by nobody']]);
    t.same(ignoredOf({ datePublished: '2024-02-31' }), [
      'expected datePublished to be a date that exists, such as 2015-06-15 or 2015-06-15 10:00:32 -0400, found 2024-02-31',
    ]);
    t.same(ignoredOf({ claimReviewed: ' ' }), [
      'expected claimReviewed to say what is claimed, found nothing',
    ]);
    t.match(
      refusalOf(() => read({ '@context': 'https://schema.org', '@type': 'Recipe' })).message,
      'expected JSON-LD with a ClaimReview or an article, found Recipe',
    );
  },
);

t.test('an article in JSON-LD comes in beside the reviews', async (t) => {
  t.match(
    read({
      '@type': 'NewsArticle',
      headline: 'Tides',
      articleBody: 'They rise.\n\nTwice.',
      datePublished: '2024-10-18',
      url: 'https://t.example/',
    }),
    [
      {
        kind: 'article',
        value: { headline: 'Tides', body: 'They rise.\n\nTwice.', canonicalUrl: 'https://t.example/' },
      },
    ],
  );
});

t.test('things within things without end are read to an end', async (t) => {
  const deep = `${'{"@type":"Thing","about":'.repeat(50_000)}null${'}'.repeat(50_000)}`;
  t.match(refusalOf(() => read(deep)).message, 'found Thing');
});

t.test('the words of fact-checkers have verdicts by a table, and nothing is guessed', async (t) => {
  const cases = {
    true: ['True', 'VRAI', 'Verdadeiro', 'Correct.'],
    'mostly-true': ['Mostly True', 'mostly-true', 'Plutôt vrai'],
    mixed: ['Half True', 'Mixture', 'Partly false: it was more', 'Verdade, mas…'],
    'mostly-false': ['Mostly False', 'Barely True', 'Größtenteils falsch', 'Three Pinocchios'],
    false: [
      'False',
      'Pants on Fire!',
      'FALSO',
      'Falsch',
      'False. The law says otherwise.',
      'Fake – an old picture',
    ],
    unproven: ['Unproven', 'No evidence', 'Unbelegt'],
  };
  for (const [verdict, words] of Object.entries(cases))
    for (const word of words) t.equal(verdictOfWords(word), verdict, word);
  for (const word of ['Satire', 'Full Flop', 'Missing context', '', 'Falsehoods', '!!!', 'constructor'])
    t.equal(verdictOfWords(word), null, word);
  t.same(
    [1, 2, 3, 4, 5].map((value) => verdictOfNumber(value, 1, 5)),
    ['false', 'mostly-false', 'mixed', 'mostly-true', 'true'],
  );
  t.same(
    [
      verdictOfNumber(0, 1, 5),
      verdictOfNumber(6, 1, 5),
      verdictOfNumber(1, 1, 1),
      verdictOfNumber(Number.NaN, 1, 5),
    ],
    [null, null, null, null],
  );
});
