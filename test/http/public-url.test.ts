/**
 * Absolute URLs in answers begin as configured, else as the request says; a Host header that is no host never gets in.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { openTestServer } from '../helper.js';
import { PROBLEM_HEADERS, problemOf, REQUEST_ID } from './answers.js';

const robots = (base: string) =>
  `User-agent: *\nAllow: /\n\nSitemap: ${base}/sitemap.xml\nSitemap: ${base}/news-sitemap.xml\n`;

t.test('200 with the address that the Host header names', async (t) => {
  const { get } = await openTestServer(t);
  const cases: [host: string, base: string][] = [
    ['news.example', 'http://news.example'],
    ['News.Example:8080', 'http://news.example:8080'],
    ['news.example:80', 'http://news.example'],
    ['news.example.', 'http://news.example.'],
    ['claimwire_1', 'http://claimwire_1'],
    ['localhost:3000', 'http://localhost:3000'],
    ['127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['[::1]:3000', 'http://[::1]:3000'],
    ['xn--bcher-kva.example', 'http://xn--bcher-kva.example'],
  ];
  for (const [host, base] of cases)
    t.equal((await get('/robots.txt', { headers: { host } })).body, robots(base), host);
});

t.test('200 with the address that is configured, whatever the Host header says', async (t) => {
  const { get } = await openTestServer(t, { publicUrl: 'https://news.example/api' });
  for (const host of ['elsewhere.example', '"><script>', 'a b'])
    t.equal((await get('/robots.txt', { headers: { host } })).body, robots('https://news.example/api'), host);
});

t.test('400 for a Host header that is no host', async (t) => {
  const { get } = await openTestServer(t);
  const hosts = [
    ' ',
    'a b',
    'a/b',
    'a?b',
    'a#b',
    'me@news.example',
    'news.example@evil.example',
    '"><script>alert(1)</script>',
    'a&b',
    "a'b",
    'a,b',
    'news.example:',
    'news.example:http',
    'news.example:65536',
    'news.example:123456',
    '-news.example',
    '.',
    '1.2.3.4.5',
    '[::1',
    '[::g]',
    '[1:2]',
    '::1',
    'a%62',
    'nëws.example',
    `${'a'.repeat(300)}.example`,
  ];
  const problem = {
    type: '/problems/malformed-request',
    title: 'The request is not HTTP',
    status: 400,
    detail:
      'This answer holds absolute URLs, and the Host header names no host. Check the client, or whatever stands between it and this server.',
    instance: '/robots.txt',
    code: 'malformed-request',
    errors: [],
    requestId: REQUEST_ID,
  };
  for (const host of hosts)
    t.strictSame(problemOf(t, await get('/robots.txt', { headers: { host } })), problem, host);
  const { get: anyOther } = await openTestServer(t);
  t.equal(
    (await anyOther('/v1', { headers: { host: 'a b' } })).statusCode,
    200,
    'where no address is needed, none is read',
  );
});

t.test(
  '400 without a Host header, which HTTP/1.0 allows, and with an empty one, which HTTP/1.1 does',
  async (t) => {
    const { app } = await openTestServer(t);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as { port: number };
    for (const head of ['HTTP/1.0', 'HTTP/1.1\r\nHost:']) {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.write(`GET /robots.txt ${head}\r\n\r\n`);
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      t.match(chunk.toString(), /^HTTP\/1\.1 400 /, head);
      t.match(chunk.toString(), PROBLEM_HEADERS['content-type'], head);
      socket.destroy();
    }
  },
);
