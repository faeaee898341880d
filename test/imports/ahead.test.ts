/** Rows that are made ready in another thread are what they would be without it, in their order. */
import t from 'tap';
import { type PreparedArticle, prepareArticle } from '../../src/articles/text.js';
import { madeReady } from '../../src/imports/ahead.js';
import type { AnyRow, ImportRows, ReadyRow } from '../../src/imports/model.js';
import { indexedClaim } from '../../src/kernel/indexed.js';

const ALONE = 200;
const place = { file: 'rows.ndjson', line: 1 };

const article = (n: number, body = `Text *${n}* of an article.`): AnyRow => ({
  kind: 'article',
  value: {
    slug: `a-${n}`,
    headline: `Article ${n}`,
    body,
    language: 'en',
    publishedAt: '2024-10-18T12:00:00Z',
  },
  place,
});

async function* rowsOf(rows: readonly AnyRow[]): ImportRows & AsyncGenerator<AnyRow> {
  yield* rows;
}

async function all(rows: ImportRows): Promise<ReadyRow[]> {
  const ready = [];
  for await (const row of madeReady(rows)) ready.push(row);
  return ready;
}

const many = Array.from({ length: ALONE }, (_, n) => article(n));

t.test(
  'the first rows come as they are, those behind them checked and prepared, all in their order',
  async (t) => {
    const claim: AnyRow = { kind: 'claim', value: { text: 'Taxes will fall.', language: 'en' }, place };
    const source: AnyRow = { kind: 'source', value: { slug: 'a', kind: 'person', name: 'A' }, place };
    const wrong: AnyRow = { kind: 'article', value: { slug: 'No slug' }, place };
    const unread: AnyRow = { kind: 'unread', detail: 'is no row', place };
    const behind = [
      claim,
      source,
      wrong,
      unread,
      ...Array.from({ length: 120 }, (_, n) => article(1_000 + n)),
    ];
    const ready = await all(rowsOf([...many, ...behind]));
    t.strictSame(
      ready.map(({ checked: _checked, prepared: _prepared, ...row }) => row),
      [...many, ...behind],
    );
    t.equal(
      ready.slice(0, ALONE).every(({ checked }) => checked === undefined),
      true,
    );
    const [ofClaim, ofSource, ofWrong, ofUnread, ofArticle] = ready.slice(ALONE);
    t.strictSame(ofClaim?.prepared, indexedClaim({ text: 'Taxes will fall.', language: 'en' }));
    t.equal(ofSource?.prepared, undefined);
    t.strictSame(ofSource?.checked?.issues, []);
    t.equal(ofWrong?.checked?.value, null);
    t.match(ofWrong?.checked?.issues[0], { path: ['slug'] });
    t.equal(ofUnread?.checked, undefined);
    const given = {
      headline: 'Article 1000',
      standfirst: null,
      body: 'Text *1000* of an article.',
      language: 'en',
    };
    t.strictSame(ofArticle?.prepared as PreparedArticle, prepareArticle(given));
  },
);

t.test('where nothing is news, rows are checked and no more', async (t) => {
  const ready = [];
  for await (const row of madeReady(rowsOf([...many, article(8_000)]), () => false)) ready.push(row);
  t.strictSame(ready.at(-1)?.checked?.issues, []);
  t.equal(ready.at(-1)?.prepared, undefined);
});

t.test('whoever stops reading ends the reading of the source', async (t) => {
  let isEnded = false;
  async function* source() {
    try {
      for (let n = 0; ; n += 1) yield article(n);
    } finally {
      isEnded = true;
    }
  }
  let count = 0;
  for await (const _row of madeReady(source())) if (++count === ALONE + 10) break;
  t.equal(isEnded, true);
});

t.test(
  'rows that are there do not wait for others, and nobody waits for those that never come',
  async (t) => {
    let isEnded = false;
    async function* source() {
      try {
        yield* many;
        for (let n = 0; n < 10; n += 1) yield article(7_000 + n);
        await new Promise(() => {});
      } finally {
        isEnded = true;
      }
    }
    let count = 0;
    for await (const _row of madeReady(source())) if (++count === ALONE + 10) break;
    t.equal(count, ALONE + 10);
    t.equal(isEnded, false, 'it is still asked for a row');
  },
);

t.test(
  'where a row takes all the memory that the thread may have, it and the rest come as they are',
  async (t) => {
    const heavy = article(5_000, '*a* '.repeat(124_000));
    const after = Array.from({ length: 60 }, (_, n) => article(6_000 + n));
    const ready = await all(rowsOf([...many, heavy, ...after]));
    t.equal(ready.length, ALONE + 61);
    t.strictSame(ready.slice(ALONE), [heavy, ...after]);
  },
);
