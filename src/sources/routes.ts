/**
 * Sources over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { nameCollections, nameVersion, rowNamer } from '../http/freshness.js';
import { type FilterTable, listOf, listQuery, toListBody, toListRequest } from '../http/list.js';
import { noQuery, refParameters } from '../http/parameters.js';
import { type For, readRoute } from '../http/route.js';
import { country, nameSourceRows, Source, SourceKind } from './model.js';
import type { SourceReader } from './service.js';

const filters: FilterTable = {
  kind: { value: SourceKind, operators: ['in'], description: 'The kind of source.' },
  country: { value: country, operators: ['in'], description: 'ISO 3166-1 alpha-2 codes.' },
};

const place = z.tuple([z.uuid()]);

export function sourceRoutes(app: FastifyInstance, read: For<{ sources: SourceReader }>): void {
  readRoute(app, {
    url: '/v1/sources',
    operationId: 'listSources',
    summary: 'List sources',
    description: 'Sources, the newest first.',
    tag: 'sources',
    answer: 'A page of sources.',
    problems: ['invalid-request'],
    examples: [
      { summary: 'People, two at a time', url: '/v1/sources?kind=person&limit=2' },
      { summary: 'A kind that there is not', url: '/v1/sources?kind=persons' },
    ],
    query: listQuery(filters),
    body: listOf(Source, 'SourceList', 'A page of sources.'),
    handler: async (request, reply) => {
      const { sources } = await read(request);
      const listing = await sources.list(toListRequest(request, filters, place));
      nameCollections(reply, 'source');
      for (const source of listing.items) nameSourceRows(source, rowNamer(reply));
      return toListBody(listing, request, reply);
    },
  });

  readRoute(app, {
    url: '/v1/sources/:ref',
    operationId: 'getSource',
    summary: 'Get a source',
    description: 'One source, by id or slug.',
    tag: 'sources',
    answer: 'The source.',
    problems: ['invalid-request', 'not-found'],
    examples: [
      { summary: 'By slug', url: '/v1/sources/mark-rutte' },
      { summary: 'A slug that there is not', url: '/v1/sources/nobody' },
    ],
    parameters: refParameters('source'),
    query: noQuery,
    body: Source,
    handler: async (request, reply) => {
      const source = await (await read(request)).sources.get(request.params.ref);
      nameVersion(reply, source.version);
      nameSourceRows(source, rowNamer(reply));
      return source;
    },
  });
}
