/**
 * Articles over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { withParents } from '../http/fields.js';
import { without } from '../http/filters.js';
import { itemQuery, listOf, listQuery, toAskedList, toItemBody, toListBody } from '../http/list.js';
import { refParameters } from '../http/parameters.js';
import { type For, readRoute } from '../http/route.js';
import { articleGrammar, type BesideArticleGrammar } from './grammar.js';
import { BodyFormat } from './model.js';
import type { ArticleReader } from './service.js';

const body = (fallback: z.output<typeof BodyFormat>) =>
  BodyFormat.default(fallback).describe('The form of the text; `none` leaves it out.');

export function articleRoutes(
  app: FastifyInstance,
  read: For<{ articles: ArticleReader }>,
  beside: BesideArticleGrammar,
): void {
  const grammar = articleGrammar(beside);
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
    query: listQuery(grammar, { body: body('none') }),
    body: ArticleList,
    handler: async (request, reply) => {
      const { articles } = await read(request);
      const asked = toAskedList(request, grammar);
      return toListBody(await articles.list(asked, request.query.body), request, reply);
    },
  });

  readRoute(app, {
    url: '/v1/articles/:ref',
    operationId: 'getArticle',
    summary: 'Get an article',
    description: 'One published article, by id or slug.',
    tag: 'articles',
    answer: 'The article.',
    problems: ['invalid-request', 'not-found'],
    examples: [
      {
        summary: 'By slug, with the plain text that anchors count in',
        url: '/v1/articles/emergency-meeting-in-seoul?body=text',
      },
      { summary: 'A slug that there is not', url: '/v1/articles/nope' },
    ],
    parameters: refParameters('article'),
    query: itemQuery(grammar, { body: body('html') }),
    body: beside.item,
    handler: async (request, reply) => {
      const { articles } = await read(request);
      const { body, include = [] } = request.query;
      return toItemBody(await articles.get(request.params.ref, body, withParents(include)), request, reply);
    },
  });

  readRoute(app, {
    url: '/v1/sources/:ref/articles',
    operationId: 'listSourceArticles',
    summary: 'List what a source published',
    description: 'The published articles of a publisher, the newest first.',
    tag: 'articles',
    answer: 'A page of articles.',
    problems: ['invalid-request', 'not-found'],
    examples: [
      { summary: 'The newest of a publisher', url: '/v1/sources/claimwire-reader/articles?limit=1' },
    ],
    parameters: refParameters('source'),
    query: listQuery(ofSource, { body: body('none') }),
    body: ArticleList,
    handler: async (request, reply) => {
      const { articles } = await read(request);
      const asked = toAskedList(request, ofSource);
      const listing = await articles.listOfPublisher(request.params.ref, asked, request.query.body);
      return toListBody(listing, request, reply);
    },
  });
}
