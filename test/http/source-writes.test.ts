/** Writing sources: each write answers what the next read gives, or a problem, and then nothing is changed. */
import t from 'tap';
import { idOf, NOW, type openTestServer } from '../helper.js';
import { headersOf, JSON_HEADERS, openCountedServer, problemOf } from './answers.js';

const WRITE_HEADERS = {
  ...JSON_HEADERS,
  'cache-control': 'no-store',
  'access-control-expose-headers':
    'ETag, Link, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, Accept-Patch, Claimwire-Bookmark, Claimwire-Dry-Run, Idempotency-Replayed, Location, Preference-Applied',
};

type Server = Awaited<ReturnType<typeof openTestServer>>;

const given = { id: idOf(1), slug: 'harbour-watch', kind: 'organization', name: 'Harbour Watch' };
const stored = {
  ...given,
  aliases: [],
  description: null,
  role: null,
  country: null,
  url: null,
  sameAs: [],
  memberOf: null,
  version: 1,
  createdAt: NOW,
  updatedAt: NOW,
};

const make = async ({ send }: Server, more: object = {}) =>
  send('POST', '/v1/sources', { ...given, ...more });

t.test('201 with all of it, where it is, its ETag and a bookmark', async (t) => {
  const server = await openCountedServer(t);
  const answer = await make(server);
  t.equal(answer.statusCode, 201);
  t.strictSame(answer.json(), stored);
  const read = await server.get(String(answer.headers.location));
  t.strictSame(headersOf(t, answer), {
    ...WRITE_HEADERS,
    location: `/v1/sources/${idOf(1)}`,
    etag: read.headers.etag,
    'claimwire-bookmark': 'cb1-1',
  });
  t.strictSame(read.json(), stored);
});

t.test('400 for each thing that is wrong with a body, all at once', async (t) => {
  const { send, get } = await openCountedServer(t);
  const answer = await send('POST', '/v1/sources', {
    slug: 'Harbour',
    kind: 'organisation',
    aliases: ['ok', ''],
    nmae: 'x',
    memberOf: 4,
  });
  const { code, errors } = problemOf(t, answer, withoutDefaults(answer.headers));
  t.equal(code, 'invalid-request');
  t.strictSame(errors, [
    { pointer: '/slug', detail: 'must be a slug: lower-case letters and digits, joined by single hyphens' },
    {
      pointer: '/kind',
      detail: 'must be one of publisher, organization, person, document, unnamed; nearest: organization',
    },
    { pointer: '/name', detail: 'is required' },
    { pointer: '/aliases/1', detail: 'must not be empty' },
    { pointer: '/memberOf', detail: 'must be text or an object with fields; found a number' },
    { pointer: '/nmae', detail: 'is not known here; did you mean `name`?' },
  ]);
  t.equal((await get('/v1/sources')).json().data.length, 0, 'nothing is stored');
});

/** The headers of a write that a problem has beside those of every problem. */
function withoutDefaults(headers: Record<string, unknown>): Record<string, string> {
  return {
    'access-control-expose-headers': WRITE_HEADERS['access-control-expose-headers'],
    ...(headers['accept-patch'] === undefined ? {} : { 'accept-patch': String(headers['accept-patch']) }),
    ...(headers.etag === undefined ? {} : { etag: String(headers.etag) }),
  };
}

t.test('400 for a reference that leads nowhere, with the nearest names', async (t) => {
  const server = await openCountedServer(t);
  await make(server);
  const answer = await make(server, { id: idOf(2), slug: 'b', memberOf: 'Harbor Watch' });
  const { code, errors } = problemOf(t, answer, withoutDefaults(answer.headers));
  t.equal(code, 'unknown-reference');
  t.strictSame(errors, [
    {
      pointer: '/memberOf',
      detail: '“Harbor Watch” is no source’s id, slug or name. Nearest: harbour-watch.',
    },
  ]);
});

t.test('409 for an id and a slug that others have', async (t) => {
  const server = await openCountedServer(t);
  await make(server);
  await make(server, { id: idOf(2), slug: 'other' });
  const answer = await make(server, { slug: 'other' });
  const { code, errors } = problemOf(t, answer, withoutDefaults(answer.headers));
  t.equal(code, 'conflict');
  t.strictSame(errors, [
    { pointer: '/id', detail: `“${idOf(1)}” belongs to the source ${idOf(1)}` },
    { pointer: '/slug', detail: `“other” belongs to the source ${idOf(2)}` },
  ]);
});

