/**
 * A backup is of one moment while others write, stands under its name only when it was read whole, and comes back by a
 * restore that is done wholly or not at all.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { createServices } from '../../src/services.js';
import { checkFile, copyFile } from '../../src/storage/sqlite/backup.js';
import { openSqlite } from '../../src/storage/sqlite/open.js';
import { ownSeed } from '../generated.js';
import { builders } from '../helper.js';
import { claimwire, type Place, prepare, serve, start } from './claimwire.js';
import { refusal } from './refusal.js';

const MB = 2 ** 20;
const DATABASE = 'data/claimwire.db';
const STEPS_WRITTEN = 8; // a copy that begins anew with each write comes to an end, too

/** A folder with a database that holds the seed, and so many bytes more, so that copying it takes a while. */
async function openFolder(t: Test, bytes = 0): Promise<string> {
  const cwd = t.testdir({});
  await prepare(`${cwd}/${DATABASE}`, ownSeed());
  if (bytes > 0) fill(`${cwd}/${DATABASE}`, bytes);
  return cwd;
}

function fill(file: string, bytes: number): void {
  const db = new Database(file);
  db.exec('create table filling (content blob)');
  const row = db.prepare('insert into filling values (zeroblob(?))');
  for (let left = bytes; left > 0; left -= MB) row.run(MB);
  db.close();
}

/** Every row of every table, as one sum. */
function contentOf(file: string): string {
  const db = new Database(file, { fileMustExist: true });
  const sum = createHash('sha256');
  const tables = db
    .prepare("select name from sqlite_schema where type = 'table' order by name")
    .pluck()
    .all();
  for (const table of tables)
    for (const row of db.prepare(`select * from "${table}"`).raw().iterate() as Iterable<unknown[]>)
      for (const value of [table, ...row])
        sum.update(value instanceof Buffer ? value : `${JSON.stringify(value)}\n`);
  db.close();
  return sum.digest('hex');
}

/** Makes an index hold a slug that no article has: every row can still be read and counted. */
function skewIndex(file: string): void {
  const db = new Database(file);
  const pages =
    "select (rootpage - 1) * 4096 from sqlite_schema where type = 'index' and tbl_name = 'articles'";
  const starts = db.prepare(pages).pluck().all() as number[];
  db.close();
  const bytes = readFileSync(file);
  const at = starts
    .map((start) => ({ start, place: bytes.subarray(start, start + 4096).indexOf('ten-thousand') }))
    .find(({ place }) => place >= 0);
  if (at === undefined) throw new Error('no index holds the slug');
  bytes.write('hen', at.start + at.place);
  writeFileSync(file, bytes);
}

/** Changes what the seed holds, so that a restore has something to do. */
function alter(file: string): void {
  const db = new Database(file);
  db.exec("update articles set headline = 'Altered'");
  db.close();
}

const namesIn = (folder: string): string[] => readdirSync(folder).sort();

const ok = (stdout: RegExp) => ({ code: 0, stdout, stderr: '' });
const refused = (sentence: string) => ({
  code: 1,
  signal: null,
  stdout: '',
  stderr: `claimwire: ${sentence}\n`,
});

t.test('a backup is one file, equal in every row, and readable by whom the database is', async (t) => {
  const cwd = await openFolder(t);
  chmodSync(`${cwd}/${DATABASE}`, 0o640);
  t.match(
    await claimwire(['backup', 'news.db'], { cwd }),
    ok(
      /^news\.db is a whole backup of \.\/data\/claimwire\.db: sources 14, articles 6, claims 15, [\d,]+ bytes\.\n$/,
    ),
  );
  t.same(namesIn(cwd), ['data', 'news.db']);
  t.equal(statSync(`${cwd}/news.db`).mode & 0o777, 0o640);
  t.equal(contentOf(`${cwd}/news.db`), contentOf(`${cwd}/${DATABASE}`));
  t.equal((await checkFile(`${cwd}/news.db`)).state, 'current');
});

