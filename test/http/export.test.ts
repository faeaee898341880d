/** `GET /v1/export`: all that readers may see, in a form that can be imported, and never half of it unnoticed. */
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { createServices } from '../../src/services.js';
import { makeKey, openTestServer } from '../helper.js';
import { exportOf, fill, importText, openMemory, rowLines } from '../imports/moving.js';

t.test('200 with all that is published, which can be imported', async (t) => {
  const { get, storage } = await openTestServer(t);
  await fill(storage);
  const answer = await get('/v1/export');
  t.equal(answer.statusCode, 200);
  t.match(answer.headers, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
    vary: 'Accept-Encoding, Authorization',
  });
  t.equal(answer.body, await exportOf(storage, { statuses: ['published'] }));
  t.match(answer.body, /"slug":"harbour"/);
  for (const hidden of [/"slug":"draft"/, /said in a draft/, /"slug":"gone"/])
    t.notMatch(answer.body, hidden);
  const other = await openMemory(t);
  t.equal((await importText(createServices(other), answer.body)).rejected, 0);
  t.equal(await exportOf(other), answer.body);
});

t.test('200 with what filters leave, and what that refers to', async (t) => {
  const { get, storage, given } = await openTestServer(t);
  await fill(storage);
  const press = await given.source({ name: 'Other Press', kind: 'publisher' });
  await given.article({
    headline: 'Other',
    publisher: 'other-press',
    publishedAt: '2023-01-01T00:00:00Z',
    language: 'pt',
  });
  const slugs = async (query: string) =>
    rowLines((await get(`/v1/export?${query}`)).body).map(
      (line) => JSON.parse(line).article?.slug ?? JSON.parse(line).source?.slug ?? 'claim',
    );
  for (const query of [
    'publisher=other-press',
    `publisher=${press.id}`,
    'language=pt',
    'to=2024-01-01T00:00:00Z',
  ])
    t.same(await slugs(query), ['other-press', 'other'], query);
  t.same((await slugs('kind=article')).toSorted(), ['harbour', 'other']);
  t.same(await slugs('section=local&kind=article'), ['harbour']);
});

t.test('200 coded as it flows; HEAD without a body', async (t) => {
  const { app, get, storage } = await openTestServer(t);
  await fill(storage);
  const plain = await get('/v1/export');
  const coded = await app.inject({ url: '/v1/export', headers: { 'accept-encoding': 'gzip' } });
  t.equal(coded.headers['content-encoding'], 'gzip');
  t.equal(gunzipSync(coded.rawPayload).toString(), plain.body);
  const head = await app.inject({ method: 'HEAD', url: '/v1/export' });
  t.match(head, {
    statusCode: 200,
    body: '',
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
  });
});

t.test(
  '200 with what its caller may see: retracted articles, and drafts with a key that opens them',
  async (t) => {
    const { get, storage, services } = await openTestServer(t);
    await fill(storage);
    const retracted = await get('/v1/export?status=published,retracted');
    t.match(retracted.body, /"slug":"gone".*"retraction":\{"at":"2024-10-20T08:00:00.000Z","note":/);
    t.match(retracted.body, /"slug":"harbour"/);
    for (const hidden of [/"slug":"draft"/, /"slug":"soon"/, /said in a draft/, /sea is flat/])
      t.notMatch(retracted.body, hidden);
    t.notMatch(
      (await get('/v1/export?status=retracted')).body,
      /sea is flat/,
      'what stood in it is withdrawn',
    );

    const all = '/v1/export?status=draft,scheduled,published,retracted';
    t.match(await get(all), { statusCode: 401, headers: { 'www-authenticate': /^Bearer/ } });
    const authorization = await makeKey(services, 'read:drafts');
    const answer = await get(all, { headers: { authorization } });
    t.match(answer, { statusCode: 200, headers: { 'cache-control': 'private, no-store' } });
    t.equal(answer.body, await exportOf(storage), 'everything');
    const other = await openMemory(t);
    t.equal((await importText(createServices(other), answer.body)).rejected, 0);
    t.equal(await exportOf(other), answer.body);
  },
);

t.test('400 for what is no filter', async (t) => {
  const { get } = await openTestServer(t);
  for (const [query, parameter] of [
    ['kind=event', 'kind'],
    ['status=lost', 'status'],
    ['publisher=nobody', 'publisher'],
    ['from=yesterday', 'from'],
  ] as const) {
    const answer = await get(`/v1/export?${query}`);
    t.equal(answer.statusCode, 400, query);
    t.match(answer.json(), { code: 'invalid-request', errors: [{ parameter }] }, query);
  }
});

t.test('503 where the database does not answer', async (t) => {
  const { get, storage } = await openTestServer(t);
  await storage.close();
  const answer = await get('/v1/export');
  t.equal(answer.statusCode, 503);
  t.match(answer.json(), { code: 'unavailable' });
});
