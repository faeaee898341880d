/**
 * Bytes become text only where they are text.
 */
import t from 'tap';
import { decodeText } from '../../src/imports/decode.js';
import { refusalOf } from './refusal.js';

const bytesOf = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))));

t.test('UTF-8 becomes text with line feeds alone, without a byte-order mark', async (t) => {
  const cases: [Uint8Array, string][] = [
    [bytesOf('São Paulo\n서울\n'), 'São Paulo\n서울\n'],
    [bytesOf(0xef, 0xbb, 0xbf, 'marked'), 'marked'],
    [bytesOf('one\r\ntwo\rthree\n'), 'one\ntwo\nthree\n'],
    [bytesOf('a\tb'), 'a\tb'],
  ];
  for (const [bytes, text] of cases) t.equal(decodeText({ name: 'a', bytes }), text);
});

t.test('what is not text is refused with what was expected and what was found', async (t) => {
  const cases: [Uint8Array, string][] = [
    [bytesOf(), 'an empty file'],
    [bytesOf(0xef, 0xbb, 0xbf), 'nothing but white space'],
    [bytesOf(' \n\t\r\n'), 'nothing but white space'],
    [bytesOf('one\ntwo', 0, 'three'), 'a binary file (byte 0x00 on line 2)'],
    [bytesOf(0x89, 'PNG\r\n', 0x1a, '\n'), 'a binary file (byte 0x1a on line 2)'],
    [bytesOf('a', 0x7f), 'a binary file (byte 0x7f on line 1)'],
    [bytesOf('one\ntwo\nS', 0xe3, 'o Paulo\n'), 'bytes that are not UTF-8 on line 3'],
    [bytesOf('cut ', 0xe2, 0x82), 'bytes that are not UTF-8 on line 1'],
    [bytesOf(0xff, 0xfe, 'a', 0), 'UTF-16'],
  ];
  for (const [bytes, found] of cases) {
    t.equal(
      refusalOf(() => decodeText({ name: 'a', bytes })).message,
      `expected text in UTF-8, found ${found}`,
    );
  }
});
