/**
 * Texts become the bytes of UTF-8, and stay what they were made when others are made behind them.
 */
import t from 'tap';
import { toBytes } from '../../src/http/bytes.js';

const MADE = 300; // of up to 20,000 characters: several pieces of memory
const LARGE = 200_000; // characters, which have no place beside others

t.test('each text stays as it was made, whatever is made behind it', async (t) => {
  const texts = Array.from(
    { length: MADE },
    (_, n) => ['a', 'é', '’', '😀'][n % 4]?.repeat((n * 67) % 5_000) ?? '',
  );
  texts.push('’'.repeat(LARGE), '', 'last');
  const made = texts.map(toBytes);
  t.ok(texts.every((text, n) => made[n]?.equals(Buffer.from(text))));
  t.ok(
    made
      .filter(({ length }) => length > 0 && length < LARGE)
      .every(({ buffer }) => buffer.byteLength <= 256 * 1_024),
  );
});
