/**
 * What is logged of a request: one line when it is over, with no header and no body.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Logger } from 'pino';
import { addressOf, type Trust } from './proxies.js';

const URL_LOGGED_MAX = 1_000; // characters; enough to send the request again, too few to flood a log
const TIME_DECIMALS = 2; // of milliseconds
/** Asked every few seconds by whoever watches the server. */
const HEALTH = /^\/health\//;

class OneLine extends LogController {
  /** Watches the request to its end, which the framework does only where the answer arrives. */
  override incomingRequest(request: FastifyRequest, reply: FastifyReply): void {
    if (isTold(request.log)) reply.raw.once('close', () => log(request, reply));
  }

  override requestCompleted(): void {}
}

/** A health check that went well is told at `debug`. */
function log({ method, url, ip, log }: FastifyRequest, { raw, statusCode, elapsedTime }: FastifyReply): void {
  const line = lineOf({ method, url, status: statusCode, elapsedMs: elapsedTime, ip });
  if (!raw.writableFinished) log.info(line, CLIENT_LEFT);
  else if (statusCode < 400 && HEALTH.test(url)) log.debug(line, ANSWERED);
  else log.info(line, ANSWERED);
}

/** Whether anything that goes well is written down at all. A logger that does not say is written to. */
const isTold = (logger: FastifyBaseLogger): boolean =>
  (logger as Partial<Pick<Logger, 'isLevelEnabled'>>).isLevelEnabled?.('info') !== false;

const ANSWERED = 'answered';
const CLIENT_LEFT = 'the client left before the whole answer';

/** A URL without the token of a preview link, however its name or its signs are written. */
const withoutPreview = (url: string): string => {
  if (!/[?&](?:p|%70)/i.test(url)) return url;
  return url.replace(/([?&])([^=&#]*)=([^&#]*)/g, (pair, before: string, name: string) =>
    decoded(name) === PREVIEW_PARAMETER ? `${before}${name}=…` : pair,
  );
};

const PREVIEW_PARAMETER = 'preview';

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Told {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly elapsedMs: number;
  readonly ip: string;
}

const lineOf = ({ method, url, status, elapsedMs, ip }: Told) => ({
  method,
  url: withoutPreview(url.slice(0, URL_LOGGED_MAX)),
  status,
  ms: Number(elapsedMs.toFixed(TIME_DECIMALS)),
  ip,
});

/** The id of a request, by which a problem and the lines of the log are found together. */
export const newRequestId = (): string => randomUUID(); // a tenth of what one that tells the time costs

const REQUEST_ID_LABEL = 'requestId';

/** For the `logController` of an app: every line about a request has its id as `requestId`, as its problem has. */
export const createRequestLog = (): LogController => new OneLine({ requestIdLogLabel: REQUEST_ID_LABEL });

/**
 * The same line for a request that the router does not see: it gets its id only if the line is written.
 */
export function createFrontLog(logger: FastifyBaseLogger | undefined, trust: Trust | null) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (logger === undefined || !isTold(logger)) return;
    const started = performance.now();
    const ip = addressOf(request, trust);
    response.once('close', () => {
      const { method = '', url = '' } = request;
      const elapsedMs = performance.now() - started;
      const line = lineOf({ method, url, status: response.statusCode, elapsedMs, ip });
      const own = logger.child({ [REQUEST_ID_LABEL]: newRequestId() });
      own.info(line, response.writableFinished ? ANSWERED : CLIENT_LEFT);
    });
  };
}
