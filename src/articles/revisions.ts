/**
 * The versions of articles over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { nameCollections, nameRows } from '../http/freshness.js';
import { pageQuery, toAskedList } from '../http/list.js';
import { linkPage, plainListOf } from '../http/list-body.js';
import { noQuery, refParameters } from '../http/parameters.js';
import { type For, readRoute } from '../http/route.js';
import { ArticleDifference, ArticleRevision, WholeRevision } from './model.js';
import type { ArticleReader } from './service.js';

const VERSION_ERROR = { error: 'must be the number of a version' };
const version = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, VERSION_ERROR)
  .transform(Number)
  .pipe(z.int());

const revisionParameters = refParameters('article').extend({ version: version.describe('The version.') });

const grammar = {
  item: ArticleRevision,
  nameRows: () => {},
  collections: ['article'],
  filters: {},
  sorts: { version: z.tuple([z.int().min(1)]) },
  sort: '-version',
  includes: [],
  facets: [],
} as const;

const RevisionList = plainListOf(ArticleRevision).meta({
  id: 'ArticleRevisionList',
  description: 'A page of the versions of an article.',
});

const EXAMPLE = '/v1/articles/what-we-do-not-know-yet/revisions';

/** What every route here is: they show drafts, too. */
const common = {
  tag: 'articles',
  needs: 'read:drafts',
  problems: ['invalid-request', 'unauthorized', 'forbidden', 'not-found', 'gone'],
} as const;

export function revisionRoutes(
  app: FastifyInstance,
  read: For<{ drafts: { articles: ArticleReader } }>,
): void {
  readRoute(app, {
    ...common,
    problems: [...common.problems, 'invalid-cursor'],
    url: '/v1/articles/:ref/revisions',
    operationId: 'listArticleRevisions',
    summary: 'List the versions of an article',
    description:
      'Every version of an article, whatever its status, the last first. Needs the scope `read:drafts`.',
    answer: 'A page of versions.',
    examples: [{ summary: 'The last of an article', url: `${EXAMPLE}?limit=1` }],
    parameters: refParameters('article'),
    query: pageQuery(grammar),
    body: RevisionList,
    handler: async (request, reply) => {
      const { drafts } = await read(request);
      const listing = await drafts.articles.revisions(
        request.params.ref,
        toAskedList(request, grammar).request,
      );
      nameCollections(reply, 'article');
      return { data: listing.items, ...linkPage(listing, request, reply) };
    },
  });

  readRoute(app, {
    ...common,
    url: '/v1/articles/:ref/revisions/:version',
    operationId: 'getArticleRevision',
    summary: 'Get a version of an article',
    description: 'A version of an article, and all that the article was then. Needs the scope `read:drafts`.',
    answer: 'The version.',
    examples: [
      { summary: 'The first', url: `${EXAMPLE}/1` },
      { summary: 'One that there is not', url: `${EXAMPLE}/1000` },
    ],
    parameters: revisionParameters,
    query: noQuery,
    body: WholeRevision,
    handler: async (request, reply) => {
      const { drafts } = await read(request);
      const { record, state } = await drafts.articles.revision(request.params.ref, request.params.version);
      nameRows(reply, 'article', [state.id]);
      return { ...record, article: state };
    },
  });

  readRoute(app, {
    ...common,
    url: '/v1/articles/:ref/revisions/:version/diff',
    operationId: 'getArticleRevisionDiff',
    summary: 'Compare two versions of an article',
    description:
      'What changed in an article from one version to another: each field that differs, and the text word by word. Needs the scope `read:drafts`.',
    answer: 'What changed.',
    examples: [
      { summary: 'A version and itself', url: `${EXAMPLE}/1/diff?from=1` },
      { summary: 'The first, which has none before it', url: `${EXAMPLE}/1/diff` },
    ],
    parameters: revisionParameters,
    query: z.strictObject({
      from: version.optional().describe('The version to compare with; the one before if it is not given.'),
    }),
    body: ArticleDifference,
    handler: async (request, reply) => {
      const { drafts } = await read(request);
      const { ref, version } = request.params;
      nameCollections(reply, 'article');
      return drafts.articles.difference(ref, version, request.query.from);
    },
  });
}