t.test(
  'a PUT makes a source under its slug, replaces it, and changes nothing where it says the same',
  async (t) => {
    const { send, get } = await openCountedServer(t);
    const body = { id: idOf(1), kind: 'organization', name: 'Harbour Watch', role: 'a watch' };
    const made = await send('PUT', '/v1/sources/harbour-watch', body);
    t.equal(made.statusCode, 201);
    t.strictSame(made.json(), { ...stored, role: 'a watch' });
    const replaced = await send('PUT', '/v1/sources/harbour-watch', {
      kind: 'organization',
      name: 'Harbour Watch',
    });
    t.equal(replaced.statusCode, 200);
    t.equal(replaced.headers.location, undefined);
    t.strictSame(replaced.json(), { ...stored, version: 2 }, 'what is left out is as if never given');
    const again = await send('PUT', `/v1/sources/${idOf(1)}`, given);
    t.strictSame(again.json(), { ...stored, version: 2 });
    const read = await get('/v1/sources/harbour-watch');
    t.equal(again.headers.etag, read.headers.etag);
    const back = await send('PUT', '/v1/sources/harbour-watch', read.json());
    t.equal(back.statusCode, 200, 'what was answered can be sent back');
    t.strictSame(back.json(), read.json());
    const renamed = await send('PUT', '/v1/sources/harbour-watch', {
      ...(read.json() as object),
      slug: 'watch',
    });
    t.equal(renamed.json().slug, 'watch');
    t.equal((await get('/v1/sources/harbour-watch')).statusCode, 404);
  },
);

t.test('400 for a PUT that makes something else than its URL says, or changes an id', async (t) => {
  const { send } = await openCountedServer(t);
  const elsewhere = await send('PUT', '/v1/sources/here', given);
  t.strictSame(elsewhere.json().errors, [
    {
      pointer: '/slug',
      detail: 'must be here, as in the URL, where nothing is stored yet; or leave it out',
    },
  ]);
  await send('POST', '/v1/sources', given);
  const other = await send('PUT', '/v1/sources/harbour-watch', { ...given, id: idOf(2) });
  t.strictSame(other.json().errors, [{ pointer: '/id', detail: `is ${idOf(1)} and cannot be changed` }]);
});

t.test('a PATCH changes what is given, and null takes away', async (t) => {
  const server = await openCountedServer(t);
  await make(server, { role: 'a watch', aliases: ['HW'] });
  const answer = await server.send('PATCH', '/v1/sources/harbour-watch', { role: null, aliases: ['W'] });
  t.equal(answer.statusCode, 200);
  t.strictSame(answer.json(), { ...stored, aliases: ['W'], version: 2 });
  t.equal(answer.headers['accept-patch'], 'application/merge-patch+json');
  const wrong = await server.send('PATCH', '/v1/sources/harbour-watch', { name: null });
  t.strictSame(wrong.json().errors, [{ pointer: '/name', detail: 'is required' }]);
});

t.test('415 with `Accept-Patch` for a PATCH of another type, 415 for a POST of one', async (t) => {
  const server = await openCountedServer(t);
  await make(server);
  for (const type of ['application/json', 'text/plain']) {
    const answer = await server.send('PATCH', '/v1/sources/harbour-watch', '{}', { 'content-type': type });
    t.equal(answer.statusCode, 415, type);
    t.equal(answer.headers['accept-patch'], 'application/merge-patch+json', type);
  }
  const json = { 'content-type': 'application/merge-patch+json' };
  t.equal((await server.send('POST', '/v1/sources', '{}', json)).statusCode, 415);
  t.equal((await server.send('POST', '/v1/sources')).statusCode, 415);
});

