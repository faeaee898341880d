/**
 * Rows checked, and their articles rendered and analysed for search, in another thread, while those before them are stored:
 * it takes as long as storing them. The first few are left as they are: for them alone no thread is worth starting.
 */
import { Worker } from 'node:worker_threads';
import type { Made } from './ahead-thread.js';
import type { ImportRows, ReadyRow } from './model.js';

const ALONE_ROWS = 200; // stored in less time than a thread takes to start
const SENT_ROWS = 50; // at once
const AHEAD = 16; // times as many are under way at most
/** Of which a hostile text gets no more: then the rest of the rows comes as it is. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };
const THREAD = new URL('./ahead-thread.js', import.meta.url);

/** The same rows in their order. Whatever becomes of the thread, a row that it did not make ready comes as it is. */
export async function* madeReady(rows: ImportRows): AsyncGenerator<ReadyRow> {
  const source = rows[Symbol.asyncIterator]();
  let isOver = false;
  const take = async (most: number): Promise<ReadyRow[]> => {
    const taken: ReadyRow[] = [];
    while (taken.length < most && !isOver) {
      const next = await source.next();
      if (next.done === true) isOver = true;
      else taken.push(next.value);
    }
    return taken;
  };
  try {
    for (let count = 0; count < ALONE_ROWS && !isOver; count += 1) yield* await take(1);
    if (isOver) return;
    const thread = startThread();
    try {
      const underWay: Promise<ReadyRow[]>[] = [];
      for (;;) {
        while (underWay.length < AHEAD && !isOver) underWay.push(thread.prepare(await take(SENT_ROWS)));
        const first = underWay.shift();
        if (first === undefined) return;
        yield* await first;
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
