/** What is printed: a table of what became of how many, and why not all came in as they were. */
import { outcomes } from './outcomes.js';

const HEAD = ['', '', 'records', 'rows', ...outcomes, 'same again', 'map', 'import', 'again', 'MB'];
const NAMED = 2; // cells that stand to the left
const CELL_WIDTH = 11;
const NAME_WIDTH = 14;

/** @param {(string | number)[]} cells */
const row = (cells) =>
  cells
    .map((cell, place) =>
      place < NAMED ? String(cell).padEnd(NAME_WIDTH) : String(cell).padStart(CELL_WIDTH),
    )
    .join('');

const seconds = (/** @type {number | undefined} */ value) =>
  value === undefined ? '' : `${value.toFixed(1)} s`;

/** @param {import('./collections.js').Part[]} parts */
export function printTable(parts) {
  console.log(row(HEAD));
  for (const { lines, mapSeconds, took, tookAgain } of parts)
    for (const [place, { name, kind, records, rows, first, again }] of lines.entries())
      console.log(
        row([
          place === 0 ? name : '',
          kind,
          records,
          rows,
          ...outcomes.map((outcome) => first[outcome]),
          again?.unchanged ?? '',
          ...(place === 0
            ? [
                seconds(mapSeconds),
                seconds(took.seconds),
                seconds(tookAgain?.seconds),
                took.megabytes.toFixed(0),
              ]
            : []),
        ]),
      );
}

/** Why some are rejected, and what of others is not as it was. @param {import('./collections.js').Part[]} parts */
export function printReasons(parts) {
  for (const { name, rejects, notes } of parts) {
    for (const [reason, count] of rejects) console.log(`${name}: ${count} × rejected: ${reason}`);
    for (const [reason, count] of notes) console.log(`${name}: ${count} × ${reason}`);
  }
}
