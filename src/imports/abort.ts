/** Reads on until told to stop, even where the next row never comes. */
export async function* untilAborted<Row>(
  rows: AsyncIterable<Row>,
  signal?: AbortSignal,
): AsyncGenerator<Row> {
  if (signal === undefined) {
    yield* rows;
    return;
  }
  let stop = () => {};
  const onAbort = () => stop();
  signal.addEventListener('abort', onAbort, { once: true });
  const iterator = rows[Symbol.asyncIterator]();
  try {
    for (;;) {
      // A promise of its own for each row: one that all rows raced against would hold every one of them until it ends.
      const next = await new Promise<IteratorResult<Row> | null>((resolve, reject) => {
        stop = () => resolve(null);
        if (signal.aborted) stop();
        else iterator.next().then(resolve, reject);
      });
      if (next === null || next.done === true) {
        if (next === null) void iterator.return?.(); // which waits for the row that never comes
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
