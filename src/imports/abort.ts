/** Reads on until told to stop, even where the next row never comes. */
export async function* untilAborted<Row>(
  rows: AsyncIterable<Row>,
  signal?: AbortSignal,
): AsyncGenerator<Row> {
  if (signal === undefined) {
    yield* rows;
    return;
  }
  // No promise outlives its row: one that all of them were raced with would hold on to every row.
  let stop = (): void => {};
  const onAbort = (): void => stop();
  signal.addEventListener('abort', onAbort);
  const iterator = rows[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      const next = await new Promise<IteratorResult<Row> | null>((resolve, reject) => {
        stop = () => resolve(null);
        if (signal.aborted) stop();
        else iterator.next().then(resolve, reject);
      });
      isOver = next === null || next.done === true;
      if (next === null) void iterator.return?.(); // which waits for the row that never comes
      if (next === null || next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!isOver) await iterator.return?.();
    signal.removeEventListener('abort', onAbort);
  }
}
