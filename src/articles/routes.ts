/**
 * Articles over HTTP.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sendList } from '../http/answer-list.js';
import { assertOpens } from '../http/auth.js';
import { seenBy } from '../http/drafts.js';
import { withParents } from '../http/fields.js';
import { markPrivate, nameCollections } from '../http/freshness.js';
import { itemQuery, type ListGrammar, listQuery, withoutWords } from '../http/list.js';
import { listOf, nameAsked, nameItem, toItemBody } from '../http/list-body.js';
import { refParameters } from '../http/parameters.js';
import { publicUrlOf } from '../http/public-url.js';
import { articleForms, formatParameter, listForms } from '../http/representation.js';
import { type For, readRoute } from '../http/route.js';
import type { AskedList } from '../kernel/page.js';
import { statusFilter } from './grammar.js';
import { type Article, ArticleStatus, BodyFormat } from './model.js';
import { PREVIEW_TOKEN_LENGTH_MAX } from './preview.js';
import type { ArticleReader, PreviewReader } from './service.js';

const body = (fallback: z.output<typeof BodyFormat>) =>
  BodyFormat.default(fallback).describe('The form of the text; `none` leaves it out.');

/** What the forms of an article need of the house of claims. */
export interface ArticleClaims {
  /** The article and its claims as JSON-LD; `base` is the address of the server. Throws `not-found`. */
  graph(ref: string, base: string): Promise<{ text: string; article: Article }>;
  /** The HTML of an article with the quotes of its claims marked, and those claims. */
  mark(article: Article): Promise<{ html: string; claims: unknown[] }>;
}

/** For a fragment that is opened by itself: nothing in it runs, and pictures are shown. */
const FRAGMENT_POLICY = "default-src 'none'; img-src http: https:";

const ownParameters = {
  body: BodyFormat.optional()
    .meta({ default: 'html' })
    .describe('The form of the text; `none` leaves it out.'),
  marks: z
    .enum(['claims'])
    .optional()
    .describe(
      'Put each quote of a claim in the HTML into `<mark data-claim="…" data-attribution="…" data-standing="…">`. Where quotes overlap, a mark names several, as lists in step, separated by spaces; where one runs over tags, it has several marks.',
    ),
  ...formatParameter(articleForms),
  preview: z
    .string()
    .max(PREVIEW_TOKEN_LENGTH_MAX)
    .optional()
    .describe('The token of a preview link, which opens this article without a key until it expires.'),
};

const oneArticle = (grammar: ListGrammar) =>
  itemQuery(grammar, ownParameters).refine(
    ({ body = 'html', marks }) => marks === undefined || body === 'html',
    {
      path: ['marks'],
      error: 'stand in HTML only: leave `body` out, or give `body=html`',
    },
  );

const listOfArticles = (grammar: ListGrammar) =>
  listQuery(grammar, { body: body('none'), ...formatParameter(listForms) }).refine(
    (query) => query.q === undefined || !('status' in query) || query.status === 'published',
    { path: ['q'], error: 'searches published articles only: leave it or `status` out' },
  );

interface Reading {
  readonly articles: ArticleReader;
  readonly claims: ArticleClaims;
}

type Services = Reading & { readonly drafts: Reading; readonly previews: PreviewReader };

