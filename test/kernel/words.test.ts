/**
 * One rule for names: what counts as the same, what stands in a URL, and what was most likely meant.
 */
import fc from 'fast-check';
import t from 'tap';
import { slug } from '../../src/kernel/fields.js';
import { fold, nearest, SLUG_LENGTH_MAX, slugify } from '../../src/kernel/words.js';

t.test('names are the same whatever their case, accents and spaces', async (t) => {
  const cases: [string, string][] = [
    ['Volodymyr Zelensky', 'volodymyr zelensky'],
    ['  Folha \t de\nManhã ', 'folha de manha'],
    ['FOLHA DE MANHA\u0303', 'folha de manha'],
    ['ÇELİK', 'celik'],
    ['Ångström', 'angstrom'],
    ['Łódź', 'łodz'],
    ['ＮＡＴＯ', 'nato'],
    ['ﬁnance №5', 'finance no5'],
    ['국정원', '국정원'],
    ['국정원'.normalize('NFD'), '국정원'],
    ['Володимир Зеленський', 'володимир зеленськии'],
    ['ガーディアン', 'ガーディアン'],
    ['الجزيرة', 'الجزيرة'],
    ['King’s', 'king’s'],
    ['', ''],
  ];
  for (const [name, folded] of cases) t.equal(fold(name), folded, name);
});

t.test('a title becomes a slug in its own script', async (t) => {
  const long = 'word '.repeat(40);
  const cases: [string, string][] = [
    ['Harbour: Opening Draws Crowds', 'harbour-opening-draws-crowds'],
    ['  “1,500 troops” — sent?! ', '1-500-troops-sent'],
    ['King’s College, London’s best', 'kings-college-londons-best'],
    ["it's", 'its'],
    ['São Paulo', 'sao-paulo'],
    ['국정원, 북한이 1,500명을', '국정원-북한이-1-500명을'],
    ['हिन्दी समाचार', 'हिन्दी-समाचार'],
    ['C++ & C#', 'c-c'],
    ['-a--b-', 'a-b'],
    ['😀', ''],
    ['!!!', ''],
    ['', ''],
    [long, `${'word-'.repeat(23)}word`],
    ['x'.repeat(200), 'x'.repeat(SLUG_LENGTH_MAX)],
    [`${'x'.repeat(119)} y`, 'x'.repeat(119)],
    [`${'x'.repeat(120)} y`, 'x'.repeat(120)],
    [`a ${'x'.repeat(200)}`, `a-${'x'.repeat(118)}`],
    ['𠮷'.repeat(80), '𠮷'.repeat(60)],
    [`a${'𠮷'.repeat(80)}`, `a${'𠮷'.repeat(59)}`],
  ];
  for (const [title, expected] of cases) t.equal(slugify(title), expected, title.slice(0, 40));
});

t.test('what becomes of any title is a slug or nothing, and a slug stays as it is', async () => {
  const title = fc.string({ unit: 'grapheme', maxLength: 150 });
  fc.assert(
    fc.property(title, (title) => {
      const made = slugify(title);
      return made === '' || (slug.safeParse(made).success && slugify(made) === made);
    }),
    { numRuns: 3_000 },
  );
});

t.test('folding twice changes nothing more', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => fold(fold(name)) === fold(name)),
    { numRuns: 3_000 },
  );
});

t.test('a misspelt word is answered with the nearest that are near, the nearest first', async (t) => {
  const names = ['publishedAt', 'publisher', 'language', 'tag', 'q', 'mark-rutte'];
  const cases: [string, Iterable<string>, string[]][] = [
    ['publishedat', names, ['publishedAt', 'publisher']],
    ['publiser', names, ['publisher']],
    ['langauge', names, ['language']],
    ['Mark Ruette', names, ['mark-rutte']],
    ['tags', names, ['tag']],
    ['section', names, []],
    ['', names, []],
    ['ab', ['b', 'a', 'c'], ['a', 'b', 'c']],
    ['aaaa', ['aaab', 'aaac', 'aaad', 'aaae', 'aaaa'], ['aaaa', 'aaab', 'aaac']],
    ['x', new Set<string>(), []],
  ];
  for (const [word, candidates, expected] of cases) t.same(nearest(word, candidates), expected, word);
  t.same(nearest('aaaa', ['aaab', 'aaac'], 1), ['aaab'], 'as many as are asked for');
});
