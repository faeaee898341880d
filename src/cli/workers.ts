/**
 * Several processes at one port: the first starts them, starts another for each that dies, and passes on the word to
 * stop. None outlives it.
 */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Logger } from 'pino';
import { STOP_SIGNALS, stopSignal } from './signals.js';

/** A worker is followed by another no sooner than this after it started: what kills it at once must not take the machine. */
const RESTART_INTERVAL_MS = 1_000;

export interface WorkersOptions {
  readonly count: number;
  readonly logger: Logger;
  /** How long they may take to stop before they are killed. */
  readonly stopTimeoutMs: number;
}

/**
 * Runs workers until a signal comes; gives the exit code. The first has the port before the others start, so that what
 * is wrong with the configuration is said once, by it, and ends all.
 */
export async function runWorkers({ count, logger, stopTimeoutMs }: WorkersOptions): Promise<number> {
  let isStopping = false;
  let isListening = false;
  const living = new Set<Worker>();

  const start = (): Worker => {
    const worker = cluster.fork();
    const started = Date.now();
    living.add(worker);
    worker.once('exit', (code, signal) => {
      living.delete(worker);
      if (isStopping || !isListening) return;
      logger.warn({ worker: worker.process.pid, code, signal }, 'a worker ended; another takes its place');
      setTimeout(
        () => {
          if (!isStopping) start();
        },
        started + RESTART_INTERVAL_MS - Date.now(),
      );
    });
    return worker;
  };

  // Each takes connections from the port itself. The other way, one that is handed to a worker just as it dies hangs.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const stopped = stopSignal();
  const first = start();
  const refused = await Promise.race([
    once(first, 'listening').then(() => {
      isListening = true;
      return null;
    }),
    once(first, 'exit').then(([code]) => Number(code ?? 1)),
    stopped.then(() => null),
  ]);
  if (refused !== null) return refused;
  if (isListening) for (let more = 1; more < count; more++) start();

  logger.info(`${await stopped}: stopping`);
  isStopping = true;
  for (const worker of living) worker.send(STOP);
  const overdue = setTimeout(() => {
    logger.warn('workers that do not stop are killed');
    for (const worker of living) worker.process.kill('SIGKILL');
  }, stopTimeoutMs);
  await Promise.all([...living].map((worker) => once(worker, 'exit')));
  clearTimeout(overdue);
  logger.info('stopped');
  return 0;
}

const STOP = 'stop';

/**
 * The word to stop, as a worker hears it. Signals do not count there: a terminal and a process manager send them to
 * every process of a group, and the second would cut off what is in flight.
 */
export function stopWord(): Promise<string> {
  for (const name of STOP_SIGNALS) process.on(name, () => {});
  return new Promise((resolve) => {
    process.on('message', (word) => {
      if (word === STOP) resolve('the word of the first process');
    });
  });
}
