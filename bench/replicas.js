/**
 * What callers see of a primary, a streaming replica and two nodes of the API: whether a read with a bookmark is ever
 * older than it, and who notices what when the replica dies and comes back, and when the primary dies and the replica
 * takes its place. Ends with 1 where a promise is broken.
 *
 *   npm run bench:replicas
 *
 * The primary is reached through a proxy, as through a virtual address: to fail over, the replica is promoted and the
 * address is pointed at it. No node and no writer is restarted. Both servers run on this machine.
 */
import { execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPrograms, openAddress, startCluster } from './replicas-cluster.js';

const PAIRS = 1_000;
const PAIRS_LATER = 100;
const LATER_MS = 150; // more than the tenth of a second between two looks at a replica
const LANES = 4; // pairs at once, each on a source of its own
const PHASE_MS = 1_500;
const NOTICE_MS = 10_000; // how long anything may take to be noticed before the run is given up
const RUN_MS = 120_000; // on a slow machine; usually half of it
const TOLD_MS = 2_500; // a write that fails must be told so in this time

const COMMAND = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url));
const WRITER = fileURLToPath(new URL('replicas-writer.js', import.meta.url));

/** @typedef {{ bookmark: string } | { code: string, message: string }} Outcome */
/** @typedef {{ at: number, ms: number, slug: string, outcome: Outcome }} Write */
/** @typedef {{ at: number, ms: number, lane: string, result: 'ok' | 'stale' | 'unreached' | string }} Read */

const programs = findPrograms();
if (programs === undefined) {
  console.log('skipped: PostgreSQL’s server programs are not installed here');
  process.exit(0);
}

/** @type {(() => void)[]} */
const cleanups = [];
let isCleaned = false;
function cleanUp() {
  if (isCleaned) return;
  isCleaned = true;
  for (const clean of cleanups.toReversed()) {
    try {
      clean();
    } catch {} // what is gone already
  }
}
process.on('exit', cleanUp);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => process.exit(130));
setTimeout(() => {
  console.error(`not done after ${RUN_MS / 1000} s`);
  process.exit(1);
}, RUN_MS).unref();

/** @type {string[]} */
const broken = [];
/** @param {boolean} holds @param {string} promise */
function promise(holds, promise) {
  if (!holds) broken.push(promise);
}

/** @param {string} what @param {() => Promise<boolean>} holds */
async function until(what, holds) {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > NOTICE_MS) throw new Error(`not within ${NOTICE_MS} ms: ${what}`);
    await delay(10);
  }
  return performance.now() - begun;
}

/** @param {Record<string, string>} settings */
async function startNode(settings) {
  const node = spawn(process.execPath, [COMMAND, 'serve', '--port', '0', '--log-level', 'info'], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => node.kill('SIGKILL'));
  let said = '';
  for (;;) {
    const [chunk] = await Promise.race([
      once(node.stdout, 'data'),
      once(node, 'exit').then(([code]) => {
        throw new Error(`a node ended with ${code} before it listened: ${said}`);
      }),
    ]);
    said += chunk;
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    if (address !== undefined) {
      node.stdout.resume();
      return { address, isAlive: () => node.exitCode === null && node.signalCode === null };
    }
  }
}

/** @param {Record<string, string>} settings */
async function startWriter(settings) {
  const child = fork(WRITER, { env: { PATH: process.env.PATH, ...settings } });
  cleanups.push(() => child.kill('SIGKILL'));
  await once(child, 'message');
  /** @type {Map<number, (outcome: Outcome) => void>} */
  const waiting = new Map();
  child.on('message', (/** @type {{ id: number } & Outcome} */ { id, ...outcome }) => {
    waiting.get(id)?.(outcome);
    waiting.delete(id);
  });
  let count = 0;
  return {
    isAlive: () => child.exitCode === null && child.signalCode === null,
    waiting: () => waiting.size,
    /** @returns {Promise<Outcome>} */
    write: (/** @type {string} */ slug, /** @type {string} */ description) =>
      new Promise((resolve) => {
        count += 1;
        waiting.set(count, resolve);
        child.send({ id: count, slug, description });
      }),
  };
}

/** @param {string} address @param {string} path @param {string} [bookmark] */
async function get(address, path, bookmark) {
  const answer = await fetch(`${address}${path}`, {
    headers: bookmark === undefined ? {} : { 'claimwire-bookmark': bookmark },
    signal: AbortSignal.timeout(NOTICE_MS),
  });
  return { status: answer.status, body: await answer.json() };
}

