/** Writes a collection as rows of the exchange format, and counts what it does. */
import { once } from 'node:events';
import { recordsOf } from './records.js';

/** @typedef {Record<import('./corpus.js').Kind, number>} Counts */

/**
 * @typedef {object} Mapped
 * @property {Counts} records that were read, by what they are to become
 * @property {Counts} rows that were written
 * @property {Map<string, number>} notes how many records do not come in just as they are, by the reason
 */

/**
 * Maps a collection. Throws where there are not as many rows as records; more sources there may be, since records name them.
 * @param {import('./corpus.js').Corpus} corpus
 * @param {string} folder where the files of the collections lie
 * @param {NodeJS.WritableStream} out which is not ended
 * @returns {Promise<Mapped>}
 */
export async function writeMapped(corpus, folder, out) {
  const records = { source: 0, article: 0, claim: 0 };
  const rows = { source: 0, article: 0, claim: 0 };
  const notes = /** @type {Map<string, number>} */ (new Map());
  const told = {
    /** @param {import('./corpus.js').Kind} kind @param {string} name */
    async *records(kind, name) {
      for await (const record of recordsOf(folder, name)) {
        records[kind] += 1;
        yield record;
      }
    },
    note: (/** @type {string} */ reason) => void notes.set(reason, (notes.get(reason) ?? 0) + 1),
  };
  for await (const row of corpus.map(folder, told)) {
    const [kind] = /** @type {import('./corpus.js').Kind[]} */ (Object.keys(row));
    if (kind !== undefined) rows[kind] += 1;
    if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain');
  }
  for (const kind of /** @type {const} */ (['article', 'claim']))
    if (rows[kind] !== records[kind])
      throw new Error(`${corpus.name}: ${records[kind]} records became ${rows[kind]} ${kind} rows`);
  return { records, rows, notes };
}
