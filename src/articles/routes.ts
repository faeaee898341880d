/**
 * Articles over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { sendList } from '../http/answer-list.js';
import { withParents } from '../http/fields.js';
import { without } from '../http/filters.js';
import { nameCollections } from '../http/freshness.js';
import {
  itemQuery,
  type ListGrammar,
  listOf,
  listQuery,
  nameAsked,
  nameItem,
  toItemBody,
} from '../http/list.js';
import { refParameters } from '../http/parameters.js';
import { publicUrlOf } from '../http/public-url.js';
import { articleForms, formatParameter, listForms } from '../http/representation.js';
import { type For, readRoute } from '../http/route.js';
import type { AskedList } from '../kernel/page.js';
import { type Article, BodyFormat } from './model.js';
import type { ArticleReader } from './service.js';

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
};

const oneArticle = (grammar: ListGrammar) =>
  itemQuery(grammar, ownParameters).refine(
    ({ body = 'html', marks }) => marks === undefined || body === 'html',
    {
      path: ['marks'],
      error: 'stand in HTML only: leave `body` out, or give `body=html`',
    },
  );

export function articleRoutes(
  app: FastifyInstance,
  read: For<{ articles: ArticleReader; claims: ArticleClaims }>,
  grammar: ListGrammar,
): void {
  const ofSource = { ...grammar, filters: without(grammar.filters, 'publisher') };
  const ArticleList = listOf(grammar, 'ArticleList', 'A page of articles.');

  readRoute(app, {
    url: '/v1/articles',
    operationId: 'listArticles',
    summary: 'List articles',
    description:
      'Published articles, the newest first unless `sort` says otherwise, with what `include` and `facets` ask for.',
    tag: 'articles',
    answer: 'A page of articles.',
    problems: ['invalid-request'],
    examples: [
      { summary: 'The newest in a language', url: '/v1/articles?language=en&limit=1' },
      { summary: 'A misspelt parameter', url: '/v1/articles?sekshun=politics' },
    ],
    forms: listForms,
    query: listQuery(grammar, { body: body('none'), ...formatParameter(listForms) }),
    body: ArticleList,
    handler: async (request, reply) => {
      const { articles } = await read(request);
      const page = (asked: AskedList) => articles.list(asked, request.query.body);
      return sendList(request, reply, { grammar, page });
    },
  });

  readRoute(app, {
    url: '/v1/articles/:ref',
    operationId: 'getArticle',
    summary: 'Get an article',
    description: 'One published article, by id or slug.',
    tag: 'articles',
    answer: 'The article.',
    problems: ['invalid-request', 'not-found', 'gone'],
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
    parameters: refParameters('article'),
    forms: articleForms,
    query: oneArticle(grammar),
    body: grammar.item,
    handler: async (request, reply) => {
      const { articles, claims } = await read(request);
      const { ref } = request.params;
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
    problems: ['invalid-request', 'not-found', 'gone'],
    examples: [
      { summary: 'The newest of a publisher', url: '/v1/sources/claimwire-reader/articles?limit=1' },
    ],
    parameters: refParameters('source'),
    forms: listForms,
    query: listQuery(ofSource, { body: body('none'), ...formatParameter(listForms) }),
    body: ArticleList,
    handler: async (request, reply) => {
      const { articles } = await read(request);
      const { ref } = request.params;
      const page = (asked: AskedList) => articles.listOfPublisher(ref, asked, request.query.body);
      return sendList(request, reply, { grammar: ofSource, page });
    },
  });
}
