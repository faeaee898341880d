/**
 * Writes one collection as rows that `claimwire import` takes; says on standard error what became of its records.
 *
 *   node bench/corpora/map.js CORPUS PATH [FILE]
 *
 * PATH is the folder with the collections, FILE where to write to in place of standard output. Rows refer to the publishers
 * and speakers that are described: import `newsmedia` and `speakers` first.
 */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { corpora } from './all.js';
import { writeMapped } from './mapping.js';

const [name, folder, file] = process.argv.slice(2);
const corpus = corpora.find((each) => each.name === name);
if (corpus === undefined || folder === undefined) {
  process.stderr.write(`Usage: node bench/corpora/map.js CORPUS PATH [FILE]
CORPUS is one of ${corpora.map((each) => each.name).join(', ')}.\n`);
  process.exit(1);
}
const out = file === undefined ? process.stdout : createWriteStream(file);
const { rows, notes } = await writeMapped(corpus, folder, out);
if (out !== process.stdout) {
  out.end();
  await finished(out);
}
process.stderr.write(
  `${Object.entries(rows)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ')}\n`,
);
for (const [reason, count] of notes) process.stderr.write(`${String(count).padStart(7)}  ${reason}\n`);
