/**
 * The `Surrogate-Key` header: a short key for every row in the body, by which whoever caches answers drops those that a
 * change makes stale. The purge rule stands in docs/caching.md.
 */
import type { RowKind } from '../kernel/rows.js';
import type { Freshness } from './freshness.js';

export const SURROGATE_KEY_BYTES_MAX = 4_000; // of the header's value; proxies read headers of 8 kB, and it is not alone

const letters: Readonly<Record<RowKind, string>> = { article: 'a', claim: 'c', source: 's' };
/** The key of all rows of a kind. */
const collections: Readonly<Record<RowKind, string>> = {
  article: 'articles',
  claim: 'claims',
  source: 'sources',
};
const kinds = Object.keys(letters) as RowKind[];

/**
 * The keys of an answer; null where it has none. Where they would be too many, the kind with the most rows is named as a
 * whole, which any change to one of its rows purges too.
 */
export function surrogateKeyOf({ rows, collections: named }: Freshness): string | null {
  const whole = new Set(named);
  const single = kinds.filter((kind) => rows[kind].size > 0);
  const lengthOf = (kind: RowKind): number => {
    const [first = ''] = rows[kind];
    return rows[kind].size * (1 + first.length + 1);
  };
  const wholeLength = kinds.reduce((sum, kind) => sum + collections[kind].length + 1, 0);
  while (single.reduce((sum, kind) => sum + lengthOf(kind), wholeLength) > SURROGATE_KEY_BYTES_MAX) {
    const largest = single.reduce((one, other) => (lengthOf(other) > lengthOf(one) ? other : one));
    single.splice(single.indexOf(largest), 1);
    whole.add(largest);
  }
  let keys = '';
  for (const kind of kinds) if (whole.has(kind)) keys += `${collections[kind]} `;
  for (const kind of single) for (const row of rows[kind]) keys += `${letters[kind]}${row} `;
  return keys === '' ? null : keys.slice(0, -1);
}
