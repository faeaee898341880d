/**
 * How a route that writes is written: what it promises, and what all of them take and answer alike. A dry run answers as
 * if, and changes nothing.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ClaimwireError, type ErrorCode } from '../kernel/errors.js';
import { yesOrNo } from '../kernel/fields.js';
import { check } from '../kernel/issues.js';
import { BOOKMARK_HEADER } from './bookmark.js';
import { CACHE_CONTROL } from './caching.js';
import { REPLAYED_HEADER } from './idempotency.js';
import { MERGE_PATCH_TYPE } from './json-body.js';
import { compileSerializer } from './json-schema.js';
import { onlyForm } from './representation.js';
import type { Contract, RouteExample } from './route.js';
import { toIssue } from './validation.js';
import { printOf, toEtag } from './validators.js';

export const DRY_RUN_HEADER = 'Claimwire-Dry-Run';
/** What pages of other origins may read of an answer. */
export const EXPOSED_HEADERS = [
  'ETag',
  'Link',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
];
/** The same of an answer to a write. */
export const EXPOSED_OF_WRITES = [
  ...EXPOSED_HEADERS,
  ...['Accept-Patch', BOOKMARK_HEADER, DRY_RUN_HEADER, REPLAYED_HEADER, 'Location', 'Preference-Applied'],
].join(', ');
const ISSUES_MAX = 100; // told of one body; whoever has more has sent something else

/** What a write is done by: `work` runs in a transaction, again where writers cross each other; `note` is for its revisions. */
export interface Writing<Services> {
  write<Result>(
    request: FastifyRequest,
    work: (services: Services) => Promise<Result>,
    note?: string,
  ): Promise<{
    readonly result: Result;
    readonly bookmark: string;
    /** Whether it was done before, and this is what it gave then. */
    readonly isReplay: boolean;
  }>;
  /** Whether what is stored is changed with `If-Match` alone. */
  readonly isIfMatchRequired: boolean;
}

/** What the contract says of a write besides what it says of every operation. */
export interface WriteContract {
  /** The shape of the body, where there is one. */
  readonly input?: z.ZodType;
  readonly mediaType?: string;
  /** What each success is, and what its body holds. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly body?: z.ZodType }>>;
  /** Whether it takes and answers lines, of any number, and no conditions. */
  readonly isOfLines?: boolean;
}

export interface WriteRoute<Parameters extends z.ZodType>
  extends Omit<Contract, 'forms' | 'answer' | 'write'>,
    WriteContract {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly parameters?: Parameters;
  readonly handler: (
    request: FastifyRequest & { params: z.output<Parameters> },
    reply: FastifyReply,
  ) => Promise<Written>;
}

/** What became of a write. */
export interface Written {
  readonly status: 200 | 201 | 204;
  readonly bookmark: string;
  readonly isReplay: boolean;
  readonly etag?: string;
  readonly location?: string;
  /** The body, written. */
  readonly body?: string;
}

export const writeQuery = z.strictObject({
  dryRun: yesOrNo.optional().meta({ default: false }).describe('Check and answer as if, and change nothing.'),
});

export const isDryRun = ({ query }: FastifyRequest): boolean =>
  (query as z.output<typeof writeQuery>).dryRun === true;

/** What any write can be refused for. */
const COMMON: readonly ErrorCode[] = [
  'invalid-request',
  'precondition-failed',
  'precondition-required',
  'idempotency-in-progress',
  'idempotency-key-reused',
];
const OF_BODIES: readonly ErrorCode[] = ['malformed-json', 'payload-too-large', 'unsupported-media-type'];

/** Registers a route that writes. */
export function writeRoute<Parameters extends z.ZodType>(
  app: FastifyInstance,
  route: WriteRoute<Parameters>,
): void {
  const {
    method,
    url,
    parameters,
    handler,
    input,
    mediaType = 'application/json',
    answers,
    ...contract
  } = route;
  const [first] = Object.values(answers);
  app.route({
    method,
    url,
    config: {
      needs: 'write',
      contract: {
        ...contract,
        answer: first?.description ?? '',
        forms: onlyForm(),
        problems: [...COMMON, ...(input === undefined ? [] : OF_BODIES), ...contract.problems],
        write: { ...(input && { input, mediaType }), answers },
      },
    },
    schema: { ...(parameters === undefined ? {} : { params: parameters }), querystring: writeQuery },
    onRequest: async (_request, reply) => {
      reply.header('access-control-expose-headers', EXPOSED_OF_WRITES);
      if (method === 'PATCH') reply.header('accept-patch', MERGE_PATCH_TYPE);
    },
    handler: async (request, reply) => {
      if (input !== undefined) assertMediaType(request, mediaType);
      const written = await handler(request as Parameters_<typeof handler>, reply);
      return sendWritten(written, request, reply);
    },
  });
}

type Parameters_<Handler extends (request: never, reply: FastifyReply) => unknown> = Handler extends (
  request: infer Request,
  reply: FastifyReply,
) => unknown
  ? Request
  : never;

/** Throws `unsupported-media-type` for a body that is of the other kind of JSON, or where there is none. */
export function assertMediaType(request: FastifyRequest, mediaType: string): void {
  const [given = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  if (given.trim().toLowerCase() === mediaType) return;
  throw new ClaimwireError(
    'unsupported-media-type',
    `This URL reads a body of the type ${mediaType}${given === '' ? '; none was sent' : ''}.`,
  );
}

const MINIMAL = /(?:^|,)\s*return\s*=\s*"?minimal"?\s*(?:[;,]|$)/i;

function sendWritten(
  { status, bookmark, isReplay, etag, location, body }: Written,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const isDry = isDryRun(request);
  reply.header('cache-control', CACHE_CONTROL.moment);
  reply.header(BOOKMARK_HEADER, bookmark);
  if (isDry) reply.header(DRY_RUN_HEADER, 'true');
  if (isReplay) reply.header(REPLAYED_HEADER, 'true');
  // What was not stored is nowhere to be found, and nothing to be matched.
  if (etag !== undefined && !isDry) reply.header('etag', etag);
  if (location !== undefined && !isDry) reply.header('location', location);
  if (status === 204 || body === undefined) return reply.code(status).send();
  if (MINIMAL.test([request.headers.prefer].flat().join(','))) {
    reply.header('preference-applied', 'return=minimal');
    return reply.code(status === 201 ? 201 : 204).send();
  }
  return reply.code(status).type('application/json; charset=utf-8').send(body);
}

/** The ETag that a thing is answered with when it is read, without a content coding. */
export function etagOf(schema: z.ZodType, item: unknown, version: number): string {
  return toEtag(printOf(compileSerializer(schema)(item), version), '');
}

/** What a body holds by its schema. Throws `invalid-request` with all that is wrong, up to ISSUES_MAX. */
export function readBody<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> {
  const { value, issues } = check(schema, data);
  if (issues.length === 0) return value as z.output<Schema>;
  const told = issues.slice(0, ISSUES_MAX).map(({ path, detail }) => toIssue('body', path, detail));
  throw new ClaimwireError('invalid-request', undefined, {
    issues:
      issues.length > ISSUES_MAX
        ? [...told, { detail: `and ${issues.length - ISSUES_MAX} more are wrong` }]
        : told,
  });
}

/** An example of a write, which is run dry so that the next one finds everything as it was. */
export const dryExample = (
  method: NonNullable<RouteExample['method']>,
  summary: string,
  url: string,
  body?: unknown,
): RouteExample => ({ method, summary, url: `${url}?dryRun=true`, ...(body === undefined ? {} : { body }) });
