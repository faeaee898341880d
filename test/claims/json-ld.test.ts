/**
 * An article as a graph of schema.org: what stands in it, that a validator finds nothing wrong with it, and that no
 * content breaks out of the page that carries it.
 */
import { readFileSync } from 'node:fs';
import Validator from '@adobe/structured-data-validator';
import WebAutoExtractor from '@marbec/web-auto-extractor';
import t from 'tap';
import type { Article } from '../../src/articles/model.js';
import { articleGraph, writeGraph } from '../../src/claims/json-ld.js';
import type { Claim } from '../../src/claims/model.js';
import { ROOT } from '../generated.js';
import { idOf, NOW } from '../helper.js';

const reader = { id: idOf(1), slug: 'the-reader', name: 'The Reader', kind: 'publisher' as const };
const minister = { id: idOf(2), slug: 'minister', name: 'The minister', kind: 'person' as const };
const report = { id: idOf(3), slug: 'report', name: 'A report', kind: 'document' as const };
const checker = { id: idOf(4), slug: 'checker', name: 'The checkers', kind: 'organization' as const };

const article: Article = {
  ...{ id: idOf(10), slug: 'taxes', headline: 'Taxes </script> fall', standfirst: 'A standfirst.' },
  ...{
    body: 'Taxes fall.',
    bodyFormat: 'text',
    language: 'en',
    section: 'economy',
    tags: ['taxes', 'money'],
  },
  authors: [
    { name: 'A. Writer', source: null },
    { name: 'By The Reader', source: reader },
  ],
  publisher: reader,
  canonicalUrl: 'https://example.org/taxes',
  image: {
    url: 'https://example.org/i.jpg',
    alt: 'A coin',
    caption: 'One',
    credit: 'P.',
    width: 800,
    height: null,
  },
  disclaimer: 'An example.',
  status: 'published',
  retraction: null,
  publishedAt: NOW,
  modifiedAt: null,
  corrections: [{ at: NOW, text: 'It said rise.' }],
  ...{ wordCount: 2, version: 3 },
};

const attribution: Claim['attributions'][number] = {
  ...{ id: idOf(20), source: minister, article: { id: idOf(10), slug: 'taxes', headline: 'h' } },
  ...{ url: null, context: null, stance: 'asserts', mode: 'direct', cue: null, saidAt: NOW },
  anchor: { exact: 'fall', prefix: '', suffix: '', start: 6, end: 10, articleVersion: 3, state: 'anchored' },
};
const orphaned = { ...attribution.anchor, exact: 'gone', start: null, end: null, state: 'orphaned' } as const;
const review: Claim['reviews'][number] = {
  ...{
    id: idOf(30),
    reviewer: checker,
    rating: 'Half true',
    verdict: 'mostly-true',
    url: 'https://c.example/1',
  },
  ...{ title: 'Do they?', summary: 'They do.', reviewedAt: NOW },
};
const claims: Claim[] = [
  {
    ...{ id: idOf(11), text: 'Taxes will fall.', language: 'en', tags: ['taxes'], standing: 'verified' },
    attributions: [
      attribution,
      { ...attribution, id: idOf(21), source: null, mode: 'indirect' },
      { ...attribution, id: idOf(22), source: report, anchor: null },
      { ...attribution, id: idOf(23), source: checker, stance: 'denies', anchor: orphaned as never },
    ],
    relations: [],
    reviews: [
      review,
      { ...review, id: idOf(31), verdict: 'unproven', url: null, title: null, summary: null },
    ],
    ...{ version: 2, createdAt: NOW, updatedAt: NOW },
  },
];
const at = (path: string) => `https://news.example/v1/${path}`;
const graph = articleGraph({ article, claims, base: 'https://news.example' });
const claimId = at(`claims/${idOf(11)}`);
const readerNode = { '@type': 'Organization', '@id': at(`sources/${idOf(1)}`), name: 'The Reader' };
const ministerNode = { '@type': 'Person', '@id': at(`sources/${idOf(2)}`), name: 'The minister' };

