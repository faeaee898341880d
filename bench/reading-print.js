/**
 * Figures of the bench as a person reads them.
 */

/** @param {readonly number[]} sorted @param {number} share from 0 to 1 */
export const percentile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** @param {readonly number[]} values */
export const median = (values) =>
  percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

const COLUMNS = [
  ['req/s', 9],
  ['CPU µs', 9],
  ['p50 ms', 9],
  ['p99 ms', 9],
];

let isHeaded = false;

/** @param {import('./reading.js').Row} row */
export function print({ workload, title, mode, figures, ratio, target, verdict }) {
  if (!isHeaded)
    console.log(
      `\n${''.padEnd(14)}${COLUMNS.map(([name, width]) => String(name).padStart(Number(width))).join('')}   node:http CPU / its own`,
    );
  isHeaded = true;
  console.log(`${workload} ${mode}${title === '' ? '' : `: ${title}`}`);
  for (const { server, perSecond, cpuMicros, p50, p99 } of figures) {
    const cells = [perSecond.toFixed(0), cpuMicros.toFixed(1), p50.toFixed(3), p99.toFixed(3)];
    const figuresOfServer = cells.map((cell, place) => cell.padStart(Number(COLUMNS[place]?.[1]))).join('');
    const judged =
      server === 'claimwire'
        ? `   ${ratio.toFixed(2)}   ${target}${verdict === '' ? '' : `: ${verdict}`}`
        : '';
    console.log(`  ${server.padEnd(12)}${figuresOfServer}${judged}`);
  }
  if (figures.length === 0) console.log(`  ${verdict}`);
}
