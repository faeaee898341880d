/**
 * How a route is written: what it promises (the contract's words, its schemas, its examples) and one call.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { z } from 'zod';
import type { ErrorCode } from '../kernel/errors.js';
import type { Dependence } from './freshness.js';

/** The services that a request is answered by: they read at least as far as its bookmark. */
export type For<Services> = (request: FastifyRequest) => Promise<Services>;

/** A request that the contract shows, answered by a server with the seed content. */
export interface RouteExample {
  readonly summary: string;
  readonly url: string;
}

/** What the contract says of an operation besides its schemas. */
export interface Contract {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  /** What the body of a 200 is. */
  readonly answer: string;
  readonly mediaType: string;
  /** The refusals of its own; those of every route need not be named. */
  readonly problems: readonly ErrorCode[];
  readonly examples: readonly RouteExample[];
}

declare module 'fastify' {
  interface FastifyContextConfig {
    contract?: Contract;
  }
}

export interface ReadRoute<Parameters extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>
  extends Omit<Contract, 'mediaType'> {
  readonly url: string;
  /** What its answers depend on; the data if not given. */
  readonly dependsOn?: Dependence;
  readonly parameters?: Parameters;
  readonly query: Query;
  readonly body: Body;
  readonly handler: (
    request: FastifyRequest & { params: z.output<Parameters>; query: z.output<Query> },
    reply: FastifyReply,
  ) => Promise<z.input<Body>>;
}

/** Registers a GET (and with it a HEAD) that answers with JSON. */
export function readRoute<Parameters extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  app: FastifyInstance,
  {
    url,
    dependsOn = 'data',
    parameters,
    query,
    body,
    handler,
    ...contract
  }: ReadRoute<Parameters, Query, Body>,
): void {
  app.route({
    method: 'GET',
    url,
    config: { contract: { ...contract, mediaType: 'application/json' }, dependsOn },
    schema: {
      ...(parameters === undefined ? {} : { params: parameters }),
      querystring: query,
      response: { 200: body },
    },
    handler: handler as RouteHandlerMethod, // the schemas above are what its request was checked by
  });
}
