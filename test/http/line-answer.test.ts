/** An answer of lines: what its reader does not take is kept up to a bound, and then waited for, with patience. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { createLineAnswer } from '../../src/http/line-answer.js';
import { createPatience } from '../../src/http/patience.js';

const LINE = `${'x'.repeat(999)}\n`;
const never = createPatience(60_000, () => {});

/** Whether a promise is settled by now. */
const isSettled = (promise: Promise<unknown>): Promise<boolean> =>
  Promise.race([promise.then(() => true), delay(20, false)]);

t.test('all lines arrive in their order, however late they are added', async (t) => {
  const { stream, add, end } = createLineAnswer(never);
  const lines = Array.from({ length: 500 }, (_, at) => `${at} ${LINE}`);
  const read = (async () => {
    let text = '';
    for await (const chunk of stream) text += chunk;
    return text;
  })();
  for (const [at, line] of lines.entries()) {
    add(line);
    if (at % 100 === 0) await delay(1);
  }
  end();
  t.equal(await read, lines.join(''));
});

t.test('who adds lines waits where they are not taken, and goes on when they are', async (t) => {
  const { stream, add, room, end } = createLineAnswer(never);
  for (let count = 0; count < 1_000; count++) add(LINE);
  t.equal(await isSettled(room()), true, 'a megabyte is kept');
  for (let count = 0; count < 200; count++) add(LINE);
  const waiting = room();
  t.equal(await isSettled(waiting), false);
  stream.resume();
  t.equal(await isSettled(waiting), true);
  end();
  await once(stream, 'close');
});

t.test('who adds lines does not wait for a reader that is gone', async (t) => {
  const { stream, add, room } = createLineAnswer(never);
  for (let count = 0; count < 2_000; count++) add(LINE);
  const waiting = room();
  stream.destroy();
  t.equal(await isSettled(waiting), true);
  add(LINE);
  t.equal(await isSettled(room()), true);
});

t.test('patience ends where nothing is done in time, and begins anew with all that is', async (t) => {
  let stalls = 0;
  const patience = createPatience(100, () => {
    stalls += 1;
  });
  const taking = patience.begin();
  for (let count = 0; count < 4; count++) {
    const sending = patience.begin();
    await delay(50);
    sending();
    sending();
  }
  t.equal(stalls, 0, 'a client that does not take, but sends');
  taking();
  await delay(150);
  t.equal(stalls, 0, 'nobody is waited for');
  const end = patience.begin();
  await delay(200);
  t.equal(stalls, 1);
  end();
});
