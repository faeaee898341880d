/**
 * Tables are made once, brought to the release that runs, and never touched by another; every other command refuses a
 * database that is not ready, and says what to do.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { ownSeed, ROOT } from '../generated.js';
import { claimwire, prepare, succeed } from './claimwire.js';
import { refusal } from './refusal.js';

const READY = 'The tables are ready in ./data/claimwire.db.\n';
const ALREADY = 'The tables are those of this release already.\n';

/** Every command that needs a database which is ready refuses, with this sentence. */
async function allRefuse(t: Test, file: string, sentence: string): Promise<void> {
  for (const command of [['serve', '--port', '0'], ['seed'], ['import', 'page.txt']])
    t.equal(await refusal([...command, '--database', `sqlite:${file}`]), sentence, command.join(' '));
}

/** The command of a release with one migration more; gives its main file. */
function makeNextRelease(folder: string): string {
  mkdirSync(folder);
  for (const name of ['dist', 'docs', 'migrations', 'package.json', 'seed'])
    cpSync(`${ROOT}${name}`, `${folder}/${name}`, { recursive: true });
  symlinkSync(`${ROOT}node_modules`, `${folder}/node_modules`);
  const path = `${folder}/migrations/sqlite/meta/_journal.json`;
  const journal = JSON.parse(readFileSync(path, 'utf8'));
  const last = journal.entries.at(-1);
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: '9999_next' });
  writeFileSync(path, JSON.stringify(journal));
  writeFileSync(
    `${folder}/migrations/sqlite/9999_next.sql`,
    'CREATE TABLE `of_next_release` (`key` integer);',
  );
  return `${folder}/dist/src/cli/main.js`;
}

t.test('tables are made once, in a folder that need not be there, and content stays', async (t) => {
  const cwd = t.testdir();
  t.same(await succeed({ cwd }, 'migrate', 'migrate'), [READY, ALREADY]);
  await prepare(`${cwd}/data/claimwire.db`, ownSeed());
  t.match(await succeed({ cwd }, 'migrate', 'seed'), [
    ALREADY,
    /^articles: created 0, updated 0, unchanged [1-9]/m,
  ]);
});

t.test('a database that is not there is refused, and not made', async (t) => {
  const file = `${t.testdir()}/data/claimwire.db`;
  await allRefuse(t, file, `There is no database ${file} yet: run claimwire migrate.`);
  t.notOk(existsSync(`${file}/..`));
});

t.test('a database without tables is refused', async (t) => {
  const file = `${t.testdir({ 'news.db': '' })}/news.db`;
  await allRefuse(t, file, `The database ${file} has no tables yet: run claimwire migrate.`);
});

t.test('a database of an older release is brought to this one, which the older then refuses', async (t) => {
  const cwd = t.testdir();
  const file = `${cwd}/data/claimwire.db`;
  await prepare(file, ownSeed());

  const next = { cwd, main: makeNextRelease(`${cwd}/next`) };
  t.match(await claimwire(['seed'], next), {
    code: 1,
    stdout: '',
    stderr: 'claimwire: The database ./data/claimwire.db is of an older release: run claimwire migrate.\n',
  });
  t.match(await succeed(next, 'migrate', 'migrate', 'seed'), [
    READY,
    ALREADY,
    /^articles: created 0, updated 0, unchanged [1-9]/m,
  ]);

  const sentence = `The database ${file} was made by a newer release of Claimwire; this one cannot use it.`;
  await allRefuse(t, file, sentence);
  t.equal(await refusal(['migrate', '--database', `sqlite:${file}`]), sentence);
});

t.test('what is no database is refused and left as it is', async (t) => {
  const text = 'A shopping list, long enough to look like something, but no database at all.\n'.repeat(9);
  const folder = t.testdir({ 'news.db': text, folder: {} });
  const cases: [string, string | RegExp][] = [
    [`${folder}/news.db`, 'file is not a database.'],
    [`${folder}/folder`, 'it is a folder.'],
    [`${folder}/news.db/other.db`, 'ENOTDIR'],
    ...(existsSync('/proc/self') ? [['/proc/claimwire/news.db', 'ENOENT'] as [string, string]] : []),
  ];
  for (const [path, why] of cases) {
    const message = await refusal(['migrate', '--database', `sqlite:${path}`]);
    t.ok(message?.startsWith(`The database ${path} cannot be opened: `), message ?? path);
    t.match(message, why, path);
  }
  await allRefuse(
    t,
    `${folder}/news.db`,
    `The database ${folder}/news.db cannot be opened: file is not a database.`,
  );
  t.equal(readFileSync(`${folder}/news.db`, 'utf8'), text);
});

t.test('tables of somebody else that stand in the way are told in a sentence, and left', async (t) => {
  const cwd = t.testdir();
  const other = new Database(`${cwd}/other.db`);
  other.exec("create table articles (title text); insert into articles values ('Mine')");
  const { code, stderr } = await claimwire(['migrate', '--database', 'sqlite:other.db'], { cwd });
  t.equal(code, 1);
  t.match(stderr, /^claimwire: The tables of other\.db cannot be made\. \(.*already exists.*\)\n$/);
  t.same(other.prepare('select * from articles').all(), [{ title: 'Mine' }]);
  other.close();
});

t.test('those who migrate at once all end well', async (t) => {
  const cwd = t.testdir();
  const results = await Promise.all([1, 2, 3].map(() => claimwire(['migrate'], { cwd })));
  t.same(
    results.map(({ code, stderr }) => ({ code, stderr })),
    results.map(() => ({ code: 0, stderr: '' })),
  );
});
