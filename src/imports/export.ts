/**
 * Writes one state of everything in the exchange format, page by page: what it takes of memory does not depend on how much
 * there is.
 */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { endOf, HEAD, lineOf, noRows, type RowCounts } from './exchange.js';
import type { ExchangeFilter, Snapshot } from './store.js';

/** The bytes of an export, whole lines at a time. `onRows` is told how many rows were written so far. */
export async function* writeExchange(
  snapshot: Pick<Snapshot, 'rows'>,
  filter: ExchangeFilter,
  onRows: (counts: RowCounts) => void = () => {},
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const counts = noRows();
  const hashed = (bytes: Buffer): Buffer => {
    hash.update(bytes);
    return bytes;
  };
  yield hashed(Buffer.from(HEAD));
  for await (const page of snapshot.rows(filter)) {
    for (const { kind } of page) counts[kind] += 1;
    yield hashed(Buffer.concat(page.flatMap(lineOf)));
    onRows(counts);
    await turn(); // requests come between two pages
  }
  yield Buffer.from(endOf(counts, hash.digest('hex')));
}
