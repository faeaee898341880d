/**
 * Drafts and scheduled articles: to the holder of a key that opens them they are there; to everybody else they are not.
 */
import t from 'tap';
import { idOf } from '../helper.js';
import { openEditedServer } from './editors.js';

const PRIVATE = 'private, no-store';
const slugs = (body: { data: { slug: string }[] }) => body.data.map(({ slug }) => slug);

async function openWithDrafts(t: Parameters<typeof openEditedServer>[0], cacheBytes = 1_000_000) {
  const server = await openEditedServer(t, { cacheBytes });
  const { given } = server;
  await given.article({ id: idOf(1), slug: 'live' });
  const draft = await given.article({ id: idOf(2), slug: 'a-draft', status: 'draft', publishedAt: null });
  await given.article({
    id: idOf(3),
    slug: 'to-come',
    status: 'scheduled',
    publishedAt: '2999-01-01T00:00:00Z',
  });
  await given.article({ id: idOf(4), slug: 'wrong', status: 'retracted' });
  await given.claim({ id: idOf(11), by: [{ in: draft, quote: { exact: 'taxes will fall' } }] });
  return server;
}

t.test('200 at its URL in every form, for its reader alone to keep', async (t) => {
  const { get } = await openWithDrafts(t);
  for (const [slug, status] of [
    ['a-draft', 'draft'],
    ['to-come', 'scheduled'],
  ])
    for (const scope of ['read:drafts', 'write', 'admin'] as const) {
      const answer = await get(`/v1/articles/${slug}`, scope);
      t.strictSame([answer.statusCode, answer.json().status], [200, status], scope);
      t.equal(answer.headers['cache-control'], PRIVATE);
      t.notOk('surrogate-key' in answer.headers);
      t.match(answer.headers.etag, /^"v1-/, 'it can be matched');
    }
  const graph = (await get('/v1/articles/a-draft?format=jsonld', 'read:drafts')).json()['@graph'];
  t.same([graph[0].creativeWorkStatus, graph[1]['@type']], ['Draft', 'Claim']);
  t.match((await get('/v1/articles/a-draft?format=markdown', 'read:drafts')).body, '\nstatus: draft\n');
  const marked = await get('/v1/articles/a-draft?format=html&marks=claims', 'read:drafts');
  t.match(marked.body, `data-claim="${idOf(11)}"`);
  t.equal(marked.headers['cache-control'], PRIVATE);
  t.equal((await get('/v1/articles/a-draft?include=claims', 'read:drafts')).json().claims.length, 1);
  const counted = await get('/v1/articles/a-draft/claims?facets=stance', 'read:drafts');
  t.match(counted.json().facets.stance.values, [{ value: 'asserts', count: 1 }], 'what they say is counted');
});

t.test('200 in a list of what is of none of some months, since it has no date', async (t) => {
  const { get } = await openWithDrafts(t);
  const answer = await get('/v1/articles?status=draft&month[not]=2024-10', 'read:drafts');
  t.strictSame(slugs(answer.json()), ['a-draft']);
});

t.test('the claims in a draft, and what refers to it or them, are there for its readers alone', async (t) => {
  const { get, given, send } = await openWithDrafts(t);
  await given.source({ slug: 'minister', name: 'The Minister' });
  await given.claim({
    id: idOf(12),
    by: [{ source: 'minister', context: 'a speech' }],
    relations: [{ kind: 'supports', claim: idOf(11) }],
  });
  const part = await send('POST', `/v1/claims/${idOf(12)}/attributions`, {
    article: 'a-draft',
    quote: { exact: 'The minister said' },
  });
  for (const [url, count] of [
    [`/v1/claims/${idOf(11)}`, 'attributions'],
    ['/v1/articles/a-draft/claims', 'data'],
    [String(part.headers.location), 'anchor'],
  ] as const) {
    t.equal((await get(url)).statusCode, 404, url);
    const answer = await get(url, 'read:drafts');
    t.equal(answer.statusCode, 200, url);
    t.ok(answer.json()[count]);
    t.equal(answer.headers['cache-control'], PRIVATE);
    t.notOk('surrogate-key' in answer.headers);
    t.equal((await get(url)).statusCode, 404, `${url} is not kept`);
  }

  const seen = async (scope: Parameters<typeof get>[1]) => {
    const { attributions, relations } = (await get(`/v1/claims/${idOf(12)}`, scope)).json();
    return [attributions.length, relations.length];
  };
  t.strictSame(await seen(null), [1, 0]);
  t.strictSame(await seen('read:drafts'), [2, 1]);
  const whole = await get(`/v1/claims/${idOf(12)}`, 'write');
  const back = await send('PUT', `/v1/claims/${idOf(12)}`, whole.json(), {
    'if-match': String(whole.headers.etag),
  });
  t.strictSame(back.json(), whole.json(), 'and so is not lost where it is sent back');

  await send('DELETE', `/v1/claims/${idOf(12)}`);
  await send('DELETE', `/v1/claims/${idOf(11)}`);
  await send('DELETE', '/v1/articles/a-draft');
  for (const url of [`/v1/claims/${idOf(11)}`, '/v1/articles/a-draft']) {
    t.equal((await get(url)).statusCode, 404, `${url} never was there`);
    t.equal((await get(url, 'read:drafts')).statusCode, 410, `${url} was deleted`);
  }
  t.equal((await get(`/v1/claims/${idOf(12)}`)).statusCode, 410);
});

t.test('404 without such a key, as for one that there is not, also after it was read with one', async (t) => {
  const { get } = await openWithDrafts(t);
  const none = (await get('/v1/articles/nothing')).json();
  for (const slug of ['a-draft', 'to-come']) {
    await get(`/v1/articles/${slug}`, 'read:drafts');
    const answer = await get(`/v1/articles/${slug}`);
    t.equal(answer.statusCode, 404);
    const same = JSON.parse(answer.body.replaceAll(slug, 'nothing'));
    t.strictSame({ ...same, requestId: '' }, { ...none, requestId: '' });
  }
  t.equal((await get('/v1/articles/nothing', 'admin')).statusCode, 404);
  t.equal((await get(`/v1/claims/${idOf(11)}`)).statusCode, 404);
});

t.test('what is published is the same with a key and without', async (t) => {
  const { get } = await openWithDrafts(t);
  const [without, withKey] = [await get('/v1/articles/live'), await get('/v1/articles/live', 'read:drafts')];
  t.equal(without.body, withKey.body);
  t.notMatch(String(withKey.headers['cache-control']), 'no-store');
  t.same(slugs((await get('/v1/articles', 'read:drafts')).json()), ['live']);
});

t.test('200 with the articles of a status, for their reader alone to keep', async (t) => {
  const { get } = await openWithDrafts(t);
  for (const [status, slug] of [
    ['draft', 'a-draft'],
    ['scheduled', 'to-come'],
  ])
    for (const form of ['json', 'ndjson', 'csv']) {
      const answer = await get(`/v1/articles?status=${status}&format=${form}`, 'read:drafts');
      t.equal(answer.statusCode, 200);
      t.match(answer.body, slug);
      t.equal(answer.headers['cache-control'], PRIVATE, form);
      t.equal((await get(`/v1/articles?status=${status}&format=${form}`)).statusCode, 401, 'nothing is kept');
    }
  for (const [status, slug] of [
    ['published', 'live'],
    ['retracted', 'wrong'],
  ]) {
    const answer = await get(`/v1/articles?status=${status}`, 'read:drafts');
    t.same(slugs(answer.json()), [slug]);
    t.notMatch(String(answer.headers['cache-control']), 'no-store');
  }
});

t.test('401 without a key and 403 with one that does not open them, naming the scope', async (t) => {
  const { get } = await openWithDrafts(t);
  for (const url of ['/v1/articles?status=draft', '/v1/sources/x/articles?status=scheduled']) {
    const status = url.split('=')[1];
    const answer = await get(url);
    t.equal(answer.statusCode, 401);
    t.equal(answer.headers['www-authenticate'], 'Bearer realm="claimwire"');
    t.match(answer.json(), {
      code: 'unauthorized',
      detail: `\`status=${status}\` needs a key with the scope \`read:drafts\`.`,
    });
  }
  const { assertOpens } = await import('../../src/http/auth.js');
  const told: Record<string, string> = {};
  const request = { caller: { id: 'k', name: 'k', scopes: [] } };
  const reply = { header: (name: string, value: string) => Object.assign(told, { [name]: value }) };
  t.throws(() => assertOpens(request as never, reply as never, 'read:drafts', 'It'), {
    code: 'forbidden',
    message: 'It needs a key with the scope `read:drafts`.',
  });
  t.strictSame(told, {
    'www-authenticate': 'Bearer realm="claimwire", error="insufficient_scope", scope="read:drafts"',
  });
});

t.test('pages of drafts follow each other in every order, those without a date at its end', async (t) => {
  const { get, given } = await openEditedServer(t);
  for (let n = 1; n <= 5; n++)
    await given.article({
      id: idOf(n),
      slug: `d-${n}`,
      status: 'draft',
      publishedAt: n % 2 ? `2024-10-0${n}T00:00:00Z` : null,
    });
  const walk = async (sort: string, side: 'next' | 'prev' = 'next', from = ''): Promise<string[]> => {
    const walked: string[] = [];
    for (let url: string | null = from || `/v1/articles?status=draft&limit=2&sort=${sort}`; url !== null; ) {
      const page: { data: { slug: string }[]; next: string | null; prev: string | null } = (
        await get(url, 'read:drafts')
      ).json();
      walked.push(...slugs(page));
      url = page[side];
    }
    return walked;
  };
  for (const sort of ['-publishedAt', '-modifiedAt'])
    t.same(await walk(sort), ['d-5', 'd-3', 'd-1', 'd-4', 'd-2'], sort);
  for (const sort of ['publishedAt', 'modifiedAt'])
    t.same(await walk(sort), ['d-2', 'd-4', 'd-1', 'd-3', 'd-5'], sort);
  for (const sort of ['id', 'headline', 'wordCount'])
    t.same((await walk(sort)).sort(), ['d-1', 'd-2', 'd-3', 'd-4', 'd-5'], sort);
  t.equal((await get('/v1/articles?status=draft&count=capped', 'read:drafts')).json().count.total, 5);
});

t.test('at a port, where answers are prepared, a draft is never sent to who may not see it', async (t) => {
  const { app, send, headersOf } = await openWithDrafts(t);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const made = await send('POST', '/v1/articles/a-draft/preview', {});
  const link = String(made.headers.location);
  const ask = async (url: string, headers: Record<string, string> = {}) =>
    (await fetch(address + url, { headers })).status;
  for (const url of ['/v1/articles/a-draft', '/v1/articles?status=draft'])
    for (const round of [1, 2]) {
      t.equal(await ask(url, headersOf('read:drafts')), 200, `${url} ${round}`);
      t.equal(await ask(url), url.includes('?') ? 401 : 404, `${url} ${round}`);
    }
  t.equal(await ask(link), 200);
  t.equal(await ask(link), 200);
  t.equal(await ask(link.replace(/\?.*/, '')), 404);
});
