/**
 * What every request must pass before a route sees it, and how the server refuses what never becomes a request.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ClaimwireError, type ErrorCode, Moved } from '../kernel/errors.js';
import { refuseCodings } from './coding.js';
import { URL_LENGTH_MAX } from './limits.js';
import { newRequestId } from './log.js';
import { sendMoved } from './moved.js';
import { PROBLEM_HEADERS, problemText, sendProblem, statusOf, toProblem } from './problem.js';
import { formFor } from './representation.js';

const LINE_END = Buffer.from('\r\n');
interface KnownRoute {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

const toPattern = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:[A-Za-z]+/g, '[^/]+')
      .replace(/\*/g, '.*')}$`,
  );

/** Registers the refusals. To be called before the routes, which it watches being registered. */
export function refuseEarly(app: FastifyInstance): void {
  const routes = new Map<string, KnownRoute>();
  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*') return; // the answer to CORS preflights, which stands at every URL
    const route = routes.get(url) ?? { pattern: toPattern(url), methods: new Set(['OPTIONS']) };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });

  app.setErrorHandler((error, request, reply) =>
    error instanceof Moved ? sendMoved(error, request, reply) : sendProblem(error, request, reply),
  );
  app.setNotFoundHandler(() => {
    throw new ClaimwireError('unknown-route');
  });

  app.decorateRequest('form', null);
  app.addHook('onRequest', (request, reply, done) => {
    try {
      refuse(request, reply);
      done();
    } catch (error) {
      done(error as Error);
    }
  });

  const refuse = (request: FastifyRequest, reply: FastifyReply): void => {
    if (request.url.length > URL_LENGTH_MAX)
      throw new ClaimwireError(
        'uri-too-long',
        `The URL has ${request.url.length} characters; this server reads ${URL_LENGTH_MAX}.`,
      );
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined)
      throw new ClaimwireError('malformed-request', 'An HTTP/1.1 request needs a Host header.');
    if (request.is404) refuseRoute(request, reply, [...routes.values()]);
    if (request.routeOptions.config.contract !== undefined) refuseSlash(request.url);
    request.form = formFor(request);
    refuseCodings(request.headers['accept-encoding']);
  };
}

const slashIsTooMuch = (path: string) =>
  new ClaimwireError(
    'unknown-route',
    `This server has no route at ${path.slice(0, 200)}; leave the slash at its end out.`,
  );

/** A parameter that is empty because the path ends before it: whoever wrote `/v1/articles/` meant the list. */
function refuseSlash(url: string): void {
  const [path = ''] = url.split('?', 1);
  if (path.endsWith('/')) throw slashIsTooMuch(path);
}

/** 405 with `Allow` where the URL exists for other methods, else 404. */
function refuseRoute(request: FastifyRequest, reply: FastifyReply, routes: readonly KnownRoute[]): never {
  const path = request.url.split('?', 1)[0] ?? '';
  const allowedAt = (one: string) =>
    new Set(routes.filter(({ pattern }) => pattern.test(one)).flatMap((route) => [...route.methods]));
  const methods = allowedAt(path);
  const isSlashTooMuch = methods.size === 0 && path.endsWith('/') && allowedAt(path.slice(0, -1)).size > 0;
  if (isSlashTooMuch) throw slashIsTooMuch(path);
  if (methods.size === 0)
    throw new ClaimwireError(
      'unknown-route',
      `This server has no route at ${request.method} ${path.slice(0, 200)}.`,
    );
  const allowed = [...methods].sort().join(', ');
  reply.header('allow', allowed);
  throw new ClaimwireError('method-not-allowed', `${request.method} is not answered here; ${allowed} are.`);
}

/** What the HTTP parser calls a fault, in the house's words. */
function codeOfParser({ code, rawPacket, bytesParsed }: ConnectionError): ErrorCode {
  const packet = rawPacket as unknown as Buffer | undefined; // what it is, whatever its type says
  if ((code as string) === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request-timeout';
  if (code !== 'HPE_HEADER_OVERFLOW') return 'malformed-request';
  return packet?.subarray(0, bytesParsed).includes(LINE_END) === false ? 'uri-too-long' : 'headers-too-large';
}

/** Connections whose request may take its time, with its answer. */
const unhurried = new WeakMap<Socket, ServerResponse>();

/** Lets a request take as long as it takes to arrive; whoever reads it must see to it that it goes on. */
export function letTakeItsTime({ raw }: FastifyRequest, reply: FastifyReply): void {
  const { socket } = raw;
  unhurried.set(socket, reply.raw);
  reply.raw.once('close', () => unhurried.delete(socket));
}

/** Answers what could not be read as a request, on the bare connection, and closes it. */
export function refuseConnection(error: ConnectionError, socket: Socket): void {
  const answer = unhurried.get(socket);
  if (answer !== undefined && (error.code as string) === 'ERR_HTTP_REQUEST_TIMEOUT') return;
  if (answer?.headersSent) {
    socket.destroy(); // another answer cannot begin in the middle of one
    return;
  }
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = codeOfParser(error);
  const detail =
    code === 'uri-too-long' ? `This server reads URLs of ${URL_LENGTH_MAX} characters.` : undefined;
  const body = problemText(toProblem(new ClaimwireError(code, detail), '', newRequestId()));
  socket.end(
    [
      `HTTP/1.1 ${statusOf[code]} ${code}`,
      ...Object.entries(PROBLEM_HEADERS).map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

/** Answers an `Expect` header that asks for something unknown. */
export function refuseExpectation(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?', 1)[0] ?? '';
  const problem = toProblem(new ClaimwireError('expectation-failed'), path, newRequestId());
  const body = problemText(problem);
  response.writeHead(problem.status, {
    ...PROBLEM_HEADERS,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(body);
}
