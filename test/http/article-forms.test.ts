/**
 * GET /v1/articles/{ref} in each of its forms: as JSON-LD, as a Markdown file, as an HTML fragment, with the quotes of
 * its claims marked; chosen by `format` or by `Accept`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { CLAIMS_IN_ONE_ARTICLE_MAX } from '../../src/claims/service.js';
import { ACCEPT_RANGES_MAX } from '../../src/http/representation.js';
import { idOf, NOW, openTestServer } from '../helper.js';
import { importFile } from '../imports/import-file.js';
import { headersOf, invalid, JSON_HEADERS, missing, openCountedServer, problemOf } from './answers.js';

const URL = '/v1/articles/taxes-fall';

async function openWithClaims(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: idOf(1), name: 'The Reader', kind: 'publisher' });
  await given.source({ id: idOf(2), name: 'The ministry', slug: 'the-minister', kind: 'organization' });
  const article = await given.article({
    id: idOf(10),
    headline: 'Taxes fall',
    body: 'Taxes **will** fall, says the [minister](https://x.example/). Bread < gold.',
    publisher: 'the-reader',
    authors: [{ name: 'The desk', source: 'the-minister' }],
    tags: ['taxes'],
  });
  await given.claim({
    id: idOf(11),
    text: 'Taxes will fall.',
    by: [{ in: article, source: 'the-minister', mode: 'direct', quote: { exact: 'Taxes will fall' } }],
    reviews: [{ reviewer: 'the-reader', rating: 'So it is', verdict: 'true', reviewedAt: NOW }],
  });
  await given.claim({
    id: idOf(12),
    text: 'Gold is dear.',
    by: [{ in: article, quote: { exact: 'fall, says the minister. Bread <' } }],
  });
  return server;
}

const first = `data-claim="${idOf(11)}" data-attribution="${idOf(900_002)}" data-standing="verified"`;
const both = `data-claim="${idOf(11)} ${idOf(12)}" data-attribution="${idOf(900_002)} ${idOf(900_003)}" data-standing="verified unattributed"`;
const second = `data-claim="${idOf(12)}" data-attribution="${idOf(900_003)}" data-standing="unattributed"`;

const MARKED = [
  `<p><mark ${first}>Taxes </mark><strong><mark ${first}>will</mark></strong><mark ${first}> </mark>`,
  `<mark ${both}>fall</mark><mark ${second}>, says the </mark><a href="https://x.example/"><mark ${second}>minister</mark></a>`,
  `<mark ${second}>. Bread &lt;</mark> gold.</p>\n`,
].join('');
const PLAIN = MARKED.replace(/<\/?mark[^>]*>/g, '');
const POLICY = { 'content-security-policy': "default-src 'none'; img-src http: https:" };

const MARKDOWN = `---
claimwire: 1
id: ${idOf(10)}
slug: taxes-fall
headline: Taxes fall
language: en
tags:
  - taxes
authors:
  - name: The desk
    source:
      id: ${idOf(2)}
      slug: the-minister
      name: The ministry
      kind: organization
publisher:
  id: ${idOf(1)}
  slug: the-reader
  name: The Reader
  kind: publisher
status: published
publishedAt: 2024-10-18T12:00:00.000Z
---

Taxes **will** fall, says the [minister](https://x.example/). Bread < gold.
`;

t.test('200 with the HTML marked where the quotes of its claims stand', async (t) => {
  const { get } = await openWithClaims(t);
  const plain = (await get(URL)).json();
  for (const query of ['marks=claims', 'body=html&marks=claims', 'format=json&marks=claims'])
    t.strictSame((await get(`${URL}?${query}`)).json(), { ...plain, body: MARKED }, query);
  t.equal(plain.body, PLAIN);
});

t.test('200 with the text as a fragment of HTML', async (t) => {
  const { get } = await openWithClaims(t);
  const headers = { ...JSON_HEADERS, ...POLICY, 'content-type': 'text/html; charset=utf-8' };
  for (const [query, body] of [
    ['format=html', PLAIN],
    ['format=html&marks=claims', MARKED],
  ]) {
    const answer = await get(`${URL}?${query}`);
    t.equal(answer.statusCode, 200);
    t.equal(answer.body, body);
    t.strictSame(headersOf(t, answer), headers);
  }
});

t.test('200 with a Markdown file that is imported as the same article', async (t) => {
  const { get } = await openWithClaims(t);
  const answer = await get(`${URL}?format=markdown`);
  t.equal(answer.statusCode, 200);
  t.equal(answer.body, MARKDOWN);
  t.strictSame(headersOf(t, answer), { ...JSON_HEADERS, 'content-type': 'text/markdown; charset=utf-8' });

  const other = await openTestServer(t);
  const bring = async ({ services }: typeof other) =>
    (
      await importFile(
        services,
        { name: 'taxes.md', bytes: answer.rawPayload },
        { timezone: 'UTC', language: 'en', dryRun: false },
      )
    ).outcome;
  t.strictSame([await bring(other), await bring(other)], ['created', 'unchanged']);
  t.strictSame((await other.get(URL)).json(), (await get(URL)).json());
  t.equal((await other.get(`${URL}?format=markdown`)).body, MARKDOWN);
});

t.test('200 with JSON-LD: the article, its claims, their reviews and quotations', async (t) => {
  const { get } = await openWithClaims(t);
  const answer = await get(`${URL}?format=jsonld`, { headers: { host: 'news.example' } });
  t.equal(answer.statusCode, 200);
  t.strictSame(headersOf(t, answer), {
    ...JSON_HEADERS,
    'content-type': 'application/ld+json; charset=utf-8',
  });
  const { '@context': context, '@graph': nodes } = answer.json();
  const at = (path: string) => `http://news.example/v1/${path}`;
  t.equal(context, 'https://schema.org');
  t.strictSame(
    nodes.map((node: Record<string, string>) => [node['@type'], node['@id']]),
    [
      ['NewsArticle', at(`articles/${idOf(10)}`)],
      ['Claim', at(`claims/${idOf(11)}`)],
      ['ClaimReview', at(`claims/${idOf(11)}#${idOf(900_001)}`)],
      ['Quotation', at(`claims/${idOf(11)}#${idOf(900_002)}`)],
      ['Claim', at(`claims/${idOf(12)}`)],
    ].map(([type, id]) => [type, id]),
  );
  t.strictSame(nodes[3].spokenByCharacter, {
    '@type': 'Organization',
    '@id': at(`sources/${idOf(2)}`),
    name: 'The ministry',
  });
  t.equal(nodes[0].articleBody, 'Taxes will fall, says the minister. Bread < gold.');
  t.notOk(answer.body.includes('<'), 'and nothing in it that a page would take for markup');
});

t.test('200 in the form that the caller prefers, which `format` overrules', async (t) => {
  const { get } = await openWithClaims(t);
  const cases: [accept: string, query: string, type: string][] = [
    ['*/*', '', 'application/json'],
    ['application/*', '', 'application/json'],
    ['application/ld+json', '', 'application/ld+json'],
    ['application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x"', '', 'application/ld+json'],
    ['application/json;q=0.5, application/ld+json', '', 'application/ld+json'],
    ['text/markdown, */*;q=0.1', '', 'text/markdown'],
    ['text/*', '', 'text/markdown'],
    ['text/*;q=0.9, text/markdown;q=0', '', 'text/html'],
    ['application/json;q=0, */*', '', 'application/ld+json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '', 'text/html'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', '?body=text', 'application/json'],
    ['text/markdown, */*;q=0.1', '?marks=claims', 'application/json'],
    ['application/json', '?format=markdown', 'text/markdown'],
    ['image/png', '?format=json', 'application/json'],
  ];
  for (const [accept, query, type] of cases) {
    const answer = await get(`${URL}${query}`, { headers: { accept } });
    t.equal(answer.statusCode, 200, `${accept} ${query}`);
    t.equal(answer.headers['content-type'], `${type}; charset=utf-8`, `${accept} ${query}`);
  }
});

