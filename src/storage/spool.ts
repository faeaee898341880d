/**
 * Rows put aside in memory while they are few, and in a temporary file of this process when they are more.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnyRow } from '../imports/model.js';
import type { Spool } from '../imports/store.js';
import { ClaimwireError } from '../kernel/errors.js';
import { linesOf } from '../kernel/lines.js';

const HELD_BYTES_MAX = 4 * 1_048_576;
const CHUNK_BYTES = 262_144;

export function openSpool<Row = AnyRow>(): Spool<Row> {
  let held: string[] = [];
  let heldBytes = 0;
  let file: number | null = null;
  let count = 0;

  const flush = (): void => {
    const bytes = Buffer.from(held.join(''));
    held = [];
    heldBytes = 0;
    try {
      file ??= openTemporary();
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    } catch (cause) {
      throw new ClaimwireError('unavailable', `Rows cannot be put aside in ${tmpdir()}.`, { cause });
    }
  };

  async function* chunks(): AsyncGenerator<Buffer> {
    if (file !== null)
      for (let position = 0; ; ) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        const length = readSync(file, chunk, 0, CHUNK_BYTES, position);
        if (length === 0) break;
        position += length;
        yield chunk.subarray(0, length);
      }
    if (held.length > 0) yield Buffer.from(held.join(''));
  }

  return {
    get count() {
      return count;
    },
    add(row) {
      const line = `${JSON.stringify(row)}\n`;
      held.push(line);
      heldBytes += line.length;
      count += 1;
      if (heldBytes > HELD_BYTES_MAX) flush();
    },
    async *rows() {
      for await (const { bytes } of linesOf(chunks(), Number.POSITIVE_INFINITY))
        if (bytes !== null) yield JSON.parse(bytes.toString('utf8')) as Row;
    },
    close() {
      held = [];
      if (file !== null) closeSync(file);
      file = null;
    },
  };
}

/** A file that has no name any more: it is gone with its process, however that ends. */
function openTemporary(): number {
  const folder = mkdtempSync(join(tmpdir(), 'claimwire-'));
  const path = join(folder, 'rows');
  const file = openSync(path, 'w+');
  rmSync(folder, { recursive: true });
  return file;
}
