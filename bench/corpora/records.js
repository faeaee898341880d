/**
 * Reads the files of a collection: gzipped NDJSON, an object a line. Lines end at U+000A alone, for texts may hold U+2028.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { linesOf } from '../../dist/src/kernel/lines.js';

/**
 * The records of a file. Throws for one that is not there, and for a line that is no JSON.
 * @param {string} folder @param {string} name as `polnear.claims`
 * @returns {AsyncGenerator<any>}
 */
export async function* recordsOf(folder, name) {
  const file = createReadStream(join(folder, `${name}.ndjson.gz`));
  const text = createGunzip();
  file.on('error', (error) => text.destroy(error)).pipe(text);
  for await (const { number, bytes } of linesOf(text)) {
    if (bytes === null) throw new Error(`${name}:${number} is too long`);
    if (bytes.length > 0) yield JSON.parse(bytes.toString('utf8'));
  }
}
