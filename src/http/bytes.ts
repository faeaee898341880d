/**
 * Texts as the bytes that are sent.
 */

const BYTES_OF_UNIT_MAX = 3; // of UTF-8, for a unit of UTF-16
const SLAB_BYTES = 256 * 1_024; // a few pages; no more than this is held by one that is sent slowly
let slab = Buffer.alloc(0);
let taken = 0;

/**
 * A text as bytes, which stand with others in one piece of memory: for each page to have its own takes as long as to write
 * it, and so does counting them first, as `Buffer.from` does.
 */
export function toBytes(text: string): Buffer {
  const lengthMax = text.length * BYTES_OF_UNIT_MAX;
  if (lengthMax > SLAB_BYTES) return Buffer.from(text);
  if (taken + lengthMax > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    taken = 0;
  }
  const start = taken;
  taken += slab.write(text, start);
  return slab.subarray(start, taken);
}
