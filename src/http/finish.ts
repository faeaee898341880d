/**
 * The last step of an answer: its validators, its content coding, and what caches are told; 304 where the caller has it.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Revision } from '../kernel/revision.js';
import { toBytes } from './bytes.js';
import { CONTENT_HEADERS, cacheControlOf, dropContentHeaders, PRIVATE, VARY } from './caching.js';
import { codedStream, codingFor } from './coding.js';
import type { Answer, Ask, PreparedAnswers } from './prepared.js';
import { variesByHost } from './public-url.js';
import { surrogateKeyOf } from './surrogate-key.js';
import { isKnownTo, lastModifiedOf, printOf, toEtag } from './validators.js';

export interface FinishOptions {
  readonly revision: () => Revision | null;
  readonly prepared: PreparedAnswers;
  /** Whether answers are prepared for the holders of keys, who are alike: where nobody else reads. */
  readonly isForKeys: boolean;
}

/** Registers the step; to be called before the routes. */
export function finishAnswers(app: FastifyInstance, options: FinishOptions): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const { dependsOn } = request.routeOptions.config;
    if (reply.statusCode !== 200 || dependsOn === undefined) return done();
    const isPrivate = request.freshness?.isPrivate ?? false;
    reply.header('cache-control', isPrivate ? PRIVATE : cacheControlOf(dependsOn, request.caller !== null));
    if (dependsOn === 'moment') return done();
    reply.header('vary', VARY);
    const keys = request.freshness === null || isPrivate ? null : surrogateKeyOf(request.freshness);
    if (keys !== null) reply.header('surrogate-key', keys);
    if (payload instanceof Readable) return done(null, finishStream(request, reply, payload));
    const body = finishBody(request, reply, toBuffer(payload), options);
    if (body instanceof Promise) body.then((made) => done(null, made), done);
    else done(null, body);
  });
}

const toBuffer = (payload: unknown): Buffer =>
  Buffer.isBuffer(payload) ? payload : toBytes(typeof payload === 'string' ? payload : '');

/** A stream is coded as it flows; what it will be is not known when its headers are sent, so it has no ETag. */
function finishStream({ headers }: FastifyRequest, reply: FastifyReply, payload: Readable): Readable {
  const coding = codingFor(headers['accept-encoding'], null);
  if (coding.name !== null) reply.header('content-encoding', coding.name);
  return codedStream(payload, coding);
}

/** Sets what is left of the headers; gives the bytes to send, null for none. */
function finishBody(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Buffer,
  { revision, prepared, isForKeys }: FinishOptions,
): Buffer | Readable | null | Promise<Buffer> {
  const { headers, freshness, caller } = request;
  const now = Date.now();
  const print = printOf(body, freshness?.version ?? null);
  const dated =
    freshness?.revision == null || request.routeOptions.config.dependsOn === 'release'
      ? { date: null, from: null }
      : lastModifiedOf(freshness.revision, now);
  if (dated.date !== null) reply.header('last-modified', dated.date);

  const expiresAt = Math.min(freshness?.expiresAt ?? now, dated.from ?? Number.POSITIVE_INFINITY);
  const isKept =
    prepared.isOn &&
    (caller !== null) === isForKeys &&
    !variesByHost(request) &&
    freshness !== null &&
    freshness.revision !== null &&
    !freshness.isBehind &&
    !freshness.isPrivate &&
    expiresAt > now &&
    freshness.revision === revision();
  const answer = isKept ? { body, print, expiresAt, lastModified: dated.date, ...flatHeaders(reply) } : null;
  const kept =
    answer === null || freshness?.revision == null
      ? null
      : prepared.keep(freshness.revision, askOf(request.raw), answer);

  const coding = codingFor(headers['accept-encoding'], body.length);
  const etag = toEtag(print, coding.suffix);
  reply.header('etag', etag);
  if (isKnownTo(headers, etag, dated.date)) {
    reply.code(304);
    dropContentHeaders(reply);
    // To HEAD the framework gives the length of any body but one that flows.
    return request.method === 'HEAD' ? Readable.from([]) : null;
  }
  if (coding.name === null) return body;
  reply.header('content-encoding', coding.name);
  if (kept === null) return coding.encode(body);
  return kept instanceof Promise ? kept.then(({ body }) => body) : kept.body;
}

/** What of a request its answer differs by. */
export const askOf = ({ url = '', headers }: IncomingMessage): Ask => ({
  url,
  accept: headers.accept ?? '',
  encoding: String(headers['accept-encoding'] ?? ''),
});

/** The headers that are set, names and values in turn: of the answer, and of a 304 in its place. */
function flatHeaders(reply: FastifyReply): Pick<Answer, 'headers' | 'headersOfKnown'> {
  const set = Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]);
  return {
    headers: set.flat(),
    headersOfKnown: set.filter(([name = '']) => !CONTENT_HEADERS.has(name)).flat(),
  };
}
