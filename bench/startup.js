/**
 * How long a start takes: from the spawn of `claimwire serve` on a seeded database to its first 200 of /v1/articles,
 * beside a bare node:http server in the same run, turn by turn.
 *
 *   npm run bench:startup [-- starts]
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const STARTS = Number(process.argv[2] ?? 9);
const COMMAND = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const BARE = `
  const server = require('node:http').createServer((request, response) => {
    response.setHeader('content-type', 'application/json').end('{"data":[]}');
  });
  server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
`;

/**
 * Milliseconds from spawn to the first 200. The server says on stdout where it listens.
 * @param {string[]} parameters
 * @param {Record<string, string>} settings
 */
async function timeOf(parameters, settings) {
  const begun = performance.now();
  const server = spawn(process.execPath, parameters, {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let address;
  while (address === undefined) {
    const [chunk] = await Promise.race([
      once(server.stdout, 'data'),
      once(server, 'exit').then(([code]) => {
        throw new Error(`the server ended with ${code} before it listened: ${said}`);
      }),
    ]);
    said += chunk;
    address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
  }
  const answer = await fetch(`${address}/v1/articles`);
  await answer.arrayBuffer();
  const took = performance.now() - begun;
  if (answer.status !== 200) throw new Error(`expected 200, found ${answer.status}`);
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
  return took;
}

/** @param {number[]} times */
function summaryOf(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ place) => sorted[Math.floor(place)] ?? Number.NaN;
  return { median: at(times.length / 2), min: at(0), max: at(times.length - 1) };
}

const folder = mkdtempSync(join(tmpdir(), 'claimwire-bench-'));
try {
  const settings = { DATABASE_URL: `sqlite:${join(folder, 'news.db')}` };
  for (const name of ['migrate', 'seed']) {
    execFileSync(process.execPath, [COMMAND, name], { env: { PATH: process.env.PATH, ...settings } });
  }
  const servers = {
    claimwire: () => timeOf([COMMAND, 'serve', '--port', '0'], settings),
    'node:http': () => timeOf(['-e', BARE], {}),
  };
  /** @type {Record<string, number[]>} */
  const times = { claimwire: [], 'node:http': [] };
  for (const start of Object.values(servers)) await start(); // the first read of each file is the disk's time
  for (let count = 0; count < STARTS; count++) {
    for (const [name, start] of Object.entries(servers)) times[name]?.push(await start());
  }

  const { length, 0: cpu } = cpus();
  console.log(`node ${process.version}, ${length} × ${cpu?.model}`);
  console.log(`spawn to first 200 of /v1/articles, ms, ${STARTS} starts each`);
  const summaries = Object.entries(times).map(([name, values]) => ({ name, ...summaryOf(values) }));
  for (const { name, median, min, max } of summaries) {
    const figures = [median, min, max].map((figure) => figure.toFixed(0).padStart(5));
    console.log(`${name.padEnd(10)} median ${figures[0]}  min ${figures[1]}  max ${figures[2]}`);
  }
  const [ours, bare] = summaries;
  if (ours && bare) console.log(`ratio of the medians ${(ours.median / bare.median).toFixed(1)}`);
} finally {
  rmSync(folder, { recursive: true });
}
