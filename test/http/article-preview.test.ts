/**
 * Preview links: each opens one article without a key until a time, and nothing else.
 */
import { Writable } from 'node:stream';
import { pino } from 'pino';
import t from 'tap';
import { toPreviewToken } from '../../src/articles/preview.js';
import { idOf } from '../helper.js';
import { openEditedServer } from './editors.js';

const DAY_MS = 86_400_000;

async function openWithDraft(t: Parameters<typeof openEditedServer>[0], options = {}) {
  const server = await openEditedServer(t, { cacheBytes: 1_000_000, ...options });
  await server.given.article({ id: idOf(1), slug: 'a-draft', status: 'draft' });
  await server.given.article({ id: idOf(2), slug: 'another', status: 'draft' });
  await server.given.article({ id: idOf(3), slug: 'live' });
  const link = async (ref = 'a-draft', body: object = {}) => {
    const answer = await server.send('POST', `/v1/articles/${ref}/preview`, body);
    t.equal(answer.statusCode, 201);
    const { url, expiresAt } = answer.json();
    const { origin, pathname, search, searchParams } = new URL(url);
    return {
      answer,
      origin,
      path: pathname + search,
      pathname,
      expiresAt,
      token: String(searchParams.get('preview')),
    };
  };
  return { ...server, link };
}

t.test('201 with a link of seven days, which opens the draft in every form without a key', async (t) => {
  const { get, link } = await openWithDraft(t);
  const { answer, origin, path, pathname, expiresAt } = await link();
  t.equal(origin, 'https://news.example');
  t.equal(pathname, `/v1/articles/${idOf(1)}`);
  t.equal(answer.headers.location, path);
  t.equal(answer.headers['cache-control'], 'no-store');
  t.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 7 * DAY_MS) < 60_000, expiresAt);
  const shown = await get(path);
  t.strictSame([shown.statusCode, shown.json().status], [200, 'draft']);
  for (const form of ['json', 'html', 'markdown', 'jsonld']) {
    const { statusCode, headers, body } = await get(`${path}&format=${form}`);
    t.equal(statusCode, 200, form);
    t.match(body, 'taxes will fall', form);
    t.equal(headers['cache-control'], 'private, no-store', form);
    t.equal(headers['x-robots-tag'], 'noindex', form);
    t.notOk('surrogate-key' in headers);
  }
  t.equal((await get(path, null, { 'if-none-match': String(shown.headers.etag) })).statusCode, 304);
  t.equal((await get(`${pathname}`)).statusCode, 404, 'nothing was kept');
});

t.test('200 by slug, too, and for an article that was published meanwhile', async (t) => {
  const { get, link, given } = await openWithDraft(t);
  const { token, path } = await link();
  t.equal((await get(`/v1/articles/a-draft?preview=${token}`)).statusCode, 200);
  await given.article({ id: idOf(1), slug: 'a-draft', status: 'published' });
  const answer = await get(path);
  t.strictSame([answer.json().status, answer.headers['cache-control']], ['published', 'private, no-store']);
});

