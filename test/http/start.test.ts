/**
 * GET /v1: links to everything, each of which leads somewhere.
 */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { openTestServer } from '../helper.js';
import { testEveryRead } from './answers.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

t.test('200 with the release and every link', async (t) => {
  const { get } = await openTestServer(t);
  const answer = await get('/v1');
  t.equal(answer.statusCode, 200);
  t.strictSame(answer.json(), {
    name: 'Claimwire',
    version,
    links: {
      articles: '/v1/articles',
      claims: '/v1/claims',
      sources: '/v1/sources',
      atom: '/feeds/articles.atom',
      rss: '/feeds/articles.rss',
      jsonFeed: '/feeds/articles.json',
      sitemap: '/sitemap.xml',
      export: '/v1/export',
      openapi: '/openapi.json',
      docs: '/docs',
      live: '/health/live',
      ready: '/health/ready',
    },
  });
});

t.test('200 at every link', async (t) => {
  const { get } = await openTestServer(t);
  for (const link of Object.values<string>((await get('/v1')).json().links))
    t.equal((await get(link)).statusCode, 200, link);
});

t.test('every read', async (t) => {
  await testEveryRead(t, await openTestServer(t), '/v1');
});
