/**
 * What a command line names is found: folders with all in them, patterns, standard input, compressed files; each that cannot
 * be read is told, and the others come in.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { type Named, namedInputs } from '../../src/cli/inputs.js';
import { tableFields } from '../../src/imports/csv-map.js';
import { ROOT } from '../generated.js';
import { claimwire, prepare } from './claimwire.js';

const ID = /^[0-9a-f-]{36}$/;
const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x01, 0x09, 0x00, 0x00, 0x61]); // “a”

async function textOf({ open }: Named): Promise<string> {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await open()).chunks) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
}

async function read(cwd: string, ...words: string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const named of namedInputs(
    words.map((word) => `${cwd}/${word}`),
    {},
  ))
    found[named.name.slice(cwd.length + 1)] = await textOf(named);
  return found;
}

t.test('files, folders and patterns, each in the order of names', async (t) => {
  const cwd = t.testdir({
    'b.md': 'b',
    'a[1].md': 'a1',
    deep: { z: { 'c.md': 'c' }, 'a.txt': 'a', '.hidden': 'h', link: t.fixture('symlink', '..') },
    empty: {},
  });
  const found = await read(cwd, 'b.md', 'a[1].md', 'deep', 'empty', '**/*.md', 'no/*', 'nothing');
  t.same(Object.entries(found), [
    ['b.md', 'b'],
    ['a[1].md', 'a1'],
    ['deep/a.txt', 'a'],
    ['deep/z/c.md', 'c'],
    ['empty', 'refused: expected a file that can be read, found a folder without files'],
    ['no/*', 'refused: expected a file that can be read, found no file of this pattern'],
    ['nothing', 'refused: expected a file that can be read, found nothing at this path'],
  ]);
});

t.test('what is compressed is told from its bytes', async (t) => {
  const whole = gzipSync('text '.repeat(1_000));
  const cwd = t.testdir({
    'a.txt': gzipSync('one'),
    'b.gz': 'plain',
    'c.gz': Buffer.concat([gzipSync('one'), gzipSync('two')]),
    'd.gz': whole.subarray(0, whole.length - 9),
    'e.zst': ZSTD,
    'cut.zst': ZSTD.subarray(0, -1),
    'two.zst': Buffer.concat([ZSTD, ZSTD]),
    f: '',
  });
  const found = await read(cwd, 'a.txt', 'b.gz', 'c.gz', 'd.gz', 'f');
  const zstd = await read(cwd, 'e.zst', 'cut.zst', 'two.zst');
  const of = (name: string) => String(zstd[name]);
  t.same(found, {
    'a.txt': 'one',
    'b.gz': 'plain',
    'c.gz': 'onetwo',
    'd.gz': 'refused: expected gzip data, found a fault: unexpected end of file',
    f: '',
  });
  // Node 20 has no zstd; one that has it must not take a part for the whole.
  const none = 'refused: expected a file that this Node can decompress, found zstd, which takes a later one';
  const fault = 'refused: expected zstd data, found a fault: ';
  const starts = (text: string, ...begins: string[]) => begins.some((begin) => text.startsWith(begin));
  t.ok(of('e.zst') === 'a' || starts(of('e.zst'), none), of('e.zst'));
  t.ok(starts(of('cut.zst'), none, `${fault}unexpected end of file`), of('cut.zst'));
  t.ok(starts(of('two.zst'), none, `${fault}more follows behind the end of its frame`), of('two.zst'));
});

t.test('standard input is read, compressed or not', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const post = '---\ntitle: Tides rise\ndate: 2024-10-18\n---\nThey rise.\n';
  for (const [bytes, outcome] of [
    [Buffer.from(post), 'created'],
    [gzipSync(post), 'unchanged'],
  ] as const) {
    const child = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, MAIN, 'import', '-'], { cwd });
    child.stdin.end(bytes);
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    const [code] = await once(child, 'close');
    t.equal(code, 0);
    t.equal(stdout.split('\n')[0], `${outcome.padEnd(10)}- → tides-rise`);
  }
});

t.test('every shape comes in through one command, and again unchanged', async (t) => {
  const cwd = t.testdir({
    in: {
      'feed.xml':
        '<rss version="2.0"><channel><title>Tidewater</title><item><title>Tides fall</title><guid>1</guid><pubDate>18 Oct 2024</pubDate><description>They fall.</description></item><item><title>Bad</title><pubDate>31 Feb 2024</pubDate></item></channel></rss>',
      'check.json': JSON.stringify({
        '@context': 'https://schema.org',
        '@type': 'ClaimReview',
        url: 'https://check.example/1',
        claimReviewed: 'Tides rest',
        datePublished: '2024-10-18',
        author: { '@type': 'Organization', name: 'Tidewater' },
        itemReviewed: { '@type': 'Claim', author: { '@type': 'Person', name: 'Mayor Lima' } },
        reviewRating: { alternateName: 'False' },
      }),
      'people.csv': 'name,kind,role\nMayor Lima,person,Mayor\n',
    },
  });
  await prepare(`${cwd}/data/claimwire.db`);
  const run = async (...flags: string[]) => {
    const { code, stdout, stderr } = await claimwire(['import', 'in', '--json', ...flags], { cwd });
    const note = flags.includes('--dry-run') ? 'This was a dry run: nothing was stored.\n' : '';
    t.same([code, stderr], [2, note]);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const rejected = {
    ...{ file: 'in/feed.xml', line: 1, pointer: '/items/1', kind: 'unread', outcome: 'rejected' },
    ...{ code: 'unreadable-file' },
    errors: [
      {
        detail:
          'expected the date to be a date that exists, such as 2015-06-15 or 2015-06-15 10:00:32 -0400, found “31 Feb 2024”',
      },
    ],
  };
  const told = (outcome: string, person = outcome) => [
    rejected,
    { file: 'in/check.json', line: null, pointer: '', kind: 'claim', outcome, id: ID, ignored: [] },
    {
      ...{ file: 'in/feed.xml', line: 1, pointer: '/items/0', kind: 'article', outcome, id: ID },
      ...{ slug: 'tides-fall', ignored: [] },
    },
    {
      ...{ file: 'in/people.csv', line: 2, kind: 'source', outcome: person, id: ID, slug: 'mayor-lima' },
      ignored: [],
    },
    {
      counts: { claim: { [outcome]: 1 }, article: { [outcome]: 1 }, source: { [person]: 1 } },
      ...{ rejected: 1, endedBy: null },
    },
  ];
  t.match(await run('--dry-run'), told('created', 'updated'));
  t.match(await run(), told('created', 'updated'));
  t.match(await run(), told('unchanged'));
});

t.test('the example in the documents is what the command does', async (t) => {
  const text = readFileSync(`${ROOT}docs/importing.md`, 'utf8');
  const block = (language: string) =>
    new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\``).exec(text)?.[1] ?? '';
  const cwd = t.testdir({ 'feed.xml': `${block('xml')}\n` });
  await prepare(`${cwd}/data/claimwire.db`);
  const { stdout, stderr } = await claimwire(block('sh').split(' ').slice(1), { cwd });
  const [first, ...rest] = stdout.trimEnd().split('\n');
  t.equal([first, stderr.trimEnd(), ...rest].join('\n'), block('text'));
});

t.test('the documents list every field of a table', async (t) => {
  const text = readFileSync(`${ROOT}docs/importing.md`, 'utf8');
  for (const [kind, fields] of Object.entries(tableFields)) {
    const [, row = ''] = new RegExp(`^\\| ${kind} \\| (.*) \\|$`, 'm').exec(text) ?? [];
    t.same(
      [...row.matchAll(/`(\w+)`/g)].map(([, field]) => field),
      fields,
      kind,
    );
  }
});
