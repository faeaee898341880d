/**
 * Long reads run beside the event loop: they see what was kept, wait in a line that is bounded, and break down alone.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import t, { type Test } from 'tap';
import { parseSearch, type Search } from '../../src/kernel/search-query.js';
import { createOffLoop } from '../../src/storage/sqlite/off-loop.js';
import { idOf } from '../helper.js';
import { openFileStorage } from './file.js';

const UNAVAILABLE = { name: 'ClaimwireError', code: 'unavailable' };
const request = (query: string) => ({
  search: parseSearch(query) as Search,
  kinds: ['sources' as const],
  limit: 10,
});

t.test('each read sees what was kept before it', async (t) => {
  const { given, services } = await openFileStorage(t);
  for (let n = 1; n <= 20; n += 1) {
    await given.source({ id: idOf(n), name: `Harbour ${n + 10}` });
    const { items } = await services.read.search.list(request('harbour'));
    t.equal(items.length, Math.min(n, 10));
    t.equal(items[0]?.source?.id, idOf(n));
  }
});

t.test('the event loop goes on meanwhile', async (t) => {
  const { given, services } = await openFileStorage(t);
  await given.source({ name: 'Harbour' });
  await services.read.search.list(request('harbour'));
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  await Promise.all(Array.from({ length: 100 }, () => services.read.search.list(request('harbour'))));
  clearInterval(ticking);
  t.ok(turns > 0);
});

t.test('a refusal comes over as it is, a fault with its message', async (t) => {
  const { file, storage } = await openFileStorage(t);
  const offLoop = createOffLoop(file);
  t.teardown(() => offLoop.close());
  const { get } = offLoop.moved(storage.read, 'sources', ['get']);
  t.equal(await get('nobody'), undefined);
  const { list } = offLoop.moved(storage.read, 'sources', ['list']);
  const unknown = { limit: 1, filters: [{ field: 'x', operator: 'in' as const, values: ['y'] }] };
  await t.rejects(list(unknown), { message: 'no condition for the filter x' });
  const missing = createOffLoop(`${file}-not-there`);
  t.teardown(() => missing.close());
  await t.rejects(missing.moved(storage.read, 'sources', ['get']).get('a'), UNAVAILABLE, 'no such file');
});

t.test('a line that is too long is not joined, and closing ends the waiting', async (t) => {
  const { file, storage } = await openFileStorage(t);
  const offLoop = createOffLoop(file);
  const { get } = offLoop.moved(storage.read, 'sources', ['get']);
  const line = Array.from({ length: 201 }, () => get('nobody'));
  const settled = Promise.allSettled(line);
  await t.rejects(line[200] as Promise<unknown>, UNAVAILABLE);
  await offLoop.close();
  const states = (await settled).map(({ status }) => status);
  t.equal(states.filter((status) => status === 'rejected').length > 0, true);
  await t.rejects(get('nobody'), UNAVAILABLE, 'nor is it opened again');
});

/** The threads that are asked from now on, one for each read. */
function watchThreads(t: Test): Worker[] {
  const threads: Worker[] = [];
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (...parameters) {
    threads.push(this);
    return postMessage.apply(this, parameters);
  };
  t.teardown(() => {
    Worker.prototype.postMessage = postMessage;
  });
  return threads;
}

t.test(
  'a read waits for no other while a thread is free, and what one thread can do starts no other',
  async (t) => {
    const { file, storage } = await openFileStorage(t);
    const offLoop = createOffLoop(file);
    t.teardown(() => offLoop.close());
    const { get } = offLoop.moved(storage.read, 'sources', ['get']);
    const threads = watchThreads(t);
    await get('nobody');
    await get('nobody');
    t.equal(new Set(threads).size, 1);
    await Promise.all([get('nobody'), get('nobody'), get('nobody')]);
    t.equal(new Set(threads).size, 2);
    t.not(threads[2], threads[3]);
  },
);

t.test('a thread that broke down is started again, and takes down no read of another', async (t) => {
  const { file, storage } = await openFileStorage(t);
  const offLoop = createOffLoop(file);
  t.teardown(() => offLoop.close());
  const { get } = offLoop.moved(storage.read, 'sources', ['get']);
  const threads = watchThreads(t);
  await get('nobody');
  const line = Promise.allSettled(Array.from({ length: 200 }, () => get('nobody')));
  await threads[0]?.terminate();
  // On a busy machine it may have answered some of its own before it was ended, or all.
  const answered = await line;
  for (const [place, result] of answered.entries())
    if (result.status === 'rejected') {
      t.equal(place % 2, 0, 'of the thread that was ended');
      t.match(result.reason, UNAVAILABLE);
    }
  await delay(1);
  t.equal(await get('nobody'), undefined);
});
