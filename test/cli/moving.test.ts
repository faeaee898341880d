/** Content goes out of one database and into another by two commands, whose exit codes and lines a script can use. */
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { ownSeed } from '../generated.js';
import { claimwire, prepare, start, succeed } from './claimwire.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const TO = '--database sqlite:./to.db';

/** A folder with a database that holds the seed and an empty one. */
async function openPlace(t: Test, files: Parameters<Test['testdir']>[0] = {}) {
  const cwd = t.testdir(files);
  await prepare(`${cwd}/data/claimwire.db`, ownSeed());
  await prepare(`${cwd}/to.db`);
  return { cwd };
}

const source = (slug: string) => `${JSON.stringify({ source: { slug, kind: 'person', name: slug } })}\n`;

t.test('an export is imported, once and again, and exported again', async (t) => {
  const place = await openPlace(t);
  const { cwd } = place;
  const piped = await claimwire(['export'], place);
  t.match(piped, { code: 0, stderr: /^exported: 35 rows, [\d,]+\/s\n14 sources, 6 articles, 15 claims\n$/ });
  t.same(await claimwire(['export', 'all.ndjson', '--quiet'], place), {
    code: 0,
    signal: null,
    stdout: '',
    stderr: '',
  });
  t.equal(readFileSync(`${cwd}/all.ndjson`, 'utf8'), piped.stdout);

  const table = (created: number[], unchanged: number[]) =>
    ['sources', 'articles', 'claims'].reduce(
      (text, name, at) =>
        `${text}${name.padEnd(8)}${[created[at], 0, unchanged[at], 0].map((count) => String(count).padStart(11)).join('')}\n`,
      `${' '.repeat(12)}created    updated  unchanged   rejected\n`,
    );
  t.same(await succeed(place, `import all.ndjson ${TO}`, `import all.ndjson ${TO}`), [
    table([14, 6, 15], [0, 0, 0]),
    table([0, 0, 0], [14, 6, 15]),
  ]);
  t.equal((await claimwire(`export ${TO}`.split(' '), place)).stdout, piped.stdout);

  await succeed(place, 'export all.ndjson.gz');
  t.equal(gunzipSync(readFileSync(`${cwd}/all.ndjson.gz`)).toString(), piped.stdout);
  t.same(await succeed(place, `import all.ndjson.gz ${TO}`), [table([0, 0, 0], [14, 6, 15])]);
  t.same(
    readdirSync(cwd).filter((name) => name.includes('.part')),
    [],
  );
});

t.test('from standard input', async (t) => {
  const { cwd } = await openPlace(t, { 'one.ndjson': source('one') });
  const { child, ended } = start(['import', '-', '--each', '--quiet'], { cwd, stdin: 'pipe' });
  createReadStream(`${cwd}/one.ndjson`).pipe(child.stdin as Writable);
  t.match(await ended, { code: 0, stdout: /^created {3}-:1 source [0-9a-f-]{36}\n/ });
});

t.test('Ctrl-C ends it even where standard input goes on and says nothing', async (t) => {
  const { cwd } = await openPlace(t);
  const { child, ended, stdout } = start(['import', '-', '--each', ...TO.split(' ')], { cwd, stdin: 'pipe' });
  const overdue = setTimeout(() => child.kill('SIGKILL'), 20_000);
  // More than is looked at and read ahead before the first batch is stored.
  const description = 'x'.repeat(500);
  for (let n = 0; n < 3_000; n++)
    child.stdin?.write(
      `${JSON.stringify({ source: { slug: `p-${n}`, kind: 'person', name: `P ${n}`, description } })}\n`,
    );
  child.stdin?.on('error', () => {}); // it is closed before all is taken
  await new Promise<void>((resolve) => child.stdout.on('data', () => stdout() !== '' && resolve()));
  const priority = getPriority(child.pid);
  child.kill('SIGINT');
  t.ok(priority > getPriority(), 'and a server on its machine goes first'); // the higher the number, the later
  t.match(await ended, { code: 130, stdout: /^sources +[1-9]\d\d\d? /m, stderr: /^Stopped\./m });
  clearTimeout(overdue);
});

