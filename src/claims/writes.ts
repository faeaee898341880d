/**
 * Writing claims over HTTP: whole, and part by part.
 */
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { type Resource, resourceRoutes, type Settling } from '../http/resource.js';
import { dryExample, type Writing } from '../http/write-route.js';
import { ClaimwireError } from '../kernel/errors.js';
import type { Stored } from '../kernel/stored.js';
import { ClaimBody } from './bodies.js';
import { Claim } from './model.js';
import type { ClaimWriter } from './service.js';

type ClaimServices = Settling & { readonly claims: ClaimWriter };

/** A claim as it is given, with what it does to others alone: what they do to it is theirs. Throws `invalid-request`. */
async function withoutIncoming({ claims }: ClaimServices, stored: Stored | undefined, body: ClaimBody) {
  const incoming = body.relations.filter(({ direction }) => direction === 'incoming');
  const held = stored === undefined || incoming.length === 0 ? [] : (await claims.get(stored.id)).relations;
  const issues = body.relations.flatMap(({ direction, id }, place) =>
    direction !== 'incoming' || held.some((one) => one.id === id && one.direction === 'incoming')
      ? []
      : [
          {
            pointer: `/relations/${place}`,
            detail: 'is what another claim does to this one; write it there',
          },
        ],
  );
  if (issues.length > 0) throw new ClaimwireError('invalid-request', undefined, { issues });
  return {
    ...body,
    relations: body.relations
      .filter(({ direction }) => direction !== 'incoming')
      .map(({ direction: _direction, ...relation }) => relation),
  };
}

const given = {
  id: '0192b000-0000-7000-8000-000000000005',
  text: 'The harbour opens on Monday.',
  language: 'en',
  attributions: [
    {
      id: '0192b000-0000-7000-8000-000000000006',
      source: 'claimwire-desk',
      context: 'an interview',
    },
  ],
};

const EXAMPLE = '/v1/claims/0192a8be-5d48-70f9-8fee-bc70a4373a31';

const claimResource: Resource<ClaimServices, z.output<typeof ClaimBody>> = {
  kind: 'claim',
  one: 'a claim',
  path: '/v1/claims',
  parameter: 'id',
  item: Claim,
  written: Claim,
  body: ClaimBody,
  kept: ['standing', 'createdAt', 'updatedAt'],
  stored: ({ claims }, ref) => claims.stored(ref),
  state: ({ claims }, stored) => claims.state(stored),
  create: async (services, body) => services.claims.create(await withoutIncoming(services, undefined, body)),
  replace: async (services, stored, body) =>
    services.claims.replace(stored, await withoutIncoming(services, stored, body)),
  remove: ({ claims }, stored) => claims.remove(stored),
  get: ({ claims }, id) => claims.get(id),
  refuseMissing: ({ claims }, id) => claims.refuseMissing(id),
  problems: ['unknown-reference', 'ambiguous-reference', 'quote-not-found', 'quote-ambiguous'],
  examples: {
    create: [
      dryExample('POST', 'What somebody said outside any article', '/v1/claims', given),
      dryExample('POST', 'A source that there is not', '/v1/claims', {
        ...given,
        attributions: [{ source: 'Mark Rute', context: 'an interview' }],
      }),
    ],
    replace: [dryExample('PUT', 'By the id that it is to have', `/v1/claims/${given.id}`, given)],
    patch: [dryExample('PATCH', 'Other tags', EXAMPLE, { tags: ['ukraine'] })],
    delete: [dryExample('DELETE', 'One that another relates to', EXAMPLE)],
  },
};

export function claimWrites(app: FastifyInstance, writing: Writing<ClaimServices>): void {
  resourceRoutes(app, writing, claimResource);
}
