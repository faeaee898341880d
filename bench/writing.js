/**
 * What a write costs: `POST /v1/articles` with 2 kB of text and two claims in it, over 1 and over 8 connections, beside the
 * very statements that it runs, done by better-sqlite3 alone: each as often, prepared once, with the same values, in as
 * many transactions and as durable, on a copy of the same file.
 *
 *   npm run bench:writing [-- --posts 800 --rounds 5]
 *
 * Every round makes all three in turn, each behind a quarter as many posts that are not counted; the medians are told. The figures are ratios of posts per second.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Driver from 'better-sqlite3';
import { createServices } from '../dist/src/services.js';
import { SourceInput } from '../dist/src/sources/model.js';
import { openSqlite } from '../dist/src/storage/sqlite/open.js';
import { articleFor, SOURCES } from './writing-articles.js';
import { openClient, toRequest } from './writing-client.js';
import { recordStatements } from './writing-record.js';
import { startServer } from './writing-server.js';

const { values } = parseArgs({
  options: { posts: { type: 'string', default: '800' }, rounds: { type: 'string', default: '5' } },
});
const posts = Number(values.posts);
const rounds = Number(values.rounds);
const CONNECTIONS = [1, 8];

const folder = mkdtempSync(join(tmpdir(), 'claimwire-writing-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const fileAt = (/** @type {string} */ name) => join(folder, `${name}.db`);

/** A database in which the sources and a key are; gives the key. */
async function makeDatabase() {
  const storage = await openSqlite({ file: fileAt('start') });
  await storage.migrate();
  const { result } = await createServices(storage).write(async ({ sources, keys }) => {
    for (const source of SOURCES) await sources.save(SourceInput.parse(source));
    return keys.create({ name: 'Bench', scope: 'write', expiresAt: null });
  });
  await storage.close();
  return `Bearer ${result.secret}`;
}

/** A copy of that database. @param {string} name */
function copyAs(name) {
  copyFileSync(fileAt('start'), fileAt(name));
  return fileAt(name);
}

const authorization = await makeDatabase();
const warming = Math.ceil(posts / 4);
const articles = Array.from({ length: warming + posts }, (_, n) => articleFor(n));
const requests = articles.map((body) => toRequest({ path: '/v1/articles', authorization, body }));
const recorded = await recordStatements({ file: copyAs('recorded'), authorization, articles });

/** The posts as their statements alone, per second. @param {string} file */
function runRaw(file) {
  const database = new Driver(file);
  database.pragma('journal_mode = wal');
  database.pragma('synchronous = full');
  database.pragma('foreign_keys = on');
  /** @type {Map<string, Driver.Statement>} */
  const prepared = new Map();
  const prepare = (/** @type {string} */ sql, isRaw = false) => {
    const key = `${isRaw} ${sql}`;
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const made = database.prepare(sql);
    prepared.set(key, isRaw ? made.raw() : made);
    return made;
  };
  for (const { sql, isRaw } of recorded.flat()) prepare(sql, isRaw);
  let begun = 0;
  for (const [n, statements] of recorded.entries()) {
    if (n === warming) begun = performance.now();
    for (const { sql, method, isRaw, parameters } of statements) {
      if (method === 'exec') database.exec(sql);
      else prepare(sql, isRaw)[method](...parameters);
    }
  }
  const seconds = (performance.now() - begun) / 1_000;
  const { count } = /** @type {{ count: number }} */ (
    database.prepare('select count(*) as count from articles').get()
  );
  if (count !== articles.length) throw new Error(`${count} articles were made`);
  database.close();
  return posts / seconds;
}

/** @param {string} file @param {number} connections */
async function runServer(file, connections) {
  const server = await startServer(`sqlite:${file}`);
  const client = await openClient({ port: server.port, connections });
  await client.send(requests.slice(0, warming));
  const begun = performance.now();
  await client.send(requests.slice(warming));
  const seconds = (performance.now() - begun) / 1_000;
  client.close();
  await server.stop();
  return posts / seconds;
}

const median = (/** @type {number[]} */ numbers) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** @type {Map<string, number[]>} */
const results = new Map();
const note = (/** @type {string} */ name, /** @type {number} */ rate) =>
  results.set(name, [...(results.get(name) ?? []), rate]);
for (let round = 0; round < rounds; round += 1) {
  note('raw', runRaw(copyAs(`raw-${round}`)));
  for (const connections of CONNECTIONS)
    note(String(connections), await runServer(copyAs(`served-${connections}-${round}`), connections));
}

const raw = median(results.get('raw') ?? []);
const each = Math.round(recorded.flat().length / articles.length);
console.log(`raw better-sqlite3, ${each} statements a post     ${raw.toFixed(0)} posts/s`);
for (const connections of CONNECTIONS) {
  const rate = median(results.get(String(connections)) ?? []);
  console.log(
    `POST /v1/articles, ${connections} connection${connections === 1 ? ' ' : 's'}               ${rate.toFixed(0)} posts/s   ${(rate / raw).toFixed(2)} of raw`,
  );
}