export function articleRoutes(app: FastifyInstance, read: For<Services>, grammar: ListGrammar): void {
  /**
   * What one article is read by: that which sees drafts, where it is one and the caller may see it, by a key or a link.
   * Throws `invalid-preview`.
   */
  async function readOne(request: FastifyRequest, reply: FastifyReply, ref: string): Promise<Reading> {
    const services = await read(request);
    const { preview } = request.query as { preview?: string };
    if (preview !== undefined) {
      await services.previews.assertOpens(ref, preview);
      markPrivate(reply); // who is given the link need not be who holds a copy of the answer
      reply.header('x-robots-tag', 'noindex');
      return (await services.drafts.articles.isHidden(ref)) ? services.drafts : services;
    }
    return seenBy<Reading>(request, reply, services, ({ articles }) => articles.isHidden(ref));
  }

  /** Throws `unauthorized` or `forbidden` where a list is asked for what its caller may not see. */
  function assertMayList(request: FastifyRequest, reply: FastifyReply): void {
    const { status } = request.query as { status?: string };
    if (status !== 'draft' && status !== 'scheduled') return;
    assertOpens(request, reply, 'read:drafts', `\`status=${status}\``);
    markPrivate(reply);
  }

  const listed = { ...grammar, filters: { ...statusFilter(ArticleStatus.options), ...grammar.filters } };
  const ofSource = withoutWords(listed, 'publisher');
  const ArticleList = listOf(grammar, 'ArticleList', 'A page of articles.');

  readRoute(app, {
    url: '/v1/articles',
    operationId: 'listArticles',
    summary: 'List articles',
    description:
      'Published articles, the newest first unless `sort` says otherwise, with what `include` and `facets` ask for. `status` asks for others in their place; for drafts and scheduled ones with a key that opens `read:drafts`.',
    tag: 'articles',
    answer: 'A page of articles.',
    problems: ['invalid-request', 'unauthorized', 'forbidden'],
    examples: [
      { summary: 'The newest in a language', url: '/v1/articles?language=en&limit=1' },
      { summary: 'A misspelt parameter', url: '/v1/articles?sekshun=politics' },
    ],
    forms: listForms,
    query: listOfArticles(listed),
    body: ArticleList,
    handler: async (request, reply) => {
      assertMayList(request, reply);
      const { articles } = await read(request);
      const page = (asked: AskedList) => articles.list(asked, request.query.body);
      return sendList(request, reply, { grammar: listed, page });
    },
  });

  readRoute(app, {
    url: '/v1/articles/:ref',
    operationId: 'getArticle',
    summary: 'Get an article',
    description:
      'One article, by id or slug. A retracted one is given too: `retraction` says why it was withdrawn. A draft or scheduled one is given with a key that opens `read:drafts`, or by a preview link.',
    tag: 'articles',
    answer: 'The article.',
    problems: ['invalid-request', 'invalid-preview', 'not-found', 'gone'],
    examples: [
      {
        summary: 'By slug, with the plain text that anchors count in',
        url: '/v1/articles/emergency-meeting-in-seoul?body=text',
      },
      {
        summary: 'In the words of schema.org, with its claims',
        url: '/v1/articles/where-seoul-draws-the-line?format=jsonld',
      },
      {
        summary: 'As a file that can be imported',
        url: '/v1/articles/where-seoul-draws-the-line?format=markdown',
      },
      {
        summary: 'The text with the quotes of its claims marked',
        url: '/v1/articles/where-seoul-draws-the-line?format=html&marks=claims',
      },
      { summary: 'A slug that there is not', url: '/v1/articles/nope' },
    ],
    opensBy: 'preview',
    parameters: refParameters('article'),
    forms: articleForms,
    query: oneArticle(grammar),
    body: grammar.item,
    handler: async (request, reply) => {
      const { ref } = request.params;
      const { articles, claims } = await readOne(request, reply, ref);
      const { body = 'html', marks, include = [] } = request.query;
      const form = request.form?.name;
      if (form === 'jsonld' || form === 'markdown') {
        const isGraph = form === 'jsonld';
        const { text, article } = await (isGraph
          ? claims.graph(ref, publicUrlOf(request))
          : articles.file(ref));
        nameItem(article, reply, grammar);
        if (isGraph) nameCollections(reply, 'claim');
        return text;
      }
      const article = await articles.get(ref, body, withParents(include));
      const marked = marks === undefined ? null : await claims.mark(article);
      const shown = marked === null ? article : { ...article, body: marked.html };
      nameItem({ ...shown, ...(marked && { claims: marked.claims }) }, reply, grammar);
      nameAsked(request, reply, grammar);
      if (form !== 'html') return toItemBody(shown, request, reply);
      reply.header('content-security-policy', FRAGMENT_POLICY);
      return shown.body ?? '';
    },
  });

  readRoute(app, {
    url: '/v1/sources/:ref/articles',
    operationId: 'listSourceArticles',
    summary: 'List what a source published',
    description: 'The published articles of a publisher, the newest first.',
    tag: 'articles',
    answer: 'A page of articles.',
    problems: ['invalid-request', 'unauthorized', 'forbidden', 'not-found', 'gone'],
    examples: [
      { summary: 'The newest of a publisher', url: '/v1/sources/claimwire-reader/articles?limit=1' },
    ],
    parameters: refParameters('source'),
    forms: listForms,
    query: listOfArticles(ofSource),
    body: ArticleList,
    handler: async (request, reply) => {
      assertMayList(request, reply);
      const { articles } = await read(request);
      const { ref } = request.params;
      const page = (asked: AskedList) => articles.listOfPublisher(ref, asked, request.query.body);
      return sendList(request, reply, { grammar: ofSource, page });
    },
  });
}
