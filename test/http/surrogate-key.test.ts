/**
 * The keys of an answer are bounded: where the rows are too many, those of a kind are named as a whole.
 */
import t from 'tap';
import type { Freshness } from '../../src/http/freshness.js';
import { SURROGATE_KEY_BYTES_MAX, surrogateKeyOf } from '../../src/http/surrogate-key.js';

const rows = (count: number, first = 0): Set<string> =>
  new Set(Array.from({ length: count }, (_, n) => String(first + n).padStart(10, '0')));

const shown = (given: Partial<Freshness['rows']>, collections: Freshness['collections'] = new Set()) =>
  surrogateKeyOf({
    revision: null,
    isBehind: false,
    isPrivate: false,
    rows: { article: new Set(), claim: new Set(), source: new Set(), ...given },
    collections,
    version: null,
    expiresAt: 0,
  });

t.test('the kind with the most rows is named as a whole, then the next', async (t) => {
  const all = shown({ article: rows(100), source: rows(100), claim: rows(100) }) ?? '';
  t.equal(all.split(' ').length, 300);
  const some = shown({ article: rows(20), source: rows(150), claim: rows(200) }) ?? '';
  t.equal(some.split(' ').length, 1 + 20 + 150);
  t.match(some, /^claims a/);
  const few = shown({ article: rows(20), source: rows(500), claim: rows(600) }) ?? '';
  t.equal(few.split(' ').length, 2 + 20);
  t.match(few, /^claims sources a/);
  t.equal(shown({}), null, 'an answer without rows has no keys');
});

t.test('the header is never longer than its bound', async (t) => {
  const every: Freshness['collections'] = new Set(['article', 'claim', 'source']);
  for (let count = 0; count < 1_000; count += 7)
    for (const other of [0, 100, count]) {
      const keys = shown({ article: rows(count), claim: rows(other), source: rows(other) }, every) ?? '';
      t.ok(keys.length <= SURROGATE_KEY_BYTES_MAX, `${count} and ${other} rows: ${keys.length}`);
    }
});
