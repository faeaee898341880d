/**
 * Each file is stored by itself: created, updated or unchanged, or refused with one line while the others come in.
 */
import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import t from 'tap';
import { claimwire, prepare, succeed } from './claimwire.js';
import { refusal } from './refusal.js';

const page = `Harbour opens after nine years

https://example.org/harbour.jpg
Tidewater Press
Local News
18/10/2024 23h32

**The first ship is expected on Monday**

The harbour is open, the mayor said.

The views expressed in this article are those of nobody.

Related
`;

const post = '---\ntitle: Tides rise\ndate: 2024-10-18 09:00\nweight: 3\n---\nThe tides rise twice a day.\n';

/** The table of what became of articles alone, and of files that were not read. */
function tableOf({ created = 0, updated = 0, unchanged = 0 }, unread = 0): string {
  const row = (name: string, ...cells: (number | string)[]) =>
    `${name.padEnd(8)}${cells.map((cell) => String(cell).padStart(11)).join('')}\n`;
  return [
    row('', 'created', 'updated', 'unchanged', 'rejected'),
    row('sources', 0, 0, 0, 0),
    row('articles', created, updated, unchanged, 0),
    row('claims', 0, 0, 0, 0),
    ...(unread === 0 ? [] : [row('not read', 0, 0, 0, unread)]),
  ].join('');
}

const articlesOf = (path: string) => {
  const db = new Database(path, { readonly: true });
  const rows = db.prepare('select slug, language, published_at as publishedAt, version from articles').all();
  db.close();
  return rows;
};

t.test('a file is created, then unchanged, and updated when it was edited', async (t) => {
  const cwd = t.testdir({ 'page.txt': page });
  await prepare(`${cwd}/data/claimwire.db`);
  const line = 'import page.txt --timezone America/Sao_Paulo';
  const slug = 'harbour-opens-after-nine-years';
  t.same(await succeed({ cwd }, line, line), [
    `created   page.txt → ${slug}\n${tableOf({ created: 1 })}`,
    `unchanged page.txt → ${slug}\n${tableOf({ unchanged: 1 })}`,
  ]);
  t.same(articlesOf(`${cwd}/data/claimwire.db`), [
    { slug, language: 'en', publishedAt: '2024-10-19T02:32:00.000Z', version: 1 },
  ]);
  for (const [before, after] of [
    ['is open', 'was opened'],
    ['Harbour opens', 'Port opens'],
  ] as const) {
    writeFileSync(`${cwd}/page.txt`, page.replace(before, after));
    t.same(await succeed({ cwd }, line), [`updated   page.txt → ${slug}\n${tableOf({ updated: 1 })}`]);
  }
});

t.test('what cannot be read is refused in one line each, and the others come in', async (t) => {
  const cwd = t.testdir({
    'page.txt': page,
    'post.md': post,
    'picture.jpg': Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a]),
    'empty.md': '',
    folder: {},
    'february.md': post.replace('2024-10-18 09:00', '2024-02-30'),
    'page-february.txt': page.replace('18/10/2024', '30/02/2024'),
    'page.html': '<!doctype html><title>Tides</title>',
    'notes.txt': 'Milk, bread,\nand two lines of text.\n',
    'yaml.md': '---\ntitle: [Tides\n---\nThe tides rise.\n',
  });
  await prepare(`${cwd}/data/claimwire.db`);
  const files =
    'picture.jpg page.txt empty.md folder missing.md february.md page-february.txt page.html notes.txt yaml.md post.md';
  const { code, stdout, stderr } = await claimwire(['import', ...files.split(' ')], { cwd });
  t.equal(code, 2);
  t.equal(
    stdout,
    `created   page.txt → harbour-opens-after-nine-years\ncreated   post.md → tides-rise (not read: weight)\n${tableOf({ created: 2 }, 9)}`,
  );
  const refusals = stderr.trimEnd().split('\n');
  const reasons = {
    'picture.jpg': 'expected text in UTF-8, found a binary file',
    'empty.md': 'expected text in UTF-8, found an empty file',
    folder: 'expected a file that can be read, found a folder without files',
    'missing.md': 'expected a file that can be read, found nothing at this path',
    'february.md': '2024-02-30',
    'page-february.txt':
      'expected a date that exists, such as 18/10/2024 23h32 on line 6, found “30/02/2024 23h32”',
    'page.html': 'expected a page that says when it was published',
    'notes.txt': 'found text that begins “Milk, bread,”',
    'yaml.md': 'expected',
  };
  t.equal(refusals.length, Object.keys(reasons).length);
  for (const [place, [name, reason]] of Object.entries(reasons).entries()) {
    t.ok(refusals[place]?.startsWith(`rejected  ${name}: `), name);
    t.match(refusals[place], reason, name);
  }
  t.equal(articlesOf(`${cwd}/data/claimwire.db`).length, 2);
});

t.test('--dry-run tells the same and stores nothing', async (t) => {
  const cwd = t.testdir({ 'post.md': post });
  await prepare(`${cwd}/data/claimwire.db`);
  t.match(await claimwire(['import', 'post.md', '--dry-run'], { cwd }), {
    code: 0,
    stdout: `created   post.md → tides-rise (not read: weight)\n${tableOf({ created: 1 })}`,
    stderr: 'This was a dry run: nothing was stored.\n',
  });
  t.same(articlesOf(`${cwd}/data/claimwire.db`), []);
});

t.test('the language and the time zone that are given are those of texts without', async (t) => {
  const cwd = t.testdir({ 'post.md': post });
  await prepare(`${cwd}/data/claimwire.db`);
  await succeed({ cwd }, 'import post.md --language pt-br --timezone Asia/Tokyo');
  t.same(articlesOf(`${cwd}/data/claimwire.db`), [
    { slug: 'tides-rise', language: 'pt-BR', publishedAt: '2024-10-18T00:00:00.000Z', version: 1 },
  ]);
});

t.test('a language or time zone that there is not is refused', async (t) => {
  t.equal(
    await refusal(['import', 'post.md', '--timezone', 'Mars/Base']),
    '--timezone must be an IANA time zone such as Europe/London; found “Mars/Base”.',
  );
  t.equal(
    await refusal(['import', 'post.md', '--language', 'en_GB']),
    '--language must be a BCP 47 language tag such as en or pt-BR; found “en_GB”.',
  );
});

t.test(
  'up to twenty rows are told of each, of more the rejected ones alone unless all are asked for',
  async (t) => {
    const table = (count: number) =>
      `headline,publishedAt,bodyText\n${Array.from({ length: count }, (_, n) => `Tide ${n},2024-10-18,It rises.\n`).join('')}`;
    const cwd = t.testdir({ 'few.csv': table(20), 'many.csv': `${table(21)}Bad,2024-02-30,It falls.\n` });
    await prepare(`${cwd}/data/claimwire.db`);
    const [few = ''] = await succeed({ cwd }, 'import few.csv');
    const lines = Array.from({ length: 20 }, (_, n) => `created   few.csv:${n + 2} → tide-${n}\n`);
    t.equal(few, `${lines.join('')}${tableOf({ created: 20 })}`);
    const run = (...flags: string[]) => claimwire(['import', 'many.csv', '--quiet', ...flags], { cwd });
    t.match(await run(), {
      code: 2,
      stdout: tableOf({ created: 1, unchanged: 20 }, 1),
      stderr: /^rejected {2}many\.csv:23 line: expected the date to be [^\n]*\n$/,
    });
    const { stdout } = await run('--each');
    t.equal(stdout.split('\n').filter((line) => line.startsWith('unchanged many.csv:')).length, 21);
  },
);
