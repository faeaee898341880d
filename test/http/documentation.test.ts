/**
 * What the server says of itself: one contract in three forms, pages to try it on, and a page about each problem.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import t from 'tap';
import { parse } from 'yaml';
import { statusOf } from '../../src/http/problem.js';
import { errorCodes, errorTable } from '../../src/kernel/errors.js';
import { openTestServer } from '../helper.js';
import { headersOf, JSON_HEADERS, missing, problemOf } from './answers.js';

const committed = readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8');

/** Asks without the checks of the contract, which these URLs are not part of. */
const ask = (app: FastifyInstance, url: string) => app.inject({ method: 'GET', url });

t.test('200 with the committed contract, as JSON and as YAML', async (t) => {
  const { app } = await openTestServer(t);
  const json = await ask(app, '/openapi.json');
  const yaml = await ask(app, '/openapi.yaml');
  t.equal(json.statusCode, 200);
  t.equal(yaml.statusCode, 200);
  t.strictSame(headersOf(t, json), JSON_HEADERS);
  t.strictSame(headersOf(t, yaml), { ...JSON_HEADERS, 'content-type': 'application/yaml; charset=utf-8' });
  t.equal(yaml.body, committed, 'the YAML is the committed file, to the letter');
  t.strictSame(json.json(), parse(committed), 'the JSON holds the same');
  t.strictSame((await ask(app, '/docs/json')).json(), json.json(), 'the pages show the same');
});

t.test('the contract is the same, whatever a server is given', async (t) => {
  const { app } = await openTestServer(t);
  const given = { publicUrl: 'https://news.example/api', hubUrl: 'https://hub.example/' };
  const other = await openTestServer(t, given);
  t.strictSame(other.app.swagger(), app.swagger());
});

t.test('302 from / to the pages', async (t) => {
  const { app } = await openTestServer(t);
  const answer = await ask(app, '/');
  t.equal(answer.statusCode, 302);
  t.equal(answer.headers.location, '/docs');
});

t.test('200 with the pages and all that they load', async (t) => {
  const { app } = await openTestServer(t);
  for (const page of ['/docs', '/docs/']) {
    const answer = await ask(app, page);
    t.equal(answer.statusCode, 200, page);
    t.equal(answer.headers['content-type'], 'text/html; charset=utf-8', page);
    const assets = [...answer.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
    t.ok(assets.length >= 5, `${page} loads scripts and styles`);
    for (const asset of assets) {
      const url = new URL(asset, `http://server${page}`);
      t.equal(url.host, 'server', `${asset} comes from this server`);
      t.equal((await ask(app, url.pathname)).statusCode, 200, asset);
    }
  }
});

t.test('200 with a page about each problem', async (t) => {
  const { app } = await openTestServer(t);
  const html = (sentence: string) => sentence.replace(/`([^`]+)`/g, '<code>$1</code>');
  for (const code of errorCodes) {
    const { title, meaning, cure } = errorTable[code];
    const answer = await ask(app, `/problems/${code}`);
    t.equal(answer.statusCode, 200, code);
    const [, style = ''] = /<style>(.*)<\/style>/.exec(answer.body) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    t.strictSame(headersOf(t, answer), {
      ...JSON_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none';style-src 'sha256-${hash}';base-uri 'none';form-action 'none';frame-ancestors 'none'`,
    });
    for (const part of [title, `<code>${code}</code>, status ${statusOf[code]}`, html(meaning), html(cure)])
      t.ok(answer.body.includes(part), `${code}: ${part}`);
  }
});

t.test('200 where the `type` of a problem leads', async (t) => {
  const { app, get } = await openTestServer(t);
  const { type } = (await get('/v1/claims?limit=0')).json();
  const answer = await ask(app, type);
  t.equal(answer.statusCode, 200);
  t.match(answer.body, 'invalid-request');
});

t.test('404 with a problem for a code that there is not', async (t) => {
  const { app } = await openTestServer(t);
  for (const code of ['nope', 'Not-Found', '__proto__', 'constructor', 'toString', '%3Cscript%3E', '']) {
    const path = `/problems/${code}`;
    t.strictSame(
      problemOf(t, await ask(app, path)),
      missing(path, 'There is no problem with this code.'),
      code,
    );
  }
});

t.test('404 with a problem for a page that there is not', async (t) => {
  const { app } = await openTestServer(t);
  for (const path of ['/docs/nope', '/docs/static/nope.js', '/docs/static/..%2f..%2fpackage.json'])
    t.equal(problemOf(t, await ask(app, path)).code, 'unknown-route', path);
});
