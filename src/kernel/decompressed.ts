/**
 * Compressed bytes, decompressed as they flow.
 */
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';

type Decoder = () => zlib.Gunzip;

const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** What later releases of Node have than the oldest that Claimwire runs on, whose types are used. */
interface WithZstd {
  readonly createZstdDecompress?: Decoder;
  readonly zstdDecompressSync?: (bytes: Buffer) => Buffer;
}

/**
 * Node 22 takes what was cut short for whole, so that rows would be lost without a word: it counts as a Node without zstd.
 */
function safeZstd(): Decoder | undefined {
  const { createZstdDecompress, zstdDecompressSync } = zlib as WithZstd;
  try {
    zstdDecompressSync?.(ZSTD_MAGIC); // the beginning of a frame
    return undefined;
  } catch {
    return createZstdDecompress;
  }
}

/** What is decompressed, by the names of HTTP (RFC 9110, section 8.4.1; RFC 8878); zstd where this Node does it well. */
export const decoders: Readonly<Record<'gzip' | 'zstd', Decoder | undefined>> = {
  gzip: () => zlib.createGunzip(),
  zstd: safeZstd(),
};

/**
 * What `chunks` hold. Throws what `refusal` makes of what is wrong with bytes that are not in the coding of the decoder, and
 * whatever reading them throws.
 */
export async function* decompressed(
  decoder: Decoder,
  chunks: AsyncIterable<Uint8Array>,
  refusal: (fault: string) => Error,
): AsyncGenerator<Buffer> {
  let length = 0;
  async function* counted() {
    for await (const chunk of chunks) {
      length += chunk.length;
      yield chunk;
    }
  }
  const source = Readable.from(counted());
  const decoding = decoder();
  pipeline(source, decoding, () => {}); // what fails here fails the reading of the decoder
  try {
    yield* decoding as AsyncIterable<Buffer>;
  } catch (error) {
    if (source.errored === error) throw error; // the bytes broke off
    throw refusal((error as Error).message);
  } finally {
    source.destroy();
    decoding.destroy();
  }
  // What follows in one chunk Node passes over, which for gzip is what everybody does with anything but a further member.
  if (decoder === decoders.zstd && decoding.bytesWritten < length)
    throw refusal('more follows behind the end of its frame');
}
