/**
 * Claims over HTTP.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { nameCollections, nameVersion, rowNamer } from '../http/freshness.js';
import { type FilterTable, listOf, listQuery, toListBody, toListRequest } from '../http/list.js';
import { idParameters, noQuery, refParameters } from '../http/parameters.js';
import { type For, readRoute } from '../http/route.js';
import { language, ref, slug } from '../kernel/fields.js';
import type { Listing } from '../kernel/page.js';
import { Claim, nameClaimRows, Stance, Standing } from './model.js';
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

/** A page, the rows that it shows named: those of its filters and its path may be of any kind. */
function named(listing: Listing<Claim>, reply: FastifyReply): Listing<Claim> {
  nameCollections(reply, 'claim', 'article', 'source');
  for (const claim of listing.items) nameClaimRows(claim, rowNamer(reply));
  return listing;
}

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
    query: listQuery(filters),
    body: ClaimList,
    handler: async (request, reply) => {
      const { claims } = await read(request);
      const listing = await claims.list(toListRequest(request, filters, place));
      return toListBody(named(listing, reply), request, reply);
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
    handler: async (request, reply) => {
      const claim = await (await read(request)).claims.get(request.params.id);
      nameVersion(reply, claim.version);
      nameClaimRows(claim, rowNamer(reply));
      return claim;
    },
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
    query: listQuery(filtersInArticle),
    body: ClaimList,
    handler: async (request, reply) => {
      const { claims } = await read(request);
      const asked = toListRequest(request, filtersInArticle, placeInArticle);
      const listing = await claims.listInArticle(request.params.ref, asked);
      return toListBody(named(listing, reply), request, reply);
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
    query: listQuery(filtersOfSource),
    body: ClaimList,
    handler: async (request, reply) => {
      const { claims } = await read(request);
      const asked = toListRequest(request, filtersOfSource, place);
      const listing = await claims.listOfSource(request.params.ref, asked);
      return toListBody(named(listing, reply), request, reply);
    },
  });
}
