/**
 * What a read costs: the workloads W1 to W6 on 10,000 articles, 200 sources and 30,000 claims, each hot (one URL, answers kept)
 * and cold (many URLs, no answer kept), beside bare node:http and plain fastify that send the same bytes and headers in
 * the same run. Ends with 1 where a target is missed.
 *
 *   npm run bench:reading [-- options] [articles.ndjson[.gz]]
 *
 *   --only W1,W2       these workloads alone
 *   --rounds 5         rounds of which the median counts; the servers take turns in each
 *   --ms 800           how long a server is asked in a round
 *   --keys 2000        URLs of a cold workload: more than a server remembers queries
 *   --connections 2    each with one request at a time
 *   --articles 10000 --sources 200 --claims 30000 --seed 1
 *   --plain            without `include=`
 *   --search PATH      where words are searched for, /v1/articles?q= if not given
 *   --accept-encoding CODINGS
 *   --json             figures for a program
 *
 * The database is made once and kept in the system's folder for temporary files. CPU is that of the whole server process,
 * all its threads, by getrusage; the load generator is a process of its own, so two cores are needed.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createCorpus } from './reading-corpus.js';
import { keptFile, MAKERS, throughServices } from './reading-database.js';
import { askAt, createMeasure } from './reading-measure.js';
import { articlesFrom } from './reading-ndjson.js';
import { median, percentile, print } from './reading-print.js';
import { startBaseline, startClaimwire, startClient } from './reading-processes.js';
import { record } from './reading-record.js';
import { workloadsOf } from './reading-workloads.js';

const WARM_MS = 3_000; // until the compilers of all servers are done

/** The least share of the cost that must be left for bare node:http to have, or what else is promised. */
const TARGETS = {
  hot: { W1: 0.85, W2: 0.85, W3: 0.85, W4: 0.85, W5: 0.85 },
  cold: { W1: 0.3, W2: 0.2, W3: 0.3 },
};
const SEARCH_P99_MS_MAX = 10;
const DEPTH_FACTOR_MAX = 1.2; // a deep page against the first one
const MEMORY_MB_MAX = 250;

/** @typedef {import('./reading-workloads.js').Workload} Workload */
/** @typedef {import('./reading-processes.js').Server} Server */
/** @typedef {{ server: string, cpuMicros: number, perSecond: number, p50: number, p99: number }} Figures */
/** @typedef {{ workload: string, title: string, mode: string, figures: Figures[], ratio: number, target: string, verdict: string }} Row */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: 'W1,W2,W2d,W3,W4,W5,W6' },
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '800' },
    keys: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '2' },
    articles: { type: 'string', default: '10000' },
    sources: { type: 'string', default: '200' },
    claims: { type: 'string', default: '30000' },
    seed: { type: 'string', default: '1' },
    plain: { type: 'boolean', default: false },
    search: { type: 'string', default: '/v1/articles?q=' },
    'accept-encoding': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, ms, keys, connections, seed] = [
  values.rounds,
  values.ms,
  values.keys,
  values.connections,
  values.seed,
].map(Number);
const size = {
  articles: Number(values.articles),
  sources: Number(values.sources),
  claims: Number(values.claims),
  seed: Number(values.seed),
};
const tell = (/** @type {string} */ line) => (values.json ? console.error(line) : console.log(line));

const corpus = createCorpus(size);
const [path] = positionals;
const begun = performance.now();
const { file, isNew } = await keptFile(
  { makers: MAKERS, parameters: { ...size, path } },
  throughServices({
    sources: corpus.sources,
    articles:
      path === undefined
        ? corpus.articles()
        : articlesFrom(path, {
            seed: size.seed,
            claimsEach: Math.round(size.claims / size.articles),
            sources: corpus.sources,
          }),
  }),
);
const { length, 0: cpu } = cpus();
tell(`node ${process.version}, ${length} × ${cpu?.model}`);
tell(`${file}${isNew ? `, made in ${((performance.now() - begun) / 1000).toFixed(0)} s` : ''}`);

const settings = { DATABASE_URL: `sqlite:${file}` };
const servers = {
  hot: await startClaimwire(settings),
  cold: await startClaimwire({ ...settings, CACHE_BYTES: '0' }),
  bare: await startBaseline('bare'),
  fastify: await startBaseline('fastify'),
};
const client = startClient();

const { measure, requestFor } = createMeasure(client, {
  connections: /** @type {number} */ (connections),
  ...(values['accept-encoding'] === undefined ? {} : { acceptEncoding: values['accept-encoding'] }),
});

/** The answers of a server, for the baselines to send. @param {Server} server @param {string[]} paths @param {Workload} workload */
async function capture(server, paths, workload) {
  /** @type {[string, import('./reading-baseline.js').Answer][]} */
  const answers = [];
  for (const path of paths)
    answers.push([path, await record(server.port, requestFor(path, workload), workload)]);
  return answers;
}

