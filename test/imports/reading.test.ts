/**
 * Documents are read in a thread that a hostile one cannot hold for ever, nor bring down those after it; what is too large is
 * refused before it is read.
 */
import t, { type Test } from 'tap';
import type { AnyRow } from '../../src/imports/model.js';
import { createReading, type ReadingOptions } from '../../src/imports/reading.js';

const options = { timezone: 'UTC', language: 'en' };

function open(t: Test, more: Partial<ReadingOptions> = {}) {
  const reading = createReading({ ...options, ...more });
  t.teardown(() => reading.close());
  return async (...parts: (string | Uint8Array)[]): Promise<string | AnyRow[]> => {
    const chunks = (async function* () {
      for (const part of parts) yield Buffer.from(part);
    })();
    try {
      const rows: AnyRow[] = [];
      for await (const row of reading.rows({ name: 'f', chunks })) rows.push(row);
      return rows;
    } catch (error) {
      return (error as Error).message;
    }
  };
}

const post = '---\ntitle: Tides\ndate: 2024-10-18\n---\nThey rise.\n';
/** Deep and wide within the bounds of a page: Readability takes seconds for it. */
const slow = `<!doctype html><meta name="date" content="2024-10-18"><body>${`${'<div>'.repeat(200)}${'<p>abc, def</p>'.repeat(10)}${'</div>'.repeat(200)}`.repeat(200)}`;

t.test('documents, tables and rows of our own go each their way', async (t) => {
  const read = open(t);
  const foreign = { sources: [] };
  t.match(await read(post.slice(0, 5), post.slice(5)), [
    { kind: 'article', value: { headline: 'Tides' }, foreign },
  ]);
  t.match(await read('headline,publishedAt\nTi', 'des,2024-10-18\n'), [
    { kind: 'article', place: { line: 2 }, foreign },
  ]);
  t.strictSame(await read('{"article":{}}\n', '{"claim":{"text":"a"}}\n{"cl'), [
    { kind: 'article', value: {}, place: { file: 'f', line: 1 }, bytes: 14 },
    { kind: 'claim', value: { text: 'a' }, place: { file: 'f', line: 2 }, bytes: 22 },
    {
      ...{ kind: 'unread', place: { file: 'f', line: 3 } },
      detail: 'is not JSON: expected {"source": …}, {"article": …}, {"claim": …}, found {"cl',
    },
  ]);
});

t.test('what holds the thread too long is given up, and the next document is read', async (t) => {
  const read = open(t, { readMsMax: 700 });
  await read(post); // the thread is there
  t.equal(
    await read(slow),
    'expected a file that can be read, found one that takes longer than 0.7 seconds to read',
  );
  t.match(await open(t)(post), [{ kind: 'article' }]);
});

t.test('a document that breaks the parser leaves the thread as it was', async (t) => {
  const read = open(t);
  const deep = `<rss version="2.0"><channel>${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}</channel></rss>`;
  t.match(await read(deep), /^expected /);
  t.match(
    await read(`<!doctype html><body>${'<div>'.repeat(100_000)}`),
    /^expected HTML with elements nested at most 250 deep/,
  );
  t.match(await read('[', '['.repeat(500_000)), /^expected JSON, found what is none/);
  t.match(await read(post), [{ kind: 'article' }]);
});

t.test('what is binary, empty or too large is refused', async (t) => {
  const read = open(t);
  t.equal(await read(), 'expected text in UTF-8, found an empty file');
  t.equal(
    await read(new Uint8Array([0xff, 0xd8, 0x00])),
    'expected text in UTF-8, found a binary file (byte 0x00 on line 1)',
  );
  t.equal(
    await read(post, ...Array.from({ length: 6 }, () => 'x'.repeat(1_000_000))),
    'expected at most 5000000 bytes, found more',
  );
});
