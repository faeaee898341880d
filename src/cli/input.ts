/**
 * Files of rows as the command line names them: read as they flow, decompressed where they are compressed.
 */
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { isExchange, readExchange } from '../imports/exchange-reader.js';
import type { ImportRows } from '../imports/model.js';
import { ClaimwireError } from '../kernel/errors.js';

const START_BYTES = 4_096;

/** Whether a file holds rows in the exchange format; false too for what is no file, and for standard input. */
export function holdsRows(name: string): boolean {
  try {
    const file = openSync(name, 'r');
    try {
      const start = Buffer.alloc(START_BYTES);
      const bytes = start.subarray(0, readSync(file, start, 0, START_BYTES, 0));
      return isExchange(isGzip(bytes) ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

export interface InputRows {
  readonly rows: ImportRows;
  /** How much of the files was read, from 0 to 1; undefined where nobody knows how much there is. */
  share(): number | undefined;
}

/** The rows of some files, one after the other. Throws `unreadable-file` for one that cannot be read to its end. */
export function readFiles(names: readonly string[]): InputRows {
  const total = names.reduce((sum, name) => sum + statSync(name).size, 0);
  let read = 0;

  async function* chunksOf(name: string): AsyncGenerator<Buffer> {
    const stream = createReadStream(name, { highWaterMark: 262_144 });
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        read += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw new ClaimwireError('unreadable-file', `${name} cannot be read: ${(error as Error).message}.`);
    }
  }

  async function* rows() {
    for (const name of names) yield* readExchange(name, await decompressed(name, chunksOf(name)));
  }

  return { rows: rows(), share: () => (total === 0 ? 1 : read / total) };
}

/** The bytes themselves, or what they hold where they are gzip. */
async function decompressed(name: string, chunks: AsyncGenerator<Buffer>): Promise<AsyncIterable<Buffer>> {
  const first = await chunks.next();
  if (first.done === true) return chunks;
  const all = async function* () {
    yield first.value;
    yield* chunks;
  };
  if (!isGzip(first.value)) return all();
  return gunzipped(name, all());
}

async function* gunzipped(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = Readable.from(chunks);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof ClaimwireError) throw error;
    throw new ClaimwireError('unreadable-file', `${name} is damaged: ${(error as Error).message}.`);
  }
}
