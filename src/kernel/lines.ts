/**
 * Bytes as lines. A line that is longer than anything that can be imported is passed over and never held in memory.
 */

/** Twice what the longest article takes in JSON with every character escaped. */
export const LINE_BYTES_MAX = 8_388_608;

const NEWLINE = 0x0a;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Its bytes without the line end; null where there are more than LINE_BYTES_MAX. */
  readonly bytes: Buffer | null;
  /** Whether a line end stood behind it. */
  readonly isEnded: boolean;
}

/** The lines of some bytes, cut at U+000A alone. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  max = LINE_BYTES_MAX,
): AsyncGenerator<Line> {
  let number = 0;
  let held: Buffer[] = [];
  let length = 0;
  const take = (piece: Buffer): void => {
    length += piece.length;
    if (length > max) held = [];
    else if (piece.length > 0) held.push(piece);
  };
  const finish = (isEnded: boolean): Line => {
    number += 1;
    const [only] = held;
    const bytes = length > max ? null : held.length === 1 && only !== undefined ? only : Buffer.concat(held);
    held = [];
    length = 0;
    return { number, bytes, isEnded };
  };
  for await (const chunk of chunks) {
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = buffer.indexOf(NEWLINE); end >= 0; end = buffer.indexOf(NEWLINE, start)) {
      take(buffer.subarray(start, end));
      yield finish(true);
      start = end + 1;
    }
    take(buffer.subarray(start));
  }
  if (length > 0) yield finish(false);
}