t.test('a backup is of the moment when it began, whatever is written before it ends', async (t) => {
  const cwd = await openFolder(t, 24 * MB);
  const storage = await openSqlite({ file: `${cwd}/${DATABASE}` });
  t.teardown(() => storage.close());
  const given = builders(createServices(storage));
  const before = contentOf(`${cwd}/${DATABASE}`);

  const other = new Database(`${cwd}/${DATABASE}`);
  t.teardown(() => other.close());
  let steps = 0;
  await copyFile({
    from: `${cwd}/${DATABASE}`,
    to: `${cwd}/moment.db`,
    onProgress: () => {
      steps += 1;
      if (steps <= STEPS_WRITTEN) other.exec(`update articles set headline = 'Step ${steps}'`);
    },
  });
  t.ok(steps >= 3, `written ${steps} times meanwhile`);
  t.equal(contentOf(`${cwd}/moment.db`), before);

  let isWriting = true;
  let written = 0;
  const writing = (async () => {
    for (; isWriting; written++) {
      await given.source({ name: `Source ${written}` });
      await delay(1); // so that the end of the command is seen
    }
  })();
  const result = await claimwire(['backup', 'busy.db'], { cwd });
  isWriting = false;
  await writing;
  t.match(result, ok(/whole backup/));
  const copy = new Database(`${cwd}/busy.db`);
  const held = copy
    .prepare("select count(*) from sources where name like 'Source %'")
    .pluck()
    .get() as number;
  const logged = copy.prepare("select count(*) from changes where type = 'source'").pluck().get() as number;
  copy.close();
  t.ok(held > 0 && held < written, `${held} of ${written} sources were kept when it began`);
  t.equal(logged, held + 14, 'each with its change');
});

t.test('a copy into what another process holds is refused', async (t) => {
  const cwd = await openFolder(t);
  const other = new Database(`${cwd}/held.db`);
  t.teardown(() => other.close());
  other.exec('create table held (by text); begin exclusive');
  await t.rejects(copyFile({ from: `${cwd}/${DATABASE}`, to: `${cwd}/held.db` }), {
    code: 'unavailable',
    message: `${cwd}/held.db cannot be written: another process has it open.`,
  });
});

t.test('nothing is replaced unasked, and nothing that is in use', async (t) => {
  const cwd = await openFolder(t);
  const other = `${cwd}/other.db`;
  await prepare(other);
  const open = await openSqlite({ file: other });
  writeFileSync(`${cwd}/letter.txt`, 'Dear reader');
  const isThere = (path: string) => `${path} is there already: choose another name, or add --overwrite.`;
  const inUse = (path: string) => `${path} is, or was, a database in use: choose another name.`;
  const cases: [string[], string][] = [
    [['letter.txt'], isThere('letter.txt')],
    [['data', '--overwrite'], 'data is no file: choose another name.'],
    [['/dev/null', '--overwrite'], '/dev/null is no file: choose another name.'],
    [[DATABASE, '--overwrite'], inUse(DATABASE)],
    [['other.db', '--overwrite'], inUse('other.db')],
    [
      ['gone/news.db'],
      "The backup gone/news.db cannot be written. (ENOENT: no such file or directory, scandir 'gone')",
    ],
  ];
  for (const [parameters, sentence] of cases)
    t.same(await claimwire(['backup', ...parameters], { cwd }), refused(sentence), parameters.join(' '));
  t.equal(readFileSync(`${cwd}/letter.txt`, 'utf8'), 'Dear reader');
  await open.close();

  t.match(await claimwire(['backup', 'letter.txt', '--overwrite'], { cwd }), ok(/whole backup/));
  t.equal(contentOf(`${cwd}/letter.txt`), contentOf(`${cwd}/${DATABASE}`));
  t.same(namesIn(cwd), ['data', 'letter.txt', 'other.db']);
});

t.test('what cannot be backed up is told, with what to do instead', async (t) => {
  const cwd = await openFolder(t);
  writeFileSync(`${cwd}/text.db`, 'A shopping list, and a long one at that. '.repeat(100));
  new Database(`${cwd}/other.db`).exec('create table articles (title text)').close();
  copyFileSync(`${cwd}/${DATABASE}`, `${cwd}/newer.db`);
  const newer = new Database(`${cwd}/newer.db`);
  newer.exec("insert into __drizzle_migrations (hash, created_at) values ('next', 9e15)");
  newer.close();
  const postgres = 'postgres://user:secret@db.example/claimwire';
  const cases: [string, string][] = [
    [`sqlite:${cwd}/gone.db`, `There is no database ${cwd}/gone.db.`],
    [`sqlite:${cwd}/text.db`, `${cwd}/text.db cannot be read.`],
    [`sqlite:${cwd}/other.db`, `${cwd}/other.db is no database of Claimwire.`],
    [`sqlite:${cwd}/newer.db`, `${cwd}/newer.db was made by a newer release of Claimwire; use that one.`],
    ['sqlite::memory:', 'A database in memory ends with its process.'],
    [
      postgres,
      'This command is for SQLite files. For PostgreSQL: pg_dump --format=custom --file=claimwire.dump "$DATABASE_URL"; or, into a SQLite file, claimwire copy.',
    ],
  ];
  for (const [database, sentence] of cases)
    t.equal(await refusal(['backup', `${cwd}/news.db`, '--database', database]), sentence, database);
  t.notOk(existsSync(`${cwd}/news.db`));
  t.equal(
    await refusal(['restore', `${cwd}/news.db`, '--database', postgres]),
    'This command is for SQLite files. For PostgreSQL: pg_restore --clean --if-exists --dbname="$DATABASE_URL" claimwire.dump.',
  );
});

