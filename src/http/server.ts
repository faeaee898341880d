/**
 * Routes about the server itself: where everything is, and whether it is well.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { version } from './contract.js';
import { noQuery } from './parameters.js';
import { readRoute } from './route.js';

const links = {
  articles: '/v1/articles',
  claims: '/v1/claims',
  sources: '/v1/sources',
  openapi: '/openapi.json',
  docs: '/docs',
  live: '/health/live',
  ready: '/health/ready',
} as const;

const Start = z
  .object({
    name: z.literal('Claimwire'),
    version: z.string(),
    links: z.object(
      Object.fromEntries(Object.keys(links).map((name) => [name, z.string()])) as Record<
        keyof typeof links,
        z.ZodString
      >,
    ),
  })
  .meta({ id: 'Start', description: 'Links to everything.' });

const Health = z
  .object({ status: z.enum(['live', 'ready']) })
  .meta({ id: 'Health', description: 'How the server is.' });

export interface ServerRoutesOptions {
  /** Resolves if the database answers; throws `unavailable`. */
  readonly ping: () => Promise<void>;
}

export function serverRoutes(app: FastifyInstance, { ping }: ServerRoutesOptions): void {
  const common = { tag: 'server', problems: ['invalid-request'], query: noQuery } as const;

  readRoute(app, {
    ...common,
    url: '/v1',
    operationId: 'getStart',
    summary: 'Find everything',
    description: 'Where to start: the release that is running and links to all that it serves.',
    answer: 'Links to everything.',
    examples: [{ summary: 'The start', url: '/v1' }],
    body: Start,
    handler: async () => ({ name: 'Claimwire' as const, version, links }),
  });

  readRoute(app, {
    ...common,
    url: '/health/live',
    operationId: 'getLiveness',
    summary: 'Ask whether the process runs',
    description: 'Answers as long as the process can; asks nothing of the database.',
    answer: 'It runs.',
    examples: [{ summary: 'A running server', url: '/health/live' }],
    body: Health,
    handler: async () => ({ status: 'live' as const }),
  });

  readRoute(app, {
    ...common,
    url: '/health/ready',
    operationId: 'getReadiness',
    summary: 'Ask whether requests can be served',
    description: 'Asks the database, and answers 503 where that does not answer.',
    answer: 'Requests can be served.',
    examples: [{ summary: 'A ready server', url: '/health/ready' }],
    body: Health,
    handler: async () => {
      await ping();
      return { status: 'ready' as const };
    },
  });
}
