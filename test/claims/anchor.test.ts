/**
 * Quotes: where the words stand, letter for letter, which of several places is meant, and when nobody can say.
 */
import fc from 'fast-check';
import t from 'tap';
import { anchorAt, CONTEXT_UNITS, findQuote, type Quote } from '../../src/claims/anchor.js';

t.test('a quote is found letter for letter, and of several places the one that is meant', async (t) => {
  const at = (start: number, length = 2) => ({ start, end: start + length });
  const text = 'ab cd ab ef ab'; // ab at 0, 6 and 12
  const cases: Array<[string, Quote, ReturnType<typeof findQuote>]> = [
    ['one place', { exact: 'cd' }, at(3)],
    [
      'one place, whatever is said to surround it',
      { exact: 'cd', prefix: 'no', suffix: 'no', start: 9 },
      at(3),
    ],
    ['no place', { exact: 'xy' }, 'absent'],
    ['another case is another word', { exact: 'AB' }, 'absent'],
    ['an empty quote', { exact: '' }, 'absent'],
    ['a quote longer than the text', { exact: `${text}.` }, 'absent'],
    ['the whole text', { exact: text }, at(0, 14)],
    ['several places', { exact: 'ab' }, 'ambiguous'],
    ['the prefix decides', { exact: 'ab', prefix: 'cd ' }, at(6)],
    ['the suffix decides', { exact: 'ab', suffix: ' cd' }, at(0)],
    ['both decide', { exact: 'ab', prefix: ' ', suffix: ' e' }, at(6)],
    ['they decide against the old position', { exact: 'ab', prefix: 'f ', start: 0 }, at(12)],
    ['two fit', { exact: 'ab', prefix: ' ' }, 'ambiguous'],
    ['two fit, the nearer to the old position', { exact: 'ab', prefix: ' ', start: 0 }, at(6)],
    ['none fits', { exact: 'ab', prefix: 'x' }, 'ambiguous'],
    ['the prefix fits here, the suffix there', { exact: 'ab', prefix: 'cd ', suffix: ' cd' }, 'ambiguous'],
    ['none fits, the nearest of all', { exact: 'ab', prefix: 'x', start: 10 }, at(12)],
    ['the nearest', { exact: 'ab', start: 7 }, at(6)],
    ['two as near, the earlier', { exact: 'ab', start: 3 }, at(0)],
    ['an old position beyond the end', { exact: 'ab', start: 99 }, at(12)],
  ];
  for (const [name, quote, expected] of cases) t.same(findQuote(text, quote), expected, name);
  t.same(findQuote('aaaa', { exact: 'aa', start: 1 }), at(1), 'overlapping places are places');
  t.equal(findQuote('aaa', { exact: 'aa' }), 'ambiguous', 'overlapping places are places');
  t.same(findQuote('baaab', { exact: 'aa', suffix: 'b' }), at(2), 'overlapping places are places');
});

t.test('an anchor carries the words on either side', async (t) => {
  t.same(anchorAt('ab cd ef', { start: 3, end: 5 }), {
    exact: 'cd',
    prefix: 'ab ',
    suffix: ' ef',
    start: 3,
    end: 5,
  });
  t.same(anchorAt('ab', { start: 0, end: 2 }), { exact: 'ab', prefix: '', suffix: '', start: 0, end: 2 });
  const side = 'x'.repeat(CONTEXT_UNITS);
  t.same(anchorAt(`x${side}a${side}x`, { start: 33, end: 34 }), {
    exact: 'a',
    prefix: side,
    suffix: side,
    start: 33,
    end: 34,
  });
});

t.test('an anchor cuts no surrogate pair on either side', async (t) => {
  const short = 'x'.repeat(CONTEXT_UNITS - 1);
  const { prefix, suffix } = anchorAt(`😀${short}a${short}😀`, { start: 33, end: 34 });
  t.same({ prefix, suffix }, { prefix: short, suffix: short });
  const pairs = '😀'.repeat(CONTEXT_UNITS / 2);
  const whole = anchorAt(`😀${pairs}a${pairs}😀`, { start: 34, end: 35 });
  t.same({ prefix: whole.prefix, suffix: whole.suffix }, { prefix: pairs, suffix: pairs });
});

