/** Brings in files of other shapes as they lie, feeds and Markdown, the first time and again. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importFiles } from './command.js';
import { noOutcomes, reasonOf, tally } from './outcomes.js';

const FOLDERS = ['markdown', 'feeds', 'text'];

/** @param {any[]} told */
function countsOf(told) {
  const counts = noOutcomes();
  for (const { outcome } of told) counts[/** @type {keyof typeof counts} */ (outcome)] += 1;
  return counts;
}

/** @param {any} row */
const isRejected = ({ outcome }) => outcome === 'rejected';

/**
 * @param {{ path: string, database: string, check: import('./checks.js').Check, onPart: (part: import('./collections.js').Part) => void }} options
 */
export async function importFolders({ path, database, check, onPart }) {
  const parts = [];
  for (const name of FOLDERS) {
    const folder = join(path, 'raw', name);
    const files = readdirSync(folder).map((file) => join(folder, file));
    const { took, told } = await importFiles(files, database, ['--each']);
    const first = countsOf(told);
    const silent = files.filter((file) => !told.some((row) => row.file === file));
    check(`${name}: every file is accounted for`, silent.length === 0, silent);
    const unread = files.filter((file) => told.every((row) => row.file !== file || isRejected(row)));
    const isNothing = unread.length === files.length;
    check(`${name}: something of it is read`, !isNothing, unread.length);
    const part = {
      name,
      files,
      lines: [{ name, kind: 'row', records: files.length, rows: told.length, first }],
      notes: /** @type {[string, number][]} */ ([]),
      rejects: tally(told.filter(isRejected).map(reasonOf)),
      mapSeconds: 0,
      took,
    };
    onPart(part);
    parts.push(part);
  }
  return parts;
}

/**
 * Imports the files again. Rows stay as they are; those that tell of an article that a row before them tells of, as a feed in
 * two formats does, are skipped again.
 * @param {import('./collections.js').Part[]} parts @param {string} database @param {import('./checks.js').Check} check
 */
export async function importFoldersAgain(parts, database, check) {
  for (const part of parts) {
    const { took, told } = await importFiles(part.files, database, ['--each']);
    part.tookAgain = took;
    const [line] = part.lines;
    if (line === undefined) continue;
    const again = countsOf(told);
    line.again = again;
    check(`${part.name}: every row is unchanged`, again.created + again.updated === 0, again);
    const isSame = again.rejected === line.first.rejected && again.skipped === line.first.skipped;
    check(`${part.name}: the same is rejected and skipped`, isSame, again);
  }
}
