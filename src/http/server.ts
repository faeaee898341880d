/**
 * Routes about the server itself: where everything is, and whether it is well.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ClaimwireError } from '../kernel/errors.js';
import { version } from './contract.js';
import { noQuery } from './parameters.js';
import { readRoute } from './route.js';

const links = {
  articles: '/v1/articles',
  claims: '/v1/claims',
  sources: '/v1/sources',
  atom: '/feeds/articles.atom',
  rss: '/feeds/articles.rss',
  jsonFeed: '/feeds/articles.json',
  sitemap: '/sitemap.xml',
  export: '/v1/export',
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

const Liveness = z
  .object({ status: z.literal('live') })
  .meta({ id: 'Liveness', description: 'The process runs.' });

const Node = z
  .object({
    state: z.enum(['up', 'behind', 'down']).describe('`behind`: so far that no read is sent there.'),
    behind: z.int().describe('Changes of the primary that it has not seen.'),
  })
  .meta({ id: 'DatabaseNode', description: 'How a server of the database is.' });

const Readiness = z
  .object({
    status: z
      .enum(['ready', 'read-only'])
      .describe('`read-only`: replicas answer reads, but nothing can be written.'),
    primary: Node,
    replicas: z.array(Node),
  })
  .meta({ id: 'Readiness', description: 'What can be served, and by which servers of the database.' });
type Readiness = z.infer<typeof Readiness>;

export interface ServerRoutesOptions {
  /** How the servers of the database are. */
  readonly status: () => Promise<Pick<Readiness, 'primary' | 'replicas'>>;
}

export function serverRoutes(app: FastifyInstance, { status }: ServerRoutesOptions): void {
  const common = { tag: 'server', problems: ['invalid-request'], query: noQuery } as const;

  readRoute(app, {
    ...common,
    url: '/v1',
    dependsOn: 'release',
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
    dependsOn: 'moment',
    isOpen: true,
    operationId: 'getLiveness',
    summary: 'Ask whether the process runs',
    description: 'Answers as long as the process can; asks nothing of the database.',
    answer: 'It runs.',
    examples: [{ summary: 'A running server', url: '/health/live' }],
    body: Liveness,
    handler: async () => ({ status: 'live' as const }),
  });

  readRoute(app, {
    ...common,
    url: '/health/ready',
    dependsOn: 'moment',
    isOpen: true,
    operationId: 'getReadiness',
    summary: 'Ask whether requests can be served',
    description: 'Asks the servers of the database, and answers 503 where none of them answers.',
    answer: 'Requests can be served.',
    examples: [{ summary: 'A ready server', url: '/health/ready' }],
    body: Readiness,
    handler: async () => {
      const { primary, replicas } = await status();
      const isReadable = [primary, ...replicas].some(({ state }) => state !== 'down');
      if (!isReadable) throw new ClaimwireError('unavailable');
      return {
        status: primary.state === 'down' ? ('read-only' as const) : ('ready' as const),
        primary,
        replicas,
      };
    },
  });
}
