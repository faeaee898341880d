/**
 * Rows of a list as a stream: other work of the process has its turn between two pages, and what a row is written as
 * follows what is asked of it.
 */
import { text } from 'node:stream/consumers';
import t from 'tap';
import { z } from 'zod';
import { lineWriter, recordWriter, streamRows } from '../../src/http/rows.js';

const Row = z.object({ id: z.int(), place: z.object({ name: z.string(), kind: z.string().optional() }) });
const row = { id: 1, place: { name: 'a', kind: 'b', more: 'c' } };

t.test('a line is the row as its schema has it, or what is picked of it', async (t) => {
  t.equal(lineWriter(Row, {}).write([row, row]), '{"id":1,"place":{"name":"a","kind":"b"}}\n'.repeat(2));
  t.equal(lineWriter(Row, { pick: () => ({ id: 1 }) }).write([row]), '{"id":1}\n');
});

t.test('columns follow the fields and the parts that are asked for', async (t) => {
  const csv = (view: Parameters<typeof recordWriter>[1]) => {
    const writer = recordWriter(Row, view);
    return writer.head + writer.write([row]);
  };
  t.equal(csv({}), 'id,place.name\r\n1,a\r\n');
  t.equal(csv({ include: new Set(['place']) }), 'id,place.name,place.kind\r\n1,a,b\r\n');
  t.equal(csv({ fields: ['place.name'] }), 'place.name\r\na\r\n');
  t.equal(csv({ fields: ['place'] }), 'place.name\r\na\r\n');
});

t.test('others have their turn between two pages, even if each is read at once', async (t) => {
  const pages = 50;
  let turns = 0;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const page = (n: number) => ({ items: [{ ...row, id: n }], next: n < pages ? [n] : null, prev: null });
  const stream = streamRows(page(1), async ([n]) => page(Number(n) + 1), lineWriter(Row, {}));
  t.equal((await text(stream)).split('\n').length, pages + 1);
  clearImmediate(timer);
  t.ok(turns >= pages - 1, `${turns} turns`);
});
