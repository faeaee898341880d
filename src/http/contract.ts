/**
 * The contract: the OpenAPI 3.1 document, made from the routes as they are registered and nothing else.
 */
import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import type { FastifyContextConfig, FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type ErrorCode, errorCodes, errorTable } from '../kernel/errors.js';
import { keyScheme } from './auth.js';
import { bookmarkParameter } from './bookmark.js';
import { freshnessHeaders, headersByName, notModifiedResponse } from './caching.js';
import { SPARSE_TYPE, Sparse } from './fields.js';
import { type JsonSchema, toContractSchema } from './json-schema.js';
import { BODY_BYTES_MAX, HEADER_BYTES_MAX, REQUEST_TIMEOUT_MS, URL_LENGTH_MAX } from './limits.js';
import { movedResponse } from './moved.js';
import { Problem, statusOf } from './problem.js';
import { rateHeaders } from './rates.js';
import type { Form } from './representation.js';
import { type Contract, exampleKey, type RouteExample } from './route.js';
import {
  headersOfLines,
  headersOfWrites,
  parametersOfWrites,
  writeHeaders,
  writeParameters,
} from './writes-contract.js';

/** What any route can answer with, besides its own. */
const COMMON_PROBLEMS: readonly ErrorCode[] = [
  'malformed-request',
  'not-acceptable',
  'uri-too-long',
  'headers-too-large',
  'internal',
  'unavailable',
];

/** What a route can answer with besides where it asks who calls. */
const KEYED_PROBLEMS: readonly ErrorCode[] = ['unauthorized', 'too-many-requests'];

const PACKAGE = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
  description: string;
};

/** The release that is running. */
export const version: string = PACKAGE.version;

/** Answers to the contract's examples, by URL, as a server with the seed content gave them. */
export type RecordedAnswers = Readonly<Record<string, { readonly status: number; readonly body: unknown }>>;

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

/** Response components, one for each status that a problem can have: `Problem400`. */
const responseName = (status: number): string => `Problem${status}`;

const headersOfProblem: Readonly<Record<number, string[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  429: ['RateLimit', 'RateLimit-Policy', 'Retry-After'],
};

const problemResponses = Object.fromEntries(
  [...new Set(errorCodes.map((code) => statusOf[code]))].sort().map((status) => {
    const codes = errorCodes.filter((code) => statusOf[code] === status);
    return [
      responseName(status),
      {
        description: codes.map((code) => `\`${code}\`: ${errorTable[code].title}.`).join(' '),
        ...(headersOfProblem[status] && { headers: headersByName(...headersOfProblem[status]) }),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ];
  }),
);

type Examples = Record<string, { summary: string; value: unknown }>;

/** The name of the form that an example asks for. */
const formAskedBy = ({ url }: RouteExample, [first]: readonly Form[]): string | undefined =>
  new URLSearchParams(url.split('?')[1]).get('format') ?? first?.name;

/** The examples that are answered with this status, and in this form where that is named. */
function examplesOf(contract: Contract, answers: RecordedAnswers, status: number, form?: Form): Examples {
  const named = contract.examples.flatMap((example, index) => {
    const { method = 'GET', url, summary } = example;
    const answer = answers[exampleKey(example)];
    const isOther = form !== undefined && formAskedBy(example, contract.forms) !== form.name;
    if (answer === undefined || answer.status !== status || isOther) return [];
    return [
      [
        `${contract.operationId}${index + 1}`,
        { summary: `${summary}: \`${method} ${url}\``, value: answer.body },
      ] as const,
    ];
  });
  return Object.fromEntries(named);
}

const withExamples = (content: JsonSchema, examples: Examples): JsonSchema =>
  Object.keys(examples).length === 0 ? content : { ...content, examples };

type Route = FastifyContextConfig & { readonly contract: Contract };

/** The problems of an operation, by their status, its examples among them. */
function problemsOf({ contract, isOpen, needs }: Route, answers: RecordedAnswers): JsonSchema {
  const codes = [
    ...contract.problems,
    ...COMMON_PROBLEMS,
    ...(isOpen ? [] : KEYED_PROBLEMS),
    ...(needs === undefined ? [] : (['forbidden'] as const)),
  ];
  const statuses = [...new Set(codes.map((code) => statusOf[code]))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const examples = examplesOf(contract, answers, status);
      const component = problemResponses[responseName(status)];
      if (Object.keys(examples).length === 0 || component === undefined)
        return [status, { $ref: `#/components/responses/${responseName(status)}` }];
      const problem = component.content['application/problem+json'];
      return [
        status,
        {
          ...component,
          content: { 'application/problem+json': withExamples(problem, examples) },
        },
      ];
    }),
  );
}

