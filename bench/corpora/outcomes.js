/** What became of rows, as an import tells it: how many, and why some were rejected. */

export const outcomes = /** @type {const} */ (['created', 'updated', 'unchanged', 'skipped', 'rejected']);
/** @typedef {Record<(typeof outcomes)[number], number>} Outcomes */

/** @returns {Outcomes} */
export const noOutcomes = () => ({ created: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0 });

/** All rows that an outcome is known of. @param {Outcomes} counts */
export const totalOf = (counts) => outcomes.reduce((total, outcome) => total + counts[outcome], 0);

/**
 * Why a row was rejected, without what differs from row to row.
 * @param {{ kind: string, errors: { pointer?: string, detail: string }[] }} told
 */
export function reasonOf({ kind, errors }) {
  const reasons = errors.map(({ pointer = '', detail }) => `${pointer} ${detail}`.trim());
  return `${kind} ${reasons.join('; ')}`.replace(/“[^”]*”/g, '“…”').replace(/\/\d+(?=\/|\s)/g, '/*');
}

/** How often each of some words is among them, the most frequent first. @param {string[]} words */
export function tally(words) {
  const counts = /** @type {Map<string, number>} */ (new Map());
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
