/** `claimwire serve`: answers over HTTP until it is told to stop. */
import { lookup } from 'node:dns/promises';
import { type LoggerOptions, pino } from 'pino';
import { buildApp } from '../app.js';
import { type Config, ConfigError, LOG_LEVELS } from '../config.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags } from './command.js';
import { openCurrentStorage } from './database.js';
import { drainConnections } from './drain.js';

const STOP_TIMEOUT_MS = 8_000; // how long requests in flight may take to end; `docker stop` kills after ten seconds
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export const command: Command = {
  help: `Usage: claimwire serve [options]

Serves what the database holds until SIGTERM or SIGINT; then requests in flight end and the database is closed. A
second signal ends it at once.

  --host HOST      the address to listen at (HOST, default 127.0.0.1)
  --port PORT      the port to listen at, 0 for any free one (PORT, default 3000)
  --public-url U   where this server stands for the outside (PUBLIC_URL, default as each request names it)
  --log-level L    ${LOG_LEVELS.join(', ')} (LOG_LEVEL, default info)
${databaseHelp}

Examples:
  claimwire serve
  claimwire serve --host 0.0.0.0 --port 8080 --log-level warn
`,
  async run(parameters) {
    const { values } = parseFlags(parameters, {
      ...databaseFlag,
      host: { type: 'string' },
      port: { type: 'string' },
      'public-url': { type: 'string' },
      'log-level': { type: 'string' },
    });
    const config = configFrom(values);
    const storage = await openCurrentStorage(config.database);
    const logger = pino(logOptions(config));
    const { publicUrl, hubUrl } = config;
    const app = await buildApp({ storage, logger, publicUrl, hubUrl });
    drainConnections(app.server);
    const stopped = stopSignal();
    try {
      // One address: for `localhost` the framework would open a second server, which nothing would drain.
      const { address } = await lookup(config.host, { verbatim: false });
      await app.listen({ host: address, port: config.port });
    } catch (error) {
      await app.close();
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
    await storage.close();
    logger.info('stopped');
    return 0;
  },
};

/** The first of the signals to stop; the next one does what it does to any process. */
const stopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      for (const name of STOP_SIGNALS) process.off(name, stop);
      resolve(signal);
    };
    for (const name of STOP_SIGNALS) process.on(name, stop);
  });

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

/** Lines of JSON, or, on a terminal, lines for people. */
const logOptions = ({ logLevel }: Config): LoggerOptions => ({
  level: logLevel,
  timestamp: pino.stdTimeFunctions.isoTime,
  ...(process.stdout.isTTY ? { transport: { target: 'pino-pretty', options: forPeople } } : {}),
});

const forPeople = {
  ignore: 'pid,hostname,method,url,status,ms,ip',
  messageFormat: '{msg}{if method} {method} {url} {status} in {ms} ms{end}',
  singleLine: true,
};
