/** Reads on until told to stop, even where the next row never comes. */
export async function* untilAborted<Row>(
  rows: AsyncIterable<Row>,
  signal?: AbortSignal,
): AsyncGenerator<Row> {
  if (signal === undefined) {
    yield* rows;
    return;
  }
  const stopped = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    else signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const iterator = rows[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), stopped]);
    if (next === null || next.done === true) {
      if (next === null) void iterator.return?.(); // which waits for the row that never comes
      return;
    }
    yield next.value;
  }
}