t.test('204 for a DELETE, and 410 from then on, for an id as for a slug', async (t) => {
  const server = await openCountedServer(t);
  await make(server);
  const { send, get } = server;
  const answer = await send('DELETE', '/v1/sources/harbour-watch');
  t.equal(answer.statusCode, 204);
  t.equal(answer.body, '');
  for (const ref of ['harbour-watch', idOf(1)]) {
    for (const below of ['', '/articles', '/claims']) {
      const gone = await get(`/v1/sources/${ref}${below}`);
      const { code, detail } = problemOf(t, gone);
      t.equal(code, 'gone');
      t.match(detail, `The source “${ref}” was deleted.`);
    }
    for (const [method, body] of [['PUT', given], ['PATCH', {}], ['DELETE']] as const)
      t.equal((await send(method, `/v1/sources/${ref}`, body)).statusCode, 410, method);
    t.equal((await send('POST', `/v1/sources/${ref}/merge`, { into: 'x' })).statusCode, 410);
  }
  const anew = await make(server);
  t.equal(anew.statusCode, 201);
  t.equal(anew.json().version, 3, 'versions go on, so that no ETag comes twice');
  t.equal((await get('/v1/sources/harbour-watch')).statusCode, 200);
});

t.test('409 for deleting what others refer to, which are named', async (t) => {
  const server = await openCountedServer(t);
  await make(server);
  const article = await server.given.article({
    id: idOf(5),
    headline: 'The harbour',
    publisher: 'harbour-watch',
  });
  await server.given.claim({
    id: idOf(6),
    text: 'It opens.',
    by: [{ in: article, source: 'harbour-watch' }],
  });
  await server.given.source({ id: idOf(7), name: 'A member', memberOf: 'harbour-watch' });
  const answer = await server.send('DELETE', '/v1/sources/harbour-watch');
  const { code, errors } = problemOf(t, answer, withoutDefaults(answer.headers));
  t.equal(code, 'in-use');
  t.strictSame(errors, [
    { detail: `The article ${idOf(5)} refers to it: “The harbour”.` },
    { detail: `The claim ${idOf(6)} refers to it: “It opens.”.` },
    { detail: `The source ${idOf(7)} refers to it: “A member”.` },
  ]);
  t.equal((await server.get('/v1/sources/harbour-watch')).statusCode, 200);
});