t.test('406 where the caller takes none of the forms, or none that what it asks for leaves', async (t) => {
  const { get } = await openWithClaims(t);
  const cases: [accept: string, query: string, detail: string][] = [
    [
      'image/png',
      '',
      'This URL answers with application/json, application/ld+json, text/markdown, text/html.',
    ],
    ['*/*;q=0', '', 'This URL answers with application/json, application/ld+json, text/markdown, text/html.'],
    ['text/markdown', '?body=text', 'This URL with these parameters answers with application/json.'],
    [
      'text/markdown',
      '?marks=claims',
      'This URL with these parameters answers with application/json, text/html.',
    ],
  ];
  for (const [accept, query, detail] of cases) {
    const { code, detail: told } = problemOf(t, await get(`${URL}${query}`, { headers: { accept } }));
    t.equal(code, 'not-acceptable');
    t.ok(told.startsWith(detail), `${accept} ${query}: ${told}`);
  }
});

t.test('431 for more media ranges than a caller can mean', async (t) => {
  const { get } = await openWithClaims(t);
  const ask = (count: number) => get(URL, { headers: { accept: Array(count).fill('text/markdown').join() } });
  t.equal((await ask(ACCEPT_RANGES_MAX)).headers['content-type'], 'text/markdown; charset=utf-8');
  const { status, detail } = problemOf(t, await ask(ACCEPT_RANGES_MAX + 1));
  t.equal(status, 431);
  t.match(detail, /^The Accept header names 101 media ranges; this server reads 100\. /);
});