const folder = mkdtempSync(join(tmpdir(), 'claimwire-bench-'));
cleanups.push(() => rmSync(folder, { recursive: true }));
const { primary, replica, version } = await startCluster(programs, folder, (stop) => cleanups.push(stop));
const address = await openAddress(primary.port);

const settings = {
  DATABASE_URL: `postgres://claimwire@127.0.0.1:${address.port}/postgres`,
  DATABASE_REPLICA_URLS: replica.url,
};
for (const name of ['migrate', 'seed'])
  await promisify(execFile)(process.execPath, [COMMAND, name], {
    env: { PATH: process.env.PATH, ...settings },
  });
const nodes = await Promise.all([startNode(settings), startNode(settings)]);
const writer = await startWriter({ DATABASE_URL: settings.DATABASE_URL });
const nodeOf = (/** @type {number} */ turn) => nodes[turn % nodes.length]?.address ?? '';

/** @param {(ready: { status: string, primary: { state: string }, replicas: { state: string }[] }) => boolean} holds */
const allReady = async (holds) => {
  const answers = await Promise.all(nodes.map((node) => get(node.address, '/health/ready')));
  return answers.every(({ status, body }) => status === 200 && holds(body));
};
const replicaIs = (/** @type {string} */ state) => () =>
  allReady(({ replicas }) => replicas[0]?.state === state);
await until('both nodes use the replica', replicaIs('up'));

const { length, 0: cpu } = cpus();
console.log(`node ${process.version}, ${version}, ${length} × ${cpu?.model}`);

/**
 * Statements that the replica was asked by readers: all its transactions but those that ask where it stands, which
 * alone look at `changes`. A server counts what a connection did only when the next thing is done on it a second later.
 */
async function readsOfReplica() {
  await delay(1_100);
  for (const turn of [0, 0, 1, 1]) await get(nodeOf(turn), '/v1/articles?limit=1');
  await delay(1_100);
  const [row] = await replica.ask(`
    select (select sum(xact_commit + xact_rollback) from pg_stat_database where datname = current_database())::int as all,
      (select seq_scan + idx_scan from pg_stat_user_tables where relname = 'changes')::int as asked`);
  return row.all - row.asked;
}

const unread = await readsOfReplica();
let counted = await readsOfReplica();
const costOfCounting = counted - unread;

/** @param {{ pairs: number, withBookmark: boolean, pauseMs?: number, lanes?: number }} options */
async function runPairs({ pairs, withBookmark, pauseMs = 0, lanes = LANES }) {
  let stale = 0;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let count = lane; count < pairs; count += lanes) {
        const outcome = await writer.write(`pair-${lane}`, `${withBookmark} ${pauseMs} ${count}`);
        if (!('bookmark' in outcome)) throw new Error(`a write failed with all well: ${outcome.message}`);
        if (pauseMs > 0) await delay(pauseMs);
        const bookmark = withBookmark ? outcome.bookmark : undefined;
        const { status, body } = await get(nodeOf(count), `/v1/sources/pair-${lane}`, bookmark);
        if (status !== 200 && status !== 404) throw new Error(`a read failed with all well: ${status}`);
        if (body.description !== `${withBookmark} ${pauseMs} ${count}`) stale += 1;
      }
    }),
  );
  const before = counted;
  counted = await readsOfReplica();
  const byReplica = Math.min(pairs, Math.max(0, counted - before - costOfCounting));
  return { pairs, stale, byReplica };
}

console.log(`\na. writes, each read through the ${nodes.length} nodes in turn`);
/** @param {string} name @param {Parameters<typeof runPairs>[0]} options */
async function showPairs(name, options) {
  const { pairs, stale, byReplica } = await runPairs(options);
  const figures = `${String(stale).padStart(5)} stale, about ${byReplica} answered by the replica`;
  console.log(`   ${String(pairs).padStart(5)} ${name.padEnd(34)}${figures}`);
  return stale;
}
const staleWith = await showPairs('at once, with the bookmark', { pairs: PAIRS, withBookmark: true });
const later = { pairs: PAIRS_LATER, withBookmark: true, pauseMs: LATER_MS, lanes: 10 };
const staleLater = await showPairs(`after ${LATER_MS} ms, with the bookmark`, later);
await showPairs('at once, without it', { pairs: PAIRS, withBookmark: false });
promise(staleWith + staleLater === 0, 'a read with a bookmark is never older than it');

/** @type {{ name: string, at: number }[]} */
const phases = [];
const enter = (/** @type {string} */ name) => phases.push({ name, at: performance.now() });
/** @type {Write[]} */
const writes = [];
/** @type {Read[]} */
const reads = [];
let isLoaded = true;
let lastKept = { slug: '', bookmark: '' };

