/**
 * What the contract says of the answers of an operation, and of the body that it takes, with the examples of both.
 */
import type { FastifyContextConfig } from 'fastify';
import type { z } from 'zod';
import { type ErrorCode, errorCodes, errorTable } from '../kernel/errors.js';
import { headersByName } from './caching.js';
import { SPARSE_TYPE } from './fields.js';
import type { JsonSchema } from './json-schema.js';
import { statusOf } from './problem.js';
import type { Form } from './representation.js';
import { type Contract, exampleKey, type RouteExample } from './route.js';
import { headersOfLines, headersOfWrites } from './writes-contract.js';

/** Answers to the contract's examples, by URL, as a server with the seed content gave them. */
export type RecordedAnswers = Readonly<Record<string, { readonly status: number; readonly body: unknown }>>;

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
export function responsesOf(
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
export const linesOf = (contentSchema: JsonSchema): JsonSchema => ({
  type: 'string',
  description: 'Lines of JSON, each of which by itself is as `contentSchema` says.',
  contentMediaType: 'application/json',
  contentSchema,
});

/** The responses of an operation that writes. */
export function writeResponsesOf(
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
export function requestBodyOf({ operationId, examples, write }: Contract, schema: JsonSchema): JsonSchema {
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

/** The response components that an operation refers to. */
export function usedResponses(operations: Iterable<JsonSchema>) {
  const text = JSON.stringify([...operations]);
  return Object.fromEntries(
    Object.entries(problemResponses).filter(([name]) => text.includes(`"#/components/responses/${name}"`)),
  );
}
