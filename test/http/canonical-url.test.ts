/**
 * URLs that ask for the same have one spelling, and those that do not have two: what the framework reads of both is equal.
 */
import fc from 'fast-check';
import { fastify } from 'fastify';
import t from 'tap';
import { canonicalUrl } from '../../src/http/canonical-url.js';

t.test('one spelling for each', async (t) => {
  const cases: [given: string, canonical: string][] = [
    ['/v1', '/v1'],
    ['/v1?', '/v1'],
    ['/v1?&&', '/v1'],
    ['/v1?b=2&a=1', '/v1?a=1&b=2'],
    ['/v1?a=1&&b=2&', '/v1?a=1&b=2'],
    ['/v1?a=2&a=1', '/v1?a=2&a=1'],
    ['/v1?a', '/v1?a='],
    ['/v1?publishedAt[gte]=2024-01-01T00:00:00Z', '/v1?publishedAt%5Bgte%5D=2024-01-01T00:00:00Z'],
    ['/v1?tag=a%2Cb&tag%5bnot%5d=c', '/v1?tag=a,b&tag%5Bnot%5D=c'],
    ['/v1?q=a+b', '/v1?q=a%20b'],
    ['/v1?q=%zz', '/v1?q=%25zz'],
    ['/v1?q=%ED%95%9C', '/v1?q=%ED%95%9C'],
    ['/v1?q=%ed%95%9c', '/v1?q=%ED%95%9C'],
    ['/v1#a=1', '/v1?a=1'],
    ['http://news.example/v1?b=2&a=1', '/v1?a=1&b=2'],
    ['http://news.example', '/'],
  ];
  for (const [given, canonical] of cases) {
    t.equal(canonicalUrl(given), canonical, given);
    t.equal(canonicalUrl(canonical), canonical, 'which stays as it is');
  }
});

t.test('the framework reads the same of a URL and of its one spelling', async (t) => {
  const app = fastify();
  app.get('/v1', async ({ query }) => query as object);
  const read = async (url: string) => (await app.inject(url)).json();
  const piece = fc.stringMatching(/^[a-c=&+%[\],:0-9A-F]{0,4}$/);
  const query = fc.array(fc.oneof(piece, fc.constantFrom('%2C', '%C3%A9', '%ff', '+', 'a=1')), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(query, async (pieces) => {
      const url = `/v1?${pieces.join('')}`;
      t.strictSame(await read(canonicalUrl(url)), await read(url), url);
    }),
    { numRuns: 300 },
  );
});
