/**
 * The parts of claims over HTTP, one by one: attributions, relations and reviews. A part is written as a write of its
 * claim, whose version is the one that counts.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { seenBy } from '../http/drafts.js';
import { nameVersion, rowNamer } from '../http/freshness.js';
import { MERGE_PATCH_TYPE } from '../http/json-body.js';
import { compileSerializer } from '../http/json-schema.js';
import { idParameters, noQuery } from '../http/parameters.js';
import { guardOf, type Settling } from '../http/resource.js';
import { type For, type RouteExample, readRoute } from '../http/route.js';
import { dryExample, etagOf, readBody, type Writing, type Written, writeRoute } from '../http/write-route.js';
import { ClaimwireError, type Issue } from '../kernel/errors.js';
import { idInput } from '../kernel/fields.js';
import { mergePatch } from '../kernel/merge-patch.js';
import { assertSameId, refusal, type Stored } from '../kernel/stored.js';
import { AttributionBody, RelationBody, ReviewBody } from './bodies.js';
import { Attribution, Claim, type ClaimState, nameClaimRows, Relation, Review } from './model.js';
import type { ClaimReader, ClaimWriter } from './service.js';

interface Reading {
  readonly claims: ClaimReader;
}

type Services = Settling & { readonly claims: ClaimWriter };
type Parts = 'attributions' | 'relations' | 'reviews';

interface PartKind {
  readonly parts: Parts;
  readonly part: 'attribution' | 'relation' | 'review';
  /** With its article: `an attribution`. */
  readonly one: string;
  /** What a read answers. */
  readonly item: z.ZodType;
  readonly body: z.ZodType<{ readonly id?: string | undefined }>;
  readonly examples: Readonly<Record<'get' | 'create' | 'patch' | 'delete', readonly RouteExample[]>>;
}

const MADE = { id: '0192b000-0000-7000-8000-000000000007' };
const NONE = '0192a000-0000-7000-8000-000000000000';

interface Exampled {
  /** The URL of the parts of a claim. */
  readonly url: string;
  /** The id of one of them. */
  readonly id: string;
  readonly made: object;
  readonly patch: object;
}

const examplesOf = ({ url, id, made, patch }: Exampled) => ({
  get: [
    { summary: 'By its id', url: `${url}/${id}` },
    { summary: 'An id that there is not', url: `${url}/${NONE}` },
  ],
  create: [dryExample('POST', 'One more', url, { ...MADE, ...made })],
  patch: [dryExample('PATCH', 'Some of it', `${url}/${id}`, patch)],
  delete: [dryExample('DELETE', 'An id that there is not', `${url}/${NONE}`)],
});

const kinds: readonly PartKind[] = [
  {
    parts: 'attributions',
    part: 'attribution',
    one: 'an attribution',
    item: Attribution,
    body: AttributionBody,
    examples: examplesOf({
      url: '/v1/claims/0192adbb-8a50-7702-bc7a-1b678fa8c4d9/attributions',
      id: '0192a000-0000-7000-8000-000000000030',
      made: { source: 'claimwire-desk', stance: 'questions', context: 'an interview' },
      patch: { mode: 'indirect' },
    }),
  },
  {
    parts: 'relations',
    part: 'relation',
    one: 'a relation',
    item: Relation,
    body: RelationBody,
    examples: examplesOf({
      url: '/v1/claims/0192adbb-8e38-7593-8537-ea54042591a5/relations',
      id: '0192a000-0000-7000-8000-000000000032',
      made: { kind: 'refines', claim: '0192a8be-5d48-70f9-8fee-bc70a4373a31' },
      patch: { note: 'It names the number.' },
    }),
  },
  {
    parts: 'reviews',
    part: 'review',
    one: 'a review',
    item: Review,
    body: ReviewBody,
    examples: examplesOf({
      url: '/v1/claims/0192adbb-8a50-7702-bc7a-1b678fa8c4d9/reviews',
      id: '0192a000-0000-7000-8000-000000000001',
      made: {
        reviewer: 'claimwire-desk',
        rating: 'Nobody can know yet',
        verdict: 'unproven',
        reviewedAt: '2024-10-30T08:00:00Z',
      },
      patch: { verdict: 'mixed' },
    }),
  },
];

