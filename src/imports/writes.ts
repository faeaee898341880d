/**
 * Bringing content in over HTTP.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { onceKeyOf, printOfRequest, type RunOnce } from '../http/idempotency.js';
import { createLineAnswer } from '../http/line-answer.js';
import { openLinesBody } from '../http/line-body.js';
import { lineRoute, type SendLines } from '../http/line-route.js';
import { createPatience } from '../http/patience.js';
import { Problem, problemOf, problemText } from '../http/problem.js';
import { isDryRun } from '../http/write-route.js';
import { ClaimwireError } from '../kernel/errors.js';
import { yesOrNo } from '../kernel/fields.js';
import type { Services } from '../services.js';
import { type ImportBody, importBodyHere } from './body.js';
import { ExchangeLine } from './exchange.js';
import { ImportedRow, ImportSummary as Summary } from './report.js';
import type { ImportSummary } from './rows.js';
import type { Spool } from './store.js';
import { ON_CONFLICT } from './upsert.js';

const IMPORTS_AT_ONCE = 2; // of a process: each holds a batch in memory, and they write in turns
const REJECTS_MAX = 999_999_999;
/** Of bodies that are brought in at once: as many rows as take less time than a thread takes to start. */
const SHORT_BYTES = 65_536;

/** Said in place of what a failure means elsewhere: here it comes in the middle. */
const LEFT_OFF =
  'It stopped here. Rows of the batches before are stored, and nothing of what was under way; send the same again to go on.';

const option = yesOrNo.optional().meta({ default: false });

const query = {
  onConflict: z
    .enum(ON_CONFLICT)
    .optional()
    .meta({ default: 'update' })
    .describe('What to do with what is stored already and differs; `fail` rejects the row.'),
  atomic: option.describe('Store all, in one transaction, or nothing where one row is rejected.'),
  maxRejects: z
    .string()
    .regex(/^\d{1,9}$/, { error: `must be a whole number from 0 to ${REJECTS_MAX}` })
    .transform(Number)
    .pipe(z.int().min(0))
    .optional()
    .describe('Give up after more rejected rows than these.'),
  each: option.describe('Tell of every row, not of rejected ones alone.'),
};

type Query = z.output<z.ZodObject<typeof query>>;

const example = {
  source: {
    id: '0192b000-0000-7000-8000-000000000005',
    slug: 'harbour-watch',
    kind: 'organization',
    name: 'Harbour Watch',
  },
};
const wrong = { source: { slug: 'Harbour Pilots', kind: 'organization', name: 'Harbour Pilots' } };
const lines = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

export interface ImportRoutesOptions {
  readonly services: Services;
  readonly runOnce: RunOnce;
  readonly openSpool: <Row>() => Spool<Row>;
  /** Brings in bodies that are long, or may be; done here if not given. */
  readonly importLong?: ImportBody | undefined;
  /** Whether what was written is where it will be looked for. */
  readonly isUp: () => Promise<boolean>;
  /** How long a client may neither send nor take anything, in milliseconds. */
  readonly stallMs: number;
}

export function importRoutes(app: FastifyInstance, options: ImportRoutesOptions): void {
  const running = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const stop of running) stop.abort(); // each ends behind its batch, and says so
  });

  lineRoute(app, {
    url: '/v1/import',
    operationId: 'importContent',
    summary: 'Bring content in',
    description:
      'Takes sources, articles and claims as lines of JSON, in any order and of any number, as `GET /v1/export` gives them, and tells line by line what becomes of them: each row is created, made equal to what is stored under the same names, left unchanged, or rejected by itself. They are stored in batches; what was cut off is finished by sending the same again.',
    tag: 'moving',
    answer:
      'A line for each row that is rejected, and with `each=true` for every row, as their batches are stored; at last a line with `counts`, or a problem where it had to stop. An answer that ends with neither was cut off.',
    problems: ['unreadable-file', 'payload-too-large', 'busy'],
    query,
    input: ExchangeLine,
    body: z.union([ImportedRow, Summary, Problem]),
    examples: [
      {
        method: 'POST',
        summary: 'Tried, and nothing stored',
        url: '/v1/import?each=true&dryRun=true',
        body: lines(example, wrong),
      },
      {
        method: 'POST',
        summary: 'A parameter that there is not',
        url: '/v1/import?strict=true',
        body: lines(example),
      },
    ],
    handler: async (request, reply, send) => {
      const key = isDryRun(request) ? null : onceKeyOf(request);
      if (running.size >= IMPORTS_AT_ONCE) throw new ClaimwireError('busy');
      const stop = new AbortController();
      running.add(stop);
      try {
        await options.runOnce(key === null ? null : { key }, () =>
          importBody({ ...options, request, reply, send, key, stop }),
        );
      } finally {
        running.delete(stop);
      }
    },
  });
}

