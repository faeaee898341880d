/** Rows are read until somebody says stop, and none is held longer than it is needed. */
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { untilAborted } from '../../src/imports/abort.js';

const ROWS = 1_000;
const HELD_MAX = 10; // the last one, and what the engine has not let go of yet

t.test('no row is held once it was handed on', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const references: WeakRef<object>[] = [];
  async function* rows() {
    for (let at = 0; at < ROWS; at++) {
      const row = { at };
      references.push(new WeakRef(row));
      yield row;
    }
  }
  let read = 0;
  let held = 0;
  for await (const _row of untilAborted(rows(), new AbortController().signal)) {
    read += 1;
    if (read < ROWS) continue;
    await turn();
    collect();
    held = references.filter((reference) => reference.deref() !== undefined).length;
  }
  t.equal(read, ROWS);
  t.ok(held <= HELD_MAX, `${held} of ${ROWS} rows are held`);
});

t.test('it stops where the next row never comes, and where it was told to before', async (t) => {
  const stop = new AbortController();
  async function* rows() {
    yield 1;
    yield new Promise<number>(() => {});
  }
  const seen: number[] = [];
  setImmediate(() => stop.abort());
  for await (const row of untilAborted(rows(), stop.signal)) seen.push(row);
  t.same(seen, [1]);
  for await (const row of untilAborted(rows(), stop.signal)) seen.push(row);
  t.same(seen, [1]);
});

t.test('a fault of the rows is handed on', async (t) => {
  async function* rows(): AsyncGenerator<number> {
    yield 1;
    throw new Error('the disk is gone');
  }
  const read = async () => {
    for await (const _row of untilAborted(rows(), new AbortController().signal));
  };
  await t.rejects(read(), { message: 'the disk is gone' });
});
