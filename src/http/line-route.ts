/**
 * A route that takes lines of JSON, as many as come, and answers with lines while they come.
 */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ErrorCode } from '../kernel/errors.js';
import { CACHE_CONTROL } from './caching.js';
import { REPLAYED_HEADER } from './idempotency.js';
import { LINES_TYPE, takeLines } from './line-body.js';
import { letTakeItsTime } from './refusals.js';
import { onlyForm } from './representation.js';
import { assertUnconditional } from './resource.js';
import type { Contract } from './route.js';
import {
  assertMediaType,
  DRY_RUN_HEADER,
  EXPOSED_OF_WRITES,
  isDryRun,
  type WriteContract,
  writeQuery,
} from './write-route.js';

export interface LineRoute<Query extends z.ZodRawShape>
  extends Omit<Contract, 'forms' | 'write'>,
    Required<Pick<WriteContract, 'input'>> {
  readonly url: string;
  /** Parameters besides those of every write. */
  readonly query: Query;
  /** What a line of the answer holds; `input` is what one of the request does. */
  readonly body: z.ZodType;
  /** Gives the answer by `send`, once, and goes on for as long as it likes; what it throws before that is answered. */
  readonly handler: (
    request: FastifyRequest & { query: z.output<z.ZodObject<Query>> },
    reply: FastifyReply,
    send: SendLines,
  ) => Promise<void>;
}

export type SendLines = (lines: string | Readable, options?: { readonly isReplay?: boolean }) => void;

/** What any such request can be refused for. */
const COMMON: readonly ErrorCode[] = [
  'invalid-request',
  'unsupported-media-type',
  'idempotency-in-progress',
  'idempotency-key-reused',
];

/** Registers a POST. */
export function lineRoute<Query extends z.ZodRawShape>(
  app: FastifyInstance,
  { url, query, body, input, handler, ...contract }: LineRoute<Query>,
): void {
  void app.register(async (scope) => {
    takeLines(scope); // other routes answer 415 to such a body, unread
    scope.route({
      method: 'POST',
      url,
      config: {
        needs: 'write',
        contract: {
          ...contract,
          forms: onlyForm(LINES_TYPE),
          problems: [...COMMON, ...contract.problems],
          write: {
            input,
            mediaType: LINES_TYPE,
            answers: { 200: { description: contract.answer, body } },
            isOfLines: true,
          },
        },
      },
      schema: { querystring: writeQuery.extend(query) },
      onRequest: async (request, reply) => {
        reply.header('access-control-expose-headers', EXPOSED_OF_WRITES);
        letTakeItsTime(request, reply);
      },
      handler: async (request, reply) => {
        assertMediaType(request, LINES_TYPE);
        assertUnconditional(request);
        await handler(request as Parameters<typeof handler>[0], reply, (lines, { isReplay = false } = {}) => {
          reply.header('cache-control', CACHE_CONTROL.moment);
          if (isDryRun(request)) reply.header(DRY_RUN_HEADER, 'true');
          if (isReplay) reply.header(REPLAYED_HEADER, 'true');
          void reply.type(`${LINES_TYPE}; charset=utf-8`).send(lines);
        });
        return reply;
      },
    });
  });
}
