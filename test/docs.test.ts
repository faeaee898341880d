/** The README is true: its commands run, its answers are what a server gives, its tables name what there is. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { settings } from '../src/config.js';
import { readRecordedAnswers } from '../src/http/contract.js';
import { mayWriteAt, openSeededApp, ROOT } from './generated.js';

const readme = readFileSync(`${ROOT}README.md`, 'utf8');
const scripts = Object.keys(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).scripts);
const isJqHere = spawnSync('jq', ['--version']).status === 0;

/** Each command that asks a running server, with the answer printed under it. */
const examples = [
  ...readme.matchAll(/```sh\n(curl -s [\s\S]*?)\n```\n\n```(?:json|text)\n([\s\S]*?)\n```/g),
].map(([, command = '', printed = '']) => {
  const [, method = 'GET', url = '', options = '', filter] =
    /^curl -s(?: -X ([A-Z]+))? '?localhost:3000([^\s']*)'?([\s\S]*?)(?:\s\|\s+jq -r '([\s\S]*)')?$/.exec(
      command,
    ) ?? [];
  const headers = [...options.matchAll(/-H ["']([^:]+): ([^"']*)["']/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const [, payload] = /-d '([^']*)'/.exec(options) ?? [];
  return { command, method: method as 'GET' | 'PATCH', url, headers, payload, filter, printed };
});

/** What differs from one server to another: times of storing, and ids that are made there. */
const VOLATILE = new Set(['createdAt', 'updatedAt', 'requestId']);
function comparable(value: unknown, path: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((part) => comparable(part, path));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key]) =>
          !VOLATILE.has(key) &&
          !(key === 'id' && /^(attributions|relations|reviews)$/.test(path.at(-1) ?? '')),
      )
      .map(([key, part]) => [key, comparable(part, [...path, key])]),
  );
}

t.test('every answer in the README is what a server with the seed content gives', async (t) => {
  const app = await openSeededApp(readRecordedAnswers());
  t.teardown(() => app.close());
  t.equal(examples.length, 7, 'all of them were found');
  for (const { command, method, url, headers, payload, filter, printed } of examples) {
    const sent = headers.map(([name = '', value = '']) => [
      name,
      value.replace('Bearer $KEY', mayWriteAt(app)),
    ]);
    const { body } = await app.inject({
      method,
      url,
      headers: Object.fromEntries(sent),
      ...(payload !== undefined && { payload }),
    });
    if (filter === undefined) t.same(comparable(JSON.parse(printed)), comparable(JSON.parse(body)), command);
    else if (!isJqHere) t.comment('jq is not installed here: its output is not compared');
    else
      t.equal(spawnSync('jq', ['-r', filter], { input: body }).stdout.toString().trimEnd(), printed, command);
  }
});

t.test('the README lists every URL of the contract and no other', async (t) => {
  const app = await openSeededApp({});
  t.teardown(() => app.close());
  const table = readme.slice(readme.indexOf('## Endpoints'), readme.indexOf('Only published'));
  const listed = [...table.matchAll(/`(?:[A-Z]+ )?(\/[^`]*)`/g)].map(([, url]) => url);
  const beside = ['/openapi.json', '/openapi.yaml', '/docs', '/problems/{code}'];
  t.same(new Set(listed), new Set([...Object.keys(app.swagger().paths ?? {}), ...beside]));
});

/** What every list takes, or most do. */
const OF_LISTS = /^(ids|body|format|sort|fields|include|facets|count|limit|after|before)$/;

t.test(
  'the README lists what lists can be filtered by, and what search, import and export take',
  async (t) => {
    const app = await openSeededApp({});
    t.teardown(() => app.close());
    const paths = app.swagger().paths ?? {};
    for (const url of [
      '/v1/articles',
      '/v1/claims',
      '/v1/sources',
      '/v1/search',
      '/v1/export',
      '/v1/import',
    ]) {
      const [, listed = ''] =
        new RegExp(`^\\| \`[A-Z]+ ${url}\` \\|.*\`([^\`\n]+)\``, 'm').exec(readme) ?? [];
      const { get, post } = paths[url] ?? {};
      const parameters = ((url === '/v1/import' ? post : get)?.parameters ?? []) as {
        name?: string;
        in?: string;
      }[];
      const words = parameters.flatMap(({ name = '', in: place }) =>
        place === 'query' && !OF_LISTS.test(name) ? [name.replace(/\[.*/, '')] : [],
      );
      t.same(new Set(listed.split(' ')), new Set(words), url);
    }
  },
);

t.test('each decision is named in the plan', async (t) => {
  const plan = readFileSync(`${ROOT}docs/architecture.md`, 'utf8');
  for (const decision of readdirSync(`${ROOT}docs/decisions`)) t.match(plan, `(decisions/${decision})`);
});

t.test('the README lists every setting with its default', async (t) => {
  const table = readme.slice(readme.indexOf('## Configuration'), readme.indexOf('## What is not'));
  const listed = [...table.matchAll(/^\| `(\w+)` \|[^|]*\| (?:`([^`]*)` )?\|/gm)].map(
    ([, name, fallback = '']) => ({ name, fallback }),
  );
  t.same(
    listed,
    settings.map(({ name, fallback }) => ({ name, fallback })),
  );
});

t.test('every script and file that the documents name is there', async (t) => {
  const documents = readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' });
  for (const document of [
    'README.md',
    ...documents.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
    'seed/README.md',
    'CHANGELOG.md',
  ]) {
    const text = readFileSync(ROOT + document, 'utf8');
    const folder = document.replace(/[^/]*$/, '');
    for (const [, script = ''] of text.matchAll(/npm run ([\w:]+)/g))
      t.ok(scripts.includes(script), `${document}: npm run ${script}`);
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g))
      t.ok(existsSync(ROOT + folder + link), `${document}: ${link}`);
  }
});

t.test(
  'each Litestream configuration in docs/backups.md is of the database that Claimwire makes',
  async (t) => {
    const document = readFileSync(`${ROOT}docs/backups.md`, 'utf8');
    const configs = [...document.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text));
    t.equal(configs.length, 2, 'all of them were found');
    const file = settings.find(({ name }) => name === 'DATABASE_URL')?.fallback.replace('sqlite:', '');
    for (const { dbs } of configs)
      t.match(dbs, [{ path: file, replicas: [{ path: /\w/, 'sync-interval': '1s' }] }]);
  },
);
