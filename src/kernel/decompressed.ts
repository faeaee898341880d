/**
 * Compressed bytes, decompressed as they flow.
 */
import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';

type Decoder = () => zlib.Gunzip;

/** Node has zstd from 22.15 on; the types are of the oldest release that Claimwire runs on. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: Decoder };

/** What is decompressed, by the names of HTTP (RFC 9110, section 8.4.1; RFC 8878); zstd where this Node has it. */
export const decoders: Readonly<Record<'gzip' | 'zstd', Decoder | undefined>> = {
  gzip: () => zlib.createGunzip(),
  zstd: createZstdDecompress,
};

/**
 * What `chunks` hold. Throws what `refusal` makes of what the decoder says of bytes that are not in its coding, and whatever
 * reading them throws.
 */
export async function* decompressed(
  decoder: Decoder,
  chunks: AsyncIterable<Uint8Array>,
  refusal: (fault: string) => Error,
): AsyncGenerator<Buffer> {
  const source = Readable.from(chunks);
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
}
