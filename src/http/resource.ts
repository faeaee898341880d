/**
 * The four writes of a kind of thing: one is made, replaced, patched and deleted. What is answered is what the next read
 * gives, with the ETag that it has.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ClaimwireError, type ErrorCode } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import { mergePatch } from '../kernel/merge-patch.js';
import { type FollowedAnchors, refusal, type Stored } from '../kernel/stored.js';
import { MERGE_PATCH_TYPE } from './json-body.js';
import { compileSerializer } from './json-schema.js';
import { idParameters, refParameters } from './parameters.js';
import { mayWrite, readPreconditions } from './preconditions.js';
import type { RouteExample } from './route.js';
import { printOf, toEtag } from './validators.js';
import { etagOf, readBody, type Writing, type Written, writeRoute } from './write-route.js';

/** What every write is done with: the rest of what follows from a change is derived by `settle`. */
export interface Settling {
  settle(): Promise<void>;
}

/** A thing as it is read. */
interface Item {
  readonly id: string;
  readonly version: number;
}

export interface Saved {
  readonly id: string;
  /** What became of the anchors in it, of what has anchors. */
  readonly anchors?: FollowedAnchors;
}

/** Fields of a body besides those that the server keeps. */
interface Given {
  readonly id?: string | undefined;
  readonly slug?: string | undefined;
  readonly version?: number | undefined;
}

