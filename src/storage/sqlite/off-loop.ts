/**
 * Reads that are too long for the event loop, run in threads of their own over the same file. A thread is started by the
 * first read that no other is free for, keeps no process alive, and is started again where it broke down. It sees every
 * write that was kept.
 */
import { Worker } from 'node:worker_threads';
import { ClaimwireError } from '../../kernel/errors.js';
import type { ListRequest } from '../../kernel/page.js';
import { fromPassed } from '../../kernel/passed.js';
import type { ReadStores } from '../storage.js';
import type { Answer, Call } from './off-loop-calls.js';

/** With one a search waits for a count; each takes some 40 MB. */
const THREADS_MAX = 2;

/** Reads that wait for the threads, a second's worth of the longest: who came later would wait in vain. */
const WAITING_MAX = 200;

/** Of a thread: the longest read holds some megabytes at a time. */
const HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 };

const THREAD = new URL('./off-loop-thread.js', import.meta.url);

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread and what waits for it. */
function createLine(file: string) {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;

  const fail = (cause?: unknown) => {
    for (const { reject } of waiting.values())
      reject(new ClaimwireError('unavailable', undefined, { cause }));
    waiting.clear();
  };

  const start = (): Worker => {
    const started = new Worker(THREAD, { workerData: file, resourceLimits: HEAP });
    const leave = (cause?: unknown) => {
      if (thread !== started) return;
      thread = undefined;
      fail(cause);
    };
    started.on('message', (answer: Answer) => {
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) started.unref();
      if (answer.failure === null) asked?.resolve(answer.result);
      else asked?.reject(fromPassed(answer.failure));
    });
    started.on('error', leave);
    started.on('exit', () => leave());
    return started;
  };

  return {
    length: () => waiting.size,

    join(asked: Call, answered: Waiting): void {
      thread ??= start();
      thread.postMessage(asked); // before it is waited for: what cannot be sent throws
      thread.ref();
      waiting.set(asked.id, answered);
    },

    async close(): Promise<void> {
      const ended = thread;
      thread = undefined;
      fail();
      await ended?.terminate();
    },
  };
}

export function createOffLoop(file: string) {
  const lines = Array.from({ length: THREADS_MAX }, () => createLine(file));
  let isClosed = false;
  let count = 0;

  const run = (store: keyof ReadStores, call: string, parameters: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const lengths = lines.map((line) => line.length());
      const isFull = lengths.reduce((sum, length) => sum + length) >= WAITING_MAX;
      if (isClosed || isFull) {
        reject(
          new ClaimwireError(
            'unavailable',
            isClosed ? undefined : 'Too many long reads are waiting already.',
          ),
        );
        return;
      }
      count += 1;
      const shortest = lengths.indexOf(Math.min(...lengths)); // the first of equals, so that one thread does what one can
      lines[shortest]?.join({ id: count, store, call, parameters }, { resolve, reject });
    });

  return {
    /** The store with these functions run in a thread; their parameters and results must be plain data. */
    moved<Name extends keyof ReadStores>(
      stores: ReadStores,
      name: Name,
      calls: readonly (keyof ReadStores[Name] & string)[],
    ): ReadStores[Name] {
      const moved = calls.map((call) => [call, (...parameters: unknown[]) => run(name, call, parameters)]);
      return { ...stores[name], ...Object.fromEntries(moved) };
    },

    /** A store of lists whose searches and counts are run in a thread, and whose other pages are read here. */
    withoutLong<Name extends 'sources' | 'articles' | 'claims'>(
      stores: ReadStores,
      name: Name,
    ): ReadStores[Name] {
      const store = stores[name];
      const byRequest = (
        call: keyof ReadStores[Name] & string,
        requestOf: (...all: never[]) => ListRequest,
      ) => ({
        [call]: (...parameters: never[]) =>
          requestOf(...parameters).search === undefined
            ? (store[call] as (...all: never[]) => Promise<unknown>)(...parameters)
            : run(name, call, parameters),
      });
      return {
        ...store,
        ...byRequest('list', (request: ListRequest) => request),
        ...('listInArticle' in store &&
          byRequest('listInArticle' as never, (_article: number, request: ListRequest) => request)),
        summarise: (...parameters: unknown[]) => run(name, 'summarise', parameters),
      };
    },

    /** Ends the threads; what still waits is `unavailable`. */
    async close(): Promise<void> {
      isClosed = true;
      await Promise.all(lines.map((line) => line.close()));
    },
  };
}
