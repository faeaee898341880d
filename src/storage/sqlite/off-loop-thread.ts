/**
 * A thread that reads off the event loop: one connection that cannot write, one call after the other.
 */
import { parentPort, workerData } from 'node:worker_threads';
import Driver from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { toPassed } from '../../kernel/passed.js';
import { readStores } from '../stores.js';
import { toFailure } from './failures.js';
import type { Answer, Call } from './off-loop-calls.js';
import { THREAD_PAGE_CACHE } from './page-cache.js';
import { tables } from './tables.js';

const connection = new Driver(String(workerData), { readonly: true, timeout: 0 });
connection.pragma(THREAD_PAGE_CACHE);
const stores = readStores(drizzle(connection, { casing: 'snake_case' }), tables, toFailure);

type Calls = Record<string, (...parameters: readonly unknown[]) => Promise<unknown>>;

async function answer({ id, store, call, parameters }: Call): Promise<Answer> {
  try {
    const calls = stores[store] as unknown as Calls;
    return { id, failure: null, result: await calls[call]?.(...parameters) };
  } catch (error) {
    return { id, failure: toPassed(error) };
  }
}

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (asked: Call) => {
  last = last.then(async () => parentPort?.postMessage(await answer(asked)));
});
