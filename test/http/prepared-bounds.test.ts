/**
 * What is kept never takes more than its bound, keeps what is asked for most, and is dropped whole with its revision.
 */
import t from 'tap';
import { type Answer, createPreparedAnswers, spellingOf } from '../../src/http/prepared.js';

const revision = (seq: number) => ({ seq, at: '2024-11-01T12:00:00.000Z' });
const ask = (n: number, encoding = '') => ({ url: `/v1/articles?n=${n}`, accept: '', encoding });
const answer = (bytes: number, more: Partial<Answer> = {}): Answer => ({
  body: Buffer.alloc(bytes, 'x'),
  print: 'print',
  headers: ['content-type', 'text/plain'],
  headersOfKnown: [],
  lastModified: null,
  expiresAt: Number.POSITIVE_INFINITY,
  ...more,
});

t.test('the bound is kept, however much comes', async (t) => {
  const now = revision(1);
  const bytesMax = 200_000;
  const prepared = createPreparedAnswers(bytesMax);
  for (let n = 0; n < 2_000; n++) {
    await prepared.keep(now, ask(n, n % 3 === 0 ? 'gzip' : ''), answer(n % 20_000));
    if (prepared.bytes() > bytesMax) t.fail(`${prepared.bytes()} bytes after ${n}`);
  }
  t.ok(prepared.size() > 5, 'and is made use of');
  t.ok(prepared.bytes() > bytesMax / 2);
});

t.test('many spellings of one question take no more than their bound', async (t) => {
  const now = revision(1);
  const prepared = createPreparedAnswers(200_000);
  await prepared.keep(now, ask(1), answer(100));
  for (let n = 0; n < 5_000; n++) {
    const other = { ...ask(1), url: `/v1/articles?${'&'.repeat(n)}n=1` };
    await prepared.share(now, other, spellingOf(other));
  }
  t.ok(prepared.bytes() < 20_000, String(prepared.bytes()));
  t.equal(prepared.size(), 1);
});

t.test('what is asked for again outlives what is not', async (t) => {
  const now = revision(1);
  const prepared = createPreparedAnswers(100_000);
  await prepared.keep(now, ask(0), answer(1_000));
  for (let n = 1; n < 500; n++) {
    await prepared.keep(now, ask(n), answer(1_000));
    t.ok(prepared.find(now, spellingOf(ask(0))), 'it is still there');
  }
  t.equal(prepared.find(now, spellingOf(ask(1))), undefined);
});

t.test('an answer that would drive out all others is not kept, but given', async (t) => {
  const now = revision(1);
  const prepared = createPreparedAnswers(100_000);
  const { body } = await prepared.keep(now, ask(1), answer(50_000));
  t.equal(body.length, 50_000);
  t.equal(prepared.size(), 0);
  t.equal(prepared.bytes(), 0);
});

t.test('with another revision all is gone', async (t) => {
  const prepared = createPreparedAnswers(100_000);
  await prepared.keep(revision(1), ask(1), answer(1_000));
  const now = revision(1);
  t.equal(prepared.find(now, spellingOf(ask(1))), undefined, 'even where it counts the same');
  t.equal(prepared.size(), 0);
  t.equal(prepared.bytes(), 0);
  const coded = prepared.keep(now, ask(2, 'gzip'), answer(5_000)); // while it is coded, the data changes
  prepared.find(revision(2), spellingOf(ask(2)));
  t.equal((await coded).headers.includes('gzip'), true);
  t.equal(prepared.bytes(), 0, 'what comes too late is not counted');
});

t.test('what has had its time is gone', async (t) => {
  const now = revision(1);
  const prepared = createPreparedAnswers(100_000);
  await prepared.keep(now, ask(1), answer(1_000, { expiresAt: Date.now() - 1 }));
  t.equal(prepared.share(now, ask(1), 'another spelling'), undefined);
  t.equal(prepared.find(now, spellingOf(ask(1))), undefined);
  t.equal(prepared.size(), 0);
});
