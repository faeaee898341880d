/**
 * A folder is loaded whole or not at all; what is wrong in it is told by file and line as the user named the folder.
 */
import { writeFileSync } from 'node:fs';
import t from 'tap';
import { claimwire, prepare, succeed } from './claimwire.js';
import { refusal } from './refusal.js';

const sources = `- slug: tidewater-press
  kind: publisher
  name: Tidewater Press
- slug: mayor
  kind: person
  name: The mayor
`;

const article = `---
headline: Harbour opens
language: en
publisher: tidewater-press
publishedAt: 2024-10-18T23:32:00Z
claims:
  - key: harbour-open
    text: The harbour is open.
    attributions:
      - source: mayor
        quote: It is open
---
It is open, the mayor said.
`;

const content = () => ({ 'sources.yaml': sources, articles: { 'harbour.md': article } });

t.test('the own folder is loaded, and a second time changes nothing', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const [first = '', second = ''] = await succeed({ cwd }, 'seed', 'seed');
  const shape =
    /^sources: {2}created (\d+), updated 0, unchanged 0\narticles: created (\d+), updated 0, unchanged 0\nclaims: {3}created (\d+), updated 0, unchanged 0\n$/;
  t.match(first, shape);
  t.equal(
    second,
    first.replace(/created (\d+), updated 0, unchanged 0/g, 'created 0, updated 0, unchanged $1'),
  );
});

t.test('a given folder is loaded, and what is edited in it is updated', async (t) => {
  const cwd = t.testdir({ content: content() });
  await prepare(`${cwd}/data/claimwire.db`);
  await succeed({ cwd }, 'seed content');
  writeFileSync(`${cwd}/content/articles/harbour.md`, article.replace('headline: Harbour', 'headline: Port'));
  t.same(await succeed({ cwd }, 'seed ./content/'), [
    'sources:  created 0, updated 0, unchanged 2\narticles: created 0, updated 1, unchanged 0\nclaims:   created 0, updated 0, unchanged 1\n',
  ]);
});

t.test('--if-empty leaves a database with content alone', async (t) => {
  const cwd = t.testdir({
    content: content(),
    'page.txt': 'Harbour opens\n\nTidewater Press\nLocal\n18/10/2024 23h32\n\nThe harbour is open.\n',
    'post.md': '---\ntitle: Harbour opens\ndate: 2024-10-18\n---\nThe harbour is open.\n',
  });
  const nothing = 'The database holds content already; nothing was done.\n';
  await prepare(`${cwd}/data/claimwire.db`);
  t.match(await succeed({ cwd }, 'seed content --if-empty', 'seed --if-empty'), [
    /articles: created 1,/,
    nothing,
  ]);

  const other = { cwd, env: { DATABASE_URL: 'sqlite:other.db' } };
  await prepare(`${cwd}/other.db`);
  await succeed(other, 'import post.md');
  t.same(await succeed(other, 'seed --if-empty'), [nothing], 'articles without any source are content');
});

t.test('a folder that is none is refused', async (t) => {
  const folder = t.testdir({
    empty: {},
    'file.txt': 'x',
    wrong: { 'sources.yml': sources, articles: { 'harbour.txt': article, '.draft.md': article } },
    odd: { articles: { 'folder.md': {} } },
  });
  const expected = (name: string, found: string) =>
    `Expected a folder with sources.yaml or articles/*.md at ${folder}/${name}, found ${found}.`;
  const cases = {
    nowhere: expected('nowhere', 'nothing'),
    'file.txt': expected('file.txt', 'a file'),
    empty: expected('empty', 'neither in it'),
    wrong: expected('wrong', 'neither in it'),
    odd: `${folder}/odd/articles/folder.md cannot be read: EISDIR`,
  };
  for (const [name, sentence] of Object.entries(cases))
    t.match(await refusal(['seed', `${folder}/${name}`]), sentence, name);
});

t.test('every problem is told where it stands, and nothing is stored', async (t) => {
  const cwd = t.testdir({
    content: {
      'sources.yaml': sources,
      articles: {
        'harbour.md': article.replace('quote: It is open', 'quote: It was open'),
        'tides.md': article.replace('headline:', 'headlin:').replaceAll('harbour-open', 'tides'),
      },
    },
    work: {},
  });
  const place = { cwd: `${cwd}/work`, env: { DATABASE_URL: 'sqlite:../news.db' } };
  await prepare(`${cwd}/news.db`);
  const { code, stdout, stderr } = await claimwire(['seed', '../content'], place);
  t.same({ code, stdout }, { code: 1, stdout: '' });
  const lines = stderr.trimEnd().split('\n');
  t.equal(lines.pop(), `Nothing was stored: ${lines.length} problems.`);
  t.match(stderr, /^\.\.\/content\/articles\/harbour\.md:11: .*It was open/m);
  t.match(stderr, /^\.\.\/content\/articles\/tides\.md:2: headline: is required$/m);
  t.match(stderr, /^\.\.\/content\/articles\/tides\.md:2: headlin: .*did you mean `headline`\?$/m);
  for (const line of lines) t.match(line, /^\.\.\/content\/articles\/\w+\.md:\d+: \S/);

  writeFileSync(`${cwd}/content/sources.yaml`, sources.replace('kind: person', 'kind: persn'));
  t.match(await claimwire(['seed', '../content'], place), {
    code: 1,
    stderr: /^\.\.\/content\/sources\.yaml:5: .*kind: must be one of .*person/m,
  });

  writeFileSync(`${cwd}/content/sources.yaml`, sources);
  writeFileSync(`${cwd}/content/articles/harbour.md`, article);
  writeFileSync(`${cwd}/content/articles/tides.md`, article.replaceAll('harbour-open', 'tides'));
  t.match(await succeed(place, 'seed ../content'), [
    /sources: {2}created 2,.*\narticles: created 2,.*\nclaims: {3}created 2,/,
  ]);
});

t.test('into a database in memory a folder is only checked', async (t) => {
  const cwd = t.testdir({ content: content() });
  t.match(await claimwire(['seed', 'content', '--database', 'sqlite::memory:'], { cwd }), {
    code: 0,
    stdout: /articles: created 1,/,
  });
});
