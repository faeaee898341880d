/**
 * Articles over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { nameCollections, nameVersion, rowNamer } from '../http/freshness.js';
import { type FilterTable, listOf, listQuery, toListBody, toListRequest } from '../http/list.js';
import { refParameters } from '../http/parameters.js';
import { type For, readRoute } from '../http/route.js';
import { instant, instantInput, language, ref, slug } from '../kernel/fields.js';
import { Article, BodyFormat, nameArticleRows } from './model.js';
import type { ArticleReader } from './service.js';

const filters: FilterTable = {
  section: { value: slug, operators: ['in'], description: 'Slugs of sections.' },
  tag: { value: slug, operators: ['in'], description: 'Slugs of tags.' },
  language: { value: language, operators: ['in'], description: 'BCP 47 tags, matched whole.' },
  publisher: { value: ref, operators: ['in'], description: 'Ids, slugs or names of sources.' },
  publishedAt: { value: instantInput, operators: ['gte', 'gt', 'lte', 'lt'], description: 'RFC 3339.' },
};

const ownFilters: FilterTable = Object.fromEntries(
  Object.entries(filters).filter(([word]) => word !== 'publisher'),
);

const place = z.tuple([instant, z.uuid()]);

const body = (fallback: BodyFormat) =>
  BodyFormat.default(fallback).describe('The form of the text; `none` leaves it out.');

const ArticleList = listOf(Article, 'ArticleList', 'A page of articles.');

export function articleRoutes(app: FastifyInstance, read: For<{ articles: ArticleReader }>): void {
  readRoute(app, {
    url: '/v1/articles',
    operationId: 'listArticles',
    summary: 'List articles',
    description: 'Published articles, the newest first.',
    tag: 'articles',
    answer: 'A page of articles.',
    problems: ['invalid-request'],
    examples: [
      { summary: 'The newest in a language', url: '/v1/articles?language=en&limit=1' },
      { summary: 'A misspelt parameter', url: '/v1/articles?sekshun=politics' },
    ],
    query: listQuery(filters, { body: body('none') }),
    body: ArticleList,
    handler: async (request, reply) => {
      const { articles } = await read(request);
      const asked = toListRequest(request, filters, place);
      const listing = await articles.list(asked, request.query.body);
      nameCollections(reply, 'article', 'source');
      for (const article of listing.items) nameArticleRows(article, rowNamer(reply));
      return toListBody(listing, request, reply);
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
    query: z.strictObject({ body: body('html') }),
    body: Article,
    handler: async (request, reply) => {
      const article = await (await read(request)).articles.get(request.params.ref, request.query.body);
      nameVersion(reply, article.version);
      nameArticleRows(article, rowNamer(reply));
      return article;
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
    query: listQuery(ownFilters, { body: body('none') }),
    body: ArticleList,
    handler: async (request, reply) => {
      const { articles } = await read(request);
      const asked = toListRequest(request, ownFilters, place);
      const listing = await articles.listOfPublisher(request.params.ref, asked, request.query.body);
      nameCollections(reply, 'article', 'source');
      for (const article of listing.items) nameArticleRows(article, rowNamer(reply));
      return toListBody(listing, request, reply);
    },
  });
}