async function writeOn(/** @type {number} */ lane) {
  for (let count = 0; isLoaded; count++) {
    const at = performance.now();
    const slug = `write-${lane}-${count}`;
    const outcome = await writer.write(slug, 'a small write');
    writes.push({ at, ms: performance.now() - at, slug, outcome });
    if ('bookmark' in outcome) lastKept = { slug, bookmark: outcome.bookmark };
    await delay(5);
  }
}

/** @param {number} turn @param {boolean} withBookmark */
async function readOn(turn, withBookmark) {
  const lane = `${turn} ${withBookmark}`;
  while (isLoaded) {
    const at = performance.now();
    const { slug, bookmark } = lastKept;
    const [path, carried] = withBookmark
      ? [`/v1/sources/${slug}`, bookmark]
      : ['/v1/articles?limit=5', undefined];
    let result;
    try {
      const { status, body } = await get(nodeOf(turn), path, carried);
      const isUnreached = withBookmark && status === 503 && body.code === 'unavailable';
      result =
        status === 200 ? 'ok' : isUnreached ? 'unreached' : status === 404 ? 'stale' : `status ${status}`;
    } catch (error) {
      result = /** @type {Error} */ (error).name;
    }
    reads.push({ at, ms: performance.now() - at, lane, result });
    await delay(5);
  }
}

const first = await writer.write('write-first', 'a small write');
if (!('bookmark' in first)) throw new Error('the first write failed');
lastKept = { slug: 'write-first', bookmark: first.bookmark };
/** @type {string[]} */
const notices = [];
const notice = (/** @type {string} */ what, /** @type {number} */ ms) =>
  notices.push(`${ms.toFixed(0).padStart(7)} ms  ${what}`);

enter('all well');
const load = [0, 1].map(writeOn).concat([0, 1].flatMap((turn) => [readOn(turn, true), readOn(turn, false)]));
await delay(PHASE_MS);

enter('the replica is killed');
replica.kill();
notice('until both nodes say that the replica is down', await until('it is down', replicaIs('down')));
await delay(PHASE_MS);

enter('the replica is back');
await replica.start();
notice('from its start until both nodes use it again', await until('it is up', replicaIs('up')));
await primary.ask("alter system set synchronous_standby_names = 'replica'");
await primary.ask('select pg_reload_conf()');
const isSynchronous = async () =>
  (await primary.ask("select 1 from pg_stat_replication where sync_state = 'sync'")).length > 0;
await until('the replica is synchronous', isSynchronous);
await delay(PHASE_MS);

enter('the primary is killed');
const killedAt = performance.now();
primary.kill();
const isReadOnly = () =>
  allReady(({ status, primary }) => status === 'read-only' && primary.state === 'down');
notice('until both nodes say that they are read-only', await until('they are read-only', isReadOnly));
await delay(PHASE_MS);

enter('the replica is promoted');
await replica.promote();
address.point(replica.port);
const pointedAt = performance.now();
const isReady = () => allReady(({ status, primary }) => status === 'ready' && primary.state === 'up');
notice('from the move of the address until both are ready', await until('they are ready', isReady));
const isWriting = async () => writes.some(({ at, outcome }) => at > pointedAt && 'bookmark' in outcome);
await until('writes go on', isWriting);
const firstKept = writes.find(({ at, outcome }) => at > pointedAt && 'bookmark' in outcome);
if (firstKept !== undefined) notice('until the first write is kept', firstKept.at + firstKept.ms - pointedAt);
await delay(PHASE_MS);
isLoaded = false;
await Promise.race([Promise.all(load), delay(NOTICE_MS)]);

const present = new Set((await replica.ask('select slug from sources')).map(({ slug }) => slug));
const isKept = (/** @type {Write} */ { outcome }) => 'bookmark' in outcome;
const isLost = (/** @type {Write} */ write) => isKept(write) && !present.has(write.slug);
const isOk = (/** @type {Read} */ { result }) => result === 'ok';
const inPhase =
  (/** @type {number} */ place) =>
  (/** @type {{ at: number }} */ { at }) =>
    at >= (phases[place]?.at ?? 0) && at < (phases[place + 1]?.at ?? Number.POSITIVE_INFINITY);

