/**
 * Where this server stands for the outside, for answers that hold absolute URLs: as configured, else as the request
 * names it. A `Host` header that is no host is refused, so that it never ends in an answer.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ClaimwireError } from '../kernel/errors.js';

const HOST_LENGTH_MAX = 261; // a DNS name of 255 characters with a port

/** A name or IPv4 address, or an IPv6 address in brackets, and perhaps a port. Underscores are met in container networks. */
const HOST = /^(?:[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

declare module 'fastify' {
  interface FastifyInstance {
    /** The configured address, without a slash at its end; null where requests name it. */
    readonly publicUrl: string | null;
  }
}

/** Makes `publicUrlOf` known to an app. */
export function standAt(app: FastifyInstance, publicUrl: string | undefined): void {
  app.decorate('publicUrl', publicUrl ?? null);
}

const namedByHost = new WeakSet<FastifyRequest>();

/** Whether the answer to a request holds what its `Host` header says: for another host it is another answer. */
export const variesByHost = (request: FastifyRequest): boolean => namedByHost.has(request);

/**
 * The address that paths of this server are appended to, `https://news.example`, without a slash at its end. Throws
 * `malformed-request` where neither configuration nor a sound `Host` header tells it.
 */
export function publicUrlOf(request: FastifyRequest): string {
  const { publicUrl } = request.server;
  if (publicUrl !== null) return publicUrl;
  namedByHost.add(request);
  const { host = '' } = request.headers;
  const url = `${request.protocol}://${host}`;
  const isWeb = /^https?$/.test(request.protocol); // a trusted proxy may pass on what its caller said
  if (!isWeb || host.length > HOST_LENGTH_MAX || !HOST.test(host) || !URL.canParse(url))
    throw new ClaimwireError(
      'malformed-request',
      isWeb
        ? 'This answer holds absolute URLs, and the Host header names no host.'
        : 'This answer holds absolute URLs, and `X-Forwarded-Proto` is neither http nor https.',
    );
  return new URL(url).origin;
}