t.test('400 for a format that there is not, and for what a format has no place for', async (t) => {
  const { get } = await openWithClaims(t);
  const cases: [query: string, wrong: [string, string][]][] = [
    ['format=xml', [['format', 'must be one of json, jsonld, markdown, html; nearest: html']]],
    ['format=htm', [['format', 'must be one of json, jsonld, markdown, html; nearest: html']]],
    ['format=jsonld&body=text', [['body', 'cannot be given together with `format=jsonld`']]],
    [
      'format=markdown&marks=claims&body=html',
      [
        ['body', 'cannot be given together with `format=markdown`'],
        ['marks', 'cannot be given together with `format=markdown`'],
      ],
    ],
    ['marks=claims&body=text', [['marks', 'stand in HTML only: leave `body` out, or give `body=html`']]],
  ];
  for (const [query, wrong] of cases)
    t.strictSame(problemOf(t, await get(`${URL}?${query}`)), invalid(URL, wrong), query);
  t.equal((await get(`${URL}?marks=quotes`)).statusCode, 400);
});

t.test('400 for JSON-LD where neither configuration nor request says where the server stands', async (t) => {
  const { get } = await openWithClaims(t);
  const answer = await get(`${URL}?format=jsonld`, { headers: { host: 'a"b' } });
  t.equal(problemOf(t, answer).code, 'malformed-request');
});

t.test('404 in every form where the article is not published', async (t) => {
  const { get, given } = await openWithClaims(t);
  await given.article({ slug: 'draft', status: 'draft' });
  for (const query of ['format=jsonld', 'format=markdown', 'format=html', 'marks=claims'])
    t.strictSame(
      problemOf(t, await get(`/v1/articles/draft?${query}`)),
      missing('/v1/articles/draft', 'No published article has the id or slug “draft”.'),
    );
});

t.test('HEAD in every form has the headers of GET', async (t) => {
  const { app, get } = await openWithClaims(t);
  // PostgreSQL tells of a write at once, and of its date a moment later.
  while ((await get(URL)).headers['last-modified'] === undefined) await delay(10);
  for (const query of ['format=jsonld', 'format=markdown', 'format=html', 'marks=claims']) {
    const url = `${URL}?${query}`;
    const headed = await app.inject({ method: 'HEAD', url });
    const asked = await get(url);
    t.equal(headed.body, '');
    t.strictSame({ ...headed.headers, date: '' }, { ...asked.headers, date: '' });
  }
});

t.test('400 where an article holds too many claims to be told whole', async (t) => {
  const { get, given, services } = await openCountedServer(t);
  const article = await given.article({ slug: 'taxes-fall', id: idOf(10) });
  const add = (count: number) =>
    services.write(async ({ claims }) => {
      for (let n = 0; n < count; n += 1) {
        const claim = await claims.save({ ...CLAIM, text: `Claim ${n}.` });
        await claims.attribute(claim, article, [ATTRIBUTION]);
      }
    });
  await add(CLAIMS_IN_ONE_ARTICLE_MAX);
  for (const query of ['format=jsonld', 'marks=claims'])
    t.equal((await get(`${URL}?${query}`)).statusCode, 200);
  await add(1);
  for (const query of ['format=jsonld', 'marks=claims'])
    t.match(
      problemOf(t, await get(`${URL}?${query}`)).detail,
      `This article holds more than 500 claims; read them as a list at /v1/articles/${idOf(10)}/claims.`,
    );
});

const CLAIM = { externalId: null, text: '', language: 'en', tags: [], reviews: [] };
const ATTRIBUTION = {
  ...{
    source: null,
    url: null,
    context: null,
    stance: 'asserts' as const,
    mode: null,
    cue: null,
    saidAt: null,
  },
  quote: { exact: 'taxes will fall' },
};