/** Runs the command and sends a signal as soon as `file` has more than so many bytes. */
async function signalAt(name: NodeJS.Signals, parameters: string[], place: Place, hasCome: () => boolean) {
  const { child, ended } = start(parameters, place);
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  while (!isOver && !hasCome()) await delay(1);
  child.kill(name);
  return ended;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
const partsIn = (cwd: string): string[] => namesIn(cwd).filter((name) => /^news\.db\.\d+\.part$/.test(name));

t.test(
  'a backup that is cut off leaves what stood there, and nothing that the next does not remove',
  async (t) => {
    const cwd = await openFolder(t, 40 * MB);
    writeFileSync(`${cwd}/news.db`, 'The last one');
    const isUnderWay = () => partsIn(cwd).some((name) => sizeOf(`${cwd}/${name}`) > MB);
    const parameters = ['backup', 'news.db', '--overwrite'];

    const stopped = await signalAt('SIGTERM', parameters, { cwd }, isUnderWay);
    t.same(stopped, refused('Stopped by SIGTERM: no backup was made.'));
    t.same(namesIn(cwd), ['data', 'news.db']);

    const killed = await signalAt('SIGKILL', parameters, { cwd }, isUnderWay);
    t.equal(killed.signal, 'SIGKILL');
    t.equal(partsIn(cwd).length, 1, 'a part is left');
    t.equal(readFileSync(`${cwd}/news.db`, 'utf8'), 'The last one');

    t.match(await claimwire(parameters, { cwd }), ok(/whole backup/));
    t.same(namesIn(cwd), ['data', 'news.db']);
    t.equal(contentOf(`${cwd}/news.db`), contentOf(`${cwd}/${DATABASE}`));
  },
);

t.test('a restore is refused while a server runs, and afterwards gives back every row', async (t) => {
  const cwd = await openFolder(t);
  const before = contentOf(`${cwd}/${DATABASE}`);
  await claimwire(['backup', 'news.db'], { cwd });
  alter(`${cwd}/${DATABASE}`);
  const altered = contentOf(`${cwd}/${DATABASE}`);

  const server = await serve(t, { cwd });
  t.same(
    await claimwire(['restore', 'news.db', '--overwrite'], { cwd }),
    refused(
      'The database ./data/claimwire.db is in use: stop the servers over it, and whatever else has it open.',
    ),
  );
  const headlines = async (url: string) => (await fetch(`${url}/v1/articles?fields=headline`)).text();
  t.match(await headlines(server.url), /Altered/);
  server.child.kill('SIGKILL'); // which leaves its log beside the database
  await server.ended;
  t.ok(existsSync(`${cwd}/${DATABASE}-wal`));

  t.same(
    await claimwire(['restore', 'news.db'], { cwd }),
    refused('The database ./data/claimwire.db holds something already; --overwrite replaces it.'),
  );
  t.equal(contentOf(`${cwd}/${DATABASE}`), altered, 'as it was');
  t.match(
    await claimwire(['restore', 'news.db', '--overwrite'], { cwd }),
    ok(
      /^\.\/data\/claimwire\.db was restored from news\.db: sources 14, articles 6, claims 15, [\d,]+ bytes\.\n$/,
    ),
  );
  t.equal(contentOf(`${cwd}/${DATABASE}`), before);
  const again = await serve(t, { cwd });
  t.notMatch(await headlines(again.url), /Altered/);

  const elsewhere = ['restore', 'news.db', '--database', 'sqlite:./new/folder/news.db'];
  t.match(await claimwire(elsewhere, { cwd }), ok(/was restored/));
  t.equal(contentOf(`${cwd}/new/folder/news.db`), before);
});

t.test('a restore takes no file that is not whole, and touches nothing for it', async (t) => {
  const cwd = await openFolder(t);
  const path = (name: string) => `${cwd}/${name}`;
  for (const name of ['damaged.db', 'short.db', 'skewed.db']) await claimwire(['backup', name], { cwd });
  const bytes = readFileSync(path('damaged.db'));
  writeFileSync(path('damaged.db'), bytes.fill(0xaa, 10 * 4096, 60 * 4096));
  writeFileSync(path('short.db'), readFileSync(path('short.db')).subarray(0, 20 * 4096));
  skewIndex(path('skewed.db'));
  writeFileSync(path('text.db'), 'A shopping list, and a long one at that. '.repeat(100));
  writeFileSync(path('empty.db'), '');
  const before = contentOf(path(DATABASE));
  const cases: [string, RegExp][] = [
    ['damaged.db', /damaged\.db (is damaged: |cannot be read\.$)/],
    ['short.db', /short\.db (is damaged: |cannot be read\.$)/],
    ['skewed.db', /skewed\.db is damaged: row \d+ missing from index /],
    ['text.db', /text\.db cannot be read\.$/],
    ['empty.db', /empty\.db is no database of Claimwire\.$/],
    ['gone.db', /^There is no file .*gone\.db\.$/],
    [DATABASE, /is the database itself\.$/],
  ];
  for (const [name, sentence] of cases) {
    const database = `sqlite:${path(DATABASE)}`;
    t.match(await refusal(['restore', path(name), '--overwrite', '--database', database]), sentence, name);
    const other = `sqlite:${path('new/news.db')}`;
    if (name !== DATABASE) t.match(await refusal(['restore', path(name), '--database', other]), sentence);
  }
  t.equal(contentOf(path(DATABASE)), before);
  t.notOk(existsSync(path('new')));
});

t.test('a database that is no more one is not written over, but may be moved away', async (t) => {
  const cwd = await openFolder(t);
  await claimwire(['backup', 'news.db'], { cwd });
  writeFileSync(`${cwd}/${DATABASE}`, 'Whatever this is, it is not what it was. '.repeat(100));
  t.same(
    await claimwire(['restore', 'news.db', '--overwrite'], { cwd }),
    refused(
      './data/claimwire.db cannot be written. Make sure that nobody uses it, move it away with its -wal and -shm, and run this again. (file is not a database)',
    ),
  );
});

t.test('a restore that is cut off leaves the database wholly as it was', async (t) => {
  const cwd = await openFolder(t, 40 * MB);
  await claimwire(['backup', 'news.db'], { cwd });
  alter(`${cwd}/${DATABASE}`);
  const altered = contentOf(`${cwd}/${DATABASE}`);
  const isUnderWay = () => sizeOf(`${cwd}/${DATABASE}-journal`) > 8 * MB;
  const parameters = ['restore', 'news.db', '--overwrite'];

  t.same(
    await signalAt('SIGINT', parameters, { cwd }, isUnderWay),
    refused('Stopped by SIGINT: the database is as it was.'),
  );
  t.equal(contentOf(`${cwd}/${DATABASE}`), altered);
  t.equal((await signalAt('SIGKILL', parameters, { cwd }, isUnderWay)).signal, 'SIGKILL');
  t.ok(sizeOf(`${cwd}/${DATABASE}-journal`) > 0, 'it was in the middle');
  t.equal(contentOf(`${cwd}/${DATABASE}`), altered);
});

t.test('a disk that is full leaves no half of a backup, and no half of a restore', async (t) => {
  const cwd = await openFolder(t);
  t.match(await claimwire(['backup', 'small.db'], { cwd }), ok(/whole backup/));
  fill(`${cwd}/${DATABASE}`, 8 * MB);
  t.match(await claimwire(['backup', 'large.db'], { cwd }), ok(/whole backup/));
  // No file may grow beyond 4 MB, which writing tells of as it does of a full disk.
  const onFullDisk = (...parameters: string[]) =>
    claimwire(parameters, { cwd, before: ['sh', '-c', 'ulimit -f 8192; exec "$@"', 'sh'] });

  t.match(await onFullDisk('backup', 'news.db'), {
    code: 1,
    stdout: '',
    stderr: /^claimwire: news\.db\.\d+\.part cannot be written\. \(.+\)\n$/,
  });
  t.same(namesIn(cwd), ['data', 'large.db', 'small.db']);

  t.match(await onFullDisk('restore', 'large.db', '--database', 'sqlite:./new/news.db'), {
    code: 1,
    stderr: /^claimwire: \.\/new\/news\.db cannot be written\. \(.+\)\n$/,
  });
  t.same(namesIn(`${cwd}/new`), []);

  const before = contentOf(`${cwd}/small.db`);
  t.match(
    await claimwire(['restore', 'small.db', '--database', 'sqlite:./there.db'], { cwd }),
    ok(/restored/),
  );
  t.match(await onFullDisk('restore', 'large.db', '--overwrite', '--database', 'sqlite:./there.db'), {
    code: 1,
  });
  t.equal(contentOf(`${cwd}/there.db`), before);
});

t.test('a backup of an older release is kept and restored, and told as such', async (t) => {
  const cwd = await openFolder(t);
  const db = new Database(`${cwd}/${DATABASE}`);
  db.exec('delete from __drizzle_migrations where rowid = (select max(rowid) from __drizzle_migrations)');
  db.close();
  t.match(await claimwire(['backup', 'news.db'], { cwd }), ok(/whole backup/));
  t.match(
    await claimwire(['restore', 'news.db', '--overwrite'], { cwd }),
    ok(/\nIt is of an older release: run claimwire migrate\.\n$/),
  );
});
