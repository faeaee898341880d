/** Many rows in few statements, and those of few shapes: each is built once, which takes longer than to run it. */

const ROWS_MAX = 128; // of a statement, which takes 32,766 values

/** The rows in pieces, in their order, as long as powers of two; `max` is one. */
export function* inPowers<Row>(rows: readonly Row[], max = ROWS_MAX): Generator<Row[]> {
  let size = max;
  for (let start = 0; start < rows.length; start += size) {
    while (size > rows.length - start) size /= 2;
    yield rows.slice(start, start + size);
  }
}
