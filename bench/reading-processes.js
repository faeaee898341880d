/**
 * The processes of the bench: servers that tell what they cost, and a load generator.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const START_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 30_000; // of a process that hangs

const pathOf = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const PROBE = pathOf('reading-probe.js');
const CLIENT = pathOf('reading-client.js');
const BASELINE = pathOf('reading-baseline.js');
const COMMAND = pathOf('../dist/src/cli/main.js');

/** @typedef {{ cpuMicros: number, memory: number, loopMs: { p99: number, max: number } | null }} Usage */
/** @typedef {Awaited<ReturnType<typeof startServer>>} Server */
/** @typedef {ReturnType<typeof startClient>} Client */

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => process.exit(130));

/** @param {string} module @param {string[]} parameters @param {Record<string, string>} settings */
function start(module, parameters, settings, execArgv = ['--import', PROBE]) {
  const child = fork(module, parameters, {
    env: { PATH: process.env.PATH, ...settings },
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether a server answers at a port yet. @param {number} port */
const isAnswering = (port) =>
  fetch(`http://127.0.0.1:${port}/health/live`).then(
    () => true,
    () => false,
  );

/** @param {string} module @param {(port: number) => string[]} parametersAt @param {Record<string, string>} settings */
async function startServer(module, parametersAt, settings) {
  const port = await freePort();
  const child = start(module, parametersAt(port), settings);
  child.stdout?.resume();
  for (const begun = Date.now(); !(await isAnswering(port)); await delay(20))
    if (child.exitCode !== null || Date.now() - begun > START_TIMEOUT_MS)
      throw new Error(`${module} does not listen`);
  let count = 0;
  return {
    port,
    pid: child.pid,
    /** Makes a baseline send these. @param {[string, import('./reading-baseline.js').Answer][]} answers */
    async give(answers) {
      const ready = once(child, 'message');
      child.send({ answers });
      await ready;
    },
    /** @returns {Promise<Usage>} */
    async usage() {
      count += 1;
      const answered = once(child, 'message', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
      child.send({ probe: count });
      const [usage] = await answered;
      return usage;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** `claimwire serve`, which logs no request. @param {Record<string, string>} settings */
export const startClaimwire = (settings) =>
  startServer(COMMAND, (port) => ['serve', '--port', String(port), '--log-level', 'warn'], settings);

/** @param {'bare' | 'fastify'} kind */
export const startBaseline = (kind) => startServer(BASELINE, (port) => [kind, String(port)], {});

export function startClient() {
  const child = start(CLIENT, [], {}, []);
  return {
    /** @param {import('./reading-client.js').Job} job */
    async run(job) {
      const answered = once(child, 'message', { signal: AbortSignal.timeout(job.ms + ANSWER_TIMEOUT_MS) });
      child.send(job);
      const [result] = await answered;
      if (result.error !== undefined) throw new Error(result.error);
      return /** @type {{ count: number, ms: number, statuses: Record<string, number>, times: Float64Array }} */ (
        result
      );
    },
    stop: () => child.disconnect(),
  };
}