t.test('the article stands first, then each claim with its reviews and quotations', async (t) => {
  t.strictSame(graph, {
    '@context': 'https://schema.org',
    '@graph': [
      {
        '@type': 'NewsArticle',
        '@id': at(`articles/${idOf(10)}`),
        identifier: `urn:uuid:${idOf(10)}`,
        url: 'https://example.org/taxes',
        mainEntityOfPage: 'https://example.org/taxes',
        headline: 'Taxes </script> fall',
        description: 'A standfirst.',
        articleBody: 'Taxes fall.',
        wordCount: 2,
        inLanguage: 'en',
        articleSection: 'economy',
        keywords: ['taxes', 'money'],
        author: [
          { '@type': 'Person', name: 'A. Writer' },
          { ...readerNode, name: 'By The Reader' },
        ],
        publisher: readerNode,
        image: {
          '@type': 'ImageObject',
          url: 'https://example.org/i.jpg',
          contentUrl: 'https://example.org/i.jpg',
          description: 'A coin',
          caption: 'One',
          creditText: 'P.',
          width: '800 px',
        },
        datePublished: NOW,
        correction: [{ '@type': 'CorrectionComment', datePublished: NOW, text: 'It said rise.' }],
        usageInfo: { '@type': 'CreativeWork', text: 'An example.' },
        version: 3,
        mentions: [{ '@id': claimId }],
        hasPart: [{ '@id': `${claimId}#${idOf(20)}` }],
      },
      {
        '@type': 'Claim',
        '@id': claimId,
        identifier: `urn:uuid:${idOf(11)}`,
        url: claimId,
        text: 'Taxes will fall.',
        inLanguage: 'en',
        keywords: ['taxes'],
        creativeWorkStatus: 'verified',
        appearance: { '@id': at(`articles/${idOf(10)}`) },
        author: [ministerNode, readerNode],
        isBasedOn: [{ '@type': 'CreativeWork', '@id': at(`sources/${idOf(3)}`), name: 'A report' }],
        claimInterpreter: readerNode,
        review: [{ '@id': `${claimId}#${idOf(30)}` }, { '@id': `${claimId}#${idOf(31)}` }],
        version: 2,
      },
      {
        '@type': 'ClaimReview',
        '@id': `${claimId}#${idOf(30)}`,
        url: 'https://c.example/1',
        name: 'Do they?',
        reviewBody: 'They do.',
        claimReviewed: 'Taxes will fall.',
        itemReviewed: { '@type': 'Claim', '@id': claimId },
        author: { '@type': 'Organization', '@id': at(`sources/${idOf(4)}`), name: 'The checkers' },
        datePublished: NOW,
        reviewRating: {
          ...{ '@type': 'Rating', name: 'mostly-true', alternateName: 'Half true' },
          ...{ ratingValue: 4, bestRating: 5, worstRating: 1 },
        },
      },
      {
        '@type': 'ClaimReview',
        '@id': `${claimId}#${idOf(31)}`,
        url: `${claimId}#${idOf(31)}`,
        claimReviewed: 'Taxes will fall.',
        itemReviewed: { '@type': 'Claim', '@id': claimId },
        author: { '@type': 'Organization', '@id': at(`sources/${idOf(4)}`), name: 'The checkers' },
        datePublished: NOW,
        reviewRating: {
          '@type': 'Rating',
          name: 'unproven',
          alternateName: 'Half true',
          bestRating: 5,
          worstRating: 1,
        },
      },
      {
        '@type': 'Quotation',
        '@id': `${claimId}#${idOf(20)}`,
        text: 'fall',
        inLanguage: 'en',
        spokenByCharacter: ministerNode,
        dateCreated: NOW,
        about: { '@id': claimId },
        isPartOf: { '@id': at(`articles/${idOf(10)}`) },
      },
    ],
  });
});

