/**
 * Sources over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import { sendList } from '../http/answer-list.js';
import { withParents } from '../http/fields.js';
import { itemQuery, listQuery } from '../http/list.js';
import { listOf, nameItem, toItemBody } from '../http/list-body.js';
import { refParameters } from '../http/parameters.js';
import { formatParameter, listForms } from '../http/representation.js';
import { type For, readRoute } from '../http/route.js';
import { sourceGrammar as grammar } from './grammar.js';
import { Source } from './model.js';
import type { SourceReader } from './service.js';

export function sourceRoutes(app: FastifyInstance, read: For<{ sources: SourceReader }>): void {
  readRoute(app, {
    url: '/v1/sources',
    operationId: 'listSources',
    summary: 'List sources',
    description: 'Sources, the newest first unless `sort` says otherwise.',
    tag: 'sources',
    answer: 'A page of sources.',
    problems: ['invalid-request'],
    examples: [
      { summary: 'People, two at a time', url: '/v1/sources?kind=person&limit=2' },
      { summary: 'A kind that there is not', url: '/v1/sources?kind=persons' },
    ],
    forms: listForms,
    query: listQuery(grammar, formatParameter(listForms)),
    body: listOf(grammar, 'SourceList', 'A page of sources.'),
    handler: async (request, reply) => {
      const { sources } = await read(request);
      return sendList(request, reply, { grammar, page: sources.list });
    },
  });

  readRoute(app, {
    url: '/v1/sources/:ref',
    operationId: 'getSource',
    summary: 'Get a source',
    description: 'One source, by id or slug.',
    tag: 'sources',
    answer: 'The source.',
    problems: ['invalid-request', 'not-found', 'gone'],
    examples: [
      { summary: 'By slug', url: '/v1/sources/mark-rutte' },
      { summary: 'A slug that there is not', url: '/v1/sources/nobody' },
    ],
    parameters: refParameters('source'),
    query: itemQuery(grammar),
    body: Source,
    handler: async (request, reply) => {
      const { sources } = await read(request);
      const include = withParents(request.query.include ?? []);
      const source = await sources.get(request.params.ref, include);
      nameItem(source, reply, grammar);
      return toItemBody(source, request, reply);
    },
  });
}
