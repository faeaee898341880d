/**
 * Writing sources over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { compileSerializer } from '../http/json-schema.js';
import { refParameters } from '../http/parameters.js';
import { guardOf, type Resource, resourceRoutes, type Settling } from '../http/resource.js';
import { dryExample, etagOf, readBody, type Writing, writeRoute } from '../http/write-route.js';
import { ClaimwireError } from '../kernel/errors.js';
import { givenRef } from '../kernel/fields.js';
import { Source, SourceBody } from './model.js';
import type { SourceWriter } from './service.js';

type Services = Settling & { readonly sources: SourceWriter };

const given = {
  id: '0192b000-0000-7000-8000-000000000001',
  slug: 'harbour-watch',
  kind: 'organization',
  name: 'Harbour Watch',
  country: 'KR',
};

const resource: Resource<Services, z.output<typeof SourceBody>> = {
  kind: 'source',
  one: 'a source',
  path: '/v1/sources',
  parameter: 'ref',
  item: Source,
  written: Source,
  body: SourceBody,
  kept: ['createdAt', 'updatedAt'],
  stored: ({ sources }, ref) => sources.stored(ref),
  state: ({ sources }, stored) => sources.state(stored),
  create: ({ sources }, body) => sources.create(body),
  replace: ({ sources }, stored, body) => sources.replace(stored, body),
  remove: ({ sources }, stored) => sources.remove(stored),
  get: ({ sources }, id) => sources.get(id),
  refuseMissing: ({ sources }, ref) => sources.refuseMissing(ref),
  problems: ['unknown-reference', 'ambiguous-reference'],
  examples: {
    create: [
      dryExample('POST', 'An organisation', '/v1/sources', given),
      dryExample('POST', 'A slug that another has', '/v1/sources', { ...given, slug: 'nato' }),
    ],
    replace: [
      dryExample('PUT', 'By the slug that it is to have', '/v1/sources/harbour-watch', {
        ...given,
        aliases: ['The Watch'],
      }),
    ],
    patch: [
      dryExample('PATCH', 'Another role, and no address', '/v1/sources/mark-rutte', {
        role: 'Secretary General',
        url: null,
      }),
    ],
    delete: [dryExample('DELETE', 'One that others refer to', '/v1/sources/mark-rutte')],
  },
};

const MergeBody = z
  .strictObject({ into: givenRef.describe('The source that it becomes part of: an id, a slug or a name.') })
  .meta({ id: 'SourceMerge', description: 'Which source another becomes part of.' });

export function sourceWrites(app: FastifyInstance, writing: Writing<Services>): void {
  resourceRoutes(app, writing, resource);
  const guard = guardOf(resource, writing.isIfMatchRequired);
  const serialize = compileSerializer(Source);

  writeRoute(app, {
    method: 'POST',
    url: '/v1/sources/:ref/merge',
    operationId: 'mergeSource',
    summary: 'Make a source part of another',
    description:
      'Whatever refers to the source refers to the other one from now on, which takes over its names and addresses too. The source is gone; its id and slug lead to the other one with 308.',
    tag: 'sources',
    problems: ['not-found', 'gone', 'conflict', 'unknown-reference', 'ambiguous-reference'],
    parameters: refParameters('source'),
    input: MergeBody,
    answers: {
      200: { description: 'The source that it became part of.', body: Source },
      204: { description: 'Done; `Prefer: return=minimal` asks for no more.' },
    },
    examples: [
      dryExample('POST', 'Two that are one', '/v1/sources/plumbline-desk/merge', { into: 'claimwire-desk' }),
    ],
    handler: async (request, reply) => {
      const { into } = readBody(MergeBody, request.body);
      const { ref } = request.params;
      const { result, ...done } = await writing.write(request, async ({ sources, settle }) => {
        const services = { sources, settle };
        const from = (await sources.stored(ref)) ?? (await sources.refuseMissing(ref));
        await guard.assertMayWrite(services, from, request, reply);
        const target = await targetOf(sources, into);
        const { id } = await sources.merge(from, target);
        await settle();
        const source = await sources.get(id);
        return { etag: etagOf(Source, source, source.version), body: serialize(source) };
      });
      return { status: 200 as const, ...done, ...result };
    },
  });
}

/** The source that a body refers to. Throws what resolving it throws, at its place in the body. */
async function targetOf(sources: SourceWriter, into: string) {
  try {
    const { id } = await sources.resolve(into);
    return (await sources.stored(id)) ?? (await sources.refuseMissing(id));
  } catch (error) {
    if (!(error instanceof ClaimwireError)) throw error;
    throw new ClaimwireError(error.code, error.message, {
      issues: [{ pointer: '/into', detail: error.message }],
      cause: error,
    });
  }
}
