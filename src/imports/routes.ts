/**
 * Moving content over HTTP.
 */
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { assertOpens } from '../http/auth.js';
import { codedStream, codingFor } from '../http/coding.js';
import { markPrivate } from '../http/freshness.js';
import { type For, readRoute } from '../http/route.js';
import { ClaimwireError } from '../kernel/errors.js';
import type { SourceReader } from '../sources/service.js';
import { writeExchange } from './export.js';
import { ExportFilter, resolveFilter } from './filter.js';
import type { ArticleStatusWord, ExchangeFilter, Snapshot } from './store.js';

const EXPORTS_AT_ONCE = 2; // of a process: each holds a connection, and the log of what is written meanwhile

const SHOWN: readonly ArticleStatusWord[] = ['published'];
/** What the server looks at besides the URL. */
const VARY = 'Accept-Encoding, Authorization';

/** What is written about for those who may see drafts alone. */
const HIDDEN: readonly ArticleStatusWord[] = ['draft', 'scheduled'];

const query = ExportFilter.extend({
  status: ExportFilter.shape.status.describe(
    'Articles of these statuses in place of published ones, with commas between them. `draft` and `scheduled` need a key that opens `read:drafts`, and with them all that is said in any of these articles is told.',
  ),
});

export interface ExportRoutesOptions {
  readonly openSnapshot: () => Promise<Snapshot>;
  /** How long a reader may take for a piece of some hundred kilobytes. */
  readonly stallMs: number;
}

export function exportRoutes(
  app: FastifyInstance,
  read: For<{ sources: SourceReader }>,
  { openSnapshot, stallMs }: ExportRoutesOptions,
): void {
  let running = 0;

  /** The bytes of an export; whoever takes too long for a piece is cut off. */
  async function* bytesOf(filter: ExchangeFilter, onStall: () => void): AsyncGenerator<Buffer> {
    running += 1;
    try {
      const snapshot = await openSnapshot();
      try {
        for await (const chunk of writeExchange(snapshot, filter)) {
          const stalled = setTimeout(onStall, stallMs);
          try {
            yield chunk;
          } finally {
            clearTimeout(stalled);
          }
        }
      } finally {
        await snapshot.close();
      }
    } finally {
      running -= 1;
    }
  }

  readRoute(app, {
    url: '/v1/export',
    operationId: 'getExport',
    summary: 'Take everything out',
    description:
      'One state of all that readers may see, as lines of JSON that `claimwire import` takes: first a line that names the format, then sources, articles and claims, at last a line that says that nothing is missing. With filters, only the articles that fit, the claims that stand in them, and the sources that these refer to. `status` asks for other articles than published ones; what stands in a retracted one is left out, as it is everywhere.',
    tag: 'moving',
    answer: 'The lines. An answer that does not end with the line `{"end":…}` was cut short.',
    mediaType: 'application/x-ndjson',
    dependsOn: 'moment',
    problems: ['invalid-request', 'unauthorized', 'forbidden', 'busy'],
    examples: [
      { summary: 'Articles of a section', url: '/v1/export?kind=article&section=world' },
      { summary: 'A kind that there is not', url: '/v1/export?kind=event' },
    ],
    query,
    body: z.string(),
    handler: async (request, reply) => {
      const { publisher, status, ...asked } = request.query as ExportFilter;
      const statuses = (status as readonly ArticleStatusWord[] | undefined) ?? SHOWN;
      const hidden = statuses.filter((word) => HIDDEN.includes(word));
      if (hidden.length > 0) {
        assertOpens(request, reply, 'read:drafts', `\`status=${hidden.join(',')}\``);
      }
      if (request.caller !== null) markPrivate(reply);
      const key = publisher === undefined ? undefined : await publisherKey(await read(request), publisher);
      const filter = {
        ...(await resolveFilter({ sourceKey: async () => key }, { ...asked, publisher })),
        statuses,
        isForReaders: hidden.length === 0,
      };
      const describe = () => reply.type('application/x-ndjson; charset=utf-8').header('vary', VARY);
      if (request.method === 'HEAD') {
        describe();
        return Readable.from([]);
      }
      if (running >= EXPORTS_AT_ONCE) throw new ClaimwireError('busy');

      const bytes = bytesOf(filter, () => stream.destroy(new Error('the reader of an export stalled')));
      const first = await bytes.next(); // so that a database that does not answer is a problem, not half an answer
      describe();
      const stream = Readable.from(
        (async function* () {
          if (first.done !== true) yield first.value;
          yield* bytes;
        })(),
      );
      stream.once('close', () => void bytes.return(undefined)); // also where nobody began to read
      const coding = codingFor(request.headers['accept-encoding'], null);
      if (coding.name !== null) reply.header('content-encoding', coding.name);
      return codedStream(stream, coding);
    },
  });
}

/** Throws `invalid-request` for no source. */
async function publisherKey({ sources }: { sources: SourceReader }, ref: string): Promise<number> {
  try {
    return (await sources.find(ref)).key;
  } catch (error) {
    if (!(error instanceof ClaimwireError) || error.code !== 'not-found') throw error;
    const issues = [{ parameter: 'publisher', detail: error.message }];
    throw new ClaimwireError('invalid-request', undefined, { issues });
  }
}
