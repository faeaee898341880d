/**
 * The quotes of claims are marked in an article's HTML: whatever they span or overlap, the HTML stays what it was and
 * each mark says whose words it holds.
 */
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import t from 'tap';
import { renderBody } from '../../src/articles/text.js';
import { type MarkedQuote, markQuotes, NAMES_MAX, quotesIn } from '../../src/claims/marks.js';
import type { Claim } from '../../src/claims/model.js';
import { nastyMarkdown } from '../articles/nasty-markdown.js';
import { idOf } from '../helper.js';

/** A quote of these words, the first time they stand in the text. */
function quoteOf(
  text: string,
  exact: string,
  claim: string,
  standing: Claim['standing'] = 'disputed',
): MarkedQuote {
  const start = text.indexOf(exact);
  return { claim, attribution: `${claim}-by`, standing, exact, start, end: start + exact.length };
}

/** The HTML of a body with these quotes marked, each as the claim of its letter; the names of a mark are shortened. */
function marked(markdown: string, quotes: Record<string, string>): string {
  const { html, text } = renderBody(markdown, 'en');
  const marks = markQuotes(
    html,
    Object.entries(quotes).map(([claim, exact]) => quoteOf(text, exact, claim)),
  );
  return marks.replace(/<mark data-claim="([^"]*)" [^>]*>/g, '<mark $1>').trim();
}

t.test('a mark names the claim, the attribution and where the claim stands', async (t) => {
  const { html, text } = renderBody('Taxes *will* fall.', 'en');
  const standing = 'single-source';
  t.equal(
    markQuotes(html, [quoteOf(text, 'will fall', 'c', standing), quoteOf(text, 'fall.', 'd')]),
    '<p>Taxes <em><mark data-claim="c" data-attribution="c-by" data-standing="single-source">will</mark></em>' +
      '<mark data-claim="c" data-attribution="c-by" data-standing="single-source"> </mark>' +
      '<mark data-claim="c d" data-attribution="c-by d-by" data-standing="single-source disputed">fall</mark>' +
      '<mark data-claim="d" data-attribution="d-by" data-standing="disputed">.</mark></p>\n',
  );
});

t.test('marks follow quotes through whatever structure the text has', async (t) => {
  const cases: [markdown: string, quotes: Record<string, string>, expected: string][] = [
    ['one two three', { a: 'two' }, '<p>one <mark a>two</mark> three</p>'],
    ['one two three', { a: 'one two three' }, '<p><mark a>one two three</mark></p>'],
    [
      'one two three',
      { a: 'one two', b: 'two three' },
      '<p><mark a>one </mark><mark a b>two</mark><mark b> three</mark></p>',
    ],
    [
      'one two three',
      { a: 'two', b: 'one two three' },
      '<p><mark b>one </mark><mark b a>two</mark><mark b> three</mark></p>',
    ],
    ['one two', { a: 'one', b: 'one', c: 'two' }, '<p><mark a b>one</mark> <mark c>two</mark></p>'],
    [
      'say [one *two*](http://x.example) three',
      { a: 'one two three' },
      '<p>say <a href="http://x.example"><mark a>one </mark><em><mark a>two</mark></em></a><mark a> three</mark></p>',
    ],
    [
      '*one* **two**',
      { a: 'one two' },
      '<p><em><mark a>one</mark></em><mark a> </mark><strong><mark a>two</mark></strong></p>',
    ],
    ['one\n\ntwo', { a: 'one\n\ntwo' }, '<p><mark a>one</mark></p>\n<p><mark a>two</mark></p>'],
    [
      '- one\n- two',
      { a: 'one\ntwo' },
      '<ul>\n<li><mark a>one</mark></li>\n<li><mark a>two</mark></li>\n</ul>',
    ],
    [
      '| a | b |\n|---|---|\n| c | d |',
      { q: 'b\nc' },
      '<table>\n<thead>\n<tr>\n<th>a</th>\n<th><mark q>b</mark></th>\n</tr>\n</thead>\n<tbody>\n<tr>\n' +
        '<td><mark q>c</mark></td>\n<td>d</td>\n</tr>\n</tbody>\n</table>',
    ],
    ['1 < 2 & 3', { a: '<', b: '< 2 &' }, '<p>1 <mark b a>&lt;</mark><mark b> 2 &amp;</mark> 3</p>'],
    ['一😀二', { a: '😀' }, '<p>一<mark a>😀</mark>二</p>'],
    ['one\\\ntwo', { a: 'one\ntwo' }, '<p><mark a>one</mark><br /><mark a>\ntwo</mark></p>'],
    [
      'one ![x](http://x.example/i) two',
      { a: 'one two' },
      '<p><mark a>one </mark><img src="http://x.example/i" alt="x" /><mark a> two</mark></p>',
    ],
    [
      '```\none\n\n  two\n```',
      { a: 'one\n\n  two' },
      '<pre><code><mark a>one\n\n  two</mark>\n</code></pre>',
    ],
    [
      'one[^1] two\n\n[^1]: note',
      { a: 'one two', b: 'note' },
      '<p><mark a>one</mark><sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup><mark a> two</mark></p>\n' +
        '<hr class="footnotes-sep" />\n<section class="footnotes">\n<ol class="footnotes-list">\n' +
        '<li id="fn1" class="footnote-item"><p><mark b>note</mark> <a href="#fnref1" class="footnote-backref">↩︎</a></p>\n</li>\n' +
        '</ol>\n</section>',
    ],
    ['one', {}, '<p>one</p>'],
  ];
  for (const [markdown, quotes, expected] of cases) t.equal(marked(markdown, quotes), expected, markdown);
});

