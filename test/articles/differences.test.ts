/**
 * Differences between texts: word by word, whole both ways, and within a time whatever the texts are.
 */
import fc from 'fast-check';
import t from 'tap';
import { differenceOfTexts, type TextPart } from '../../src/articles/differences.js';

const without = (parts: readonly TextPart[], kind: TextPart['is']) =>
  parts
    .filter(({ is }) => is !== kind)
    .map(({ text }) => text)
    .join('');
const told = async (before: string, after: string) =>
  (await differenceOfTexts(before, after)).parts
    .map(({ is, text }) => (is === 'same' ? text : is === 'removed' ? `[-${text}-]` : `{+${text}+}`))
    .join('');

t.test('words differ as wholes, in scripts without spaces letter by letter', async (t) => {
  const cases: [before: string, after: string, told: string][] = [
    ['', '', ''],
    ['a b', 'a b', 'a b'],
    ['', 'a', '{+a+}'],
    ['a', '', '[-a-]'],
    ['Taxes fall.', 'Taxes fell.', 'Taxes [-fall-]{+fell+}.'],
    ['One two.\n\nThree.', 'One two.\n\nNew.\n\nThree.', 'One two.\n\n{+New.\n\n+}Three.'],
    ['세금이 오른다', '세금이 내린다', '세금이 [-오른다-]{+내린다+}'],
    ['税金が上がる', '税金が下がる', '税金が[-上-]{+下+}がる'],
    ['é a', 'e a', '[-é-]{+e+} a'],
    ['a \u{1f600} b', 'a \u{1f601} b', 'a [-\u{1f600}-]{+\u{1f601}+} b'],
    ['a b c', 'a  b c', 'a[- -]{+  +}b c'],
  ];
  for (const [before, after, expected] of cases) t.equal(await told(before, after), expected);
});

t.test('whatever two texts are, the parts make up both', async () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', ' ', '\n', '.', '字', '\ud800', 'é'), { maxLength: 40 })
    .map((letters) => letters.join(''));
  await fc.assert(
    fc.asyncProperty(text, text, async (before, after) => {
      const { parts, isCoarse } = await differenceOfTexts(before, after);
      const isTidy = parts.every(({ is, text }, at) => text !== '' && is !== parts[at - 1]?.is);
      return !isCoarse && isTidy && without(parts, 'added') === before && without(parts, 'removed') === after;
    }),
  );
});

/** A text of 500,000 characters: of words that a seed decides, in lines of so many. */
function long(seed: number, wordsOfLine: number): string {
  let state = seed;
  const words: string[] = [];
  for (let length = 0, n = 1; length < 499_990; n++) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const word = `w${state % 5_000}${n % wordsOfLine === 0 ? '\n' : ' '}`;
    words.push(word);
    length += word.length;
  }
  return words.join('');
}

t.test('the longest texts are compared in time, and nobody waits long meanwhile', async (t) => {
  const cases: [name: string, before: string, after: string][] = [];
  for (const wordsOfLine of [1, 10, 1_000_000]) {
    const text = long(1, wordsOfLine);
    cases.push(
      [`everything differs, ${wordsOfLine} words a line`, text, long(2, wordsOfLine)],
      [`little differs, ${wordsOfLine} words a line`, text, text.replaceAll('w1234', 'other')],
      [`each line differs, ${wordsOfLine} words a line`, text, text.replaceAll('\n', '!\n')],
    );
  }
  cases.push(
    ['one letter', 'a'.repeat(500_000), 'b'.repeat(500_000)],
    ['line ends', '\n'.repeat(500_000), ' \n'.repeat(250_000)],
  );
  for (const [name, before, after] of cases) {
    let longestMs = 0;
    let last = performance.now();
    const watch = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
    }, 1);
    const started = performance.now();
    const { parts, isCoarse } = await differenceOfTexts(before, after);
    const tookMs = performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, 5));
    clearInterval(watch);
    t.ok(tookMs < 5_000, `${name}: ${Math.round(tookMs)} ms`);
    t.comment(
      `${name}: ${Math.round(tookMs)} ms, ${Math.round(longestMs)} ms in one go, coarse: ${isCoarse}`,
    );
    t.equal(without(parts, 'added'), before);
    t.equal(without(parts, 'removed'), after);
  }
});