t.test('the exit code says how it ended, and what is rejected is told in a line', async (t) => {
  const place = await openPlace(t, {
    'good.ndjson': source('a') + source('b'),
    'bad.ndjson': source('c') + source('D') + source('E') + source('f'),
    'page.txt': 'Harbour opens\n\nTidewater Press\nLocal\n18/10/2024 23h32\n\nThe harbour is open.\n',
  });
  const run = (line: string) => claimwire(`import ${line} ${TO} --quiet`.split(' '), place);
  const rejected = (line: number) =>
    `rejected  bad.ndjson:${line} source /slug: must be a slug: lower-case letters and digits, joined by single hyphens.\n`;

  t.match(await run('good.ndjson'), { code: 0, stderr: '' });
  t.match(await run('bad.ndjson --dry-run'), {
    code: 2,
    stdout: /^sources +2 +0 +0 +2$/m,
    stderr: `${rejected(2)}${rejected(3)}This was a dry run: nothing was stored.\n`,
  });
  t.match(await run('bad.ndjson --atomic'), {
    code: 3,
    stderr: `${rejected(2)}${rejected(3)}Nothing was stored.\n`,
  });
  t.match(await run('bad.ndjson --max-rejects 1'), {
    code: 3,
    stdout: /^sources +1 +0 +0 +2$/m,
    stderr: `${rejected(2)}${rejected(3)}Given up after more than 1 rejects. Run the same command again to go on: what is stored already is passed over.\n`,
  });
  t.match(await run('bad.ndjson'), { code: 2, stdout: /^sources +1 +0 +1 +2$/m });
  t.match(await run('good.ndjson --on-conflict skip'), { code: 0, stdout: /^sources +0 +0 +0 +2 +0$/m });

  const { stdout, code } = await run('bad.ndjson --json --each');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.equal(code, 2);
  t.match(lines, [
    { file: 'bad.ndjson', line: 1, kind: 'source', outcome: 'unchanged', id: /^[0-9a-f-]{36}$/ },
    {
      file: 'bad.ndjson',
      line: 2,
      kind: 'source',
      outcome: 'rejected',
      code: 'invalid-request',
      errors: [{ pointer: '/slug' }],
    },
    { line: 3, outcome: 'rejected' },
    { line: 4, outcome: 'unchanged' },
    { counts: { source: { unchanged: 2, rejected: 2 } }, rejected: 2, endedBy: null, isStored: true },
  ]);

  const mixture = 'missing.xml page.txt good.ndjson';
  const unread = 'rejected  missing.xml: expected a file that can be read, found nothing at this path.\n';
  t.match(await run(`${mixture} --atomic`), { code: 3, stderr: `${unread}Nothing was stored.\n` });
  t.match(await run(mixture), {
    code: 2,
    stdout:
      /^created {3}page\.txt → harbour-opens\n.*\nsources +0 +0 +2 +0\narticles +1 +0 +0 +0\n.*\nnot read +0 +0 +0 +1\n$/,
    stderr: unread,
  });

  for (const [line, sentence] of [
    [
      'good.ndjson --on-conflict replace',
      /^claimwire: --on-conflict must be one of update, skip, fail; found “replace”/,
    ],
    ['good.ndjson --max-rejects few', /^claimwire: --max-rejects must be a whole number; found “few”/],
  ] as const)
    t.match(await run(line), { code: 1, stdout: '', stderr: sentence });
});

t.test('what an export is asked for is checked, and a file stands there only when it is whole', async (t) => {
  const place = await openPlace(t, { 'old.ndjson': 'old' });
  for (const [line, sentence] of [
    ['--kind articles', '--kind[0] must be one of source, article, claim; did you mean article?'],
    ['--status live', '--status[0] must be one of draft, scheduled, published, retracted.'],
    [
      '--from yesterday',
      '--from must be an RFC 3339 time such as 2024-10-18T14:00:00Z, or relative as now-30d (m, h, d, w).',
    ],
    [
      '--section Politics',
      '--section must be a slug: lower-case letters and digits, joined by single hyphens.',
    ],
  ] as const)
    t.match(
      await claimwire(`export x.ndjson ${line}`.split(' '), place),
      { code: 1, stderr: new RegExp(`^claimwire: ${escaped(sentence.slice(0, 40))}`) },
      line,
    );
  t.match(await claimwire(['export', 'old.ndjson', '--publisher', 'nobody'], place), {
    code: 1,
    stderr: 'claimwire: “nobody” is no source’s id or slug.\n',
  });
  t.equal(readFileSync(`${place.cwd}/old.ndjson`, 'utf8'), 'old');
  t.match(await claimwire(['export', 'missing/x.ndjson'], place), {
    code: 1,
    stderr: /no such file or directory/,
  });
  t.notOk(existsSync(`${place.cwd}/x.ndjson`));
});