t.test(
  'every place is found again, and without its old position at least not mistaken unless two look alike',
  async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '\n', 'é', '😀'),
      minLength: 1,
      maxLength: 120,
    });
    const place = text.chain((text) =>
      fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 1, max: 40 })).map(([start, length]) => {
        return { text, start, end: Math.min(text.length, start + length) };
      }),
    );
    fc.assert(
      fc.property(place, ({ text, start, end }) => {
        const anchor = anchorAt(text, { start, end });
        const found = findQuote(text, anchor);
        const { start: _, ...quote } = anchor;
        const again = findQuote(text, quote);
        return same(found, { start, end }) && (again === 'ambiguous' || same(again, { start, end }));
      }),
      { numRuns: 3_000 },
    );
  },
);

t.test('it agrees with a search that tries every position', async () => {
  const word = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), maxLength });
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const quote = fc.record({
    exact: word(4),
    prefix: optional(word(2)),
    suffix: optional(word(2)),
    start: optional(fc.nat(30)),
  });
  fc.assert(
    fc.property(word(30), quote, (text, quote) =>
      same(findQuote(text, quote), searchEverywhere(text, quote)),
    ),
    { numRuns: 5_000 },
  );

  const TIMES = 400; // so long, a text is searched in another way
  const stretched = (given: string | undefined) =>
    given && [...given].map((letter) => letter.padEnd(TIMES, '-')).join('');
  const placed = (found: Found): Found =>
    typeof found === 'string' ? found : { start: found.start * TIMES, end: found.end * TIMES };
  fc.assert(
    fc.property(word(30), quote, (text, { exact, prefix, suffix, start }) =>
      same(
        findQuote(stretched(text) ?? '', {
          exact: stretched(exact) ?? '',
          prefix: stretched(prefix),
          suffix: stretched(suffix),
          start: start && start * TIMES,
        }),
        placed(searchEverywhere(text, { exact, prefix, suffix, start })),
      ),
    ),
    { numRuns: 1_000 },
  );
});

t.test('half a million places take no more than linear time', async (t) => {
  const text = 'a'.repeat(500_000);
  const half = 'a'.repeat(25_000);
  const began = performance.now();
  t.equal(findQuote(text, { exact: 'aaaa' }), 'ambiguous');
  t.same(findQuote(text, { exact: half + half, prefix: half, suffix: half, start: 90_000 }), {
    start: 90_000,
    end: 140_000,
  });
  t.equal(findQuote(text, { exact: `b${half}` }), 'absent');
  t.equal(findQuote(text, { exact: `${half}b${half}` }), 'absent');
  t.ok(performance.now() - began < 10_000); // it takes a hundredth of that, and thrice that were it quadratic
});

type Found = ReturnType<typeof findQuote>;

function same(found: Found, expected: Found): boolean {
  if (typeof found === 'string' || typeof expected === 'string') return found === expected;
  return found.start === expected.start && found.end === expected.end;
}

function searchEverywhere(text: string, { exact, prefix = '', suffix = '', start }: Quote): Found {
  const all = [...text]
    .map((_, place) => place)
    .filter((place) => exact !== '' && text.startsWith(exact, place));
  const fitting = all.filter(
    (place) => text.slice(0, place).endsWith(prefix) && text.startsWith(suffix, place + exact.length),
  );
  const candidates = fitting.length > 0 ? fitting : all;
  const [first] = candidates;
  if (first === undefined) return 'absent';
  if (candidates.length > 1 && start === undefined) return 'ambiguous';
  const far = (place: number) => Math.abs(place - (start ?? 0));
  const nearest = candidates.reduce((best, place) => (far(place) < far(best) ? place : best), first);
  return { start: nearest, end: nearest + exact.length };
}
