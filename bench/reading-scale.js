/**
 * How the cost of a read grows: the workloads of bench/reading on databases of several sizes, cold and with no answer
 * kept, one request at a time, with what the event loop of the server and a cheap request beside them feel of it.
 * Ends with 1 where a target is missed.
 *
 *   npm run bench:reading-scale [-- options]
 *
 *   --articles 10000,100000   sizes; claims are three times, sources 200; 1000000 takes its time and some 20 GB
 *   --only W1,W4              these workloads alone; W4c is a search for the most common word
 *   --ms 3000                 how long each is asked
 *   --keys 500                URLs of a workload
 *   --plain                   without `include=`
 *   --search PATH             where words are searched for, /v1/articles?q= if not given
 *   --drop                    removes each database when it has been tried
 */
import { rmSync, statSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createCorpus } from './reading-corpus.js';
import { keptFile, MAKERS } from './reading-database.js';
import { askAt, createMeasure } from './reading-measure.js';
import { percentile } from './reading-print.js';
import { startClaimwire, startClient } from './reading-processes.js';
import { asRows } from './reading-rows.js';
import { workloadsOf } from './reading-workloads.js';

const WARM_MS = 1_000;
const LOOP_HELD_MS_MAX = 10; // by a search
/** The longest a search may take for 99 in 100, by the number of articles. */
const SEARCH_P99_MS_MAX = /** @type {Record<string, Record<number, number>>} */ ({
  W4: { 100000: 10 },
  W4c: { 1000000: 50 },
});
const CHEAP = { name: 'beside', status: 200 };

const { values } = parseArgs({
  options: {
    articles: { type: 'string', default: '10000,100000' },
    only: { type: 'string', default: 'W1,W2,W3,W4,W4c,W6' },
    ms: { type: 'string', default: '3000' },
    keys: { type: 'string', default: '500' },
    plain: { type: 'boolean', default: false },
    search: { type: 'string', default: '/v1/articles?q=' },
    drop: { type: 'boolean', default: false },
  },
});
const ms = Number(values.ms);
let isMissed = false;

console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
for (const articles of values.articles.split(',').map(Number)) await tryAt(articles);
process.exit(isMissed ? 1 : 0);

/** @param {number} articles */
async function tryAt(articles) {
  const size = { articles, sources: 200, claims: articles * 3, seed: 1 };
  const begun = performance.now();
  const { file, isNew } = await keptFile(
    { makers: [...MAKERS, 'reading-rows.js'], parameters: { ...size, as: 'rows' } },
    asRows(createCorpus(size), (line) => console.log(`  ${line}`)),
  );
  const took = isNew ? `, made in ${((performance.now() - begun) / 1000).toFixed(0)} s` : '';
  const megabytes = (statSync(file).size / 2 ** 20).toFixed(0);
  console.log(`\n${articles.toLocaleString('en')} articles, ${megabytes} MB${took}`);
  console.log('        CPU µs   p50 ms   p99 ms   max ms   loop p99   loop max   beside: p99   max');

  const server = await startClaimwire({ DATABASE_URL: `sqlite:${file}`, CACHE_BYTES: '0', PROBE_LOOP: '1' });
  const [client, clientBeside] = [startClient(), startClient()];
  const { measure } = createMeasure(client, { connections: 1 });
  const { requestFor } = createMeasure(clientBeside, { connections: 1 });
  const workloads = workloadsOf({
    file,
    ask: askAt(server.port),
    isPlain: values.plain,
    searchPath: values.search,
    keys: Number(values.keys),
    seed: 1,
  });
  for (const name of values.only.split(',')) {
    const make = workloads[name];
    if (make === undefined) throw new Error(`there is no workload ${name}`);
    try {
      const workload = await make();
      await measure(server, workload.paths, workload, WARM_MS);
      const [measured, beside] = await Promise.all([
        measure(server, workload.paths, workload, ms),
        clientBeside.run({
          port: server.port,
          requests: [requestFor('/health/live', CHEAP)],
          connections: 1,
          ms,
          pauseMs: 2,
        }),
      ]);
      const target = SEARCH_P99_MS_MAX[name]?.[articles];
      print(name, measured, beside.times, target);
    } catch (error) {
      isMissed = true;
      console.log(`${name.padEnd(5)} ${/** @type {Error} */ (error).message}`);
    }
  }
  for (const one of [client, clientBeside]) one.stop();
  await server.stop();
  if (values.drop) rmSync(file);
}

/**
 * @param {string} name
 * @param {import('./reading-measure.js').Measured} measured
 * @param {Float64Array} besideTimes
 * @param {number | undefined} p99Max
 */
function print(name, { cpuMicros, times, loopMs }, besideTimes, p99Max) {
  const [sorted, beside] = [times, besideTimes].map((list) => [...list].sort((a, b) => a - b));
  const p99 = percentile(sorted ?? [], 0.99);
  const figures = [
    cpuMicros.toFixed(0).padStart(9),
    ...[percentile(sorted ?? [], 0.5), p99, percentile(sorted ?? [], 1)].map((figure) =>
      figure.toFixed(2).padStart(9),
    ),
    ...[loopMs?.p99, loopMs?.max].map((figure) => (figure ?? Number.NaN).toFixed(2).padStart(11)),
    percentile(beside ?? [], 0.99)
      .toFixed(2)
      .padStart(14),
    percentile(beside ?? [], 1)
      .toFixed(2)
      .padStart(6),
  ];
  const missed = [
    ...(p99Max !== undefined && p99 >= p99Max ? [`p99 must be under ${p99Max} ms`] : []),
    ...(name.startsWith('W4') && (loopMs?.p99 ?? 0) > LOOP_HELD_MS_MAX
      ? [`the loop must not be held over ${LOOP_HELD_MS_MAX} ms`]
      : []),
  ];
  isMissed ||= missed.length > 0;
  console.log(
    `${name.padEnd(5)}${figures.join('')}${missed.length > 0 ? `   FAIL: ${missed.join('; ')}` : ''}`,
  );
}