t.test('an article of which little is known has no empty field, and its own address', async (t) => {
  const bare: Article = {
    ...article,
    ...{
      standfirst: null,
      body: '',
      section: null,
      tags: [],
      authors: [],
      publisher: null,
      canonicalUrl: null,
    },
    ...{ image: null, disclaimer: null, corrections: [], wordCount: 0 },
  };
  t.strictSame(articleGraph({ article: bare, claims: [], base: '' })['@graph'], [
    {
      '@type': 'NewsArticle',
      '@id': `/v1/articles/${idOf(10)}`,
      identifier: `urn:uuid:${idOf(10)}`,
      url: `/v1/articles/${idOf(10)}`,
      mainEntityOfPage: `/v1/articles/${idOf(10)}`,
      headline: 'Taxes </script> fall',
      articleBody: '',
      wordCount: 0,
      inLanguage: 'en',
      datePublished: NOW,
      version: 3,
    },
  ]);
});

/** The classes and properties of schema.org as their types are published, in the form that the validator reads. */
function vocabulary() {
  const types = readFileSync(`${ROOT}node_modules/schema-dts/dist/schema.d.ts`, 'utf8');
  const classes: object[] = [];
  const domains = new Map<string, { '@id': string }[]>();
  for (const [, name = '', kind, parents = '', fields = ''] of types.matchAll(
    /^(?:export )?interface (\w+?)(Base|Leaf) extends ([^{]+) \{(.*?)^\}/gms,
  )) {
    const ofParents = [...parents.matchAll(/(\w+)Base\b/g)].map(([, parent]) => ({
      '@id': `schema:${parent}`,
    }));
    const isOwnLeaf = kind === 'Leaf' && ofParents.length === 1 && ofParents[0]?.['@id'] === `schema:${name}`;
    if (isOwnLeaf) continue;
    classes.push({ '@type': 'rdfs:Class', '@id': `schema:${name}`, 'rdfs:subClassOf': ofParents });
    for (const [, property = ''] of fields.matchAll(/^ {4}"(\w+)"\?:/gm))
      domains.set(property, [...(domains.get(property) ?? []), { '@id': `schema:${name}` }]);
  }
  const properties = [...domains].map(([property, classes]) => ({
    '@type': 'rdf:Property',
    '@id': `schema:${property}`,
    'schema:domainIncludes': classes,
  }));
  return { '@graph': [...classes, ...properties] };
}

const page = (json: string) =>
  `<!doctype html><html><head><script type="application/ld+json">${json}</script></head><body><p>End</p></body></html>`;

async function issuesOf(json: string): Promise<string[]> {
  const extracted = new WebAutoExtractor({ addLocation: true }).parse(page(json));
  const issues = await new Validator(vocabulary()).validate(extracted);
  return issues.map(({ severity, issueMessage, path }) => `${severity} ${issueMessage} (${path[0]?.type})`);
}

t.test('a validator finds in a page that carries it what it should and nothing else', async (t) => {
  t.strictSame(await issuesOf(writeGraph(graph)), [
    // What is unproven has no place on the scale; schema.org asks for none.
    'ERROR Required attribute "ratingValue" is missing (ClaimReview)',
  ]);
});

t.test('the validator does find what is wrong', async (t) => {
  const [first, ...rest] = graph['@graph'];
  const wrong = {
    ...graph,
    '@graph': [{ ...(first as object), hedline: 'x', author: [{ '@type': 'Persona' }] }, ...rest],
  };
  const issues = await issuesOf(JSON.stringify(wrong).replaceAll('<', '\\u003c'));
  t.match(issues.join('\n'), /"hedline" for type "NewsArticle" is not supported/);
  t.match(issues.join('\n'), /"Persona" is not a valid schema.org type/);
});

t.test('no content ends the script that carries the graph', async (t) => {
  for (const headline of ['</script><script>alert(1)</script>', '<!--<script>', ']]>', '\u2028']) {
    const json = writeGraph(articleGraph({ article: { ...article, headline }, claims, base: '' }));
    t.notOk(json.includes('<'), headline);
    t.equal(JSON.parse(json)['@graph'][0].headline, headline);
  }
});
