/** `claimwire serve`: answers over HTTP until it is told to stop. */
import { type LoggerOptions, pino } from 'pino';
import { buildApp } from '../app.js';
import { type Config, LOG_LEVELS } from '../config.js';
import {
  type Command,
  configFrom,
  databaseFlag,
  databaseHelp,
  openCurrentStorage,
  parseFlags,
  UsageError,
} from './command.js';

const STOP_TIMEOUT_MS = 10_000; // how long requests in flight may take to end

export const serveCommand: Command = {
  summary: 'answer over HTTP',
  help: `Usage: claimwire serve [options]

Serves what the database holds until SIGTERM or SIGINT; then requests in flight end and the database is closed.

  --host HOST      the address to listen at (HOST, default 127.0.0.1)
  --port PORT      the port to listen at, 0 for any free one (PORT, default 3000)
  --log-level L    ${LOG_LEVELS.join(', ')} (LOG_LEVEL, default info)
${databaseHelp}

Examples:
  claimwire serve
  claimwire serve --host 0.0.0.0 --port 8080 --log-level warn
`,
  async run(parameters) {
    const { values, positionals } = parseFlags(parameters, {
      ...databaseFlag,
      host: { type: 'string' },
      port: { type: 'string' },
      'log-level': { type: 'string' },
    });
    if (positionals.length > 0)
      throw new UsageError(`claimwire serve takes no ${positionals[0]}. See claimwire serve --help.`);
    const config = configFrom({
      DATABASE_URL: values.database,
      HOST: values.host,
      PORT: values.port,
      LOG_LEVEL: values['log-level'],
    });
    const storage = await openCurrentStorage(config);
    const logger = pino(logOptions(config));
    const app = await buildApp({ storage, logger });
    const stopped = stopSignal();
    try {
      await app.listen({ host: config.host, port: config.port });
    } catch (error) {
      await app.close();
      await storage.close();
      throw new UsageError(`Cannot listen at ${config.host}:${config.port}: ${(error as Error).message}.`);
    }
    const signal = await stopped;
    logger.info(`${signal}: stopping`);
    const overdue = setTimeout(() => {
      logger.warn('requests still in flight are cut off');
      app.server.closeAllConnections();
    }, STOP_TIMEOUT_MS);
    await app.close();
    clearTimeout(overdue);
    await storage.close();
    return 0;
  },
};

const stopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });

/** Lines of JSON, or, on a terminal, lines for people. */
function logOptions({ logLevel }: Config): LoggerOptions {
  const isTerminal = process.stdout.isTTY;
  return {
    level: logLevel,
    ...(isTerminal ? { transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname' } } } : {}),
  };
}
