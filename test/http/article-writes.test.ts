/** Writing articles: with their claims in one transaction, and with every anchor in them looked for again. */
import t from 'tap';
import { idOf, NOW } from '../helper.js';
import { openCountedServer } from './answers.js';
import { openLive } from './live.js';

const given = {
  id: idOf(1),
  slug: 'taxes',
  headline: 'Taxes will fall',
  body: 'The minister said that *taxes will fall*.\n\nNobody else did.',
  language: 'en',
  publishedAt: '2024-10-18T12:00:00Z',
};

const claims = [
  {
    id: idOf(11),
    text: 'Taxes will fall.',
    attributions: [{ source: 'minister', cue: 'said', quote: { exact: 'taxes will fall' } }],
    relations: [{ kind: 'contradicts', claim: idOf(12) }],
  },
  {
    id: idOf(12),
    text: 'Taxes will not fall.',
    tags: ['tax'],
    language: 'en-GB',
    attributions: [{ quote: { exact: 'Nobody else did' }, stance: 'questions' }],
    reviews: [{ reviewer: 'minister', rating: 'No', verdict: 'false', reviewedAt: NOW }],
  },
];

const open = async (t: Parameters<typeof openCountedServer>[0]) => {
  const server = await openCountedServer(t);
  await server.given.source({ id: idOf(2), slug: 'minister', name: 'The Minister' });
  return server;
};

t.test('201 with the article as the next read gives it, and what became of its anchors', async (t) => {
  const { send, get } = await open(t);
  const answer = await send('POST', '/v1/articles', { ...given, publisher: 'The Minister' });
  t.equal(answer.statusCode, 201);
  const read = await get('/v1/articles/taxes');
  const { anchors, ...article } = answer.json();
  t.strictSame(article, read.json());
  t.strictSame(anchors, { moved: 0, orphaned: [], moreOrphaned: false });
  t.equal(answer.headers.etag, read.headers.etag);
  t.equal(answer.headers.location, `/v1/articles/${idOf(1)}`);
});

t.test('an article and its claims are made in one transaction, or not at all', async (t) => {
  const { send, get } = await open(t);
  const wrong = await send('POST', '/v1/articles', {
    ...given,
    claims: [
      claims[0],
      { ...claims[1], attributions: [{ quote: { exact: 'nobody did else' } }, { source: 'nobody' }] },
    ],
  });
  t.equal(wrong.json().code, 'quote-not-found');
  t.strictSame(wrong.json().errors, [
    {
      pointer: '/claims/1/attributions/0/quote',
      detail: '“nobody did else” is not in the text of the article. The nearest there: “Nobody else did”.',
    },
    {
      pointer: '/claims/1/attributions/1/source',
      detail: '“nobody” is no source’s id, slug or name.',
    },
  ]);
  t.equal((await get('/v1/articles/taxes')).statusCode, 404);

  const made = await send('POST', '/v1/articles', { ...given, claims });
  t.equal(made.statusCode, 201);
  t.equal(made.json().version, 1);
  const list = (await get('/v1/articles/taxes/claims')).json().data;
  t.strictSame(
    list.map(({ id, language, standing, version }: Record<string, unknown>) => ({
      id,
      language,
      standing,
      version,
    })),
    [
      { id: idOf(11), language: 'en', standing: 'single-source', version: 1 },
      { id: idOf(12), language: 'en-GB', standing: 'refuted', version: 1 },
    ],
  );
  t.equal(list[0].relations[0].claim.id, idOf(12), 'new claims relate to each other');
});

t.test('a write to a text looks for every anchor in it again, and says what it found', async (t) => {
  const { send, get } = await open(t);
  await send('POST', '/v1/articles', { ...given, claims });
  const [{ id: attribution }] = (await get(`/v1/claims/${idOf(12)}`)).json().attributions;
  const body = 'Yesterday the minister said that *taxes will fall*. No others did.';
  const answer = await send('PATCH', '/v1/articles/taxes', { body });
  const { anchors } = answer.json();
  t.strictSame(anchors, {
    moved: 1,
    orphaned: [{ claim: idOf(12), attribution, exact: 'Nobody else did' }],
    moreOrphaned: false,
  });
  const ids = async (query: string) =>
    (await get(`/v1/claims?${query}`)).json().data.map(({ id }: { id: string }) => id);
  t.strictSame(await ids('anchor=orphaned'), [idOf(12)]);
  t.strictSame(await ids('anchor=anchored'), [idOf(11)]);
  t.strictSame(await ids('anchor=orphaned&source=minister'), [], 'it is asked of one attribution');
  t.strictSame(await ids('anchor=orphaned,anchored&article=taxes'), [idOf(12), idOf(11)]);
  const wrong = await get('/v1/claims?anchor=lost');
  t.equal(wrong.statusCode, 400);

  // A claim with an orphan can be written to, and the orphan stays one.
  const patched = await send('PATCH', `/v1/claims/${idOf(12)}`, { tags: ['vat'] });
  t.equal(patched.json().attributions[0].anchor.state, 'orphaned');
  const back = await send('PUT', `/v1/claims/${idOf(12)}`, patched.json());
  t.equal(back.statusCode, 200);
  t.strictSame(back.json(), patched.json());

  const restored = await send('PATCH', '/v1/articles/taxes', { body: given.body });
  t.strictSame(restored.json().anchors, { moved: 2, orphaned: [], moreOrphaned: false });
});

