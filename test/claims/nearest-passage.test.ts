import t from 'tap';
import { nearestPassage } from '../../src/claims/nearest-passage.js';

const cases: [why: string, text: string, quote: string, passage: string | null][] = [
  ['in other words', 'So it was. Nobody else did. Then it rained.', 'nobody did else', 'Nobody else did'],
  [
    'with a slip in one of two words',
    'He said nothing happened today.',
    'nothing hapened',
    'nothing happened',
  ],
  ['with another case and accents', 'At the Café Zoë it was quiet.', 'the cafe zoe', 'the Café Zoë'],
  [
    'in a script without spaces',
    '首相は昨日、増税は行わないと述べた。会見は短かった。',
    '増税は行なわないと述べ',
    '増税は行わないと述べ',
  ],
  ['in Thai', 'นายกรัฐมนตรีกล่าวว่าจะไม่ขึ้นภาษีในปีนี้', 'จะไม่ขึ้นภาษิในปีนี้', 'จะไม่ขึ้นภาษีในปีนี้'],
  [
    'a short word is not another short word',
    'The cat sat. It was a bad day for cats.',
    'the bat sat on',
    null,
  ],
  ['nothing like it', 'It rained all day.', 'shares fell sharply', null],
  ['no words at all', 'It rained all day.', '…', null],
];

for (const [why, text, quote, passage] of cases)
  t.test(`nearest passage: ${why}`, async (t) => {
    t.equal(nearestPassage(text, quote), passage);
  });

t.test('of many misspelt words only some are looked for', async (t) => {
  const words = Array.from({ length: 60_000 }, (_, place) => `word${place}`);
  const quote = Array.from({ length: 300 }, (_, place) => `wrod${place * 200}`).join(' ');
  t.equal(nearestPassage(words.join(' '), quote), null);
});