const escaped = (text: string): string => text.replace(/[[\]().*+?]/g, '\\$&');

t.test(
  'a file that ends in the middle is imported as far as it goes, and said to be cut short',
  async (t) => {
    const place = await openPlace(t);
    await succeed(place, 'export all.ndjson', 'export all.ndjson.gz');
    const whole = readFileSync(`${place.cwd}/all.ndjson`);
    writeFileSync(`${place.cwd}/cut.ndjson`, whole.subarray(0, whole.length - 200));
    t.match(await claimwire(`import cut.ndjson ${TO} --quiet`.split(' '), place), {
      code: 2,
      stderr:
        /rejected {2}cut\.ndjson:37 line: is where the file ends, without the last line of an export: it was cut short\./,
    });
    const packed = readFileSync(`${place.cwd}/all.ndjson.gz`);
    writeFileSync(`${place.cwd}/cut.ndjson.gz`, packed.subarray(0, packed.length - 200));
    t.match(await claimwire(`import cut.ndjson.gz ${TO} --quiet`.split(' '), place), {
      code: 2,
      stderr: /^rejected {2}cut\.ndjson\.gz: expected gzip data, found a fault: unexpected end of file\.\n$/,
    });
  },
);

t.test('where there is no room, or somebody else writes, it stops and says so', async (t) => {
  const place = await openPlace(t, {
    'many.ndjson': Array.from({ length: 5_000 }, (_, n) => source(`person-${n}`)).join(''),
  });
  const command = (line: string) => `"${process.execPath}" "${MAIN}" ${line}`;
  const inShell = (line: string) =>
    spawnSync('env', ['-i', `PATH=${process.env.PATH}`, 'sh', '-c', line], {
      cwd: place.cwd,
      encoding: 'utf8',
    });
  const told =
    /^claimwire: The database stopped answering; of the rows that were under way nothing is stored\. Run the same command again to go on: .* \(.*\)\n$/;

  // A file may have so many blocks of 512 bytes; for a writer that is as a full disk.
  const full = inShell(`ulimit -f 3000; ${command(`import many.ndjson --quiet ${TO}`)}`);
  t.match(
    { code: full.status, stdout: full.stdout, stderr: full.stderr },
    { code: 1, stdout: '', stderr: told },
  );

  const other = new Database(`${place.cwd}/to.db`);
  t.equal(other.pragma('integrity_check', { simple: true }), 'ok');
  const count = other.prepare('select count(*) from sources').pluck().get() as number;
  t.equal(count > 0 && count % 500 === 0, true, `whole batches: ${count} rows`);
  other.exec('begin immediate');
  const locked = await claimwire(`import many.ndjson --quiet ${TO}`.split(' '), place);
  t.match(locked, { code: 1, stdout: '', stderr: told });
  other.exec('rollback');
  other.close();
  t.match(await succeed(place, `import many.ndjson --quiet ${TO}`), [
    new RegExp(`^sources +${5_000 - count} +0 +${count} +0$`, 'm'),
  ]);

  const { status, stderr } = inShell(`${command('export --quiet')} > /dev/full`);
  t.match(
    { status, stderr },
    {
      status: 1,
      stderr: /^claimwire: What it gives cannot be written: ENOSPC: no space left on device, write\.\n$/,
    },
  );
});

t.test('Ctrl-C stops it between two rows and says how to go on', async (t) => {
  const rows = Array.from({ length: 9_000 }, (_, n) => source(`person-${n}`)).join('');
  const place = await openPlace(t, { 'many.ndjson': rows });
  const { child, ended, stdout } = start(['import', 'many.ndjson', ...TO.split(' '), '--each'], place);
  await new Promise<void>((resolve) => child.stdout.on('data', () => stdout().length > 100_000 && resolve()));
  child.kill('SIGINT');
  const { code, stderr, stdout: told } = await ended;
  t.equal(code, 130);
  t.match(
    stderr,
    /^Stopped\. Run the same command again to go on: what is stored already is passed over\.$/m,
  );
  const count = Number(/^sources +(\d+)/m.exec(told)?.[1]);
  t.ok(count > 0 && count < 9_000, `${count} rows`);
  const [, second = ''] = await succeed(
    place,
    `export part.ndjson ${TO}`,
    `import many.ndjson ${TO} --quiet`,
  );
  t.match(second, new RegExp(`^sources +${9_000 - count} +0 +${count} +0$`, 'm'));
});
