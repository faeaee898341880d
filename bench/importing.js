/**
 * What moving content costs: importing, importing the same again and exporting, beside better-sqlite3 that does no more than
 * insert the same finished rows, or read and JSON.stringify them; and how long reads wait during an import, by the command
 * or over HTTP.
 *
 * node bench/importing.js [articles …]   default 10000
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import Driver from 'better-sqlite3';
import { insertRaw, writeCorpus } from './importing-corpus.js';

const COMMAND = fileURLToPath(new URL('./importing-command.js', import.meta.url));
const READ_INTERVAL_MS = 10;

/** @typedef {{ seconds: number, cpuSeconds: number, megabytes: number, stdout: string }} Took */

/** @param {string[]} parameters @returns {Promise<Took>} */
async function run(...parameters) {
  const child = spawn(process.execPath, [COMMAND, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    if (stdout.length < 100_000) stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${parameters.join(' ')} ended with ${code}: ${stderr.slice(-2_000)}`);
  return { ...JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? ''), stdout };
}

/** Asks a server for one thing after the other until told to stop; gives the milliseconds that each took. @param {string} url */
async function startReading(url) {
  const times = /** @type {number[]} */ ([]);
  let isOver = false;
  const { data } = await (await fetch(`${url}/v1/articles?limit=100`)).json();
  const paths = [
    '/v1/articles?limit=20',
    ...data.map((/** @type {{ slug: string }} */ { slug }) => `/v1/articles/${slug}`),
  ];
  const loop = (async () => {
    for (let at = 0; !isOver; at++) {
      const begun = performance.now();
      const answer = await fetch(url + paths[at % paths.length]);
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`${paths[at % paths.length]} answered ${answer.status}`);
      times.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, READ_INTERVAL_MS));
    }
  })();
  return async () => {
    isOver = true;
    await loop;
    return times.sort((a, b) => a - b);
  };
}

/** @param {string} database */
async function startServer(database) {
  const parameters = [COMMAND, 'serve', '--port', '0', '--database', database];
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [log, stderr] = ['', ''];
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  for await (const chunk of child.stdout) {
    log += chunk;
    const [, url] = /listening at (http:\/\/[^"]+)"/.exec(log) ?? [];
    if (url !== undefined) {
      child.stdout.resume();
      return {
        url,
        /** @returns {Promise<Took>} */
        async stop() {
          child.kill();
          await once(child, 'close');
          return JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
        },
      };
    }
  }
  throw new Error(`the server ended: ${log}${stderr}`);
}

/** Sends rows to a server; gives the seconds that it took. @param {string} url @param {string} file @param {string} key */
async function post(url, file, key) {
  const begun = performance.now();
  const answer = await fetch(`${url}/v1/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    body: Readable.toWeb(createReadStream(file)),
    duplex: 'half',
  });
  const text = await answer.text();
  const { rejected, endedBy } = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
  if (rejected !== 0 || endedBy !== null) throw new Error(`answered ${answer.status}: ${text.slice(-2_000)}`);
  return (performance.now() - begun) / 1000;
}

/** Reads and stringifies all articles and claims with their parts, as an export does. @param {string} file */
function readRaw(file) {
  const db = new Driver(file, { readonly: true });
  const begun = performance.now();
  let bytes = 0;
  const queries = [
    'select id, external_id, slug, headline, standfirst, markdown, language, section, tags, publisher, canonical_url, image, disclaimer, status, published_at, modified_at, corrections from articles',
    'select * from article_authors',
    'select id, external_id, text, language, tags from claims',
    'select * from attributions',
    'select * from relations',
    'select * from reviews',
  ];
  for (const query of queries)
    for (const row of db.prepare(query).iterate()) bytes += Buffer.byteLength(JSON.stringify(row));
  const seconds = (performance.now() - begun) / 1000;
  db.close();
  return bytes / 1e6 / seconds;
}

