/**
 * Feeds, sitemaps and robots.txt over HTTP.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { articleGrammar } from '../articles/grammar.js';
import { nameArticleRows } from '../articles/model.js';
import { besideArticles } from '../claims/model.js';
import { expiresAt, nameCollections } from '../http/freshness.js';
import { pageQuery, toAskedList } from '../http/list.js';
import { linkPage, namePage } from '../http/list-body.js';
import { noQuery } from '../http/parameters.js';
import { publicUrlOf } from '../http/public-url.js';
import { type For, type ReadRoute, readRoute } from '../http/route.js';
import type { NameRow } from '../kernel/rows.js';
import { MINUTE_MS, startOfMinute } from '../kernel/time.js';
import { ATOM, toAtom } from './atom.js';
import { updatedAt } from './entry.js';
import { JSON_FEED, toJsonFeed } from './json-feed.js';
import { type Feed, type FeedEntry, JsonFeed } from './model.js';
import { toFeed } from './request.js';
import { RSS, toRss } from './rss.js';
import type { FeedReader } from './service.js';
import { toIndex, toNews, toPiece, toRobots, XML } from './sitemap.js';

const PIECE_ERROR = { error: 'must be the number of a piece, as the index has it' };
const pieceParameters = z.object({
  piece: z
    .string()
    .regex(/^[1-9]\d{0,9}$/, PIECE_ERROR) // below 2^53 also as a key
    .transform(Number)
    .pipe(z.int().min(1))
    .describe('The number of the piece.'),
});

const grammar = articleGrammar(besideArticles);
const feedGrammar = {
  collections: [...grammar.collections, 'claim' as const], // whose disputed claims it counts
  nameRows: ({ article }: FeedEntry, name: NameRow) => nameArticleRows(article, name),
};

const lastOf = ({ article }: FeedEntry): string => updatedAt(article);

/** Adds to the `Link` header, where WebSub looks first. */
function addLinks(reply: FastifyReply, links: readonly string[]): void {
  const held = reply.getHeader('link');
  reply.header('link', [...(held === undefined ? [] : [String(held)]), ...links].join(', '));
}

export interface FeedRoutesOptions {
  /** The WebSub hub that feeds name. */
  readonly hubUrl: string | undefined;
}

export function feedRoutes(
  app: FastifyInstance,
  read: For<{ feeds: FeedReader }>,
  { hubUrl }: FeedRoutesOptions,
): void {
  const hub = hubUrl ?? null;

  /** The page of a feed that a request asks for. */
  async function feedOf(request: FastifyRequest, reply: FastifyReply): Promise<Feed> {
    const base = publicUrlOf(request);
    const asked = toAskedList(request, grammar);
    const listing = await (await read(request)).feeds.list(asked);
    namePage(listing, request, reply, feedGrammar);
    const { next, prev } = linkPage(listing, request, reply);
    const entries = listing.items;
    const feed = toFeed(
      { base, url: request.url, filters: asked.request.filters, entries, next, prev, hub },
      lastOf,
    );
    if (hub !== null) addLinks(reply, [`<${hub}>; rel="hub"`, `<${feed.self}>; rel="self"`]);
    return feed;
  }

  const query = pageQuery(grammar);
  const common = { tag: 'feeds', problems: ['invalid-request'], ignoresAccept: true } as const;

  /** Registers a feed of articles in a format. */
  function feedRoute<Body extends z.ZodType>(
    name: string,
    ending: string,
    route: Pick<ReadRoute<z.ZodType, z.ZodType, Body>, 'mediaType' | 'body'> & {
      write: (feed: Feed) => z.input<Body>;
    },
  ): void {
    const { write, ...rest } = route;
    readRoute(app, {
      ...common,
      ...rest,
      url: `/feeds/articles.${ending}`,
      operationId: `getArticles${name}`,
      summary: `Subscribe to articles by ${name}`,
      description:
        'Published articles with their text, the newest first, by the filters of the list of articles. A page links the next.',
      answer: 'A page of the feed.',
      examples: [
        { summary: 'The newest in a language', url: `/feeds/articles.${ending}?language=en&limit=1` },
        { summary: 'A limit out of bounds', url: `/feeds/articles.${ending}?limit=0` },
      ],
      query,
      handler: async (request, reply) => {
        const feed = await feedOf(request, reply);
        await turn(); // reading and writing take some milliseconds each: others are let in between
        return write(feed);
      },
    });
  }

  feedRoute('Atom', 'atom', { mediaType: ATOM, body: z.string(), write: toAtom });
  feedRoute('Rss', 'rss', { mediaType: RSS, body: z.string(), write: toRss });
  feedRoute('JsonFeed', 'json', { mediaType: JSON_FEED, body: JsonFeed, write: toJsonFeed });

  readRoute(app, {
    ...common,
    url: '/sitemap.xml',
    operationId: 'getSitemap',
    summary: 'Find every article',
    description: 'The index of the sitemap. An article stays in its piece, whatever is added.',
    answer: 'Where the pieces are.',
    mediaType: XML,
    examples: [{ summary: 'The index', url: '/sitemap.xml' }],
    query: noQuery,
    body: z.string(),
    handler: async (request, reply) => {
      nameCollections(reply, 'article');
      return toIndex(publicUrlOf(request), await (await read(request)).feeds.pieces());
    },
  });

  readRoute(app, {
    ...common,
    url: '/sitemaps/:piece.xml',
    operationId: 'getSitemapPiece',
    summary: 'Get a piece of the sitemap',
    description: 'The addresses of some articles, and when each last changed.',
    answer: 'A piece of the sitemap.',
    mediaType: XML,
    problems: ['invalid-request', 'not-found'],
    examples: [
      { summary: 'The first piece', url: '/sitemaps/1.xml' },
      { summary: 'A piece that there is not', url: '/sitemaps/1000000.xml' },
    ],
    parameters: pieceParameters,
    query: noQuery,
    body: z.string(),
    handler: async (request, reply) => {
      nameCollections(reply, 'article');
      return toPiece(publicUrlOf(request), await (await read(request)).feeds.piece(request.params.piece));
    },
  });

  readRoute(app, {
    ...common,
    url: '/news-sitemap.xml',
    operationId: 'getNewsSitemap',
    summary: 'Find the news',
    description:
      'The articles of the last 48 hours, the newest 1,000 at most, as news search engines want them.',
    answer: 'The news sitemap.',
    mediaType: XML,
    examples: [{ summary: 'The news', url: '/news-sitemap.xml' }],
    query: noQuery,
    body: z.string(),
    handler: async (request, reply) => {
      nameCollections(reply, 'article', 'source');
      expiresAt(reply, startOfMinute(Date.now()) + MINUTE_MS);
      const base = publicUrlOf(request);
      const news = await (await read(request)).feeds.news();
      await turn();
      return toNews(base, new URL(base).host, news);
    },
  });

  readRoute(app, {
    ...common,
    url: '/robots.txt',
    dependsOn: 'release',
    isOpen: true,
    operationId: 'getRobots',
    summary: 'Tell robots what they may read',
    description: 'All of it; and where the sitemaps are.',
    answer: 'Rules for robots (RFC 9309).',
    mediaType: 'text/plain',
    examples: [{ summary: 'The rules', url: '/robots.txt' }],
    query: noQuery,
    body: z.string(),
    handler: async (request) => toRobots(publicUrlOf(request)),
  });
}