t.test('a quote that is not where it says is not marked', async (t) => {
  const { html, text } = renderBody('one two', 'en');
  t.equal(markQuotes(html, [{ ...quoteOf(text, 'two', 'a'), start: 3, end: 6 }]), html);
  t.equal(markQuotes(html, [{ ...quoteOf(text, 'two', 'a'), start: 4, end: 9 }]), html);
  t.equal(markQuotes('', [quoteOf(text, 'two', 'a')]), '');
});

t.test('of a claim, the quotes in this article that stand in its text are marked', async (t) => {
  const anchor = {
    exact: 'x',
    prefix: '',
    suffix: '',
    start: 1,
    end: 2,
    articleVersion: 1,
    state: 'anchored' as const,
  };
  const here = { id: idOf(1), slug: 's', headline: 'h' };
  const attribution = {
    source: null,
    url: null,
    context: null,
    stance: 'asserts' as const,
    mode: null,
    cue: null,
    saidAt: null,
  };
  const claim: Claim = {
    ...{ id: idOf(3), text: 't', language: 'en', tags: [], standing: 'mixed', relations: [], reviews: [] },
    ...{ version: 1, createdAt: '', updatedAt: '' },
    attributions: [
      { ...attribution, id: idOf(4), article: here, anchor },
      {
        ...attribution,
        id: idOf(5),
        article: here,
        anchor: { ...anchor, start: null, end: null, state: 'orphaned' },
      },
      { ...attribution, id: idOf(6), article: here, anchor: null },
      { ...attribution, id: idOf(7), article: { ...here, id: idOf(2) }, anchor },
    ],
  };
  t.strictSame(quotesIn(here, [claim]), [
    { claim: idOf(3), attribution: idOf(4), standing: 'mixed', exact: 'x', start: 1, end: 2 },
  ]);
});

/** A text and some quotes in it, wherever they begin and end; no surrogate pair is cut, as in no stored quote. */
const nastyQuotes = fc
  .tuple(nastyMarkdown, fc.array(fc.tuple(fc.nat(1_000), fc.nat(60)), { maxLength: 8 }))
  .map(([markdown, spans]) => {
    const { html, text } = renderBody(markdown, 'en');
    const characters = Array.from(text);
    const quotes = spans.flatMap(([from, length], at) => {
      const first = characters.length === 0 ? 0 : from % characters.length;
      const start = characters.slice(0, first).join('').length;
      const exact = characters.slice(first, first + length).join('');
      if (exact === '') return [];
      return [
        {
          claim: `c${at}`,
          attribution: `a${at}`,
          standing: 'mixed' as const,
          exact,
          start,
          end: start + exact.length,
        },
      ];
    });
    return { html, quotes };
  });

/** What a parser reads in the marks of each claim; throws where elements cross or a mark holds one. */
function wordsInMarks(html: string): Map<string, string> {
  const words = new Map<string, string>();
  const open: { name: string; claims: string[] }[] = [];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (open.at(-1)?.name === 'mark') throw new Error(`a mark holds ${name}`);
        open.push({ name, claims: attributes['data-claim']?.split(' ') ?? [] });
      },
      ontext(text) {
        for (const claim of open.at(-1)?.claims ?? []) words.set(claim, (words.get(claim) ?? '') + text);
      },
      onclosetag(name, isImplied) {
        const closed = open.pop();
        if (closed?.name !== name) throw new Error(`${name} crosses ${closed?.name}`);
        if (isImplied && name === 'mark') throw new Error('a mark is left open');
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return words;
}

const squeezed = (text = '') => text.replace(/[ \t\n\f\r]+/g, '');

t.test(
  'whatever is quoted, the HTML but for its marks is the same and a claim’s marks hold its words',
  async () => {
    fc.assert(
      fc.property(nastyQuotes, ({ html, quotes }) => {
        const withMarks = markQuotes(html, quotes);
        const words = wordsInMarks(withMarks);
        return (
          withMarks.replace(/<\/?mark[^>]*>/g, '') === html &&
          quotes.every(({ claim, exact }) => squeezed(words.get(claim)) === squeezed(exact))
        );
      }),
      { numRuns: 1_500 },
    );
  },
);

t.test('quotes that would swell the page are refused, and many of them take linear time', async (t) => {
  const { html, text } = renderBody('*a* '.repeat(20_000), 'en');
  const quotes = (count: number, length: number) =>
    Array.from({ length: count }, (_, at) => ({
      ...{ claim: idOf(at), attribution: idOf(at), standing: 'mixed' as const },
      ...{ exact: text.slice(0, length), start: 0, end: length },
    }));
  t.throws(() => markQuotes(html, quotes(100, 5_000)), {
    code: 'invalid-request',
    issues: [{ parameter: 'marks', detail: /^would name more than 20000 statements in this text; read / }],
  });
  const began = process.cpuUsage();
  t.ok(markQuotes(html, quotes(100, 197)).length < html.length + 110 * NAMES_MAX);
  const { user, system } = process.cpuUsage(began); // of this process alone, however busy the machine is
  t.ok(user + system < 1_000_000, 'in a hundredth of a second or so');
});
