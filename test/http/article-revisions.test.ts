/**
 * The versions of an article over HTTP: listed, read, compared and brought back.
 */
import t from 'tap';
import { idOf, NOW } from '../helper.js';
import { openEditedServer } from './editors.js';

const REVISIONS = '/v1/articles/taxes/revisions';
const PRIVATE = 'private, no-store';

/** An article of three versions, the last of them by an editor. */
async function openWithVersions(t: Parameters<typeof openEditedServer>[0]) {
  const server = await openEditedServer(t, { clock: () => NOW });
  const { given, send } = server;
  await given.source({ id: idOf(1), name: 'The Reader', kind: 'publisher' });
  const article = { id: idOf(2), slug: 'taxes', headline: 'Taxes fall', publisher: 'the-reader' };
  await given.article({ ...article, status: 'draft', body: 'Taxes will fall soon.\n\nSo it is said.' });
  await given.article({ ...article, body: 'Taxes will rise soon.\n\nSo it is said.' });
  const patched = await send('PATCH', '/v1/articles/taxes', { headline: 'Taxes rise', tags: ['tax'] });
  t.equal(patched.statusCode, 200);
  return server;
}

const revision = (version: number, more: object = {}) => ({
  version,
  at: NOW,
  by: null,
  operation: version === 1 ? 'create' : 'update',
  note: null,
  ...more,
});
const BY = { by: 'an editor' };

/** A body with the ids of keys, which are made anew each time, in words. */
const named = (body: unknown) =>
  JSON.parse(JSON.stringify(body).replace(/"by":"[\da-f-]{36}"/g, '"by":"an editor"'));

t.test('200 with every version, the last first, page by page', async (t) => {
  const { get } = await openWithVersions(t);
  const answer = await get(REVISIONS, 'read:drafts');
  t.match(answer.json().data[0].by, /^[\da-f-]{36}$/, 'the id of a key');
  t.strictSame(named(answer.json()), {
    data: [revision(3, BY), revision(2), revision(1)],
    next: null,
    prev: null,
  });
  t.equal(answer.headers['cache-control'], PRIVATE);
  const first = (await get(`${REVISIONS}?limit=2`, 'read:drafts')).json();
  t.same(
    first.data.map(({ version }: { version: number }) => version),
    [3, 2],
  );
  const second = (await get(first.next, 'read:drafts')).json();
  t.strictSame([second.data, second.next], [[revision(1)], null]);
  t.strictSame((await get(second.prev, 'read:drafts')).json().data, first.data);
  t.equal((await get(`${REVISIONS}?after=x`, 'read:drafts')).json().code, 'invalid-cursor');
});

t.test('200 with a version and all that the article was', async (t) => {
  const { get } = await openWithVersions(t);
  const answer = await get(`${REVISIONS}/1`, 'read:drafts');
  t.equal(answer.headers['cache-control'], PRIVATE);
  t.strictSame(answer.json(), {
    ...revision(1),
    article: {
      id: idOf(2),
      slug: 'taxes',
      headline: 'Taxes fall',
      standfirst: null,
      body: 'Taxes will fall soon.\n\nSo it is said.',
      language: 'en',
      section: null,
      tags: [],
      authors: [],
      publisher: idOf(1),
      canonicalUrl: null,
      image: null,
      disclaimer: null,
      status: 'draft',
      retraction: null,
      publishedAt: '2024-10-18T12:00:00.000Z',
      modifiedAt: null,
      corrections: [],
    },
  });
});