t.test('403 for a token that is wrong, changed, expired, or of another article', async (t) => {
  const { get, link, storage } = await openWithDraft(t);
  t.equal((await get('/v1/articles/a-draft?preview=x')).statusCode, 403, 'where no link was ever made');
  const { token } = await link();
  const secret = await storage.read.secrets.find('preview');
  const now = Date.now();
  const [expiry = '', signature = ''] = token.split('.');
  const later = (Number.parseInt(expiry, 36) + 1).toString(36);
  const turned = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  const cases: [name: string, url: string][] = [
    ['of another', `/v1/articles/another?preview=${token}`],
    ['of a published one', `/v1/articles/live?preview=${token}`],
    ['of none that there is', `/v1/articles/nothing?preview=${token}`],
    ['a later time', `/v1/articles/a-draft?preview=${later}.${signature}`],
    ['another signature', `/v1/articles/a-draft?preview=${expiry}.${turned}`],
    ['a shorter signature', `/v1/articles/a-draft?preview=${expiry}.${signature.slice(1)}`],
    ['nothing', '/v1/articles/a-draft?preview='],
    ['expired', `/v1/articles/a-draft?preview=${toPreviewToken(String(secret), idOf(1), now - 1)}`],
    ['of another secret', `/v1/articles/a-draft?preview=${toPreviewToken('x', idOf(1), now + DAY_MS)}`],
  ];
  for (const [name, url] of cases) {
    const answer = await get(url);
    t.match(
      [answer.statusCode, answer.json()],
      [
        403,
        {
          code: 'invalid-preview',
          title: 'The preview link does not open this',
          detail: /^The token of a preview link is damaged, has expired, or belongs to another article\. Ask/,
        },
      ],
      name,
    );
    t.equal(answer.headers['cache-control'], 'no-store');
    t.notMatch(answer.body, signature.slice(1));
  }
  t.equal(
    (await get(`/v1/articles/a-draft?preview=${toPreviewToken(String(secret), idOf(1), now + 60_000)}`))
      .statusCode,
    200,
  );
  t.equal((await get(`/v1/articles?preview=${token}`)).statusCode, 400, 'it opens no list');
});

t.test('400 for a time that has passed or is too far off, 404 for no article; nothing is made', async (t) => {
  const { send, storage } = await openWithDraft(t);
  const until = (ms: number) => ({ expiresAt: new Date(Date.now() + ms).toISOString() });
  for (const body of [until(-1_000), until(30 * DAY_MS + 60_000), { expiresAt: 'soon' }, { days: 3 }])
    t.equal((await send('POST', '/v1/articles/a-draft/preview', body)).statusCode, 400, JSON.stringify(body));
  t.equal((await send('POST', '/v1/articles/nothing/preview', {})).statusCode, 404);
  await send('POST', '/v1/articles/a-draft/preview?dryRun=true', {});
  t.equal(await storage.read.secrets.find('preview'), undefined);
  t.equal((await send('POST', '/v1/articles/a-draft/preview', until(30 * DAY_MS - 60_000))).statusCode, 201);
});

t.test('every link of a database is signed by one secret, and making one changes no article', async (t) => {
  const { link, get, storage } = await openWithDraft(t);
  const links = await Promise.all([link(), link('another'), link()]);
  for (const { path } of links) t.equal((await get(path)).statusCode, 200);
  t.equal(String(await storage.read.secrets.find('preview')).length, 43);
  t.equal((await get('/v1/articles/a-draft/revisions', 'read:drafts')).json().data.length, 1);
});

t.test('no token is logged, however its name is written', async (t) => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const { get, link } = await openWithDraft(t, { logger: pino({ level: 'trace' }, stream) });
  const { path, token } = await link();
  await get(path);
  await get(`${path}&body=text`);
  await get(path.replace('preview=', '%70review='));
  await get(`/v1/articles/another?preview=${token}`);
  await get(`/v1/articles?preview=${token}`);
  const all = lines.join('');
  t.match(all, `/v1/articles/${idOf(1)}?preview=…&body=text`);
  t.notMatch(all, token.slice(10));
});

t.test('where reading needs a key, a link does in its place, and only at its own URL', async (t) => {
  const { get, link } = await openWithDraft(t, { readsNeedKey: true });
  const { path, token, pathname } = await link();
  t.equal((await get(path)).statusCode, 200);
  t.equal((await get(`/v1/articles/another?preview=${token}`)).statusCode, 403);
  t.equal((await get('/v1/articles/live?preview=x')).statusCode, 403);
  for (const url of [
    pathname,
    '/v1/articles/live',
    `/v1/articles?preview=${token}`,
    `${pathname}/claims?preview=${token}`,
  ])
    t.equal((await get(url)).statusCode, 401, url);
});