/** The responses of an operation that reads, its examples among them. */
function responsesOf(
  route: Route,
  { body, sparse }: { body: JsonSchema; sparse: JsonSchema | null },
  answers: RecordedAnswers,
): JsonSchema {
  const { contract, dependsOn } = route;
  const isKept = dependsOn !== 'moment';
  const headers = [
    ...(contract.operationId.startsWith('list') ? ['Link'] : []),
    ...(isKept ? ['ETag', 'Cache-Control'] : []),
    ...(dependsOn === 'data' ? ['Last-Modified', 'Surrogate-Key'] : []),
  ];
  return {
    200: {
      description: contract.answer,
      ...(headers.length === 0 ? {} : { headers: headersByName(...headers) }),
      content: {
        ...Object.fromEntries(
          contract.forms.map((form) => [
            form.mediaType,
            withExamples({ schema: form.schema ?? body }, examplesOf(contract, answers, 200, form)),
          ]),
        ),
        ...(sparse && { [SPARSE_TYPE]: { schema: sparse } }),
      },
    },
    ...(isKept ? { 304: { $ref: '#/components/responses/NotModified' } } : {}),
    ...problemsOf(route, answers),
  };
}

/** The schema of lines, each of which is JSON of a schema by itself. */
const linesOf = (contentSchema: JsonSchema): JsonSchema => ({
  type: 'string',
  description: 'Lines of JSON, each of which by itself is as `contentSchema` says.',
  contentMediaType: 'application/json',
  contentSchema,
});

/** The responses of an operation that writes. */
function writeResponsesOf(
  route: Route,
  answers: RecordedAnswers,
  convert: (schema: z.ZodType) => JsonSchema,
): JsonSchema {
  const { contract } = route;
  const { answers: told = {}, isOfLines = false } = contract.write ?? {};
  const [form] = contract.forms;
  const successes = Object.entries(told).map(([status, { description, body }]) => [
    status,
    {
      description,
      headers: isOfLines ? headersOfLines() : headersOfWrites(Number(status), body !== undefined),
      ...(body && {
        content: {
          [form?.mediaType ?? 'application/json']: withExamples(
            { schema: isOfLines ? linesOf(convert(body)) : convert(body) },
            examplesOf(contract, answers, Number(status)),
          ),
        },
      }),
    },
  ]);
  return { ...Object.fromEntries(successes), ...problemsOf(route, answers) };
}

/** The body that a write takes, with those of its examples. */
function requestBodyOf({ operationId, examples, write }: Contract, schema: JsonSchema): JsonSchema {
  const given = examples.flatMap(({ summary, body }, index) =>
    body === undefined ? [] : [[`${operationId}${index + 1}`, { summary, value: body }] as const],
  );
  return {
    required: true,
    content: {
      [write?.mediaType ?? 'application/json']: withExamples({ schema }, Object.fromEntries(given)),
    },
  };
}

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

/** The response components that an operation refers to. */
function usedResponses(operations: Iterable<JsonSchema>) {
  const text = JSON.stringify([...operations]);
  return Object.fromEntries(
    Object.entries(problemResponses).filter(([name]) => text.includes(`"#/components/responses/${name}"`)),
  );
}