t.test('200 with what changed, in fields and word by word', async (t) => {
  const { get } = await openWithVersions(t);
  const text = [
    { is: 'same', text: 'Taxes will ' },
    { is: 'removed', text: 'fall' },
    { is: 'added', text: 'rise' },
    { is: 'same', text: ' soon.\n\nSo it is said.' },
  ];
  t.strictSame((await get(`${REVISIONS}/2/diff`, 'read:drafts')).json(), {
    from: revision(1),
    to: revision(2),
    fields: [{ field: 'status', before: 'draft', after: 'published' }],
    body: text,
    coarse: false,
  });
  t.strictSame(named((await get(`${REVISIONS}/3/diff?from=1`, 'read:drafts')).json()), {
    from: revision(1),
    to: revision(3, BY),
    fields: [
      { field: 'headline', before: 'Taxes fall', after: 'Taxes rise' },
      { field: 'status', before: 'draft', after: 'published' },
      { field: 'tags', before: [], after: ['tax'] },
    ],
    body: text,
    coarse: false,
  });
  const backwards = (await get(`${REVISIONS}/1/diff?from=2`, 'read:drafts')).json();
  t.same(backwards.fields, [{ field: 'status', before: 'published', after: 'draft' }]);
});

t.test('404, 410 and 400 for what there is not', async (t) => {
  const { get, send } = await openWithVersions(t);
  const status = async (url: string) => (await get(url, 'read:drafts')).statusCode;
  t.equal(await status('/v1/articles/nothing/revisions'), 404);
  t.equal(await status(`${REVISIONS}/4`), 404);
  t.equal(await status(`${REVISIONS}/4/diff`), 404);
  t.match((await get(`${REVISIONS}/1/diff`, 'read:drafts')).json(), {
    status: 400,
    errors: [{ parameter: 'from', detail: 'must be another version; there is no version 0' }],
  });
  for (const version of ['0', 'x', '1.5', '-1', '9'.repeat(20)])
    t.equal(await status(`${REVISIONS}/${version}`), 400, version);
  await send('DELETE', '/v1/articles/taxes');
  t.equal(await status(REVISIONS), 410);
});

t.test('200 with a version brought back as a new one, which says where it is from', async (t) => {
  const { get, send } = await openWithVersions(t);
  const answer = await send('POST', '/v1/articles/taxes/restore', { version: 2 }, { 'if-match': '"v3"' });
  t.equal(answer.statusCode, 200);
  const { headline, tags, version, publisher } = answer.json();
  t.strictSame(
    { headline, tags, version, publisher: publisher.id },
    { headline: 'Taxes fall', tags: [], version: 4, publisher: idOf(1) },
  );
  const read = await get('/v1/articles/taxes');
  t.equal(read.headers.etag, answer.headers.etag);
  t.match(named((await get(`${REVISIONS}/4`, 'read:drafts')).json()), {
    ...BY,
    note: 'restored from version 2',
    article: { headline: 'Taxes fall' },
  });
  t.equal((await get('/v1/articles?q=rise')).json().data.length, 1, 'and is found by its words');
});

t.test('a draft that is brought back is a draft', async (t) => {
  const { get, send } = await openWithVersions(t);
  t.equal((await send('POST', '/v1/articles/taxes/restore', { version: 1 })).json().status, 'draft');
  t.equal((await get('/v1/articles/taxes')).statusCode, 404);
});

t.test('412, 400 and a dry run change nothing', async (t) => {
  const { get, send } = await openWithVersions(t);
  const restore = (body: object, query = '', headers = {}) =>
    send('POST', `/v1/articles/taxes/restore${query}`, body, headers);
  const stale = await restore({ version: 1 }, '', { 'if-match': '"v2"' });
  t.match([stale.statusCode, stale.headers.etag], [412, /^"v3-/]);
  t.match((await restore({ version: 7 })).json(), {
    status: 400,
    errors: [{ pointer: '/version', detail: 'is no version of this article' }],
  });
  t.equal((await restore({})).statusCode, 400);
  t.equal((await send('POST', '/v1/articles/nothing/restore', { version: 1 })).statusCode, 404);
  const dry = await restore({ version: 1 }, '?dryRun=true');
  t.strictSame([dry.statusCode, dry.json().status, dry.json().version], [200, 'draft', 4]);
  t.equal((await get(REVISIONS, 'read:drafts')).json().data.length, 3);
});
