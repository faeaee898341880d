/**
 * How many requests are answered in a minute: counted by key, and by address where there is none; told as the IETF draft
 * `draft-ietf-httpapi-ratelimit-headers-10` has it. Each process counts for itself.
 */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ClaimwireError } from '../kernel/errors.js';

const WINDOW_SECONDS = 60;
const ADDRESS_LENGTH_MAX = 45; // of an IPv6 address in full; a proxy may pass on anything

/** Requests a minute; with 0 they are not counted. */
export interface RateLimits {
  readonly reads: number;
  readonly writes: number;
  /** Keys that were refused, by address. */
  readonly refusedKeys: number;
}

export const NO_LIMITS: RateLimits = { reads: 0, writes: 0, refusedKeys: 0 };

export interface Rates {
  /** Counts a key that was refused. Throws `too-many-requests`. */
  onRefused(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Registers the counting of all other requests; to be called after what says who calls and what prepares answers. */
  limitRequests(): void;
}

export async function createRates(app: FastifyInstance, limits: RateLimits): Promise<Rates> {
  await app.register(rateLimit, { global: false });

  /** What a request is told of the limit that it was counted under. */
  const told = new WeakMap<FastifyRequest, { policy: string; limit: string }>();

  const counter = (name: string, max: number, holderOf: (request: FastifyRequest) => string) => {
    if (max === 0) return null;
    const policy = `"${name}";q=${max};w=${WINDOW_SECONDS}`;
    const count = app.createRateLimit({ max, timeWindow: WINDOW_SECONDS * 1_000, keyGenerator: holderOf });
    return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const counted = await count(request);
      if (counted.isAllowed) return; // nobody is, but its type says so
      const { remaining, ttlInSeconds, isExceeded } = counted;
      told.set(request, { policy, limit: `"${name}";r=${remaining};t=${ttlInSeconds}` });
      if (!isExceeded) return;
      reply.header('retry-after', ttlInSeconds);
      throw new ClaimwireError('too-many-requests');
    };
  };

  const addressOf = ({ ip }: FastifyRequest): string =>
    rateLimit.normalizeIP((ip ?? '').slice(0, ADDRESS_LENGTH_MAX));
  const holderOf = (request: FastifyRequest): string => request.caller?.id ?? addressOf(request);
  const reads = counter('reads', limits.reads, holderOf);
  const writes = counter('writes', limits.writes, holderOf);
  const refusedKeys = counter('refused-keys', limits.refusedKeys, addressOf);

  return {
    async onRefused(request, reply) {
      await refusedKeys?.(request, reply);
    },

    limitRequests() {
      if (reads !== null || writes !== null)
        app.addHook('onRequest', (request, reply, done) => {
          const { method, routeOptions } = request;
          const isRead = method === 'GET' || method === 'HEAD';
          const count = method === 'OPTIONS' || routeOptions.config.isOpen ? null : isRead ? reads : writes;
          if (count === null) done();
          else count(request, reply).then(() => done(), done);
        });
      app.addHook('onSend', (request, reply, _payload, done) => {
        const known = told.get(request);
        if (known !== undefined) reply.headers({ 'ratelimit-policy': known.policy, ratelimit: known.limit });
        done();
      });
    },
  };
}

const text = (description: string) => ({ description, schema: { type: 'string' } });

/** How the contract shows them. */
export const rateHeaders = {
  RateLimit: text(
    'What is left under the limit that the request was counted under, where there is one: `"reads";r=50;t=30`, 50 requests in the next 30 seconds.',
  ),
  RateLimitPolicy: text('That limit: `"reads";q=100;w=60`, 100 requests in 60 seconds.'),
  RetryAfter: text('In so many seconds requests are answered again.'),
} as const;
