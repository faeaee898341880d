/** Brings in files of other shapes as they lie, feeds and Markdown, the first time and again. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importFiles } from './command.js';
import { noOutcomes, reasonOf, tally } from './outcomes.js';

const FOLDERS = ['markdown', 'feeds', 'text'];

/** @param {any[]} told */
function countsOf(told) {
  const counts = noOutcomes();
  for (const { outcome } of told)
    counts[/** @type {keyof typeof counts} */ (outcome === 'refused' ? 'rejected' : outcome)] += 1;
  return counts;
}

/** @param {any} row */
const isRejected = ({ outcome }) => outcome === 'refused' || outcome === 'rejected';

/**
 * @param {{ path: string, database: string, check: import('./checks.js').Check, onPart: (part: import('./collections.js').Part) => void }} options
 */
export async function importFolders({ path, database, check, onPart }) {
  const parts = [];
  for (const name of FOLDERS) {
    const folder = join(path, 'raw', name);
    const files = readdirSync(folder).map((file) => join(folder, file));
    const { took, told } = await importFiles(files, database);
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
 * Imports the files again. Rows stay as they are but for those that tell of an article that another row tells of otherwise,
 * as a feed in two formats does: each of them has the last word in turn.
 * @param {import('./collections.js').Part[]} parts @param {string} database @param {import('./checks.js').Check} check
 */
export async function importFoldersAgain(parts, database, check) {
  for (const part of parts) {
    const { took, told } = await importFiles(part.files, database);
    part.tookAgain = took;
    const [line] = part.lines;
    if (line === undefined) continue;
    const again = countsOf(told);
    line.again = again;
    const rowsOf = new Map(tally(told.map(({ id, file, slug }) => id ?? slug ?? file)));
    const rivals = told.filter(({ id, file, slug }) => (rowsOf.get(id ?? slug ?? file) ?? 0) > 1);
    const changed = told.filter(({ outcome }) => outcome === 'created' || outcome === 'updated');
    if (changed.length > 0)
      part.notes.push([
        'tells of an article that another row tells of otherwise: is updated each time',
        changed.length,
      ]);
    const isExplained = changed.every((row) => row.outcome === 'updated' && rivals.includes(row));
    check(`${part.name}: every row is unchanged, but for two that tell of one article`, isExplained, again);
    check(`${part.name}: the same is rejected`, again.rejected === line.first.rejected, again);
  }
}
