/**
 * Whatever is typed into a search box is understood as well as it can be; only what leaves nothing to look for is refused.
 */
import t from 'tap';
import { check } from '../../src/kernel/issues.js';
import { parseSearch, type SearchTerm, searchText } from '../../src/kernel/search-query.js';

/** A term in short: `-headline:one two*`, the variants joined by `|`. */
const short = ({ field, isNegated, isPrefix, variants }: SearchTerm): string =>
  `${isNegated ? '-' : ''}${field === null ? '' : `${field}:`}${variants.map((words) => words.join(' ')).join('|')}${isPrefix ? '*' : ''}`;

const understood = (query: string): string[] | null => parseSearch(query)?.terms.map(short) ?? null;

t.test('words, phrases, exclusions, beginnings and fields', async (t) => {
  const cases: [query: string, ...terms: string[]][] = [
    ['oil price', 'oil', 'price'],
    ['prices', 'prices|price'],
    ['"oil prices" gas', 'oil prices|oil price', 'gas|ga'],
    ['oil -gas', 'oil', '-gas|ga'],
    ['-"natural gas" oil', '-natural gas|natur ga', 'oil'],
    ['govern*', 'govern*'],
    ['go*', 'go'],
    ['headline:oil body:"a b" STANDFIRST:x', 'headline:oil', 'body:a b', 'standfirst:x'],
    ['-text:oil name:gas', '-text:oil', 'name:gas|ga'],
    ['headline:govern*', 'headline:govern*'],
    ['the price of oil', 'price', 'oil'],
    ['"the price"', 'the price'],
    ['to be or not', 'to', 'be', 'or', 'not'],
    ['oil oil', 'oil'],
    ['“oil price”', 'oil price'],
    ['state-owned', 'state owned|state own'],
    ['5.93', '5 93'],
    ['войска', 'воиска|воиск'],
    ['الحكومة', 'الحكومه|حكوم'],
    ['国会', '国会'],
    ['国', '国*'],
    ['국회', '국회'],
    ['รัฐบาลไทย', 'รัฐบาล*', 'ไทย*'],
    ['北朝鮮兵士ロシア', '北朝 朝鮮', '兵士', 'ロシ シア'],
  ];
  for (const [query, ...terms] of cases) t.same(understood(query), terms, query);
});

t.test('what is no syntax is words, and what holds no word is nothing', async (t) => {
  const cases: [query: string, terms: string[] | null][] = [
    ['', null],
    ['   ', null],
    ['-', null],
    ['- + * " ( ) : ^ { }', null],
    ['""', null],
    ['-oil', null],
    ['😀 🇺🇦', null],
    ['"oil', ['oil']],
    ['oil" "gas', ['oil', 'gas|ga']],
    ['-"oil', null],
    ['headline:', ['headline|headlin']],
    ['colour:red', ['colour', 'red']],
    ['https://example.org/a', ['https|http', 'example org a|exampl org a']],
    ['oil AND gas OR NOT coal', ['oil', 'gas|ga', 'coal']],
    ['NEAR(oil gas)', ['near oil', 'gas|ga']],
    ['{headline} ^oil', ['headline|headlin', 'oil']],
    ["'; drop table articles; --", ['drop', 'table|tabl', 'articles|articl']],
    ['\u202eoil\u202c', ['oil']],
    ['oil*gas', ['oil gas|oil ga']],
    ['%_\\', null],
    ['constructor __proto__', ['constructor', 'proto']],
  ];
  for (const [query, terms] of cases) t.same(understood(query), terms, JSON.stringify(query));
});

t.test('all words in their order, small ones too, are kept beside the terms', async (t) => {
  const whole = (query: string) => parseSearch(query)?.whole?.variants[0]?.join(' ') ?? null;
  t.equal(whole('the price of oil -gas'), 'the price of oil');
  t.equal(whole('"the price" of headline:oil'), 'the price of oil');
  t.equal(whole('oil'), null);
});

t.test('what cannot be asked is refused in words that name the cure', async (t) => {
  const words = (count: number) => Array.from({ length: count }, (_, n) => `w${n}`).join(' ');
  const refused = (query: string) => check(searchText, query).issues.map(({ detail }) => detail);
  t.same(refused('-oil'), ['must hold at least one word to look for, without a minus before it']);
  t.same(refused('oil\u0000'), ['must be text without control characters or broken surrogate pairs']);
  t.same(refused('oil\ud800'), ['must be text without control characters or broken surrogate pairs']);
  t.same(refused('x'.repeat(10_240)), ['must be at most 1000 characters']);
  t.same(refused(words(21)), ['must hold at most 20 words and phrases, found 21']);
  t.same(refused(words(20)), []);
});
