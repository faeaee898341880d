/**
 * The command tells what it can do, and what it tells is true; what it does not know is answered with what is nearest.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { claimwire, start } from './claimwire.js';
import { refusal } from './refusal.js';

const COMMANDS = [
  'serve',
  'migrate',
  'seed',
  'import',
  'export',
  'copy',
  'backup',
  'restore',
  'keys',
  'openapi',
];
const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const run = promisify(execFile);

/** The examples in a command's help. */
const examplesOf = (help: string): string[] =>
  [...help.matchAll(/^ {2}claimwire (.*)$/gm)].map(([, line = '']) => line);

t.test('the overview names every command', async (t) => {
  const cwd = t.testdir();
  const overview = await claimwire(['--help'], { cwd });
  t.match(overview, { code: 0, stderr: '' });
  t.match(overview.stdout, /^Usage: claimwire <command> \[options\]$/m);
  for (const name of COMMANDS) t.match(overview.stdout, new RegExp(`^  ${name} +\\w`, 'm'));
  t.same(await claimwire(['help'], { cwd }), overview);
  t.same(
    await claimwire([], { cwd }),
    { code: 1, signal: null, stdout: '', stderr: overview.stdout },
    'without a command it is an error',
  );
});

t.test('every command tells its usage, its options and examples that run', async (t) => {
  const cwd = t.testdir({
    bin: { claimwire: `#!/bin/sh\nexec env -u NODE_OPTIONS "${process.execPath}" "${MAIN}" "$@"\n` },
    elsewhere: {},
    content: {
      'sources.yaml': '- slug: tidewater-press\n  kind: publisher\n  name: Tidewater Press\n',
    },
    'table.csv': 'Title,Date,Text\nTides rise,2024-10-18,They rise.\n',
    'feed.xml':
      '<rss version="2.0"><channel><item><title>Tides fall</title><pubDate>18 Oct 2024</pubDate></item></channel></rss>',
    'page.txt': 'Harbour opens\n\nTidewater Press\nLocal\n18/10/2024 23h32\n\nThe harbour is open.\n',
    posts: { 'harbour.md': '---\ntitle: Harbour opens\ndate: 2024-10-18\n---\nThe harbour is open.\n' },
  });
  await run('chmod', ['+x', `${cwd}/bin/claimwire`]);
  const env = { PATH: `${cwd}/bin:${process.env.PATH}` };

  const helps = new Map<string, string>();
  for (const name of COMMANDS) {
    const { code, stdout, stderr } = await claimwire([name, '--help'], { cwd });
    t.same({ code, stderr }, { code: 0, stderr: '' }, name);
    t.match(stdout, new RegExp(`^Usage: claimwire ${name}\\b`), name);
    t.match(stdout, /^ {2}--[a-z-]+ .*\w/m, `${name} tells its options`);
    t.ok(examplesOf(stdout).length >= 2, `${name} has two examples`);
    helps.set(name, stdout);
  }
  const help = { code: 0, signal: null, stdout: helps.get('seed') ?? '', stderr: '' };
  t.same(await claimwire(['help', 'seed'], { cwd }), help);
  t.same(await claimwire(['seed', '--database', 'x', '-h'], { cwd }), help);

  for (const name of ['migrate', 'seed', 'export', 'import', 'backup', 'restore', 'keys', 'openapi'])
    for (const example of examplesOf(helps.get(name) ?? '')) {
      const [line = ''] = example.split('|'); // what the output is handed on to need not be installed
      await t.resolves(run('sh', ['-c', `claimwire ${line}`], { cwd, env }), example);
    }
  // These two would go on for ever, or need another machine: that they come as far as the database will do.
  for (const name of ['serve', 'copy'])
    for (const example of examplesOf(helps.get(name) ?? ''))
      t.match(await claimwire(example.split(' '), { cwd: `${cwd}/elsewhere` }), {
        code: 1,
        stderr: /^claimwire: (There is no database \S+ yet: run claimwire migrate|.*\bdb\.example\b.*)\.\n$/,
      });
});

t.test('what a command line has wrong is said in one line', async (t) => {
  const cwd = t.testdir();
  const cases = {
    serv: 'There is no command serv; did you mean serve? See claimwire --help.',
    publish: 'There is no command publish. See claimwire --help.',
    constructor: 'There is no command constructor. See claimwire --help.',
    'help sed': 'There is no command sed; did you mean seed? See claimwire --help.',
    'serve --prot 1': 'There is no flag --prot; did you mean --port? See claimwire serve --help.',
    'seed a b': 'Expected one folder, found “a” “b”. See claimwire seed --help.',
  };
  for (const [line, sentence] of Object.entries(cases))
    t.same(
      await claimwire(line.split(' '), { cwd }),
      { code: 1, signal: null, stdout: '', stderr: `claimwire: ${sentence}\n` },
      line,
    );
});

t.test('what is wrong with flags and arguments is named', async (t) => {
  const cases: [string[], string][] = [
    [['serve', '-p', '1'], 'There is no flag -p.'],
    [['migrate', '--no-database'], 'There is no flag --no-database; did you mean --database?'],
    [['seed', '--ifempty'], 'There is no flag --ifempty; did you mean --if-empty?'],
    [['import', 'x', '--dryrun'], 'There is no flag --dryrun; did you mean --dry-run?'],
    [['serve', '--port'], '--port needs a value.'],
    [['serve', '--port', '--host'], '--port needs a value; found --host.'],
    [['serve', '--port='], '--port must not be empty.'],
    [['migrate', '--database', ''], '--database must not be empty.'],
    [['import', 'x', '--timezone', ''], '--timezone must not be empty.'],
    [['keys'], 'Expected create, list, revoke, found none.'],
    [['keys', 'lst'], 'Expected create, list, revoke, found “lst”; did you mean list?'],
    [['keys', 'constructor'], 'Expected create, list, revoke, found “constructor”.'],
    [['keys', 'create'], '--name is required. --scope is required: one of read:drafts, write, admin.'],
    [['keys', 'revoke'], 'Expected the id of a key, as claimwire keys list shows it.'],
    [['openapi', '--json=yes'], '--json takes no value; found “yes”.'],
    [['serve', 'now'], 'Expected no argument, found “now”.'],
    [['migrate', 'now'], 'Expected no argument, found “now”.'],
    [['openapi', 'now', 'then'], 'Expected no argument, found “now” “then”.'],
    [['seed', ''], 'An argument is empty.'],
    [['import', '', 'x'], 'An argument is empty.'],
    [['import'], 'Expected at least one file, found none.'],
    [['backup'], 'Expected the file to write, found none.'],
    [['restore'], 'Expected the file of a backup, found none.'],
    [['copy', '--from', 'sqlite:x'], 'Expected --from and --to, each with the URL of a database.'],
  ];
  for (const [parameters, sentence] of cases)
    t.equal(await refusal(parameters), sentence, parameters.join(' '));
});

t.test('the release is told', async (t) => {
  const cwd = t.testdir();
  t.match(await claimwire(['--version'], { cwd }), { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' });
});

t.test('a reader of the output who stops early is no fault', async (t) => {
  const { child, ended } = start(['openapi'], { cwd: t.testdir() });
  child.stdout.destroy();
  t.match(await ended, { code: 0, stderr: '' });
});
