/** `claimwire serve`: answers over HTTP until it is told to stop. */
import cluster from 'node:cluster';
import { lookup } from 'node:dns/promises';
import { buildApp } from '../app.js';
import { type Config, ConfigError, LOG_LEVELS } from '../config.js';
import { createServices } from '../services.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags } from './command.js';
import { openCurrentStorage } from './database.js';
import { drainConnections } from './drain.js';
import { importBodyInThread } from './import-off-loop.js';
import { createLogger } from './logger.js';
import { startPublisher } from './publisher.js';
import { stopSignal } from './signals.js';
import { runWorkers, stopWord } from './workers.js';

const KILL_AFTER_MS = 500; // then a worker has cut off what was in flight, and should have ended
const STOP_TIMEOUT_MS = 8_000; // how long requests in flight may take to end; `docker stop` kills after ten seconds

export const command: Command = {
  help: `Usage: claimwire serve [options]

Serves what the database holds until SIGTERM or SIGINT; then requests in flight end and the database is closed. A
second signal ends it at once.

  --host HOST      the address to listen at (HOST, default 127.0.0.1)
  --port PORT      the port to listen at, 0 for any free one (PORT, default 3000)
  --public-url U   where this server stands for the outside (PUBLIC_URL, default as each request names it)
  --workers N      how many processes answer at the port (WORKERS, default 1)
  --cache-bytes N  what prepared answers may take up in the memory of each process, 0 for none (CACHE_BYTES,
                   default 67108864)
  --log-level L    ${LOG_LEVELS.join(', ')} (LOG_LEVEL, default info)
${databaseHelp}

Examples:
  claimwire serve
  claimwire serve --host 0.0.0.0 --port 8080 --log-level warn
  claimwire serve --workers 4
`,
  async run(parameters) {
    const { values } = parseFlags(parameters, {
      ...databaseFlag,
      host: { type: 'string' },
      port: { type: 'string' },
      'public-url': { type: 'string' },
      workers: { type: 'string' },
      'cache-bytes': { type: 'string' },
      'log-level': { type: 'string' },
    });
    const config = configFrom(values);
    if (cluster.isWorker) {
      const stopped = stopWord(); // which may come before it listens
      try {
        return await answer(config, () => stopped);
      } finally {
        cluster.worker?.disconnect(); // which is all that is left to keep it alive
      }
    }
    if (config.workers === 1) return answer(config, stopSignal);
    return runWorkers({
      count: config.workers,
      logger: createLogger(config),
      stopTimeoutMs: STOP_TIMEOUT_MS + KILL_AFTER_MS,
    });
  },
};

/** Answers at the port of a configuration until it is told to stop. */
async function answer(config: Config, untilStopped: () => Promise<string>): Promise<number> {
  const storage = await openCurrentStorage(config.database);
  const logger = createLogger(config);
  const { cacheBytes, publicUrl, hubUrl, readsNeedKey, rateLimits, proxies, isIfMatchRequired } = config;
  const options = { cacheBytes, publicUrl, hubUrl, readsNeedKey, rateLimits, proxies, isIfMatchRequired };
  const { database } = config;
  const isShared = database.engine === 'postgres' || database.file !== ':memory:';
  const app = await buildApp({
    storage,
    logger,
    ...options,
    ...(isShared && { importLong: importBodyInThread(database) }),
  });
  drainConnections(app.server);
  const publisher = await startPublisher({
    services: createServices(storage),
    onChange: storage.onChange,
    logger,
  });
  const stopped = untilStopped();
  try {
    // One address: for `localhost` the framework would open a second server, which nothing would drain.
    const { address } = await lookup(config.host, { verbatim: false });
    await app.listen({ host: address, port: config.port });
  } catch (error) {
    await app.close();
    await publisher.stop();
    await storage.close();
    throw new ConfigError(`Cannot listen at ${config.host}:${config.port}: ${reasonOf(error)}.`);
  }
  logger.info(`${await stopped}: stopping`);
  const overdue = setTimeout(() => {
    logger.warn('requests still in flight are cut off');
    app.server.closeAllConnections();
  }, STOP_TIMEOUT_MS);
  await app.close();
  clearTimeout(overdue);
  await publisher.stop();
  await storage.close();
  logger.info('stopped');
  return 0;
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'this user may not listen at this port',
  EADDRNOTAVAIL: 'this machine does not have this address',
  ENOTFOUND: 'there is no such host',
};

const reasonOf = (error: unknown): string => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
};
