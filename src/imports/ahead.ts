/**
 * Rows checked, and their articles rendered and analysed for search, in another thread, while those before them are stored:
 * it takes as long as storing them. The first few are left as they are: for them alone no thread is worth starting.
 */
import { Worker } from 'node:worker_threads';
import type { Made } from './ahead-thread.js';
import type { ImportRows, ReadyRow } from './model.js';

const ALONE_ROWS = 200; // stored in less time than a thread takes to start
const SENT_ROWS = 50; // at once, and less where they are long
const AHEAD_ROWS = 800; // under way at most
const AHEAD_BYTES = 16 * 1_048_576; // of them, as they stand in their files, and one row more
const ROW_BYTES = 4_000; // of one whose reader does not say
/** Of which a hostile text gets no more: then the rest of the rows comes as it is. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };
const THREAD = new URL('./ahead-thread.js', import.meta.url);

/** The same rows in their order. Whatever becomes of the thread, a row that it did not make ready comes as it is. */
export async function* madeReady(rows: ImportRows): AsyncGenerator<ReadyRow> {
  const source = rows[Symbol.asyncIterator]();
  let isOver = false;
  let ahead = { rows: 0, bytes: 0 };
  const isFull = () => ahead.rows >= AHEAD_ROWS || ahead.bytes >= AHEAD_BYTES;
  const sizeOf = (row: ReadyRow): number => ('bytes' in row ? row.bytes : undefined) ?? ROW_BYTES;
  const take = async (most: number): Promise<ReadyRow[]> => {
    const taken: ReadyRow[] = [];
    while (taken.length < most && !isOver && !isFull()) {
      const next = await source.next();
      if (next.done === true) isOver = true;
      else {
        taken.push(next.value);
        ahead = { rows: ahead.rows + 1, bytes: ahead.bytes + sizeOf(next.value) };
      }
    }
    return taken;
  };
  async function* given(ready: readonly ReadyRow[]): AsyncGenerator<ReadyRow> {
    for (const row of ready) {
      ahead = { rows: ahead.rows - 1, bytes: ahead.bytes - sizeOf(row) };
      yield row;
    }
  }
  try {
    for (let count = 0; count < ALONE_ROWS && !isOver; count += 1) yield* given(await take(1));
    if (isOver) return;
    const thread = startThread();
    try {
      const underWay: Promise<ReadyRow[]>[] = [];
      for (;;) {
        while (!isOver && !isFull()) underWay.push(thread.prepare(await take(SENT_ROWS)));
        const first = underWay.shift();
        if (first === undefined) return;
        yield* given(await first);
      }
    } finally {
      await thread.stop();
    }
  } finally {
    await source.return?.();
  }
}

function startThread() {
  const worker = new Worker(THREAD, { resourceLimits: LIMITS });
  let isDown = false;
  const waiting: ((made: readonly Made[] | null) => void)[] = [];
  const giveUp = () => {
    isDown = true;
    for (const settle of waiting.splice(0)) settle(null);
  };
  worker.on('message', (made: readonly Made[]) => waiting.shift()?.(made));
  worker.on('error', giveUp);
  worker.on('exit', giveUp);
  return {
    async prepare(rows: ReadyRow[]): Promise<ReadyRow[]> {
      if (isDown) return rows;
      const made = await new Promise<readonly Made[] | null>((resolve) => {
        waiting.push(resolve);
        worker.postMessage(
          rows.map((row) =>
            row.kind === 'unread' || row.foreign !== undefined ? null : { kind: row.kind, value: row.value },
          ),
        );
      });
      return made === null ? rows : rows.map((row, place) => ({ ...row, ...made[place] }));
    },
    stop: () => worker.terminate(),
  };
}
