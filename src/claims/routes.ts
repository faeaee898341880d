/**
 * Claims over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import type { ArticleReader } from '../articles/service.js';
import { sendList } from '../http/answer-list.js';
import { seenBy } from '../http/drafts.js';
import { withParents } from '../http/fields.js';
import { itemQuery, listQuery } from '../http/list.js';
import { listOf, nameItem, toItemBody } from '../http/list-body.js';
import { idParameters, refParameters } from '../http/parameters.js';
import { formatParameter, listForms } from '../http/representation.js';
import { type For, readRoute } from '../http/route.js';
import type { AskedList } from '../kernel/page.js';
import { claimGrammar, claimGrammarInArticle, claimGrammarOfSource } from './grammar.js';
import { Claim } from './model.js';
import type { ClaimReader } from './service.js';

const ClaimList = listOf(claimGrammar, 'ClaimList', 'A page of claims.');

interface Reading {
  readonly claims: ClaimReader;
}

type Services = Reading & {
  readonly drafts: Reading & { readonly articles: Pick<ArticleReader, 'isHidden'> };
};

export function claimRoutes(app: FastifyInstance, read: For<Services>): void {
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
    query: listQuery(claimGrammar, formatParameter(listForms)),
    body: ClaimList,
    handler: async (request, reply) => {
      const { claims } = await read(request);
      return sendList(request, reply, { grammar: claimGrammar, page: claims.list });
    },
  });

  readRoute(app, {
    url: '/v1/claims/:id',
    operationId: 'getClaim',
    summary: 'Get a claim',
    description:
      'One claim, with who put it forward and where, who disputes it, and what fact-checkers found. With a key that opens `read:drafts` it is shown with what stands in drafts.',
    tag: 'claims',
    answer: 'The claim.',
    problems: ['invalid-request', 'not-found', 'gone'],
    examples: [
      { summary: 'A claim that another contradicts', url: '/v1/claims/0192a8be-5d48-70f9-8fee-bc70a4373a31' },
      { summary: 'An id that there is not', url: '/v1/claims/0192a000-0000-7000-8000-000000000000' },
    ],
    parameters: idParameters('claim'),
    query: itemQuery(claimGrammar),
    body: Claim,
    handler: async (request, reply) => {
      const { id } = request.params;
      const services = await read(request);
      const { claims } = await seenBy<Reading>(request, reply, services, (drafts) =>
        drafts.claims.isHidden(id),
      );
      const claim = await claims.get(id, withParents(request.query.include ?? []));
      nameItem(claim, reply, claimGrammar);
      return toItemBody(claim, request, reply);
    },
  });

  readRoute(app, {
    url: '/v1/articles/:ref/claims',
    operationId: 'listArticleClaims',
    summary: 'List the claims in an article',
    description:
      'The claims in an article, in the order of its text, each with its attributions and anchors there. Those in a draft are listed with a key that opens `read:drafts`.',
    tag: 'claims',
    answer: 'A page of claims.',
    problems: ['invalid-request', 'not-found', 'gone'],
    examples: [
      { summary: 'The first claim of a text', url: '/v1/articles/emergency-meeting-in-seoul/claims?limit=1' },
    ],
    parameters: refParameters('article'),
    forms: listForms,
    query: listQuery(claimGrammarInArticle, formatParameter(listForms)),
    body: ClaimList,
    handler: async (request, reply) => {
      const { ref } = request.params;
      const services = await read(request);
      const { claims } = await seenBy<Reading>(request, reply, services, () =>
        services.drafts.articles.isHidden(ref),
      );
      const page = (asked: AskedList) => claims.listInArticle(ref, asked);
      return sendList(request, reply, { grammar: claimGrammarInArticle, page });
    },
  });

  readRoute(app, {
    url: '/v1/sources/:ref/claims',
    operationId: 'listSourceClaims',
    summary: 'List the claims of a source',
    description: 'The claims that are attributed to a source, the newest first.',
    tag: 'claims',
    answer: 'A page of claims.',
    problems: ['invalid-request', 'not-found', 'gone'],
    examples: [{ summary: 'What a source asserts', url: '/v1/sources/mark-rutte/claims?stance=asserts' }],
    parameters: refParameters('source'),
    forms: listForms,
    query: listQuery(claimGrammarOfSource, formatParameter(listForms)),
    body: ClaimList,
    handler: async (request, reply) => {
      const { claims } = await read(request);
      const { ref } = request.params;
      const page = (asked: AskedList) => claims.listOfSource(ref, asked);
      return sendList(request, reply, { grammar: claimGrammarOfSource, page });
    },
  });
}