t.test('what was answered as Markdown can be sent back; as HTML it is refused', async (t) => {
  const { send, get } = await open(t);
  const authors = [{ name: 'A', source: 'minister' }, { name: 'B' }];
  await send('POST', '/v1/articles', {
    ...given,
    authors,
    publisher: 'minister',
    image: { url: 'https://a.example/b' },
  });
  const read = await get('/v1/articles/taxes?body=markdown');
  const back = await send('PUT', '/v1/articles/taxes', read.json());
  t.equal(back.statusCode, 200);
  t.equal(back.json().version, 1, 'nothing changed');
  const html = await send('PUT', '/v1/articles/taxes', (await get('/v1/articles/taxes')).json());
  t.strictSame(html.json().errors, [
    {
      pointer: '/bodyFormat',
      detail: 'must be markdown: `body` is written as CommonMark, which `body=markdown` reads',
    },
  ]);
  const counted = await send('PATCH', '/v1/articles/taxes', { wordCount: 7 });
  t.strictSame(counted.json().errors, [
    { pointer: '/wordCount', detail: 'is kept by the server, and is 10; leave it out' },
  ]);
});

t.test('claims have a place in a new article alone', async (t) => {
  const { send } = await open(t);
  await send('POST', '/v1/articles', given);
  const answer = await send('PUT', '/v1/articles/taxes', { ...given, claims });
  t.strictSame(answer.json().errors, [
    {
      pointer: '/claims',
      detail: 'has a place only where the article is made; claims are written at /v1/claims',
    },
  ]);
});

t.test('a draft is written like any other, and readers see none of it', async (t) => {
  const { send, get } = await open(t);
  const made = await send('POST', '/v1/articles', { ...given, status: 'draft', claims });
  t.equal(made.statusCode, 201);
  t.equal(made.json().status, 'draft');
  t.equal((await get('/v1/articles/taxes')).statusCode, 404);
  t.equal((await get(`/v1/claims/${idOf(11)}`)).statusCode, 404);
  const claim = await send('PATCH', `/v1/claims/${idOf(11)}`, { tags: ['tax'] });
  t.equal(claim.json().attributions[0].article.slug, 'taxes', 'a writer sees what readers do not');
  const patched = await send('PATCH', '/v1/articles/taxes', { status: 'published' });
  t.equal(patched.statusCode, 200);
  t.equal((await get('/v1/articles/taxes')).statusCode, 200);
  t.equal((await get(`/v1/claims/${idOf(11)}`)).statusCode, 200);
});

t.test(
  '410 for what was deleted, which no list, search, feed or sitemap shows; 404 where readers never saw it',
  async (t) => {
    const { send, get } = await open(t);
    await send('POST', '/v1/articles', { ...given, claims });
    const used = await send('DELETE', '/v1/articles/taxes');
    t.equal(used.statusCode, 409);
    t.strictSame(used.json().errors, [
      { detail: `The claim ${idOf(11)} refers to it: “Taxes will fall.”.` },
      { detail: `The claim ${idOf(12)} refers to it: “Taxes will not fall.”.` },
    ]);
    const related = await send('DELETE', `/v1/claims/${idOf(12)}`);
    t.strictSame(related.json().errors, [
      { detail: `The claim ${idOf(11)} refers to it: “Taxes will fall.”.` },
    ]);
    for (const id of [11, 12]) t.equal((await send('DELETE', `/v1/claims/${idOf(id)}`)).statusCode, 204);
    t.equal((await send('DELETE', '/v1/articles/taxes')).statusCode, 204);
    for (const url of [
      '/v1/articles/taxes',
      `/v1/articles/${idOf(1)}`,
      '/v1/articles/taxes/claims',
      '/v1/articles/taxes/related',
      `/v1/claims/${idOf(11)}`,
    ])
      t.equal((await get(url)).statusCode, 410, url);
    for (const url of [
      '/v1/articles',
      '/v1/claims',
      '/v1/articles?q=taxes',
      '/v1/claims?q=taxes',
      '/v1/search?q=taxes',
    ])
      t.strictSame((await get(url)).json().data, [], url);
    for (const url of ['/feeds/articles.atom', '/sitemap.xml', '/news-sitemap.xml'])
      t.notMatch((await get(url)).body, 'taxes', url);

    await send('POST', '/v1/articles', { ...given, id: idOf(3), slug: 'draft', status: 'draft' });
    t.equal((await send('DELETE', '/v1/articles/draft')).statusCode, 204);
    t.equal((await get('/v1/articles/draft')).statusCode, 404);
    t.equal((await send('DELETE', '/v1/articles/draft')).statusCode, 410, 'to a writer it was there');
  },
);

t.test('a prepared answer is never of before a write', async (t) => {
  const server = await open(t);
  await server.send('POST', '/v1/articles', { ...given, claims });
  const { ask } = await openLive(t, { storage: server.storage });
  const urls = ['/v1/articles/taxes', '/v1/articles', '/feeds/articles.json', `/v1/claims/${idOf(11)}`];
  for (const url of urls) for (let times = 0; times < 3; times++) t.equal((await ask(url)).status, 200, url);
  const { headers } = await server.send('PATCH', '/v1/articles/taxes', { headline: 'Another' });
  const bookmark = { 'claimwire-bookmark': String(headers['claimwire-bookmark']) };
  for (const url of urls.slice(0, 3)) t.match(String((await ask(url, bookmark)).body), 'Another', url);
  for (const id of [11, 12]) await server.send('DELETE', `/v1/claims/${idOf(id)}`);
  const last = await server.send('DELETE', '/v1/articles/taxes');
  const after = { 'claimwire-bookmark': String(last.headers['claimwire-bookmark']) };
  t.equal((await ask('/v1/articles/taxes', after)).status, 410);
  t.notMatch(String((await ask('/v1/articles', after)).body), 'Another');
  t.notMatch(String((await ask('/feeds/articles.json', after)).body), 'Another');
  t.equal((await ask(`/v1/claims/${idOf(11)}`, after)).status, 410);
});