t.test('what the server keeps may be sent back unchanged, and is refused where it differs', async (t) => {
  const server = await openCountedServer(t);
  const early = await make(server, { version: 1, createdAt: NOW });
  t.strictSame(early.json().errors, [
    { pointer: '/createdAt', detail: 'is kept by the server; leave it out' },
    { pointer: '/version', detail: 'is kept by the server; leave it out' },
  ]);
  await make(server);
  const later = '2024-12-01T00:00:00.000Z';
  const wrong = await server.send('PATCH', '/v1/sources/harbour-watch', { updatedAt: later });
  t.strictSame(wrong.json().errors, [
    { pointer: '/updatedAt', detail: `is kept by the server, and is "${NOW}"; leave it out` },
  ]);
  const read = await server.get('/v1/sources/harbour-watch');
  await server.send('PATCH', '/v1/sources/harbour-watch', { role: 'x' });
  const lost = await server.send('PUT', '/v1/sources/harbour-watch', read.json());
  t.equal(lost.statusCode, 412, 'a version that is no longer stored is a condition that fails');
  t.match(lost.headers.etag, /^"v2-/);
});

t.test('merging moves all that refers to a source, and its names and URLs lead to the other', async (t) => {
  const server = await openCountedServer(t);
  const { get, send, given: build } = server;
  await make(server, { aliases: ['HW'], sameAs: ['https://example.org/hw'] });
  await make(server, { id: idOf(2), slug: 'harbor-watch', name: 'Harbor Watch', aliases: ['hw'] });
  const article = await build.article({
    id: idOf(5),
    slug: 'a',
    publisher: 'harbor-watch',
    authors: [{ name: 'H', source: 'harbor-watch' }],
  });
  await build.claim({
    id: idOf(6),
    by: [{ in: article, source: 'harbor-watch' }],
    reviews: [{ reviewer: 'harbor-watch', rating: 'x', verdict: 'true', reviewedAt: NOW }],
  });
  await build.source({ id: idOf(7), slug: 'm', name: 'M', memberOf: 'harbor-watch' });
  const answer = await send('POST', '/v1/sources/harbor-watch/merge', { into: 'harbour-watch' });
  t.equal(answer.statusCode, 200);
  t.strictSame(answer.json(), {
    ...stored,
    aliases: ['HW', 'Harbor Watch'],
    sameAs: ['https://example.org/hw'],
    version: 2,
  });
  const into = { id: idOf(1), slug: 'harbour-watch', name: 'Harbour Watch' };
  const read = (await get('/v1/articles/a')).json();
  t.strictSame([read.publisher, read.authors[0].source, read.version], [into, into, 2]);
  const claim = (await get(`/v1/claims/${idOf(6)}`)).json();
  t.strictSame([claim.attributions[0].source, claim.reviews[0].reviewer], [into, into]);
  t.strictSame((await get('/v1/sources/m')).json().memberOf, into);
  for (const ref of ['harbor-watch', idOf(2)]) {
    const moved = await get(`/v1/sources/${ref}?fields=name`);
    t.equal(moved.statusCode, 308);
    t.equal(moved.headers.location, '/v1/sources/harbour-watch?fields=name');
    const below = await get(`/v1/sources/${ref}/claims?limit=1`);
    t.equal(below.headers.location, '/v1/sources/harbour-watch/claims?limit=1');
    const written = await send('PATCH', `/v1/sources/${ref}`, { role: 'x' });
    t.equal(written.statusCode, 308);
  }
  t.equal((await get('/v1/articles?publisher=harbor-watch')).json().data.length, 1, 'filters find it, too');
  const taken = await make(server, { id: idOf(9), slug: 'harbor-watch' });
  t.equal(taken.statusCode, 409, 'a name that leads elsewhere is not given anew');
});

t.test('409 for merging a source with itself, or into its own member', async (t) => {
  const server = await openCountedServer(t);
  await make(server);
  await server.given.source({ slug: 'm', name: 'M', memberOf: 'harbour-watch' });
  for (const [into, detail] of [
    ['harbour-watch', 'is the source itself'],
    ['m', 'belongs to the source; take it out of it first'],
  ]) {
    const answer = await server.send('POST', '/v1/sources/harbour-watch/merge', { into });
    t.equal(answer.statusCode, 409);
    t.strictSame(answer.json().errors, [{ pointer: '/into', detail }]);
  }
});

t.test('a dry run answers as if, and changes nothing', async (t) => {
  const server = await openCountedServer(t);
  const { get, send } = server;
  const dry = await send('POST', '/v1/sources?dryRun=true', given);
  t.equal(dry.statusCode, 201);
  t.strictSame(dry.json(), stored);
  t.strictSame(headersOf(t, dry), {
    ...WRITE_HEADERS,
    'claimwire-bookmark': 'cb1-0',
    'claimwire-dry-run': 'true',
  });
  t.equal((await get('/v1/sources/harbour-watch')).statusCode, 404);
  await make(server);
  for (const [method, body] of [
    ['PUT', { ...given, name: 'X' }],
    ['PATCH', { name: 'X' }],
    ['DELETE'],
  ] as const) {
    const answer = await send(method, '/v1/sources/harbour-watch?dryRun=true', body);
    t.ok(answer.statusCode < 300, method);
    t.equal(answer.headers['claimwire-dry-run'], 'true');
  }
  t.strictSame((await get('/v1/sources/harbour-watch')).json(), stored);
  const wrong = await send('POST', '/v1/sources?dryRun=yes', given);
  t.strictSame(wrong.json().errors, [{ parameter: 'dryRun', detail: 'must be one of true, false' }]);
});

t.test('`Prefer: return=minimal` is answered without a body', async (t) => {
  const server = await openCountedServer(t);
  const minimal = { prefer: 'return=minimal' };
  const made = await server.send('POST', '/v1/sources', given, minimal);
  t.equal(made.statusCode, 201);
  t.equal(made.body, '');
  t.equal(made.headers['preference-applied'], 'return=minimal');
  t.equal(made.headers.location, `/v1/sources/${idOf(1)}`);
  const changed = await server.send('PATCH', '/v1/sources/harbour-watch', { name: 'X' }, minimal);
  t.equal(changed.statusCode, 204);
  t.equal(changed.body, '');
  t.equal(changed.headers.etag, (await server.get('/v1/sources/harbour-watch')).headers.etag);
});
