/**
 * Brings in real collections, all of them, and holds what comes of it to what must be: each record is accounted for, done again
 * it changes nothing, quotes stand where they stood, and what goes out comes back equal to the byte.
 *
 *   npm run bench:corpora -- PATH [--database URL]
 *
 * PATH is the folder with the collections; what is in them stands in the files of this folder. All goes into a new SQLite
 * file; with `--database`, an empty PostgreSQL database or `embedded` for one from npm, what came out of that goes in there
 * too, and comes back. Ends with 1 where anything does not hold.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Driver from 'better-sqlite3';
import { databaseOf } from '../writing-server.js';
import { createChecks } from './checks.js';
import { fileOf, importAgain, importCollections } from './collections.js';
import { importFiles, run } from './command.js';
import { compareQuotes, exportTo } from './exports.js';
import { importFolders, importFoldersAgain } from './files.js';
import { printReasons, printTable } from './report.js';

const { values, positionals } = parseArgs({
  options: { database: { type: 'string' } },
  allowPositionals: true,
});
const [path] = positionals;
if (path === undefined) throw new Error('give the path of the folder with the collections');

const begun = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'claimwire-corpora-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const inFolder = (/** @type {string} */ name) => join(folder, name);
const { check, end } = createChecks();

/** A new SQLite database. @param {string} name */
async function sqlite(name) {
  const url = `sqlite:${inFolder(name)}`;
  await run(['migrate', '--database', url]);
  return url;
}

/** How many changes a database has announced. @param {string} name */
function changesOf(name) {
  const db = new Driver(inFolder(name), { readonly: true });
  const count = db.prepare('select count(*) from changes').pluck().get();
  db.close();
  return count;
}

const told = (
  /** @type {string} */ what,
  /** @type {import('./command.js').Took} */ { seconds, cpuSeconds, megabytes },
) =>
  console.log(
    `${what.padEnd(44)}${seconds.toFixed(1).padStart(7)} s${cpuSeconds.toFixed(1).padStart(8)} s of CPU${megabytes.toFixed(0).padStart(6)} MB`,
  );

/**
 * Takes an export into an empty database, where all of it must be new, and out again, which must be equal.
 * @param {string} what @param {string} from @param {Awaited<ReturnType<typeof exportTo>>} expected @param {string} database
 */
async function moveInto(what, from, expected, database) {
  const { took, summary } = await importFiles([inFolder(from)], database);
  told(`${what}: import`, took);
  const { source, article, claim } = summary.counts;
  const created = { sources: source.created, articles: article.created, claims: claim.created };
  const { sha256: _sha256, ...counts } = expected.counts;
  check(`${what}: all rows are created`, JSON.stringify(created) === JSON.stringify(counts), summary.counts);
  const file = `${what.replace(/\W+/g, '-')}.ndjson`;
  const out = await exportTo(database, inFolder(file));
  told(`${what}: export, ${out.megabytes.toFixed(0)} MB`, out.took);
  check(`${what}: the export is equal to the byte`, out.sha256 === expected.sha256, out.counts);
  return file;
}

const tellPart = (/** @type {import('./collections.js').Part} */ { name, took }) =>
  told(`import ${name}`, took);
const database = await sqlite('first.db');
const collections = await importCollections({ path, folder, database, check, onPart: tellPart });
const folders = await importFolders({ path, database, check, onPart: tellPart });

const out = await exportTo(database, inFolder('first.ndjson'));
told(`export, ${out.megabytes.toFixed(0)} MB`, out.took);
const quotes = await compareQuotes(fileOf(folder, 'polnear'), inFolder('first.ndjson'));
check('quotes stand where they stood', quotes.given === quotes.equal && quotes.given > 0, quotes);

const changes = changesOf('first.db');
await importAgain(collections, { path, folder, database, check });
check('nothing is announced twice', changesOf('first.db') === changes, changesOf('first.db'));
await importFoldersAgain(folders, database, check);
const again = await exportTo(database, inFolder('again.ndjson'));
check('after a second import the export is equal', again.sha256 === out.sha256, again.counts);

const moved = await moveInto('SQLite to SQLite', 'first.ndjson', out, await sqlite('second.db'));
if (values.database !== undefined) {
  const postgres = await databaseOf(values.database);
  await run(['migrate', '--database', postgres]);
  const back = await moveInto('SQLite to PostgreSQL', moved, out, postgres);
  const { took, summary } = await importFiles([inFolder(back)], postgres);
  told('PostgreSQL: import again', took);
  const isSame = ['source', 'article', 'claim'].every((kind) => {
    const { unchanged } = summary.counts[kind];
    return unchanged === out.counts[`${kind}s`];
  });
  check('PostgreSQL: every row is unchanged', isSame, summary.counts);
  await moveInto('PostgreSQL to SQLite', back, out, await sqlite('third.db'));
}

console.log('');
printTable([...collections, ...folders]);
console.log('');
printReasons([...collections, ...folders]);
console.log(`\n${quotes.equal} of ${quotes.given} quotes stand where they stood.`);
console.log(
  `${out.counts.sources} sources, ${out.counts.articles} articles, ${out.counts.claims} claims; all of it took ${((performance.now() - begun) / 1000).toFixed(0)} s.`,
);
process.exitCode = end();
