/**
 * The log of a server: lines of JSON, or, on a terminal, lines for people.
 */
import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from '../config.js';
import { withoutKeys } from '../kernel/key-text.js';

export const createLogger = (config: Config): Logger => pino(logOptions(config));

const logOptions = ({ logLevel }: Config): LoggerOptions => ({
  level: logLevel,
  hooks: { streamWrite: withoutKeys }, // wherever a caller put one: a key is in no log
  timestamp: pino.stdTimeFunctions.isoTime,
  ...(process.stdout.isTTY ? { transport: { target: 'pino-pretty', options: forPeople } } : {}),
});

const forPeople = {
  ignore: 'pid,hostname,method,url,status,ms,ip',
  messageFormat: '{msg}{if method} {method} {url} {status} in {ms} ms{end}',
  singleLine: true,
};
