/**
 * What is marked is what was searched for, in the text as it stands.
 */
import t from 'tap';
import { highlight, snippet } from '../../src/kernel/highlight.js';
import { parseSearch, type Search, type SearchField } from '../../src/kernel/search-query.js';

const asked = (query: string): Search => parseSearch(query) as Search;

/** The text with its marks in brackets. */
const marked = (text: string, query: string, language = 'en', field: SearchField = 'body'): string => {
  let out = '';
  let at = 0;
  for (const { start, end } of highlight(text, language, asked(query), field)) {
    out += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  }
  return out + text.slice(at);
};

t.test('words, phrases and beginnings are marked where they stand', async (t) => {
  const text = 'The governments of Łódź govern: “White House” news, house white.';
  t.equal(
    marked(text, 'government lodz'),
    'The [governments] of [Łódź] [govern]: “White House” news, house white.',
  );
  t.equal(marked(text, '"white house"'), text.replace('White House', '[White House]'));
  t.equal(
    marked('White red house', '"white house"'),
    'White red house',
    'nor across a word that is left out',
  );
  t.equal(marked(text, 'governm*'), text.replace('governments', '[governments]'));
  t.equal(
    marked(text, 'white -house'),
    'The governments of Łódź govern: “[White] House” news, house [white].',
  );
  t.equal(marked(text, 'headline:white news'), text.replace('news', '[news]'));
  t.equal(marked(text, 'coal'), text);
});

t.test('in running text only what was asked for is marked', async (t) => {
  t.equal(marked('昨日、北朝鮮の兵士が到着。', '北朝鮮', 'ja'), '昨日、[北朝鮮]の兵士が到着。');
  t.equal(marked('북한이 특수부대를 보냈다', '특수부대', 'ko'), '북한이 [특수부대]를 보냈다');
  t.equal(marked('大国と小国', '国', 'ja'), '大[国]と小[国]');
  t.equal(marked('รัฐบาลไทยประกาศ', 'ไทย', 'th'), 'รัฐบาล[ไทย]ประกาศ');
  t.equal(marked('والحكومة قالت', 'حكومة', 'ar'), '[والحكومة] قالت');
});

t.test('a snippet shows the stretch with the most of the words, cut between words', async (t) => {
  const filler = 'Nothing of that is said here at all. '.repeat(20);
  const text = `${filler}Oil was cheap. ${filler}Then oil and coal 😀 were dear.\n\n${filler}`;
  const { text: shown, spans, terms } = snippet(text, 'en', asked('oil coal'), 'body');
  t.equal(terms, 2);
  t.same(
    spans.map(({ start, end }) => shown.slice(start, end)),
    ['oil', 'coal'],
  );
  t.ok(shown.length <= 240);
  t.notMatch(shown, /\n/);
  t.match(` ${text.replace(/\s/g, ' ')} `, ` ${shown} `);
  t.same(snippet('Short.', 'en', asked('coal'), 'body'), { text: 'Short.', spans: [], terms: 0 });
  t.same(snippet('', 'en', asked('coal'), 'body'), { text: '', spans: [], terms: 0 });
  const emoji = snippet('😀'.repeat(500), 'en', asked('coal'), 'body').text;
  t.notMatch(emoji, /\p{Surrogate}/u, 'no half of a pair');
});
