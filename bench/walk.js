/**
 * A walk of 20,000 rows by cursor while another process writes: in every order of every list, no row that stood
 * throughout is missed or met out of its order, and none is met twice as it was. Ends with 1 where that is broken.
 *
 *   npm run bench:walk [-- --rows 20000 --limit 100 --pause 2 --only /v1/claims --database URL]
 *
 * `--pause` is the time between two writes, in milliseconds. `--database` is an empty one to use instead of a SQLite file.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keptFile } from './reading-database.js';
import { startClaimwire } from './reading-processes.js';

const WRITER = fileURLToPath(new URL('walk-writer.js', import.meta.url));

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    limit: { type: 'string', default: '100' },
    pause: { type: 'string', default: '2' },
    only: { type: 'string', default: '/v1/' },
    database: { type: 'string' },
  },
});
const rows = Number(values.rows);

/** @typedef {{ id: string, version: number, slug?: string, text?: string }} Row */

/** @param {string} url of the database */
async function startWriter(url) {
  const child = fork(WRITER, { env: { PATH: process.env.PATH, DATABASE_URL: url } });
  process.on('exit', () => child.kill('SIGKILL'));
  await once(child, 'message');
  return {
    /** @param {import('./walk-writer.js').Order} message @returns {Promise<{ count: number }>} */
    async order(message) {
      const done = once(child, 'message');
      child.send(message);
      return (await done)[0];
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** @param {string} url */
async function make(url) {
  const writer = await startWriter(url);
  await writer.order({ make: { rows } });
  await writer.stop();
}

const folder = mkdtempSync(join(tmpdir(), 'claimwire-walk-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let database = values.database;
if (database === undefined) {
  const { file } = await keptFile(
    { makers: ['walk-writer.js', 'reading-words.js'], parameters: { rows } },
    (file) => make(`sqlite:${file}`),
  );
  copyFileSync(file, join(folder, 'news.db'));
  database = `sqlite:${join(folder, 'news.db')}`;
} else await make(database);

const server = await startClaimwire({ DATABASE_URL: database });
const address = `http://127.0.0.1:${server.port}`;

/** @param {string} path */
async function get(path) {
  const answer = await fetch(address + path);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Every order of every list of the contract: those that go on by a cursor, and need no more than that. */
async function orders() {
  const { paths } = await get('/openapi.json');
  return Object.entries(paths).flatMap(([path, { get }]) => {
    if (path.endsWith('/revisions')) return []; // which are for some alone, and never change
    /** @type {{ name: string, required?: boolean, schema?: { enum?: string[] } }[]} */
    const parameters = get?.parameters ?? [];
    const isList =
      parameters.some(({ name }) => name === 'after') &&
      'application/json' in (get?.responses[200]?.content ?? {}); // no feed, which is a list of another form
    const isFree = parameters.every(({ name, required = false }) => !required || path.includes(`{${name}}`));
    if (!isList || !isFree || !path.startsWith(values.only)) return [];
    const sorts = parameters.find(({ name }) => name === 'sort')?.schema?.enum ?? [];
    const url = `${path.replace(/\{\w+\}/, 'walked')}?limit=${values.limit}`;
    const whole = sorts.filter((sort) => sort !== 'relevance'); // of a search, which is no walk
    return [url, ...whole.map((sort) => `${url}&sort=${sort}`)];
  });
}

/** @param {string} start */
async function walk(start) {
  /** @type {Row[]} */
  const met = [];
  let slowest = 0;
  for (let url = start; url !== null; ) {
    const begun = performance.now();
    const { data, next } = await get(url);
    slowest = Math.max(slowest, performance.now() - begun);
    met.push(...data);
    url = next;
  }
  return { met, slowest };
}

/** What stands throughout, in the order that it is met in. @param {Row[]} met */
const stoodIn = (met) =>
  met.flatMap(({ slug, text }) => (/^stood/.test(slug ?? text ?? '') ? [slug ?? text ?? ''] : []));

console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
const urls = await orders();
/** @type {Map<string, string[]>} */
const calm = new Map();
for (const url of urls) calm.set(url, stoodIn((await walk(url)).met));

const writer = await startWriter(database);
let isBroken = false;
console.log('   rows  stood missed  twice  moved  writes  pages   slowest');
for (const url of urls) {
  const { count: before } = await writer.order({ disturb: { rows, pauseMs: Number(values.pause) } });
  const { met, slowest } = await walk(url);
  const { count: after } = await writer.order({});
  const stood = stoodIn(met);
  const wanted = calm.get(url) ?? [];
  const seen = new Set(stood);
  const missed = wanted.filter((name) => !seen.has(name)).length;
  const isInOrder = stood.join() === wanted.join();
  const twice = met.length - new Set(met.map(({ id, version }) => `${id} ${version}`)).size;
  const moved = met.length - new Set(met.map(({ id }) => id)).size - twice;
  isBroken ||= missed > 0 || twice > 0 || !isInOrder || wanted.length === 0;
  const figures = [
    met.length,
    stood.length,
    missed,
    twice,
    moved,
    after - before,
    Math.ceil(met.length / Number(values.limit)),
  ];
  console.log(
    `${figures.map((figure) => String(figure).padStart(7)).join('')} ${slowest.toFixed(0).padStart(6)} ms  ${url}${isInOrder ? '' : ' OUT OF ORDER'}`,
  );
}
console.log('moved: met again because they were written meanwhile and came to stand further on');
console.log(isBroken ? 'broken' : 'all promises kept');
await writer.stop();
await server.stop();
process.exit(isBroken ? 1 : 0);
