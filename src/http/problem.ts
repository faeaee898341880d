/**
 * Failures over HTTP: one body for all of them, application/problem+json (RFC 9457). A 5xx tells nothing of its cause.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ClaimwireError, type ErrorCode, errorCodes, errorTable } from '../kernel/errors.js';
import { withoutKeys } from '../kernel/key-text.js';
import { CACHE_CONTROL } from './caching.js';
import { SECURITY_HEADERS } from './security.js';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** On every problem, also where no hook runs: without the second, the page that asked may not read why it failed. */
export const PROBLEM_HEADERS = {
  ...SECURITY_HEADERS,
  'content-type': PROBLEM_TYPE,
  'access-control-allow-origin': '*',
  'cache-control': CACHE_CONTROL.moment,
};
const RETRY_AFTER_SECONDS = 5;
const INSTANCE_LENGTH_MAX = 200; // enough of the path to recognise it
const ISSUES_TOLD_MAX = 3; // in one sentence; the list has them all

/** What each code means over HTTP. Total: a code without a status does not compile. */
export const statusOf: Readonly<Record<ErrorCode, number>> = {
  'invalid-request': 400,
  'invalid-cursor': 400,
  'invalid-bookmark': 400,
  'malformed-url': 400,
  'malformed-json': 400,
  'malformed-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'invalid-preview': 403,
  'not-found': 404,
  gone: 410,
  'unknown-route': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'request-timeout': 408,
  'precondition-failed': 412,
  'payload-too-large': 413,
  'uri-too-long': 414,
  'unsupported-media-type': 415,
  'expectation-failed': 417,
  'precondition-required': 428,
  'too-many-requests': 429,
  'headers-too-large': 431,
  conflict: 409,
  'in-use': 409,
  'idempotency-in-progress': 409,
  'idempotency-key-reused': 422,
  'unknown-reference': 400,
  'ambiguous-reference': 400,
  'quote-not-found': 400,
  'quote-ambiguous': 400,
  'unreadable-file': 400,
  busy: 503,
  unavailable: 503,
  internal: 500,
};

export const Problem = z
  .object({
    type: z.string().describe('A URL on this server that tells about the code.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened this time, and what to do about it.'),
    instance: z.string().describe('The path that was asked for.'),
    code: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().describe('JSON Pointer (RFC 6901) into the body.'),
          parameter: z.string().optional().describe('Name of a parameter of the URL.'),
          detail: z.string(),
        }),
      )
      .describe('Each thing that is wrong with the request, all at once.'),
    requestId: z.string().describe('Stands beside every line that the server logged about this request.'),
  })
  .meta({ id: 'Problem', description: 'Why a request failed (RFC 9457).' });
export type Problem = z.infer<typeof Problem>;

/** The framework's own refusals, in the house's words. */
const codeOfFramework: Record<string, ErrorCode> = {
  FST_ERR_BAD_URL: 'malformed-url',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
};

/** Any error as one with a code: the framework's refusals have theirs, all others are `internal`. */
function toClaimwireError(error: unknown): ClaimwireError {
  if (error instanceof ClaimwireError) return error;
  const code = codeOfFramework[(error as Partial<FastifyError> | null)?.code ?? ''];
  return new ClaimwireError(code ?? 'internal', undefined, { cause: error });
}

/** What happened, in the words of each thing that is wrong where there are such, and what to do about it. */
function detailOf(error: ClaimwireError): string {
  const { meaning, cure } = errorTable[error.code];
  if (statusOf[error.code] >= 500) return `${meaning} ${cure}`;
  if (error.issues.length === 0) return `${error.message} ${cure}`;
  const told = error.issues.slice(0, ISSUES_TOLD_MAX).map(({ parameter, pointer, detail }) => {
    const place = parameter ?? pointer;
    const subject = pointer === '' ? 'The body ' : place === undefined ? '' : `\`${place}\` `;
    return subject + detail.replace(/\.$/, '');
  });
  const rest = error.issues.length - told.length;
  const sentence = `${told.join('; ')}${rest > 0 ? `; and ${rest} more, see \`errors\`` : ''}`;
  return sentence.endsWith('?') ? sentence : `${sentence}.`;
}

/** The body that tells a caller of an error. */
export function toProblem(error: ClaimwireError, path: string, requestId: string): Problem {
  return {
    type: `/problems/${error.code}`,
    title: errorTable[error.code].title,
    status: statusOf[error.code],
    detail: detailOf(error),
    instance: path.slice(0, INSTANCE_LENGTH_MAX),
    code: error.code,
    errors: [...error.issues],
    requestId,
  };
}

/** The body as it is sent: what a caller put a key into, path or parameter, comes back without it. */
export const problemText = (problem: Problem): string => withoutKeys(JSON.stringify(problem));

/** The problem of a request, logged with what a caller is not told. */
export function problemOf(
  thrown: unknown,
  request: FastifyRequest,
): { problem: Problem; error: ClaimwireError } {
  const error = toClaimwireError(thrown);
  if (statusOf[error.code] >= 500)
    request.log.error({ err: error.cause ?? error, code: error.code }, error.message);
  else request.log.debug({ code: error.code, errors: error.issues }, error.message);
  const path = request.url.split('?', 1)[0] ?? '';
  return { problem: toProblem(error, path, request.id), error };
}

/** Answers a request with its problem, and logs what a caller is not told. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem, error } = problemOf(thrown, request);
  if (error.code === 'unavailable' || error.code === 'busy') reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (error.code === 'idempotency-in-progress') reply.header('retry-after', 1);
  return reply.code(problem.status).headers(PROBLEM_HEADERS).send(problemText(problem));
}
