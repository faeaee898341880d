/**
 * Bodies of requests that are lines of JSON, of any length: read as they flow, decompressed where they are compressed.
 */
import type { Readable } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decoders, decompressed } from '../kernel/decompressed.js';
import { ClaimwireError } from '../kernel/errors.js';
import type { Patience } from './patience.js';

export const LINES_TYPE = 'application/x-ndjson';

const LINGER_MS = 10_000; // in which a client notices that it is answered before it has sent all

/** By content coding; null where there is nothing to decode. */
const byCoding: Readonly<Record<string, typeof decoders.gzip | null>> = {
  identity: null,
  ...decoders,
  'x-gzip': decoders.gzip, // RFC 9110, section 8.4.1.3
};

/** The content codings that are read, for `Accept-Encoding` (RFC 9110, section 12.5.3). */
const READ = Object.keys(byCoding)
  .filter((name) => byCoding[name] !== undefined && name !== 'x-gzip')
  .join(', ');

/** Hands the body of such a type on as the stream that it is; to be called for routes that read it so. */
export function takeLines(app: FastifyInstance): void {
  app.addContentTypeParser(LINES_TYPE, (_request, body, done) => done(null, body));
}

export interface LinesBody {
  /**
   * Its bytes, decompressed. Throws `unreadable-file` for what is not in the coding that it is said to be in, and whatever the
   * connection fails with.
   */
  readonly chunks: AsyncIterable<Buffer>;
  /** To be called in the end: what still comes is thrown away, so that the client can read its answer, for a while. */
  leave(): void;
}

/** Opens a body that `takeLines` handed on. Throws `unsupported-media-type` for a coding or charset that is not read. */
export function openLinesBody(request: FastifyRequest, reply: FastifyReply, patience: Patience): LinesBody {
  const { headers, raw } = request;
  const coding = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const decoder = Object.hasOwn(byCoding, coding) ? byCoding[coding] : undefined;
  if (decoder === undefined) {
    reply.header('accept-encoding', READ);
    throw new ClaimwireError(
      'unsupported-media-type',
      `A body in the coding “${coding.slice(0, 40)}” is not read; ${READ} are.`,
    );
  }
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers['content-type'] ?? '') ?? [];
  if (!/^(utf-8|us-ascii)$/i.test(charset))
    throw new ClaimwireError(
      'unsupported-media-type',
      `A body in the charset “${charset.slice(0, 40)}” is not read.`,
    );

  // One iterator to the end: to give it back would end the connection before it is answered.
  const sent: AsyncIterator<Buffer> = (request.body as Readable).iterator({ destroyOnReturn: false });
  let endOfWait = () => {};
  async function* chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      endOfWait = patience.begin();
      const next = await sent.next().finally(endOfWait);
      if (next.done === true) return;
      yield next.value;
    }
  }

  return {
    chunks:
      decoder === null
        ? chunks()
        : decompressed(
            decoder,
            chunks(),
            (fault) =>
              new ClaimwireError(
                'unreadable-file',
                `The body is not in the coding ${coding} as it says: ${fault}.`,
              ),
          ),
    leave() {
      endOfWait();
      const end = (): void => void raw.destroy();
      const overdue = setTimeout(end, LINGER_MS);
      // Of a request that is answered Node does not say that its connection has closed.
      raw.socket.once('close', end);
      if (raw.socket.destroyed) end();
      const done = (): void => {
        clearTimeout(overdue);
        raw.socket.off('close', end);
      };
      drained(sent).then(done, done);
    },
  };
}

async function drained(chunks: AsyncIterator<unknown>): Promise<void> {
  while ((await chunks.next()).done !== true);
}