/** @param {Workload} workload @param {'hot' | 'cold'} mode @returns {Promise<Row>} */
async function compare(workload, mode) {
  const paths = mode === 'hot' ? workload.paths.slice(0, 1) : workload.paths;
  const beside = mode === 'cold' ? workload.pathsBeside : undefined;
  const answers = await capture(servers[mode], paths, workload);
  for (const baseline of [servers.bare, servers.fastify]) await baseline.give(answers);
  const turns = [
    { server: 'claimwire', ask: () => measure(servers[mode], paths, workload, turnMs) },
    ...(beside === undefined
      ? []
      : [{ server: 'first page', ask: () => measure(servers[mode], beside, workload, turnMs) }]),
    { server: 'node:http', ask: () => measure(servers.bare, paths, workload, turnMs) },
    { server: 'fastify', ask: () => measure(servers.fastify, paths, workload, turnMs) },
  ];
  let turnMs = WARM_MS;
  for (const { ask } of turns) await ask();
  turnMs = /** @type {number} */ (ms);
  /** @type {import('./reading-measure.js').Measured[][]} */
  const measured = turns.map(() => []);
  for (let round = 0; round < /** @type {number} */ (rounds); round++)
    for (const [place, { ask }] of turns.entries()) measured[place]?.push(await ask());

  const figures = turns.map(({ server }, place) => {
    const taken = measured[place] ?? [];
    const times = taken.flatMap(({ times }) => [...times]).sort((a, b) => a - b);
    return {
      server,
      cpuMicros: median(taken.map(({ cpuMicros }) => cpuMicros)),
      perSecond: median(taken.map(({ perSecond }) => perSecond)),
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
    };
  });
  /** Round by round, as what slows the machine slows both. */
  const against = (/** @type {string} */ name) =>
    median(
      (measured[turns.findIndex(({ server }) => server === name)] ?? []).map(
        ({ cpuMicros }, round) => cpuMicros / (measured[0]?.[round]?.cpuMicros ?? Number.NaN),
      ),
    );
  const ratio = against('node:http');
  const { name, title } = workload;
  const p99 = figures[0]?.p99 ?? Number.NaN;
  const least = /** @type {Record<string, number>} */ (TARGETS[mode])[name];
  const judge = (/** @type {string} */ target, /** @type {boolean} */ holds) => ({
    target,
    verdict: holds ? 'pass' : 'FAIL',
  });
  const judged =
    least !== undefined
      ? judge(`ratio ≥ ${least}`, ratio >= least)
      : name === 'W4'
        ? judge(`p99 < ${SEARCH_P99_MS_MAX} ms`, p99 < SEARCH_P99_MS_MAX)
        : beside !== undefined
          ? judge(
              `CPU ≤ ${DEPTH_FACTOR_MAX} × first page: ${(1 / against('first page')).toFixed(2)}`,
              1 / against('first page') <= DEPTH_FACTOR_MAX,
            )
          : { target: '', verdict: '' };
  return { workload: name, title, mode, figures, ratio, ...judged };
}

const workloads = workloadsOf({
  file,
  ask: askAt(servers.cold.port, values['accept-encoding']),
  isPlain: values.plain,
  searchPath: values.search,
  keys: /** @type {number} */ (keys),
  seed: /** @type {number} */ (seed),
});
/** A 304 is always hot; one URL is not another query each time. @param {string} name @returns {('hot' | 'cold')[]} */
const modesOf = (name) => (name === 'W5' ? ['hot'] : name === 'W2d' ? ['cold'] : ['hot', 'cold']);

/** @type {Row[]} */
const rows = [];
for (const name of values.only.split(',')) {
  const make = workloads[name];
  if (make === undefined) throw new Error(`there is no workload ${name}`);
  for (const mode of modesOf(name)) {
    try {
      rows.push(await compare(await make(), mode));
    } catch (error) {
      const verdict = `FAIL: ${/** @type {Error} */ (error).message}`;
      rows.push({ workload: name, title: '', mode, figures: [], ratio: Number.NaN, target: '', verdict });
    }
    if (!values.json) print(/** @type {Row} */ (rows.at(-1)));
  }
}

const memory = {
  hot: (await servers.hot.usage()).memory / 2 ** 20,
  cold: (await servers.cold.usage()).memory / 2 ** 20,
};
const isMemoryKept = Math.max(memory.hot, memory.cold) < MEMORY_MB_MAX;
tell(
  `resident after the run: ${memory.hot.toFixed(0)} MB with answers kept, ${memory.cold.toFixed(0)} MB without; target < ${MEMORY_MB_MAX} MB: ${isMemoryKept ? 'pass' : 'FAIL'}`,
);
if (values.json) console.log(JSON.stringify({ node: process.version, cpu: cpu?.model, rows, memory }));
client.stop();
for (const server of Object.values(servers)) await server.stop();
process.exit(isMemoryKept && rows.every(({ verdict }) => !verdict.startsWith('FAIL')) ? 0 : 1);
