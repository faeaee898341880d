/**
 * Where a thing is that became part of another: 308, by which a method and its body go there as well (RFC 9110 15.4.9).
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Moved } from '../kernel/errors.js';
import { CACHE_CONTROL, VARY } from './caching.js';

/** Answers with the same URL, but for the name in it. */
export function sendMoved({ to }: Moved, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const pattern = (request.routeOptions.url ?? '').split('/');
  const [path = '', ...query] = request.url.split('?');
  const place = path
    .split('/')
    .map((segment, at) => (pattern[at]?.startsWith(':ref') ? encodeURIComponent(to) : segment))
    .join('/');
  return reply
    .code(308)
    .headers({
      'cache-control': request.method === 'GET' ? CACHE_CONTROL.data : CACHE_CONTROL.moment,
      vary: VARY,
      location: [place, ...query].join('?'),
    })
    .send();
}

/** The answer, as the contract shows it. */
export const movedResponse = {
  description: 'The source became part of another: the same is to be asked there.',
  headers: {
    Location: { description: 'The same URL at the other source.', schema: { type: 'string' } },
  },
} as const;
