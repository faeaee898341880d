/**
 * Reads that are too long for the event loop, run in a thread of their own over the same file. The thread is started by the
 * first of them, keeps no process alive, and is started again where it broke down. It sees every write that was kept.
 */
import { Worker } from 'node:worker_threads';
import { ClaimwireError } from '../../kernel/errors.js';
import type { ListRequest } from '../../kernel/page.js';
import type { ReadStores } from '../storage.js';
import { type Answer, type Call, fromFailure } from './off-loop-calls.js';

/** Reads that wait for the thread, a second's worth of the longest: who came later would wait in vain. */
const WAITING_MAX = 200;

/** Of the thread: the longest read holds some megabytes at a time. */
const HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 };

const THREAD = new URL('./off-loop-thread.js', import.meta.url);

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function createOffLoop(file: string) {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let isClosed = false;
  let count = 0;

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
      else asked?.reject(fromFailure(answer.failure));
    });
    started.on('error', leave);
    started.on('exit', () => leave());
    return started;
  };

  const run = (store: keyof ReadStores, call: string, parameters: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (isClosed || waiting.size >= WAITING_MAX) {
        reject(
          new ClaimwireError(
            'unavailable',
            isClosed ? undefined : 'Too many long reads are waiting already.',
          ),
        );
        return;
      }
      thread ??= start();
      count += 1;
      const asked: Call = { id: count, store, call, parameters };
      thread.postMessage(asked); // before it is waited for: what cannot be sent throws
      thread.ref();
      waiting.set(asked.id, { resolve, reject });
    });

  return {
    /** The store with these functions run in the thread; their parameters and results must be plain data. */
    moved<Name extends keyof ReadStores>(
      stores: ReadStores,
      name: Name,
      calls: readonly (keyof ReadStores[Name] & string)[],
    ): ReadStores[Name] {
      const moved = calls.map((call) => [call, (...parameters: unknown[]) => run(name, call, parameters)]);
      return { ...stores[name], ...Object.fromEntries(moved) };
    },

    /** A store of lists whose searches and counts are run in the thread, and whose other pages are read here. */
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

    /** Ends the thread; what still waits is `unavailable`. */
    async close(): Promise<void> {
      isClosed = true;
      const ended = thread;
      thread = undefined;
      fail();
      await ended?.terminate();
    },
  };
}