/** What is the matter with a part, told of the part alone. */
async function within<Result>(prefix: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ClaimwireError) || error.issues.length === 0) throw error;
    const issues = error.issues.map(
      (issue): Issue =>
        issue.pointer?.startsWith(prefix) ? { ...issue, pointer: issue.pointer.slice(prefix.length) } : issue,
    );
    throw new ClaimwireError(error.code, error.message, { issues, cause: error });
  }
}

export function claimPartRoutes(
  app: FastifyInstance,
  read: For<Reading & { readonly drafts: Reading }>,
  writing: Writing<Services>,
): void {
  for (const kind of kinds) partRoutes(app, read, writing, kind);
}

function partRoutes(
  app: FastifyInstance,
  read: For<Reading & { readonly drafts: Reading }>,
  { write, isIfMatchRequired }: Writing<Services>,
  { parts, part, one, item, body, examples }: PartKind,
): void {
  const url = `/v1/claims/:id/${parts}`;
  const name = `Claim${part.charAt(0).toUpperCase()}${part.slice(1)}`;
  const ofClaim = idParameters('claim');
  const ofPart = ofClaim.extend({ part: idInput.describe(`The id of the ${part}.`) });
  const serialize = compileSerializer(item);
  const problems = ['unknown-reference', 'ambiguous-reference', 'not-found', 'gone'] as const;
  const quoting = parts === 'attributions' ? (['quote-not-found', 'quote-ambiguous'] as const) : [];

  const missing = (id: string) =>
    new ClaimwireError('not-found', `The claim has no ${part} of its own with the id “${id}”.`);

  /** A part of a claim as it is read. Throws `not-found`. */
  const shown = (claim: Claim, id: string) => {
    const found = (claim[parts] as { id: string }[]).find((each) => each.id === id);
    if (found === undefined) throw missing(id);
    return { ...found, version: claim.version };
  };

  const answer = async ({ claims, settle }: Services, claim: string, id: string) => {
    await settle();
    const { version, ...found } = shown(await claims.get(claim), id);
    return {
      etag: etagOf(item, found, version),
      body: serialize(found),
      location: `/v1/claims/${claim}/${parts}/${id}`,
    };
  };

  /** The claim of a request, which may be written to. */
  const claimOf = async (
    services: Services,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Stored> => {
    const { id, part: partId } = request.params as { id: string; part?: string };
    const { claims } = services;
    const stored = (await claims.stored(id)) ?? (await claims.refuseMissing(id));
    const guarded = {
      item,
      get: async () => shown(await claims.get(id), partId ?? ''),
    };
    const guard =
      partId === undefined
        ? guardOf({ item: Claim, get: () => claims.get(id) }, isIfMatchRequired)
        : guardOf(guarded, isIfMatchRequired);
    await guard.assertMayWrite(services, stored, request, reply);
    return stored;
  };

  /** Makes a claim have these parts; what is wrong with the one at `place` is told of it alone. */
  const replaceParts = (
    { claims }: Services,
    stored: Stored,
    { externalId: _externalId, ...state }: ClaimState,
    list: readonly unknown[],
    place: number,
  ) => within(`/${parts}/${place}`, () => claims.replace(stored, { ...state, [parts]: list }));

  readRoute(app, {
    url: `${url}/:part`,
    operationId: `get${name}`,
    summary: `Get ${one} of a claim`,
    description: `One ${part} of a claim, by their ids. Its ETag begins with the version of the claim.`,
    tag: 'claims',
    answer: `The ${part}.`,
    problems: ['invalid-request', 'not-found', 'gone'],
    examples: examples.get,
    parameters: ofPart,
    query: noQuery,
    body: item,
    handler: async (request, reply) => {
      const { id, part: wanted } = request.params;
      const services = await read(request);
      const { claims } = await seenBy<Reading>(request, reply, services, (drafts) =>
        drafts.claims.isHidden(id),
      );
      const { version, ...found } = shown(await claims.get(id), wanted);
      nameVersion(reply, version);
      nameClaimRows({ id, [parts]: [found] }, rowNamer(reply));
      return found;
    },
  });

  writeRoute(app, {
    method: 'POST',
    url,
    operationId: `create${name}`,
    summary: `Add ${one} to a claim`,
    description: `Adds ${one} to a claim. \`If-Match\` takes an ETag of the claim.`,
    tag: 'claims',
    problems: [...problems, ...quoting, 'conflict'],
    parameters: ofClaim,
    input: body,
    answers: { 201: { description: `The ${part}, which was added.`, body: item } },
    examples: examples.create,
    handler: async (request, reply) => {
      const given = withoutDirection(readBody(body, request.body));
      const { result, ...done } = await write(request, async (services) => {
        const stored = await claimOf(services, request, reply);
        const state = await services.claims.state(stored);
        const held: readonly { id?: string | undefined }[] = state[parts];
        if (given.id !== undefined && held.some(({ id }) => id === given.id))
          throw refusal('conflict', { pointer: '/id', detail: `belongs to ${one} of the claim already` });
        await replaceParts(services, stored, state, [...held, given], held.length);
        const known = new Set(held.map(({ id }) => id));
        const now: readonly { id?: string | undefined }[] = (await services.claims.state(stored))[parts];
        const made = now.find(({ id }) => !known.has(id))?.id;
        if (made === undefined) throw new ClaimwireError('conflict', `The claim has this ${part} already.`);
        return answer(services, stored.id, made);
      });
      return { status: 201, ...done, ...result };
    },
  });

  writeRoute(app, {
    method: 'PATCH',
    url: `${url}/:part`,
    operationId: `patch${name}`,
    summary: `Change ${one} of a claim`,
    description: `Changes the fields of ${one} that are given (JSON Merge Patch, RFC 7396). \`If-Match\` takes an ETag of the ${part} or of the claim.`,
    tag: 'claims',
    problems: [...problems, ...quoting, 'conflict'],
    parameters: ofPart,
    input: z.record(z.string(), z.unknown()).meta({
      id: `${name}Patch`,
      description: `The fields of the ${part} that are to change, each as it is to be; null for none.`,
    }),
    mediaType: MERGE_PATCH_TYPE,
    answers: {
      200: { description: `The ${part}, as it is now.`, body: item },
      204: { description: 'Done; `Prefer: return=minimal` asks for no more.' },
    },
    examples: examples.patch,
    handler: async (request, reply): Promise<Written> => {
      const { part: id } = request.params;
      const { result, ...done } = await write(request, async (services) => {
        const stored = await claimOf(services, request, reply);
        const state = await services.claims.state(stored);
        const held: readonly { id?: string | undefined }[] = state[parts];
        const place = held.findIndex((each) => each.id === id);
        if (place < 0) throw missing(id);
        const given = withoutDirection(readBody(body, mergePatch(held[place], request.body)));
        assertSameId({ id }, given.id);
        await replaceParts(services, stored, state, held.with(place, { ...given, id }), place);
        const { location: _location, ...rest } = await answer(services, stored.id, id);
        return rest;
      });
      return { status: 200, ...done, ...result };
    },
  });

  writeRoute(app, {
    method: 'DELETE',
    url: `${url}/:part`,
    operationId: `delete${name}`,
    summary: `Take ${one} from a claim`,
    description: `Deletes ${one} of a claim. \`If-Match\` takes an ETag of the ${part} or of the claim.`,
    tag: 'claims',
    problems: ['not-found', 'gone'],
    parameters: ofPart,
    answers: { 204: { description: 'It is deleted.' } },
    examples: examples.delete,
    handler: async (request, reply): Promise<Written> => {
      const { part: id } = request.params;
      const { result: _result, ...done } = await write(request, async (services) => {
        const stored = await claimOf(services, request, reply);
        const state = await services.claims.state(stored);
        const held: readonly { id?: string | undefined }[] = state[parts];
        if (!held.some((each) => each.id === id)) throw missing(id);
        await replaceParts(
          services,
          stored,
          state,
          held.filter((each) => each.id !== id),
          held.length,
        );
      });
      return { status: 204, ...done };
    },
  });
}

/** A part without the word for whose it is: only what a claim does to others is its own. Throws `invalid-request`. */
function withoutDirection<Given extends object>(given: Given): Given {
  const { direction, ...rest } = given as Given & { direction?: string };
  if (direction === 'incoming')
    throw refusal('invalid-request', {
      pointer: '/direction',
      detail: 'must be outgoing: what another claim does to this one is written there',
    });
  return rest as unknown as Given;
}