/** @param {number} articles */
async function measure(articles) {
  const folder = mkdtempSync(join(tmpdir(), 'claimwire-importing-'));
  const file = (/** @type {string} */ name) => join(folder, name);
  const at = (/** @type {string} */ name) => ['--database', `sqlite:${file(name)}`];
  try {
    await writeCorpus(file('all.ndjson'), { articles, seed: 1 });
    const size = statSync(file('all.ndjson')).size / 1e6;
    await run('migrate', ...at('a.db'));
    const first = await run('import', file('all.ndjson'), '--quiet', ...at('a.db'));
    const raw = await insertRaw(file('a.db'), file('raw.db'));
    const again = await run('import', file('all.ndjson'), '--quiet', ...at('a.db'));
    const out = await run('export', file('out.ndjson'), '--quiet', ...at('a.db'));
    const outSize = statSync(file('out.ndjson')).size / 1e6;
    const rawRead = readRaw(file('a.db'));

    const rows = articles * 4;
    const line = (/** @type {string} */ what, /** @type {string} */ figures) =>
      console.log(`${what.padEnd(26)}${figures}`);
    console.log(
      `\n${articles} articles, ${articles * 3} claims, ${size.toFixed(0)} MB of NDJSON; ${first.stdout.split('\n')[2]}`,
    );
    line('raw inserts', `${raw.seconds.toFixed(1)} s, ${raw.cpuSeconds.toFixed(1)} s of CPU`);
    line(
      'import',
      `${first.seconds.toFixed(1)} s, ${(rows / first.seconds).toFixed(0)} rows/s, ${(raw.seconds / first.seconds).toFixed(2)} of raw (by CPU ${(raw.cpuSeconds / first.cpuSeconds).toFixed(2)}), ${first.cpuSeconds.toFixed(1)} s of CPU, ${first.megabytes.toFixed(0)} MB`,
    );
    line(
      'import, all unchanged',
      `${again.seconds.toFixed(1)} s, ${(first.seconds / again.seconds).toFixed(1)} times as fast, ${again.megabytes.toFixed(0)} MB`,
    );
    line(
      'export',
      `${out.seconds.toFixed(1)} s, ${(outSize / out.seconds).toFixed(0)} MB/s, ${(outSize / out.seconds / rawRead).toFixed(2)} of raw reading at ${rawRead.toFixed(0)} MB/s, ${out.megabytes.toFixed(0)} MB`,
    );

    const server = await startServer(`sqlite:${file('a.db')}`);
    const idle = await startReading(server.url);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const before = await idle();
    await writeCorpus(file('more.ndjson'), { articles, seed: 2, isBeside: true });
    const busy = await startReading(server.url);
    await run('import', file('more.ndjson'), '--quiet', ...at('a.db'));
    const during = await busy();
    line('reads, nothing else', percentiles(before));
    line('reads during an import', percentiles(during));
    await writeCorpus(file('third.ndjson'), { articles, seed: 3, isBeside: true });
    const [key = ''] =
      /cw_\S+/.exec(
        (await run('keys', 'create', '--name', 'bench', '--scope', 'write', ...at('a.db'))).stdout,
      ) ?? [];
    const posted = await startReading(server.url);
    const seconds = await post(server.url, file('third.ndjson'), key);
    const beside = await posted();
    const { megabytes } = await server.stop();
    line(
      'import over HTTP',
      `${seconds.toFixed(1)} s, ${(rows / seconds).toFixed(0)} rows/s, ${megabytes.toFixed(0)} MB with the server`,
    );
    line('reads during that', percentiles(beside));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {number[]} times */
const percentiles = (times) => {
  const of = (/** @type {number} */ share) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  return `p50 ${of(0.5)} ms, p99 ${of(0.99)} ms, most ${of(0.9999)} ms of ${times.length}`;
};

for (const articles of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [10_000])
  await measure(articles);