export interface Resource<Services extends Settling, Body extends Given> {
  readonly kind: 'article' | 'claim' | 'source';
  /** With its article: `an article`. */
  readonly one: string;
  readonly path: string;
  /** What names one in a URL: an id, or a slug as well. */
  readonly parameter: 'id' | 'ref';
  /** What a read answers. */
  readonly item: z.ZodType;
  /** What a write answers: the same, with what became of the anchors in it behind it. */
  readonly written: z.ZodType;
  readonly body: z.ZodType<Body>;
  /** The fields of a body that the server keeps, besides the version, by their names in an answer. */
  readonly kept: readonly string[];
  readonly stored: (services: Services, ref: string) => Promise<Stored | undefined>;
  /** All that is stored, as it would be given. */
  readonly state: (services: Services, stored: Stored) => Promise<object>;
  readonly create: (services: Services, body: Body) => Promise<Saved>;
  readonly replace: (services: Services, stored: Stored, body: Body) => Promise<Saved>;
  readonly remove: (services: Services, stored: Stored) => Promise<void>;
  readonly get: (services: Services, id: string) => Promise<Item>;
  /** Throws what is to be said of one that is not there. */
  readonly refuseMissing: (services: Services, ref: string) => Promise<never>;
  /** Refusals of its own. */
  readonly problems: readonly ErrorCode[];
  readonly examples: Readonly<Record<'create' | 'replace' | 'patch' | 'delete', readonly RouteExample[]>>;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The checks that come before a write to what is stored, or to what is not there yet. */
export function guardOf<Services extends Settling>(
  { item, get }: Pick<Resource<Services, never>, 'item' | 'get'>,
  isIfMatchRequired: boolean,
) {
  const refuse = async (
    services: Services,
    stored: Stored | undefined,
    reply: FastifyReply,
  ): Promise<never> => {
    if (stored === undefined) throw new ClaimwireError('precondition-failed', 'Nothing is stored there.');
    const held = await get(services, stored.id);
    reply.header('etag', etagOf(item, held, held.version));
    throw new ClaimwireError('precondition-failed', `Version ${stored.version} is stored.`);
  };

  return {
    /** Throws `precondition-failed`, the ETag of what is stored being set, and `precondition-required`. */
    async assertMayWrite(
      services: Services,
      stored: Stored | undefined,
      request: FastifyRequest,
      reply: FastifyReply,
    ): Promise<void> {
      if (!mayWrite(readPreconditions(request.headers), stored?.version, isIfMatchRequired))
        await refuse(services, stored, reply);
    },

    /** A version in a body is a condition, too. */
    async assertVersion(
      services: Services,
      stored: Stored,
      version: number | undefined,
      reply: FastifyReply,
    ): Promise<void> {
      if (version !== undefined && version !== stored.version) await refuse(services, stored, reply);
    },
  };
}

/** Refuses conditions where something is made that cannot be there before. */
export function assertUnconditional({ headers }: FastifyRequest): void {
  const { ifMatch } = readPreconditions(headers);
  if (ifMatch === null) return;
  throw new ClaimwireError('invalid-request', undefined, {
    issues: [{ parameter: 'If-Match', detail: 'has no place where something new is made' }],
  });
}

/** What is told of a thing that was written: what the next read gives, and its ETag. */
export async function tellWritten<Services extends Settling>(
  { item, get }: Pick<Resource<Services, never>, 'item' | 'get'>,
  services: Services,
  { id, anchors }: Saved,
): Promise<{ etag: string; body: string }> {
  await services.settle();
  const held = await get(services, id);
  const read = compileSerializer(item)(held);
  return {
    etag: toEtag(printOf(read, held.version), ''),
    body: anchors === undefined ? read : `${read.slice(0, -1)},"anchors":${writeAnchors(anchors)}}`,
  };
}

/** Registers the four writes of a kind of thing. */
export function resourceRoutes<Services extends Settling, Body extends Given>(
  app: FastifyInstance,
  { write, isIfMatchRequired }: Writing<Services>,
  resource: Resource<Services, Body>,
): void {
  const { kind, one, path, parameter, written, body, kept, examples } = resource;
  const guard = guardOf(resource, isIfMatchRequired);
  const parameters = parameter === 'id' ? idParameters(kind) : refParameters(kind);
  const refOf = ({ params }: FastifyRequest): string => (params as Record<string, string>)[parameter] ?? '';

  /** A body without what the server keeps. Throws `invalid-request` where that is not as it is. */
  const withoutKept = async (services: Services, given: Body, stored: Stored | undefined): Promise<Body> => {
    const { version, ...rest } = given as Body & Record<string, unknown>;
    const isVersionAsked = stored === undefined && version !== undefined;
    if (!isVersionAsked && !kept.some((name) => name in rest)) return rest as unknown as Body;
    const own = Object.fromEntries(
      Object.entries(rest).filter(([name]) => !kept.includes(name)),
    ) as unknown as Body;
    const asked = Object.entries(rest).filter(([name, value]) => kept.includes(name) && value !== undefined);
    if (isVersionAsked) asked.push(['version', version]);
    if (asked.length === 0) return own;
    const held = stored === undefined ? {} : ((await resource.get(services, stored.id)) as object);
    const wrong = asked.filter(([name, value]) => (held as Record<string, unknown>)[name] !== value);
    if (wrong.length > 0)
      throw new ClaimwireError('invalid-request', undefined, {
        issues: wrong.map(([name]) => ({
          pointer: `/${name}`,
          detail:
            stored === undefined
              ? 'is kept by the server; leave it out'
              : `is kept by the server, and is ${JSON.stringify((held as Record<string, unknown>)[name])}; leave it out`,
        })),
      });
    return own;
  };

  const told = async (services: Services, saved: Saved) => ({
    location: `${path}/${saved.id}`,
    ...(await tellWritten(resource, services, saved)),
  });

  const create = async (services: Services, given: Body) =>
    told(services, await resource.create(services, await withoutKept(services, given, undefined)));

  const replace = async (services: Services, stored: Stored, given: Body) => {
    const { location: _location, ...rest } = await told(
      services,
      await resource.replace(services, stored, await withoutKept(services, given, stored)),
    );
    return rest;
  };

  const one200 = { description: `The ${kind}, as it is now.`, body: written };
  const one201 = { description: `The ${kind}, which was made.`, body: written };
  const none = { description: `Done; \`Prefer: return=minimal\` asks for no more.` };
  const common = { tag: `${kind}s`, problems: resource.problems };

  writeRoute(app, {
    ...common,
    method: 'POST',
    url: path,
    operationId: `create${capital(kind)}`,
    summary: `Make ${one}`,
    description: `Makes a new ${kind}, with all that is given with it, or nothing of it.`,
    problems: [...common.problems, 'conflict'],
    input: body,
    answers: { 201: one201 },
    examples: examples.create,
    handler: async (request) => {
      assertUnconditional(request);
      const given = readBody(body, request.body);
      const { result, ...done } = await write(request, (services) => create(services, given));
      return { status: 201, ...done, ...result };
    },
  });

  writeRoute(app, {
    ...common,
    method: 'PUT',
    url: `${path}/:${parameter}`,
    operationId: `replace${capital(kind)}`,
    summary: `Make or replace ${one}`,
    description: `Makes the ${kind} all of what is given: what is left out is as if it were never given. Where there is none, it is made. \`If-None-Match: *\` makes one only where there is none.`,
    problems: [...common.problems, 'gone', 'conflict'],
    parameters,
    input: body,
    answers: { 200: one200, 201: one201, 204: none },
    examples: examples.replace,
    handler: async (request, reply): Promise<Written> => {
      const ref = refOf(request);
      const given = readBody(body, named(request.body, ref));
      const { result, ...done } = await write(request, async (services) => {
        const stored = await resource.stored(services, ref);
        await guard.assertMayWrite(services, stored, request, reply);
        if (stored === undefined)
          return { status: 201 as const, ...(await create(services, assertNamed(given, ref))) };
        await guard.assertVersion(services, stored, given.version, reply);
        return { status: 200 as const, ...(await replace(services, stored, given)) };
      });
      return { ...done, ...result };
    },
  });

  writeRoute(app, {
    ...common,
    method: 'PATCH',
    url: `${path}/:${parameter}`,
    operationId: `patch${capital(kind)}`,
    summary: `Change ${one}`,
    description: `Changes the fields that are given (JSON Merge Patch, RFC 7396): null takes a value away, a list is replaced whole. The ${kind} is patched as a writer would give it, with ids for references.`,
    problems: [...common.problems, 'not-found', 'gone', 'conflict'],
    parameters,
    input: patchOf(kind),
    mediaType: MERGE_PATCH_TYPE,
    answers: { 200: one200, 204: none },
    examples: examples.patch,
    handler: async (request, reply): Promise<Written> => {
      const { result, ...done } = await write(request, async (services) => {
        const stored = await found(services, request, reply);
        const { externalId: _externalId, ...state } = (await resource.state(services, stored)) as Record<
          string,
          unknown
        >;
        const given = readBody(body, mergePatch(state, request.body));
        await guard.assertVersion(services, stored, given.version, reply);
        return replace(services, stored, given);
      });
      return { status: 200, ...done, ...result };
    },
  });

  writeRoute(app, {
    ...common,
    method: 'DELETE',
    url: `${path}/:${parameter}`,
    operationId: `delete${capital(kind)}`,
    summary: `Delete ${one}`,
    description: `Deletes the ${kind} and all that belongs to it. What others refer to stays.`,
    problems: ['not-found', 'gone', 'in-use'],
    parameters,
    answers: { 204: { description: 'It is deleted.' } },
    examples: examples.delete,
    handler: async (request, reply): Promise<Written> => {
      const { result: _result, ...done } = await write(request, async (services) =>
        resource.remove(services, await found(services, request, reply)),
      );
      return { status: 204, ...done };
    },
  });

  /** What is stored under the URL of a request, which may be written to. */
  async function found(services: Services, request: FastifyRequest, reply: FastifyReply): Promise<Stored> {
    const ref = refOf(request);
    const stored = (await resource.stored(services, ref)) ?? (await resource.refuseMissing(services, ref));
    await guard.assertMayWrite(services, stored, request, reply);
    return stored;
  }
}

/** A body whose slug is that of the URL, if it names none. */
function named(body: unknown, ref: string): unknown {
  if (isId(ref) || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.hasOwn(body, 'slug') ? body : { ...body, slug: ref };
}

/** What is made under a URL must be found there. Throws `invalid-request`. */
function assertNamed<Body extends Given>(body: Body, ref: string): Body {
  const field = isId(ref) ? 'id' : 'slug';
  const wanted = isId(ref) ? ref.toLowerCase() : ref;
  const given = body[field];
  if (given !== undefined && given !== wanted)
    throw refusal('invalid-request', {
      pointer: `/${field}`,
      detail: `must be ${wanted}, as in the URL, where nothing is stored yet; or leave it out`,
    });
  return { ...body, [field]: wanted };
}

const ORPHANS_TOLD_MAX = 100;

/** What became of the anchors in a text that was written. */
export const Anchors = z
  .object({
    moved: z.int().describe('How many stand at another place now, or stand again.'),
    orphaned: z
      .array(z.object({ claim: z.string(), attribution: z.string(), exact: z.string() }))
      .describe(`Those whose quote does not stand in the text, up to ${ORPHANS_TOLD_MAX}.`),
    moreOrphaned: z
      .boolean()
      .describe('Whether there are more; `/v1/claims?anchor=orphaned` lists them all.'),
  })
  .meta({ id: 'Anchors', description: 'What became of the anchors in an article, with a write to it.' });

const writeAnchors = ({ moved, orphaned }: FollowedAnchors): string =>
  compileSerializer(Anchors)({
    moved,
    orphaned: orphaned.slice(0, ORPHANS_TOLD_MAX),
    moreOrphaned: orphaned.length > ORPHANS_TOLD_MAX,
  });

/** The shape of a patch, for the contract. */
const patchOf = (kind: string): z.ZodType =>
  z.record(z.string(), z.unknown()).meta({
    id: `${capital(kind)}Patch`,
    description: `The fields of a \`${capital(kind)}Input\` that are to change, each as it is to be; null for none.`,
  });
