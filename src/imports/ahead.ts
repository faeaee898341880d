/**
 * Rows checked, and their articles rendered and analysed for search, in another thread, while those before them are stored:
 * it takes as long as storing them. The first few are left as they are: for them alone no thread is worth starting.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Made, Task } from './ahead-thread.js';
import type { ImportRows, ReadyRow } from './model.js';

const ALONE_ROWS = 200; // stored in less time than a thread takes to start
const SENT_ROWS = 50; // at once, and less where they are long
const AHEAD_ROWS = 800; // under way at most
const AHEAD_BYTES = 16 * 1_048_576; // of them, as they stand in their files, and one row more
const ROW_BYTES = 4_000; // of one whose reader does not say
const WAIT_MS = 20; // for the next row, before those that are there are sent
/** Of which a hostile text gets no more: then the rest of the rows comes as it is. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };
const THREAD = new URL('./ahead-thread.js', import.meta.url);

/**
 * The same rows in their order. Whatever becomes of the thread, a row that it did not make ready comes as it is; and one that is
 * there does not wait for others that are not. As long as `isNews` says that rows are what is stored already, they are checked
 * alone: nothing would be made of what was made of them.
 */
export async function* madeReady(
  rows: ImportRows,
  isNews: () => boolean = () => true,
): AsyncGenerator<ReadyRow> {
  const source = rows[Symbol.asyncIterator]();
  let isAsked = false;
  const take = async (): Promise<IteratorResult<ReadyRow>> => {
    isAsked = true;
    const next = await source.next();
    isAsked = false;
    return next;
  };
  try {
    for (let count = 0; count < ALONE_ROWS; count += 1) {
      const next = await take();
      if (next.done === true) return;
      yield next.value;
    }
    const thread = startThread();
    try {
      yield* inOrder(take, (ready) => thread.prepare(ready, isNews()));
    } finally {
      await thread.stop();
    }
  } finally {
    const closed = source.return?.();
    // One that was asked for a row ends when that comes, which may be never.
    if (isAsked) closed?.catch(() => {});
    else await closed;
  }
}

/** Reads ahead of whoever takes the rows, within bounds, and hands them on as they are prepared. */
async function* inOrder(
  take: () => Promise<IteratorResult<ReadyRow>>,
  prepare: (rows: ReadyRow[]) => Promise<ReadyRow[]>,
): AsyncGenerator<ReadyRow> {
  const underWay: Promise<ReadyRow[]>[] = [];
  let ahead = { rows: 0, bytes: 0 };
  let end: { readonly error?: unknown } | null = null;
  /** Called when there is something to hand on, and when there is room for more. */
  let onCome = (): void => {};
  let onRoom = (): void => {};

  const read = async (): Promise<void> => {
    let next: Promise<IteratorResult<ReadyRow>> | null = null;
    while (end === null) {
      while (ahead.rows >= AHEAD_ROWS || ahead.bytes >= AHEAD_BYTES)
        await new Promise<void>((resolve) => {
          onRoom = resolve;
        });
      const taken: ReadyRow[] = [];
      const isLate = delay(WAIT_MS, null);
      while (taken.length < SENT_ROWS && end === null) {
        next ??= take();
        const result: IteratorResult<ReadyRow> | null =
          taken.length === 0 ? await next : await Promise.race([next, isLate]);
        if (result === null) break;
        next = null;
        if (result.done === true) end = {};
        else taken.push(result.value);
      }
      ahead = { rows: ahead.rows + taken.length, bytes: ahead.bytes + sizeOf(taken) };
      if (taken.length > 0) underWay.push(prepare(taken));
      onCome();
    }
  };
  void read().catch((error: unknown) => {
    end = { error };
    onCome();
  });

  try {
    for (;;) {
      const first = underWay.shift();
      if (first !== undefined) {
        const ready = await first;
        ahead = { rows: ahead.rows - ready.length, bytes: ahead.bytes - sizeOf(ready) };
        onRoom();
        yield* ready;
      } else if (end === null)
        await new Promise<void>((resolve) => {
          onCome = resolve;
        });
      else if ('error' in end) throw (end as { error: unknown }).error;
      else return;
    }
  } finally {
    end ??= {};
    ahead = { rows: 0, bytes: 0 };
    onRoom();
  }
}

const sizeOf = (rows: readonly ReadyRow[]): number =>
  rows.reduce((sum, row) => sum + (('bytes' in row ? row.bytes : undefined) ?? ROW_BYTES), 0);

function startThread() {
  const worker = new Worker(THREAD, { resourceLimits: LIMITS });
  let isDown = false;
  const waiting: ((made: readonly Made[] | null) => void)[] = [];
  /** Nothing is kept running for a thread that has nothing to do. */
  const settle = (made: readonly Made[] | null) => {
    waiting.shift()?.(made);
    if (waiting.length === 0) worker.unref();
  };
  const giveUp = () => {
    isDown = true;
    while (waiting.length > 0) settle(null);
  };
  worker.unref();
  worker.on('message', settle);
  worker.on('error', giveUp);
  worker.on('exit', giveUp);
  return {
    async prepare(rows: ReadyRow[], isNews: boolean): Promise<ReadyRow[]> {
      if (isDown) return rows;
      const made = await new Promise<readonly Made[] | null>((resolve) => {
        worker.ref();
        waiting.push(resolve);
        const asked = rows.map((row) =>
          row.kind === 'unread' || row.foreign !== undefined ? null : { kind: row.kind, value: row.value },
        );
        worker.postMessage({ rows: asked, isNews } satisfies Task);
      });
      return made === null ? rows : rows.map((row, place) => ({ ...row, ...made[place] }));
    },
    stop: () => worker.terminate(),
  };
}