/** The longest time without a success that touches a phase. @param {{ at: number, ms: number }[]} done @param {number} place */
function gapIn(done, place) {
  const [start, end] = [phases[place]?.at ?? 0, phases[place + 1]?.at ?? Number.POSITIVE_INFINITY];
  const ends = done.map(({ at, ms }) => at + ms).toSorted((a, b) => a - b);
  const gaps = ends.slice(1).map((to, index) => ({ from: ends[index] ?? to, to }));
  return Math.max(
    0,
    ...gaps.filter(({ from, to }) => to >= start && from < end).map(({ from, to }) => to - from),
  );
}

const lanes = [...new Set(reads.map(({ lane }) => lane))];
const columns = [
  'writes: kept',
  'refused',
  'lost',
  'gap ms',
  '| reads: ok',
  'unreached',
  'stale',
  'other',
  'gap ms',
];
console.log('\nb. what callers saw');
console.log(`   ${''.padEnd(24)}${columns.map((column) => column.padStart(column.length + 2)).join('')}`);
for (const [place, { name }] of phases.entries()) {
  const written = writes.filter(inPhase(place));
  const read = reads.filter(inPhase(place));
  const readGap = Math.max(
    ...lanes.map((lane) =>
      gapIn(
        reads.filter((one) => one.lane === lane && isOk(one)),
        place,
      ),
    ),
  );
  const count = (/** @type {string} */ wanted) => read.filter(({ result }) => result === wanted).length;
  const other = read.length - count('ok') - count('unreached') - count('stale');
  const figures = [
    written.filter(isKept).length,
    written.filter((write) => !isKept(write)).length,
    written.filter(isLost).length,
    gapIn(writes.filter(isKept), place).toFixed(0),
    ...[count('ok'), count('unreached'), count('stale'), other, readGap.toFixed(0)],
  ];
  const row = figures.map((figure, index) => String(figure).padStart((columns[index]?.length ?? 0) + 2));
  console.log(`   ${name.padEnd(24)}${row.join('')}`);
}
console.log(
  '   gap: the longest time without an answered one that touches the phase, of one reader or of all writers',
);
console.log('   unreached: 503, told of a bookmark that no living server had reached');
console.log(notices.map((line) => `   ${line}`).join('\n'));

const refused = writes.filter((write) => !isKept(write));
const inDoubt = refused.filter(({ slug }) => present.has(slug)).length;
const slowest = Math.max(0, ...refused.map(({ ms }) => ms));
console.log(
  `   ${refused.length} writes refused, the slowest told after ${slowest.toFixed(0)} ms; ${inDoubt} of them had been kept: cut off at their commit`,
);
console.log(
  '   replication was synchronous when the primary died; asynchronous, writes may be lost that were kept there',
);

const faults = reads.filter(({ result }) => !['ok', 'unreached'].includes(result));
const unanswered = faults.filter(({ result }) => result !== 'stale');
promise(
  unanswered.length === 0,
  `every read is answered (${unanswered.length} were not: ${[...new Set(unanswered.map(({ result }) => result))].join(', ')})`,
);
promise(
  unanswered.length === faults.length,
  `every read with a bookmark shows its write (${faults.length - unanswered.length} did not)`,
);
const early = reads.filter(
  ({ at, ms, result }) => result === 'unreached' && (at + ms < killedAt || at > pointedAt + 1_000),
);
promise(early.length === 0, `no bookmark is unreached while the primary lives (${early.length} were)`);
promise(!writes.some(isLost), `no kept write is lost (${writes.filter(isLost).length} were)`);
const unknown = refused.filter(({ outcome }) => 'code' in outcome && outcome.code !== 'unavailable');
promise(
  unknown.length === 0,
  `a write that fails is told \`unavailable\` (${unknown.length} were told otherwise)`,
);
promise(slowest < TOLD_MS, `a write that fails is told so within ${TOLD_MS} ms`);
promise(writer.waiting() === 0, `every write is answered (${writer.waiting()} were not)`);
const isUntimely = (/** @type {Write} */ { at, ms }) => at + ms < killedAt || at > pointedAt + 2_000;
promise(!refused.some(isUntimely), 'writes are refused only while there is no primary');
promise(inPhaseCount(3) > 0, 'writes were tried while there was no primary');
promise(
  [...nodes, writer].every(({ isAlive }) => isAlive()),
  'no node and no writer ended',
);

function inPhaseCount(/** @type {number} */ place) {
  return writes.filter(inPhase(place)).filter((write) => !isKept(write)).length;
}

console.log(
  broken.length === 0 ? '\nall promises kept' : `\nbroken:\n${broken.map((line) => `- ${line}`).join('\n')}`,
);
cleanUp();
process.exit(broken.length === 0 ? 0 : 1);
