/**
 * How a route is written: what it promises (the contract's words, its schemas, its examples) and one call.
 */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { z } from 'zod';
import type { Scope } from '../kernel/caller.js';
import type { ErrorCode } from '../kernel/errors.js';
import { type Dependence, markPrivate } from './freshness.js';
import { contentTypeOf, type Form, onlyForm, withForms } from './representation.js';
import type { WriteContract } from './write-route.js';

/** The services that a request is answered by: they read at least as far as its bookmark. */
export type For<Services> = (request: FastifyRequest) => Promise<Services>;

/** A request that the contract shows, answered by a server with the seed content. */
export interface RouteExample {
  readonly summary: string;
  /** GET if not given. */
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
}

/** What tells an example from any other: its URL, and of a write its method and body. */
export const exampleKey = ({ method, url, body }: RouteExample): string =>
  method === undefined ? url : `${method} ${url}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`;

/** What the contract says of an operation besides its schemas. */
export interface Contract {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  /** What the body of a 200 is. */
  readonly answer: string;
  /** The forms in which it is given, the one without being asked first. */
  readonly forms: readonly Form[];
  /** Whether it is answered whatever `Accept` says: for clients that name what they like best, and read what comes. */
  readonly ignoresAccept?: boolean;
  /** The refusals of its own; those of every route need not be named. */
  readonly problems: readonly ErrorCode[];
  readonly examples: readonly RouteExample[];
  /** Of a write: what it takes and how it succeeds. */
  readonly write?: WriteContract;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    contract?: Contract;
  }
}

/** An answer in a form of its own, sent as it is. */
export type Written = string | Readable;

export interface ReadRoute<Parameters extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>
  extends Omit<Contract, 'forms' | 'write'> {
  readonly url: string;
  /** `application/json` if not given; a body of another type is a text, written as it is. */
  readonly mediaType?: string | undefined;
  /** Where there are several; the handler gives a text or a stream in those that are not JSON. */
  readonly forms?: readonly Form[];
  /** What its answers depend on; the data if not given. */
  readonly dependsOn?: Dependence;
  /** What a key must open for it to be answered; its answers are for the caller alone. */
  readonly needs?: Scope;
  /** Whether it is answered without a key where all else needs one. */
  readonly isOpen?: boolean;
  /** A parameter that does in place of a key where reading needs one; the route itself checks it. */
  readonly opensBy?: string;
  readonly parameters?: Parameters;
  readonly query: Query;
  readonly body: Body;
  readonly handler: (
    request: FastifyRequest & { params: z.output<Parameters>; query: z.output<Query> },
    reply: FastifyReply,
  ) => Promise<z.input<Body> | Written>;
}

/** Registers a GET (and with it a HEAD). */
export function readRoute<Parameters extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  app: FastifyInstance,
  {
    url,
    dependsOn = 'data',
    needs,
    isOpen = false,
    opensBy,
    parameters,
    query,
    body,
    handler,
    mediaType,
    forms = onlyForm(mediaType),
    ...contract
  }: ReadRoute<Parameters, Query, Body>,
): void {
  const typed: typeof handler = async (request, reply) => {
    if (needs !== undefined) markPrivate(reply);
    const answer = await handler(request, reply);
    if (request.form !== null && !reply.hasHeader('content-type')) reply.type(contentTypeOf(request.form));
    return answer;
  };
  app.route({
    method: 'GET',
    url,
    config: {
      contract: { ...contract, forms },
      dependsOn,
      isOpen,
      ...(needs && { needs }),
      ...(opensBy && { opensBy }),
    },
    schema: {
      ...(parameters === undefined ? {} : { params: parameters }),
      querystring: withForms(query, forms),
      response: { 200: body },
    },
    // The schemas above are what its request was checked by.
    handler: (forms.length === 1 && mediaType === undefined && needs === undefined
      ? handler
      : typed) as RouteHandlerMethod,
  });
}
