/**
 * Claims over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { answerList } from '../http/answer-list.js';
import { type FilterTable, listOf, listQuery, toListRequest } from '../http/list.js';
import { idParameters, noQuery, refParameters } from '../http/parameters.js';
import { formatParameter, listForms } from '../http/representation.js';
import { type For, readRoute } from '../http/route.js';
import { language, ref, slug } from '../kernel/fields.js';
import { Claim, Stance, Standing } from './model.js';
import type { ClaimReader } from './service.js';

const filters: FilterTable = {
  source: {
    value: ref,
    operators: ['in'],
    description: 'Ids, slugs or names of sources that the claim is attributed to.',
  },
  article: {
    value: ref,
    operators: ['in'],
    description: 'Ids or slugs of articles that the claim stands in.',
  },
  stance: {
    value: Stance,
    operators: ['in'],
    description:
      'What somebody does with the claim; together with `source` or `article`, what that source does, or somebody there.',
  },
  standing: { value: Standing, operators: ['in'], description: 'Where the claim stands.' },
  language: { value: language, operators: ['in'], description: 'BCP 47 tags, matched whole.' },
  tag: { value: slug, operators: ['in'], description: 'Slugs of tags.' },
};

const without = (word: string): FilterTable =>
  Object.fromEntries(Object.entries(filters).filter(([name]) => name !== word));
const filtersInArticle = without('article');
const filtersOfSource = without('source');

const place = z.tuple([z.uuid()]);
const placeInArticle = z.tuple([z.int().min(0), z.uuid()]);

const ClaimList = listOf(Claim, 'ClaimList', 'A page of claims.');

export function claimRoutes(app: FastifyInstance, read: For<{ claims: ClaimReader }>): void {
  readRoute(app, {
    url: '/v1/claims',
    operationId: 'listClaims',
    summary: 'List claims',
    description: 'Claims that stand in published articles or outside any, the newest first.',
    tag: 'claims',
    answer: 'A page of claims.',
    problems: ['invalid-request'],
    examples: [
      { summary: 'What somebody disputes', url: '/v1/claims?standing=disputed&limit=1' },
      {
        summary: 'What a source asserts',
        url: '/v1/claims?source=volodymyr-zelensky&stance=asserts&limit=1',
      },
      { summary: 'A limit out of bounds', url: '/v1/claims?limit=0' },
    ],
    forms: listForms,
    query: listQuery(filters, formatParameter(listForms)),
    body: ClaimList,
    handler: async (request, reply) => {
      const { claims } = await read(request);
      const asked = toListRequest(request, filters, place);
      return answerList(request, reply, { row: Claim, asked, page: claims.list });
    },
  });

  readRoute(app, {
    url: '/v1/claims/:id',
    operationId: 'getClaim',
    summary: 'Get a claim',
    description:
      'One claim, with who put it forward and where, who disputes it, and what fact-checkers found.',
    tag: 'claims',
    answer: 'The claim.',
    problems: ['invalid-request', 'not-found'],
    examples: [
      { summary: 'A claim that another contradicts', url: '/v1/claims/0192a8be-5d48-70f9-8fee-bc70a4373a31' },
      { summary: 'An id that there is not', url: '/v1/claims/0192a000-0000-7000-8000-000000000000' },
    ],
    parameters: idParameters('claim'),
    query: noQuery,
    body: Claim,
    handler: async (request) => (await read(request)).claims.get(request.params.id),
  });

  readRoute(app, {
    url: '/v1/articles/:ref/claims',
    operationId: 'listArticleClaims',
    summary: 'List the claims in an article',
    description:
      'The claims in a published article, in the order of its text, each with its attributions and anchors there.',
    tag: 'claims',
    answer: 'A page of claims.',
    problems: ['invalid-request', 'not-found'],
    examples: [
      { summary: 'The first claim of a text', url: '/v1/articles/emergency-meeting-in-seoul/claims?limit=1' },
    ],
    parameters: refParameters('article'),
    forms: listForms,
    query: listQuery(filtersInArticle, formatParameter(listForms)),
    body: ClaimList,
    handler: async (request, reply) => {
      const { claims } = await read(request);
      const asked = toListRequest(request, filtersInArticle, placeInArticle);
      const page = (part: typeof asked) => claims.listInArticle(request.params.ref, part);
      return answerList(request, reply, { row: Claim, asked, page });
    },
  });

  readRoute(app, {
    url: '/v1/sources/:ref/claims',
    operationId: 'listSourceClaims',
    summary: 'List the claims of a source',
    description: 'The claims that are attributed to a source, the newest first.',
    tag: 'claims',
    answer: 'A page of claims.',
    problems: ['invalid-request', 'not-found'],
    examples: [{ summary: 'What a source asserts', url: '/v1/sources/mark-rutte/claims?stance=asserts' }],
    parameters: refParameters('source'),
    forms: listForms,
    query: listQuery(filtersOfSource, formatParameter(listForms)),
    body: ClaimList,
    handler: async (request, reply) => {
      const { claims } = await read(request);
      const asked = toListRequest(request, filtersOfSource, place);
      const page = (part: typeof asked) => claims.listOfSource(request.params.ref, part);
      return answerList(request, reply, { row: Claim, asked, page });
    },
  });
}