interface Import extends ImportRoutesOptions {
  readonly request: FastifyRequest & { query: Query };
  readonly reply: FastifyReply;
  readonly send: SendLines;
  readonly key: string | null;
  /** Ends it behind the batch that is under way. */
  readonly stop: AbortController;
}

async function importBody({
  services,
  openSpool,
  importLong,
  isUp,
  stallMs,
  request,
  reply,
  send,
  key,
  stop,
}: Import): Promise<void> {
  const { onConflict = 'update', atomic, maxRejects, each } = request.query;
  const by = request.caller?.id ?? null;
  reply.raw.once('close', () => stop.abort());
  const patience = createPatience(stallMs, () => reply.raw.destroy());
  const body = openLinesBody(request, reply, patience);
  const hash = createHash('sha256');
  let isWhole = false;
  async function* chunks() {
    try {
      for await (const chunk of body.chunks) {
        if (key !== null) hash.update(chunk);
        yield chunk;
      }
      isWhole = true;
    } catch (error) {
      if (reply.raw.destroyed || request.raw.destroyed) stop.abort();
      throw error;
    }
  }

  try {
    const before = key === null ? undefined : await services.once<ImportSummary>(key);
    if (before !== undefined) {
      for await (const _chunk of chunks());
      if (printOfRequest(request, hash.digest('base64url')) !== before.print)
        throw new ClaimwireError('idempotency-key-reused');
      send(lines(before.result), { isReplay: true });
      return;
    }

    const isOneTransaction = isDryRun(request) || atomic === true;
    const answer = createLineAnswer(patience);
    // What is told within a transaction must not wait for the client.
    const held = isOneTransaction ? openSpool<object>() : null;
    let onFirst = () => {};
    const first = new Promise<void>((resolve) => {
      onFirst = resolve;
    });
    const here = importBodyHere(services, openSpool);
    const bring = isShort(request) ? here : (importLong ?? here);
    const importing = bring(chunks(), {
      onConflict,
      isDryRun: isDryRun(request),
      isAtomic: atomic === true,
      ...(maxRejects !== undefined && { rejectsMax: maxRejects }),
      by,
      signal: stop.signal,
      isEach: each === true,
      onTold(rows) {
        for (const row of rows)
          if (held === null) answer.add(lines(row));
          else held.add(row);
      },
      async onBatch() {
        onFirst();
        await answer.room();
      },
    });
    try {
      // Where it fails before anything is told, that is the answer.
      await Promise.race([first, importing]);
    } catch (error) {
      held?.close();
      throw error;
    }
    send(answer.stream);
    try {
      let summary = await importing;
      for await (const told of held?.rows() ?? []) {
        answer.add(lines(told));
        await answer.room();
      }
      if (!(await isUp())) throw new ClaimwireError('unavailable');
      if (key !== null && isWhole && summary.isStored && summary.endedBy === null) {
        const done = summary;
        const once = { key, print: printOfRequest(request, hash.digest('base64url')) };
        summary = (await services.write(async () => done, { by, once })).result;
      }
      answer.add(lines(summary));
    } catch (error) {
      if (!reply.raw.destroyed) {
        const { problem } = problemOf(error, request);
        answer.add(`${problemText(problem.status >= 500 ? { ...problem, detail: LEFT_OFF } : problem)}\n`);
      }
    } finally {
      held?.close();
      answer.end();
    }
  } finally {
    body.leave();
  }
}

/** Whether it says that its body is short; one that is compressed may be long. */
function isShort({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'];
  return length !== undefined && Number(length) <= SHORT_BYTES && headers['content-encoding'] === undefined;
}
