/** Many rows in few statements, and those of few shapes: each is built once, which takes longer than to run it. */

const ROWS_MAX = 128; // of a statement, which takes 32,766 values

/** The rows in pieces, in their order, as long as powers of two. */
export function* inPowers<Row>(rows: readonly Row[]): Generator<Row[]> {
  let size = ROWS_MAX;
  for (let start = 0; start < rows.length; start += size) {
    while (size > rows.length - start) size /= 2;
    yield rows.slice(start, start + size);
  }
}

/** Keys to look for, of which the last is repeated until they are as many as a power of two. */
export const padded = <Key>(keys: readonly Key[]): Key[] => {
  const more = keys.length === 0 ? 0 : 2 ** Math.ceil(Math.log2(keys.length)) - keys.length;
  return [...keys, ...Array.from({ length: more }, () => keys.at(-1) as Key)];
};
