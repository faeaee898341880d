/**
 * The contract: the OpenAPI 3.1 document, made from the routes as they are registered and nothing else.
 */
import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import type { FastifyContextConfig, FastifyInstance } from 'fastify';
import { z } from 'zod';
import { keyScheme } from './auth.js';
import { bookmarkParameter } from './bookmark.js';
import { freshnessHeaders, notModifiedResponse } from './caching.js';
import {
  linesOf,
  type RecordedAnswers,
  requestBodyOf,
  responsesOf,
  usedResponses,
  writeResponsesOf,
} from './contract-answers.js';
import { Sparse } from './fields.js';
import { type JsonSchema, toContractSchema } from './json-schema.js';
import { BODY_BYTES_MAX, HEADER_BYTES_MAX, REQUEST_TIMEOUT_MS, URL_LENGTH_MAX } from './limits.js';
import { movedResponse } from './moved.js';
import { Problem } from './problem.js';
import { rateHeaders } from './rates.js';
import { exampleKey, type RouteExample } from './route.js';
import { parametersOfWrites, writeHeaders, writeParameters } from './writes-contract.js';

const PACKAGE = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  description: string;
};

/** The release that is running. */
export const version: string = PACKAGE.version;

export function readRecordedAnswers(): RecordedAnswers {
  return JSON.parse(
    readFileSync(new URL('../../../docs/examples.json', import.meta.url), 'utf8'),
  ) as RecordedAnswers;
}

const info = {
  title: 'Claimwire',
  version,
  description: `${PACKAGE.description}

A request has at most:

- ${URL_LENGTH_MAX} characters of URL (\`uri-too-long\`)
- ${HEADER_BYTES_MAX} bytes of headers, the request line among them (\`headers-too-large\`)
- ${BODY_BYTES_MAX} bytes of body (\`payload-too-large\`)
- ${REQUEST_TIMEOUT_MS / 1_000} seconds to arrive (\`request-timeout\`)

The body of an import may be of any length, and take as long as it goes on.

How many requests are answered in a minute is for each server to say (\`too-many-requests\`).`,
  license: { name: 'MIT', identifier: 'MIT' },
};

const tags = [
  { name: 'articles', description: 'News articles, with their text as HTML, CommonMark or plain text.' },
  { name: 'claims', description: 'What is claimed, by whom, where in the text, and who disputes it.' },
  { name: 'sources', description: 'Publishers, organisations and people whom content and claims come from.' },
  { name: 'feeds', description: 'Articles for feed readers, and their addresses for search engines.' },
  { name: 'search', description: 'Articles, claims and sources, found by their words.' },
  { name: 'moving', description: 'Everything at once, to be moved elsewhere and back.' },
  { name: 'server', description: 'Where to start, and whether the server is well.' },
];

/** The framework drops what stands beside a reference; in a list of one the reference leaves room for it. */
function wrapReferences(query: JsonSchema): JsonSchema {
  const wrapped = Object.entries(query.properties as Record<string, JsonSchema>).map(
    ([name, { $ref, ...beside }]) => [name, $ref === undefined ? beside : { allOf: [{ $ref }], ...beside }],
  );
  return { ...query, properties: Object.fromEntries(wrapped) };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: JsonSchema;
  required?: boolean;
  style?: string;
  explode?: boolean;
}

/** Lists in a query are written with commas, a default makes up for what is left out, and a description stands once. */
function tidyParameter(parameter: Parameter): void {
  delete parameter.schema.description;
  if (parameter.schema.default !== undefined) parameter.required = false;
  if (parameter.in === 'query' && parameter.schema.type === 'array')
    Object.assign(parameter, { style: 'form', explode: false });
}

/** Which keys open an operation: any of these; an empty one stands for no key. */
type Security = Record<string, readonly string[]>[];

const KEY = 'key';
const securitySchemes = { [KEY]: keyScheme };

const securityOf = ({ needs, isOpen }: FastifyContextConfig, readsNeedKey: boolean): Security => {
  if (needs !== undefined) return [{ [KEY]: [needs] }];
  if (isOpen) return [];
  return readsNeedKey ? [{ [KEY]: [] }] : [{}, { [KEY]: [] }];
};

