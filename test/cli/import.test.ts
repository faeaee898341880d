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
    `created   page.txt → ${slug}\ncreated 1, updated 0, unchanged 0, refused 0\n`,
    `unchanged page.txt → ${slug}\ncreated 0, updated 0, unchanged 1, refused 0\n`,
  ]);
  t.same(articlesOf(`${cwd}/data/claimwire.db`), [
    { slug, language: 'en', publishedAt: '2024-10-19T02:32:00.000Z', version: 1 },
  ]);
  for (const [before, after] of [
    ['is open', 'was opened'],
    ['Harbour opens', 'Port opens'],
  ] as const) {
    writeFileSync(`${cwd}/page.txt`, page.replace(before, after));
    t.same(await succeed({ cwd }, line), [
      `updated   page.txt → ${slug}\ncreated 0, updated 1, unchanged 0, refused 0\n`,
    ]);
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
    'created   page.txt → harbour-opens-after-nine-years\ncreated   post.md → tides-rise (not read: weight)\ncreated 2, updated 0, unchanged 0, refused 9\n',
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
    t.ok(refusals[place]?.startsWith(`refused   ${name}: `), name);
    t.match(refusals[place], reason, name);
  }
  t.equal(articlesOf(`${cwd}/data/claimwire.db`).length, 2);
});

t.test('--dry-run tells the same and stores nothing', async (t) => {
  const cwd = t.testdir({ 'post.md': post });
  await prepare(`${cwd}/data/claimwire.db`);
  t.same(await succeed({ cwd }, 'import post.md --dry-run'), [
    'created   post.md → tides-rise (not read: weight)\ncreated 1, updated 0, unchanged 0, refused 0 (dry run: nothing was stored)\n',
  ]);
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
