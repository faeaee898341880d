/**
 * Text is analysed alike for what is found and for what finds it: in every script, in linear time, and with the place of each
 * token in the text as it was given.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import t from 'tap';
import { analyse } from '../../src/kernel/analysis.js';
import { toIndexed } from '../../src/kernel/indexed.js';

const terms = (text: string, language: string): string =>
  analyse(text, language)
    .map(({ term }) => term)
    .join(' ');

t.test('words of an alphabet become stems without case and accents', async (t) => {
  t.equal(
    terms('The Governments of Łódź and Ærø don’t run Ukraine’s cafés', 'en'),
    'the govern of lodz and aero don run ukrain cafe',
  );
  t.equal(terms('The Governments', 'en-GB'), 'the govern');
  t.equal(terms('The Governments', 'de'), 'the governments', 'English stems are for English texts');
  t.equal(terms('ﬁne ＡＢＣ １２ ٣٤ Straße', 'de'), 'fine abc 12 34 strasse');
  t.equal(terms('войска войскам войсками ещё', 'ru'), 'воиск воиск воиск ещ');
  t.equal(
    terms('війська військами об’єднання українських українська', 'uk'),
    'віиськ віиськ обєднанн украінськ украінськ',
  );
  t.equal(terms('الحكومة حكومة والحكومة للحكومة', 'ar'), 'حكوم حكوم حكوم حكوم');
  t.equal(terms('انتخابات الانتخابات بالانتخابات', 'ar'), 'انتخاب انتخاب انتخاب');
  t.equal(terms('مُحَمَّد إسرائيل اســرائيل', 'ar'), 'محمد اسراييل اسراييل');
});

t.test(
  'letters of East Asia become overlapping pairs, words of South-East Asia are those of a dictionary',
  async (t) => {
    t.equal(terms('国会で', 'ja'), '国会 会で で');
    t.equal(terms('ガラスと ｶﾞﾗｽ', 'ja'), 'ガラ ラス スと と ガラ ラス ス', 'half width as full width');
    t.equal(terms('국회에서', 'ko'), '국회 회에 에서 서');
    t.equal(terms('국회'.normalize('NFD'), 'ko'), '국회 회');
    t.equal(terms('水', 'zh'), '水');
    t.equal(terms('G7サミット2024年', 'ja'), 'g7 サミ ミッ ット ト 2024 年');
    t.equal(terms('รัฐบาลไทย', 'th'), 'รัฐบาล ไทย');
  },
);

t.test('a stem begins as its word does, so words that begin otherwise need no stem', async (t) => {
  const word = fc.stringMatching(/^[a-zA-Z0-9]{1,30}$/);
  fc.assert(
    fc.property(word, fc.constantFrom('en', 'ru', 'uk', 'ar', 'de'), (word, language) => {
      const [token] = analyse(word, language);
      return token?.term.charAt(0) === word.charAt(0).toLowerCase();
    }),
  );
  const text = 'The Governments met. Émile’s government in Łódź governs — 国会で';
  const all = analyse(text, 'en');
  const some = analyse(text, 'en', new Set(['g']));
  t.same(
    all.map(({ place }) => place),
    all.map((_, index) => index),
  );
  t.same(
    some,
    all.filter(({ start, end }) => /^[g]|[^a-z]/.test(text.slice(start, end).toLowerCase())),
    'what is left out keeps its place',
  );
});

t.test('each token knows its place', async (t) => {
  for (const [text, language] of [
    ['Ein „Café“ in Łódź, 😀 ja.', 'de'],
    ['북한이 특수부대를'.normalize('NFD'), 'ko'],
    ['ﾐｻｲﾙとG7ｶﾞ', 'ja'],
    ['ข่าวไทยวันนี้', 'th'],
  ] as const)
    for (const { term, start, end, part } of analyse(text, language))
      t.equal(
        analyse(text.slice(start, end), language)[0]?.term,
        term,
        `${text.slice(start, end)} is ${term}, a ${part}`,
      );
});

t.test('any text is analysed in linear time, into tokens of bounded length', async (t) => {
  const texts = ['x', 'ż', '国', '한', 'ไทย', 'ا', 'x ', '’x', '\u0301', '😀', 'ㄱ', 'x\u0301'].map((unit) =>
    unit.repeat(Math.ceil(200_000 / unit.length)),
  );
  for (const text of texts) {
    const began = process.cpuUsage();
    const tokens = analyse(text, 'en');
    const { user, system } = process.cpuUsage(began); // of this process alone, however busy the machine is
    t.ok(user + system < 5_000_000, `${text.slice(0, 4)}…`);
    t.ok(tokens.every(({ term, form }) => term.length <= 80 && form.length <= 80));
  }
});

t.test('indexed, terms stand in order between spaces, and then the forms that differ', async (t) => {
  t.equal(toIndexed(['Prices rise.', null, 'Price'], 'en'), ' price rise ¶ price ¶ prices ');
  t.equal(toIndexed(['Preise'], 'de'), ' preise ');
  t.equal(toIndexed(['', null, '…'], 'en'), '');
  const odd = toIndexed(['a\u0000b "c" * ¶ d\u2028e OR\nNEAR(f)'], 'en');
  t.match(odd, /^(?: [\p{L}\p{M}\p{N}]+)+ $/u, 'nothing but letters between single spaces');
  const many = toIndexed([Array.from({ length: 200_000 }, (_, n) => `w${n}`).join(' ')], 'en');
  t.ok(Buffer.byteLength(many) < 1_000_000, 'of very many different words the last are not indexed');
});

t.test('what is indexed is held as one text, and not as a chain of its words', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const text = 'ab cd ef gh '.repeat(20_000);
  collect();
  const before = process.memoryUsage().heapUsed;
  const held = Array.from({ length: 5 }, () => toIndexed([text], 'de'));
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  const length = held.reduce((sum, { length }) => sum + length, 0);
  t.ok(length > 1_000_000);
  t.ok(grown < 3 * length, `${grown} bytes are held for ${length} characters`);
});