interface Document extends JsonSchema {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        tags: string[];
        parameters?: (Parameter | { $ref: string })[];
        requestBody?: JsonSchema;
        responses: JsonSchema;
        security?: Security;
      }
    >
  >;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The examples of the contract, by what tells each from any other. */
    readonly examples: ReadonlyMap<string, RouteExample>;
  }
}

export interface ContractOptions {
  readonly answers: RecordedAnswers;
  readonly readsNeedKey: boolean;
}

/** Collects the routes of an app; to be registered before them. */
export async function collectContract(
  app: FastifyInstance,
  { answers, readsNeedKey }: ContractOptions,
): Promise<void> {
  const { components } = toContractSchema(z.object({ problem: Problem }));
  const responses = new Map<string, JsonSchema>();
  const ofLines = new Set<string>();
  const bodies = new Map<string, JsonSchema>();
  const examples = new Map<string, RouteExample>();
  app.decorate('examples', examples);
  app.addHook('onRoute', ({ config }) => {
    for (const example of config?.contract?.examples ?? []) examples.set(exampleKey(example), example);
  });
  const convert = (schema: unknown, io: 'input' | 'output' = 'output'): JsonSchema => {
    const converted = toContractSchema(schema as z.ZodType, io);
    Object.assign(components, converted.components);
    return converted.schema;
  };

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      tags,
      servers: [{ url: '/', description: 'This server.' }],
      security: [],
      components: { securitySchemes },
    },

    transform: ({ schema, url, route }) => {
      const contract = route.config?.contract;
      if (contract === undefined) return { schema: { hide: true }, url };
      const { querystring, params, response } = schema as unknown as Record<string, unknown>;
      const { operationId, summary, description, tag, write } = contract;
      const asked = convert(querystring);
      const config = { ...route.config, contract };
      if (write !== undefined) {
        responses.set(operationId, writeResponsesOf(config, answers, convert));
        if (write.isOfLines) ofLines.add(operationId);
        if (write.input !== undefined) {
          const input = convert(write.input, 'input');
          bodies.set(operationId, requestBodyOf(contract, write.isOfLines ? linesOf(input) : input));
        }
      } else {
        const body = convert((response as Record<string, unknown>)[200]);
        const sparse = 'fields' in (asked.properties as object) ? convert(Sparse) : null;
        responses.set(operationId, responsesOf(config, { body, sparse }, answers));
      }
      const written = {
        operationId,
        summary,
        description,
        tags: [tag],
        security: securityOf(config, readsNeedKey),
        querystring: wrapReferences(asked),
        ...(params === undefined ? {} : { params: convert(params) }),
      };
      return { url, schema: written as never };
    },

    transformObject: (given) => {
      const document = ('openapiObject' in given
        ? given.openapiObject
        : given.swaggerObject) as unknown as Document;
      const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
      );
      for (const { path, method, operation } of operations) {
        const { operationId } = operation;
        const parameters = (operation.parameters ?? []) as Parameter[];
        parameters.forEach(tidyParameter);
        if (method !== 'get')
          operation.parameters = [
            ...parameters,
            ...parametersOfWrites(method, operationId, ofLines.has(operationId)),
          ];
        else if (!operation.tags.includes('server'))
          operation.parameters = [...parameters, { $ref: '#/components/parameters/Bookmark' }];
        const body = bodies.get(operationId);
        if (body !== undefined) operation.requestBody = body;
        operation.responses = {
          ...responses.get(operationId),
          ...(path.startsWith('/v1/sources/{') && { 308: { $ref: '#/components/responses/Moved' } }),
        };
      }
      const schemas = Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)));
      const headers = {
        Link: { description: 'The pages after and before this one (RFC 8288).', schema: { type: 'string' } },
        ...freshnessHeaders,
        ...rateHeaders,
        WWWAuthenticate: {
          description: 'What is wrong with the key, or which is needed (RFC 6750).',
          schema: { type: 'string' },
        },
        ...writeHeaders,
      };
      return {
        ...document,
        components: {
          schemas,
          parameters: { Bookmark: bookmarkParameter, ...writeParameters },
          responses: {
            NotModified: notModifiedResponse,
            Moved: movedResponse,
            ...usedResponses(responses.values()),
          },
          headers,
          securitySchemes,
        },
      } as never;
    },
  });
}
