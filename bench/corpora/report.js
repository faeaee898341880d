/** What is printed: a table of what became of how many, and why not all came in as they were. */
import { outcomes } from './outcomes.js';

const WIDTHS = [16, 9, 9, 9, 9, 9, 11, 10, 9, 10, 10, 6];

/** @param {(string | number)[]} cells */
const row = (cells) =>
  cells
    .map((cell, place) =>
      place < 2 ? String(cell).padEnd(WIDTHS[place] ?? 0) : String(cell).padStart(WIDTHS[place] ?? 0),
    )
    .join('');

const seconds = (/** @type {number | undefined} */ value) =>
  value === undefined ? '' : `${value.toFixed(1)} s`;

/** @param {import('./collections.js').Part[]} parts */
export function printTable(parts) {
  console.log(
    row(['', '', 'records', 'rows', ...outcomes, 'again', 'map', 'import', 'again', 'MB']).replace(
      'again',
      'unchanged'.padStart(5),
    ),
  );
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
    for (const [reason, count] of rejects) console.log(`${name}: ${count} rejected: ${reason}`);
    for (const [reason, count] of notes) console.log(`${name}: ${count} ${reason}`);
  }
}
