/**
 * What is logged of a request: one line when it is over, with no header and no body.
 */
import { type FastifyReply, type FastifyRequest, LogController } from 'fastify';

const URL_LOGGED_MAX = 1_000; // characters; enough to send the request again, too few to flood a log
const TIME_DECIMALS = 2; // of milliseconds
/** Asked every few seconds by whoever watches the server. */
const HEALTH = /^\/health\//;

class OneLine extends LogController {
  /** Watches the request to its end, which the framework does only where the answer arrives. */
  override incomingRequest(request: FastifyRequest, reply: FastifyReply): void {
    reply.raw.once('close', () => log(request, reply));
  }

  override requestCompleted(): void {}
}

/** A health check that went well is told at `debug`. */
function log({ method, url, ip, log }: FastifyRequest, { raw, statusCode, elapsedTime }: FastifyReply): void {
  const line = {
    method,
    url: url.slice(0, URL_LOGGED_MAX),
    status: statusCode,
    ms: Number(elapsedTime.toFixed(TIME_DECIMALS)),
    ip,
  };
  if (!raw.writableFinished) log.info(line, 'the client left before the whole answer');
  else if (statusCode < 400 && HEALTH.test(url)) log.debug(line, 'answered');
  else log.info(line, 'answered');
}

/** For the `logController` of an app: every line about a request has its id as `requestId`, as its problem has. */
export const createRequestLog = (): LogController => new OneLine({ requestIdLogLabel: 'requestId' });
