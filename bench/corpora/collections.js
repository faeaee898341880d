/** Brings collections into a database through their mappings, the first time and again. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { corpora } from './all.js';
import { importFiles } from './command.js';
import { writeMapped } from './mapping.js';
import { noOutcomes, reasonOf, tally, totalOf } from './outcomes.js';

const KINDS = /** @type {const} */ (['source', 'article', 'claim']);

/**
 * @typedef {object} Line a line of the table
 * @property {string} name
 * @property {string} kind
 * @property {number} records that the collection has; for sources, those that its records name are not among them
 * @property {number} rows
 * @property {import('./outcomes.js').Outcomes} first
 * @property {import('./outcomes.js').Outcomes} [again]
 */

/**
 * @typedef {object} Part what is brought in by one command
 * @property {string} name
 * @property {string[]} files
 * @property {Line[]} lines
 * @property {[string, number][]} notes on records that do not come in just as they are
 * @property {[string, number][]} rejects by their reasons
 * @property {number} mapSeconds
 * @property {import('./command.js').Took} took
 * @property {import('./command.js').Took} [tookAgain]
 */

/** Where the rows of a collection are written to. @param {string} folder @param {string} name */
export const fileOf = (folder, name) => join(folder, `${name}.ndjson`);

/** @param {string} file @param {import('./corpus.js').Corpus} corpus @param {string} path */
async function mapTo(file, corpus, path) {
  const out = createWriteStream(file);
  const mapped = await writeMapped(corpus, path, out);
  out.end();
  await finished(out);
  return mapped;
}

/**
 * Maps and imports every collection.
 * @param {{ path: string, folder: string, database: string, check: import('./checks.js').Check, onPart: (part: Part) => void }} options
 *   `folder` takes the rows
 * @returns {Promise<Part[]>}
 */
export async function importCollections({ path, folder, database, check, onPart }) {
  const parts = [];
  for (const corpus of corpora) {
    const begun = performance.now();
    const file = fileOf(folder, corpus.name);
    const { records, rows, notes } = await mapTo(file, corpus, path);
    const mapSeconds = (performance.now() - begun) / 1000;

    const { took, summary, told } = await importFiles([file], database);
    const rejects = tally(told.map(reasonOf));
    const lines = KINDS.filter((kind) => rows[kind] > 0).map((kind) => ({
      name: corpus.name,
      kind,
      records: records[kind],
      rows: rows[kind],
      first: /** @type {import('./outcomes.js').Outcomes} */ ({ ...noOutcomes(), ...summary.counts[kind] }),
    }));
    for (const { kind, first, rows } of lines) {
      check(`${corpus.name}: every ${kind} is accounted for`, totalOf(first) === rows, first);
      check(`${corpus.name}: no ${kind} is another's`, first.updated + first.unchanged === 0, first);
    }
    const rejected = lines.reduce((sum, { first }) => sum + first.rejected, 0);
    check(`${corpus.name}: every reject is explained`, told.length === rejected, {
      rejected,
      told: told.length,
    });
    const part = { name: corpus.name, files: [file], lines, notes: [...notes], rejects, mapSeconds, took };
    onPart(part);
    parts.push(part);
  }
  return parts;
}

/**
 * Maps and imports every collection again, which must change nothing.
 * @param {Part[]} parts those of the first time
 * @param {{ path: string, folder: string, database: string, check: import('./checks.js').Check }} options
 */
export async function importAgain(parts, { path, folder, database, check }) {
  for (const [place, part] of parts.entries()) {
    const corpus = /** @type {import('./corpus.js').Corpus} */ (corpora[place]);
    await mapTo(fileOf(folder, corpus.name), corpus, path);
    const { took, summary, told } = await importFiles(part.files, database);
    part.tookAgain = took;
    for (const line of part.lines) {
      const again = { ...noOutcomes(), ...summary.counts[line.kind] };
      line.again = again;
      const isSame = again.unchanged === line.first.created && again.rejected === line.first.rejected;
      check(`${part.name}: every ${line.kind} is unchanged`, isSame, again);
    }
    const rejects = tally(told.map(reasonOf));
    check(
      `${part.name}: the same is rejected`,
      JSON.stringify(rejects) === JSON.stringify(part.rejects),
      rejects,
    );
  }
}
