/**
 * Reads files of any shape as a stream of rows. Tables and rows of our own are read as they come in; every other
 * shape is read whole, bounded in size, in a thread that is bounded in memory and time, since what is parsed may be hostile.
 */
import { Worker } from 'node:worker_threads';
import { ClaimwireError } from '../kernel/errors.js';
import { markOf } from './charset.js';
import type { ColumnMap } from './csv-map.js';
import { assertText } from './decode.js';
import { readExchange } from './exchange-reader.js';
import { foreignRows } from './foreign-rows.js';
import type { AnyRow, ReaderOptions } from './model.js';
import type { Answer, Task } from './reading-thread.js';
import { HEAD_BYTES, type Shape, tellShape } from './shape.js';

/** A file as it comes in. `name` is a path or address; `charset` is what its sender says. */
export interface Input {
  readonly name: string;
  readonly charset?: string | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

const MEGABYTE = 1_000_000;
const ARTICLE_BYTES_MAX = 5 * MEGABYTE; // ten times the longest text that an article may have
const DOCUMENT_BYTES_MAX = 64 * MEGABYTE; // a feed or an export; WordPress itself splits larger ones
const READ_MS_MAX = 60_000; // ten times what the largest takes here
const HEAP = { maxOldGenerationSizeMb: 1_024, maxYoungGenerationSizeMb: 64 };
const THREAD = new URL('./reading-thread.js', import.meta.url);

const ofOneArticle: ReadonlySet<Shape> = new Set(['markdown', 'page', 'html']);

export interface ReadingOptions extends ReaderOptions {
  /** Which column of a table holds which field; null where the names of the columns say so themselves. */
  readonly columns?: ColumnMap | null;
  /** How long one document may take, in milliseconds. */
  readonly readMsMax?: number;
}

export function createReading({ readMsMax = READ_MS_MAX, columns = null, ...options }: ReadingOptions) {
  let thread: Worker | undefined;

  const read = (task: Task): Promise<AnyRow[]> =>
    new Promise((resolve, reject) => {
      thread ??= new Worker(THREAD, { resourceLimits: HEAP });
      const worker = thread;
      const finish = () => {
        clearTimeout(overdue);
        worker.off('message', onAnswer).off('error', onError);
      };
      /** For good: what it is busy with cannot be stopped otherwise. */
      const giveUp = (error: unknown) => {
        finish();
        thread = undefined;
        worker.on('error', () => {}); // it may still say why
        void worker.terminate();
        reject(error);
      };
      const onAnswer = ({ rows, failure }: Answer) => {
        finish();
        if (failure === null) resolve(rows);
        else reject(fromFailure(failure));
      };
      const onError = (error: NodeJS.ErrnoException) =>
        giveUp(
          error.code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? unreadable(`one that takes more than ${HEAP.maxOldGenerationSizeMb} MB of memory to read`)
            : error,
        );
      const overdue = setTimeout(
        () => giveUp(unreadable(`one that takes longer than ${readMsMax / 1_000} seconds to read`)),
        readMsMax,
      ).unref(); // as long as it runs, the thread keeps the process
      worker.on('message', onAnswer).on('error', onError);
      worker.postMessage(task);
    });

  async function* documentRows(input: Input, shape: Shape): AsyncGenerator<AnyRow> {
    const max = ofOneArticle.has(shape) ? ARTICLE_BYTES_MAX : DOCUMENT_BYTES_MAX;
    const bytes = await collect(input.chunks, max);
    yield* await read({ file: { name: input.name, bytes }, options, stated: input.charset });
  }

  return {
    /**
     * The rows of a file, whatever its shape. The iteration throws ClaimwireError `unreadable-file` for a file of no known
     * shape, and for a fault that spoils all of it.
     */
    async *rows(input: Input): AsyncGenerator<AnyRow> {
      const { head, chunks, close } = await peek(input.chunks, HEAD_BYTES);
      try {
        assertText(head);
        const { name, charset: stated } = input;
        const shape = tellShape(beginningOf(head));
        if (shape === 'rows') yield* readExchange(name, chunks);
        else if (shape === 'table') {
          const { readTable } = await import('./csv.js'); // which needs an HTML parser, of many megabytes
          yield* foreignRows(readTable({ name, head, chunks, stated }, columns, options));
        } else yield* foreignRows(documentRows({ ...input, chunks }, shape));
      } finally {
        await close();
      }
    },

    /** Ends the thread. */
    async close(): Promise<void> {
      await thread?.terminate();
      thread = undefined;
    },
  };
}

/** The shape is told from ASCII characters: how the others are encoded makes no difference. */
function beginningOf(head: Uint8Array): string {
  const mark = markOf(head);
  return new TextDecoder(mark ?? 'latin1').decode(head);
}

/**
 * The first bytes of a stream, at least `length` where there are so many, and the stream with them. To be closed where it is
 * not read to its end.
 */
export async function peek(chunks: AsyncIterable<Uint8Array>, length: number) {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let size = 0; size < length; ) {
    const { value, done } = await iterator.next();
    if (done) break;
    first.push(value);
    size += value.length;
  }
  return {
    head: first.length === 1 && first[0] !== undefined ? first[0] : Buffer.concat(first),
    close: async (): Promise<void> => void (await iterator.return?.()),
    chunks: (async function* () {
      try {
        yield* first.splice(0);
        for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
      } finally {
        await iterator.return?.();
      }
    })(),
  };
}

async function collect(chunks: AsyncIterable<Uint8Array>, max: number): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > max) throw new ClaimwireError('unreadable-file', `expected at most ${max} bytes, found more`);
    all.push(chunk);
  }
  return Buffer.concat(all);
}

const unreadable = (found: string) =>
  new ClaimwireError('unreadable-file', `expected a file that can be read, found ${found}`);

const fromFailure = ({ code, message }: NonNullable<Answer['failure']>): Error =>
  code === null ? new Error(message) : new ClaimwireError(code, message);
