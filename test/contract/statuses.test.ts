/**
 * What the contract says of failures is true: each status that it documents can be had from a server. That no other
 * comes is held by `get` of the test server, on every answer of every test.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { idOf, makeKey, openTestServer, openTestStorage } from '../helper.js';

type Server = Awaited<ReturnType<typeof openTestServer>>;

/** A server whose storage fails with an error that it does not know. */
async function openFailing(t: Test): Promise<Server> {
  const storage = await openTestStorage(t);
  return openTestServer(t, { storage: { ...storage, at: () => Promise.reject(new Error('unforeseen')) } });
}

async function openClosed(t: Test): Promise<Server> {
  const server = await openTestServer(t);
  await server.storage.close();
  return server;
}

const person = (slug: string) => ({ slug, kind: 'person', name: slug });

/** A server with the source “a”, which “b” became part of. */
async function openMerged(t: Test): Promise<Server> {
  const server = await openTestServer(t);
  for (const slug of ['a', 'b']) await server.send('POST', '/v1/sources', person(slug));
  await server.send('POST', '/v1/sources/b/merge', { into: 'a' });
  return server;
}

/** How each documented status is brought about; at a bare port where no request comes to be. */
const ways: Record<string, (t: Test) => Promise<number>> = {
  200: async (t) => (await (await openTestServer(t)).get('/v1/claims')).statusCode,
  201: async (t) => (await (await openTestServer(t)).send('POST', '/v1/sources', person('a'))).statusCode,
  204: async (t) => (await (await openMerged(t)).send('DELETE', '/v1/sources/a')).statusCode,
  304: async (t) =>
    (await (await openTestServer(t)).get('/v1/claims', { headers: { 'if-none-match': '*' } })).statusCode,
  308: async (t) => (await (await openMerged(t)).get('/v1/sources/b')).statusCode,
  400: async (t) => (await (await openTestServer(t)).get('/v1/claims?limit=0')).statusCode,
  401: async (t) =>
    (await (await openTestServer(t)).get('/v1/claims', { headers: { authorization: 'Bearer x' } }))
      .statusCode,
  403: async (t) => {
    const server = await openTestServer(t);
    const authorization = await makeKey(server.services, 'read:drafts');
    return (await server.send('POST', '/v1/sources', person('a'), { authorization })).statusCode;
  },
  404: async (t) => (await (await openTestServer(t)).get(`/v1/claims/${idOf(1)}`)).statusCode,
  406: async (t) =>
    (await (await openTestServer(t)).get('/v1/claims', { headers: { accept: 'text/xml' } })).statusCode,
  409: async (t) => (await (await openMerged(t)).send('POST', '/v1/sources', person('a'))).statusCode,
  410: async (t) => {
    const server = await openMerged(t);
    await server.send('DELETE', '/v1/sources/a');
    return (await server.get('/v1/sources/a')).statusCode;
  },
  412: async (t) =>
    (await (await openMerged(t)).send('DELETE', '/v1/sources/a', undefined, { 'if-match': '"v7"' }))
      .statusCode,
  413: async (t) =>
    (await (await openTestServer(t)).send('POST', '/v1/sources', `[${'1,'.repeat(30_000)}1]`)).statusCode,
  414: async (t) => (await (await openTestServer(t)).get(`/v1/claims?tag=${'x'.repeat(8_000)}`)).statusCode,
  415: async (t) =>
    (await (await openTestServer(t)).send('POST', '/v1/sources', '{}', { 'content-type': 'text/plain' }))
      .statusCode,
  422: async (t) => {
    const { send } = await openTestServer(t);
    const key = { 'idempotency-key': 'k' };
    await send('POST', '/v1/sources', person('a'), key);
    return (await send('POST', '/v1/sources', person('b'), key)).statusCode;
  },
  428: async (t) => {
    const server = await openTestServer(t, { isIfMatchRequired: true });
    await server.send('POST', '/v1/sources', person('a'));
    return (await server.send('DELETE', '/v1/sources/a')).statusCode;
  },
  429: async (t) => {
    const { get } = await openTestServer(t, { rateLimits: { reads: 1, writes: 0, refusedKeys: 0 } });
    await get('/v1/claims');
    return (await get('/v1/claims')).statusCode;
  },
  431: async (t) => statusOf(await openTestServer(t), `Cookie: ${'x'.repeat(20_000)}`),
  500: async (t) => (await (await openFailing(t)).get('/v1/claims')).statusCode,
  503: async (t) => (await (await openClosed(t)).get('/v1/claims')).statusCode,
};

/** The status of an answer over a port. */
async function statusOf({ app }: Server, header: string): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  const socket = connect({ port, host: '127.0.0.1' });
  socket.write(`GET /v1/claims HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(chunk.toString().split(' ')[1]);
}

t.test('every status that an operation documents can be had', async (t) => {
  const { app } = await openTestServer(t);
  const { paths } = app.swagger() as unknown as {
    paths: Record<string, Record<string, { responses: object }>>;
  };
  const documented = new Set(
    Object.values(paths).flatMap((methods) =>
      Object.values(methods).flatMap(({ responses }) => Object.keys(responses)),
    ),
  );
  t.strictSame([...documented].sort(), Object.keys(ways));
  for (const [status, way] of Object.entries(ways)) t.equal(await way(t), Number(status), status);
});
