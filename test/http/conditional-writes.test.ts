/** Conditions of writes: no write goes over one that its writer has not seen. */
import t from 'tap';
import { idOf, openTestServer } from '../helper.js';
import { openCountedServer } from './answers.js';

type Server = Awaited<ReturnType<typeof openTestServer>>;

const URL = '/v1/articles/taxes';
const given = {
  id: idOf(1),
  slug: 'taxes',
  headline: 'Taxes',
  body: 'Taxes will fall.',
  language: 'en',
  publishedAt: '2024-10-18T12:00:00Z',
};

const open = async (t: Parameters<typeof openCountedServer>[0]): Promise<Server> => {
  const server = await openCountedServer(t);
  await server.send('POST', '/v1/articles', given);
  return server;
};

t.test('the ETag of any form of the version that is stored matches, and no other', async (t) => {
  const server = await open(t);
  const { get, send } = server;
  const forms = ['', '?body=markdown', '?fields=headline', '?format=jsonld', '?format=html'];
  const tags = [];
  for (const form of forms) tags.push(String((await get(URL + form)).headers.etag));
  const coded = await get(URL, { headers: { 'accept-encoding': 'gzip' } });
  tags.push(String(coded.headers.etag));
  t.equal(new Set(tags).size, tags.length - Number(coded.headers.etag === tags[0]), 'each form has its own');
  let version = 1;
  for (const tag of [...tags, '"v1"', '"x", "v1-y"', '*']) {
    const match = tag.replaceAll('v1', `v${version}`);
    const answer = await send('PATCH', URL, { standfirst: match }, { 'if-match': match });
    t.equal(answer.statusCode, 200, match);
    version += 1;
    t.equal(answer.json().version, version);
  }
  const before = await get(URL);
  for (const tag of [
    ...tags,
    '"v1"',
    `W/"v${version}-x"`,
    '"x"',
    '""',
    `"v${version}x"`,
    `"v0${version}"`,
    '"v"',
  ]) {
    for (const [method, body] of [['PUT', given], ['PATCH', { headline: 'x' }], ['DELETE']] as const) {
      const answer = await send(method, URL, body, { 'if-match': tag });
      t.equal(answer.statusCode, 412, `${method} ${tag}`);
      t.equal(answer.headers.etag, before.headers.etag, 'with the ETag of what is stored');
      t.equal(answer.json().detail.startsWith(`Version ${version} is stored.`), true);
    }
  }
  t.strictSame((await get(URL)).json(), before.json());
});

t.test('400 for what is no list of ETags', async (t) => {
  const { send } = await open(t);
  for (const tag of ['v1', 'v1-abc', '"v1" "v2"', '"v1', '', '*, "v1"'])
    for (const header of ['if-match', 'if-none-match']) {
      const answer = await send('PATCH', URL, {}, { [header]: tag });
      t.equal(answer.statusCode, 400, `${header}: ${tag}`);
      t.strictSame(answer.json().errors, [
        {
          parameter: header === 'if-match' ? 'If-Match' : 'If-None-Match',
          detail: 'must be an ETag as it was answered, in quotation marks, or *',
        },
      ]);
    }
});

t.test('`If-None-Match: *` makes something only where there is nothing', async (t) => {
  const { send } = await open(t);
  const none = { 'if-none-match': '*' };
  t.equal((await send('PUT', URL, given, none)).statusCode, 412);
  const made = await send('PUT', '/v1/articles/other', { ...given, id: idOf(2), slug: 'other' }, none);
  t.equal(made.statusCode, 201);
  t.equal((await send('PUT', '/v1/articles/other', given, none)).statusCode, 412);
  const other = await send('PATCH', URL, { headline: 'x' }, { 'if-none-match': '"v7-x"' });
  t.equal(other.statusCode, 200, 'one that names another version does not match');
});

t.test('412 for `If-Match` where nothing is stored, 404 where nothing can be changed', async (t) => {
  const { send, get } = await open(t);
  const any = { 'if-match': '*' };
  const answer = await send('PUT', '/v1/articles/other', { ...given, slug: 'other' }, any);
  t.equal(answer.statusCode, 412);
  t.equal(answer.headers.etag, undefined);
  t.equal((await send('PATCH', '/v1/articles/other', {}, any)).statusCode, 404);
  t.equal((await get('/v1/articles/other')).statusCode, 404);
  const posted = await send('POST', '/v1/articles', { ...given, slug: 'other' }, any);
  t.strictSame(posted.json().errors, [
    { parameter: 'If-Match', detail: 'has no place where something new is made' },
  ]);
});

t.test('the version of a claim decides for its parts, too', async (t) => {
  const { send, given: build } = await open(t);
  await build.source({ slug: 'a', name: 'A' });
  await build.claim({ id: idOf(5), by: [{ source: 'a' }] });
  const url = `/v1/claims/${idOf(5)}/attributions`;
  const part = { source: 'a', context: 'x' };
  const late = await send('POST', url, part, { 'if-match': '"v2"' });
  t.equal(late.statusCode, 412);
  t.match(late.headers.etag, /^"v1-/);
  const made = await send('POST', url, part, { 'if-match': '"v1-whatever"' });
  t.equal(made.statusCode, 201);
  const changed = await send('PATCH', String(made.headers.location), { cue: 'x' }, { 'if-match': '"v1"' });
  t.equal(changed.statusCode, 412);
  t.equal(changed.headers.etag, made.headers.etag);
  const gone = await send('DELETE', String(made.headers.location), undefined, {
    'if-match': String(made.headers.etag),
  });
  t.equal(gone.statusCode, 204);
});

t.test('428 where the server asks for `If-Match` and it is missing', async (t) => {
  const { send, get } = await openTestServer(t, { isIfMatchRequired: true });
  t.equal((await send('POST', '/v1/articles', given)).statusCode, 201, 'to make something it is not needed');
  t.equal((await send('PUT', '/v1/articles/b', { ...given, id: idOf(2), slug: 'b' })).statusCode, 201);
  await send('POST', '/v1/sources', { slug: 'a', kind: 'person', name: 'A' });
  for (const [method, url, body] of [
    ['PUT', URL, given],
    ['PATCH', URL, {}],
    ['DELETE', URL],
    ['POST', '/v1/sources/a/merge', { into: 'b' }],
  ] as const) {
    const answer = await send(method, url, body);
    t.equal(answer.statusCode, 428, method);
    t.equal(answer.json().code, 'precondition-required');
  }
  t.equal((await send('DELETE', URL, undefined, { 'if-match': '*' })).statusCode, 204);
  t.equal((await get(URL)).statusCode, 410);
});

t.test('of many who change one version at once, one succeeds', async (t) => {
  const { send, get, storage } = await open(t);
  const other = await openTestServer(t, { storage });
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      (at % 2 === 0 ? send : other.send)('PATCH', URL, { headline: `H${at}` }, { 'if-match': '"v1"' }),
    ),
  );
  const statuses = answers.map(({ statusCode }) => statusCode).sort();
  t.strictSame(statuses, [200, ...Array.from({ length: 11 }, () => 412)]);
  t.equal((await get(URL)).json().version, 2);
});
