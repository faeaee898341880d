/**
 * The body as readers get it: what CommonMark becomes, what never gets through, and that neither size nor shape
 * of a body can hold the process up.
 */
import fc from 'fast-check';
import t from 'tap';
import { BACK_REFERENCES_MAX, FOOTNOTE_LABEL_LENGTH_MAX } from '../../src/articles/footnotes.js';
import {
  BLOCK_NESTING_MAX,
  EMPHASIS_NESTING_MAX,
  renderMarkdown,
  TARGETS_LENGTH_MAX,
} from '../../src/articles/markdown.js';
import { sanitise } from '../../src/articles/sanitise.js';
import { countWords, renderBody } from '../../src/articles/text.js';
import { nastyMarkdown } from './nasty-markdown.js';

const html = (markdown: string) => renderBody(markdown, 'en').html;

t.test('a body is given as HTML, as plain text and as a number of words', async (t) => {
  t.same(renderBody('# Fire\n\nThe *mayor* said: “No.”', 'en'), {
    html: '<h1>Fire</h1>\n<p>The <em>mayor</em> said: “No.”</p>\n',
    text: 'Fire\n\nThe mayor said: “No.”',
    wordCount: 5,
  });
  t.same(renderBody('', 'en'), { html: '', text: '', wordCount: 0 });
});

t.test('CommonMark, tables, strikethrough and footnotes become HTML', async (t) => {
  const cases: Record<string, string> = {
    'a **b** _c_ `d` ~~e~~': '<p>a <strong>b</strong> <em>c</em> <code>d</code> <s>e</s></p>\n',
    'a\\\nb': '<p>a<br />\nb</p>\n',
    '> a\n\n***': '<blockquote>\n<p>a</p>\n</blockquote>\n<hr />\n',
    '3. a': '<ol start="3">\n<li>a</li>\n</ol>\n',
    '```js\na\n```': '<pre><code class="language-js">a\n</code></pre>\n',
    '[a](http://b.example/ "c")': '<p><a href="http://b.example/" title="c">a</a></p>\n',
    '[a](/b) <mailto:c@d.example>':
      '<p><a href="/b">a</a> <a href="mailto:c@d.example">mailto:c@d.example</a></p>\n',
    '![a](https://b.example/c "d")': '<p><img src="https://b.example/c" alt="a" title="d" /></p>\n',
    'http://a.example "b" (c) ...': '<p>http://a.example "b" (c) ...</p>\n',
    '| a | b |\n|:-:|--:|\n| c | d |':
      '<table>\n<thead>\n<tr>\n<th style="text-align:center">a</th>\n<th style="text-align:right">b</th>\n</tr>\n' +
      '</thead>\n<tbody>\n<tr>\n<td style="text-align:center">c</td>\n<td style="text-align:right">d</td>\n</tr>\n' +
      '</tbody>\n</table>\n',
    'a[^x] ^[b]\n\n[^x]: c\n[^y]: d':
      '<p>a<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup> ' +
      '<sup class="footnote-ref"><a href="#fn2" id="fnref2">[2]</a></sup></p>\n' +
      '<hr class="footnotes-sep" />\n<section class="footnotes">\n<ol class="footnotes-list">\n' +
      '<li id="fn1" class="footnote-item"><p>c <a href="#fnref1" class="footnote-backref">↩︎</a></p>\n</li>\n' +
      '<li id="fn2" class="footnote-item"><p>b <a href="#fnref2" class="footnote-backref">↩︎</a></p>\n</li>\n' +
      '</ol>\n</section>\n',
  };
  for (const [markdown, expected] of Object.entries(cases)) t.equal(html(markdown), expected, markdown);
});

t.test('a footnote defined inside a quote or another footnote leaves no loose ends', async (t) => {
  const section = (items: string) =>
    `<hr class="footnotes-sep" />\n<section class="footnotes">\n<ol class="footnotes-list">\n${items}</ol>\n</section>\n`;
  const reference = '<sup class="footnote-ref"><a href="#fn1" id="fnref1">[1]</a></sup>';
  const back = '<a href="#fnref1" class="footnote-backref">↩︎</a>';
  t.equal(
    html('a[^1]\n\n> b\n>\n> [^1]: c'),
    `<p>a${reference}</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n` +
      section(`<li id="fn1" class="footnote-item"><p>c ${back}</p>\n</li>\n`),
  );
  t.equal(
    html('a[^1]\n\n[^1]: > [^2]: b'),
    `<p>a${reference}</p>\n${section(`<li id="fn1" class="footnote-item"><blockquote></blockquote>\n ${back}</li>\n`)}`,
  );
});

t.test('what could harm a reader is text or gone', async (t) => {
  const cases: Record<string, string> = {
    '<script>alert(1)</script>': '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n',
    'a <b>c</b>': '<p>a &lt;b&gt;c&lt;/b&gt;</p>\n',
    '[a](javascript:alert(1))': '<p><a>a</a></p>\n',
    '[a](JaVaScRiPt:alert(1) "b")': '<p><a title="b">a</a></p>\n',
    '[a](data:text/html,b) [a](ftp://b.example)': '<p><a>a</a> <a>a</a></p>\n',
    '[a](//b.example)': '<p><a>a</a></p>\n',
    '[a](&#106;avascript:b)': '<p><a>a</a></p>\n',
    '<javascript:alert(1)>': '<p><a>javascript:alert(1)</a></p>\n',
    'a![b](data:image/png,c)![b](c.png)![b](//c.example)![b](javascript:c)![b](mailto:c)': '<p>a</p>\n',
    '```a"onload=b\n```': '<pre><code class="language-a&quot;onload=b"></code></pre>\n',
  };
  for (const [markdown, expected] of Object.entries(cases)) t.equal(html(markdown), expected, markdown);
});

t.test('the list of the sanitiser holds without the help of the parser', async (t) => {
  const cases: Record<string, string> = {
    '<script>a</script>b': 'b',
    '<p onclick="a" class="b" id="c">d</p>': '<p>d</p>',
    '<td style="text-align:left">a</td><td style="color:red">b</td>':
      '<td style="text-align:left">a</td><td>b</td>',
    '<code class="language-js b">a</code>': '<code class="language-js">a</code>',
    '<a class="b" href="javascript:c">a</a>': '<a>a</a>',
    '<iframe src="http://a.example">b</iframe><div>c</div>': 'bc',
  };
  for (const [given, expected] of Object.entries(cases)) t.equal(sanitise(given), expected, given);
});

t.test('whatever is written, the HTML is safe, and sanitising it again changes nothing', async () => {
  fc.assert(
    fc.property(nastyMarkdown, (markdown) => {
      const shown = html(markdown);
      const tags = shown.match(/<[^>]*>/g) ?? [];
      const targets = tags.flatMap((tag) =>
        [...tag.matchAll(/ (?:href|src)="([^"]*)"/g)].map(([, url]) => url ?? ''),
      );
      return (
        sanitise(shown) === shown &&
        !/<(?:script|style|iframe)|<[^>]* on\w+=/i.test(shown) &&
        targets.every(
          (url) => /^(?:https?:|mailto:)/i.test(url) || !/^(?:[a-z][\w.+-]*:|[/\\]{2})/i.test(url),
        ) &&
        tags.every((tag) => !tag.startsWith('<img') || /src="https?:/i.test(tag))
      );
    }),
    { numRuns: 800 },
  );
});

t.test('what is plain is given as the sanitiser would give it', async (t) => {
  const soup = fc
    .array(
      fc.constantFrom(
        ...['<p>', '</p>\n', '<h2>', '</h2>\n', '<em>', '</em>', '<strong>', '</strong>', '<p onclick="a">'],
        ...[
          'a',
          '"',
          ' ',
          '\n',
          '&amp;',
          '&quot;',
          '&lt;',
          'quot;',
          '&',
          '<',
          '>',
          '<script>',
          '</script>',
          '\u2028',
          'é',
        ],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(''));
  const written = fc.oneof(
    nastyMarkdown.map(renderMarkdown),
    soup,
    soup.map((inner) => `<p>${inner}</p>\n`),
    soup.map((inner) => `<h1>a <em>${inner}</em></h1>\n<p>b</p>\n`),
  );
  const before = '<hr />'; // which is not plain
  let plain = 0;
  fc.assert(
    fc.property(written, (given) => {
      if (!/<(?!\/?(?:p|em|strong|h1)>)/.test(given) && given.includes('</p>')) plain += 1;
      return sanitise(before + given) === before + sanitise(given);
    }),
    { numRuns: 4_000 },
  );
  t.ok(plain > 400, 'enough of it was plain');
});

t.test('words are counted by the rules of the language', async (t) => {
  t.equal(countWords("Don't count 3.5 dashes – or “quotes”.", 'en'), 6);
  t.equal(countWords('สวัสดีครับ', 'th'), 2);
  t.equal(countWords('words '.repeat(5_001), 'en'), 5_001);
  t.equal(countWords('  \n\n', 'pt-BR'), 0);
  const words = fc.array(
    fc.tuple(
      fc.constantFrom('word', 'a,', '3.5', "don't", '“No.”', 'é', '–', '1'),
      fc.constantFrom(' ', '\n\n'),
    ),
  );
  fc.assert(
    fc.property(words, (parts) => {
      const each = parts.reduce((sum, [word]) => sum + countWords(word, 'en'), 0);
      return countWords(parts.flat().join(''), 'en') === each;
    }),
  );
});

t.test('nesting, labels, targets and back-references are bounded', async (t) => {
  const count = (text: string, part: string) => text.split(part).length - 1;
  t.equal(count(html('*a '.repeat(50) + 'b* '.repeat(50)), '<em>'), EMPHASIS_NESTING_MAX);
  t.equal(renderBody('*a '.repeat(50) + 'b* '.repeat(50), 'en').wordCount, 100);
  t.equal(count(html('> '.repeat(100)), '<blockquote>'), BLOCK_NESTING_MAX);
  const label = 'a'.repeat(FOOTNOTE_LABEL_LENGTH_MAX);
  t.equal(
    count(html(`[^${label}][^${label}a]\n\n[^${label}]: b\n\n[^${label}a]: c`), 'class="footnote-ref"'),
    1,
  );
  t.equal(count(html(`${'[^1]'.repeat(50)}\n\n[^1]: a`), 'class="footnote-backref"'), BACK_REFERENCES_MAX);
  const long = html(`[a]: http://b.example/${'c'.repeat(10_000)}\n\n${'[a] '.repeat(1_000)}`);
  t.ok(long.length < TARGETS_LENGTH_MAX + 100_000);
  t.equal(count(long, '<a'), 1_000);
});

t.test('hostile bodies take no more than linear time', async (t) => {
  const cases: Record<string, string> = {
    'open references to footnotes': `[^1]: a\n\n${'[^'.repeat(25_000)}`,
    'inline footnotes': '^[a]'.repeat(12_500),
    'quotes in quotes': '>'.repeat(100_000),
    'brackets in brackets': '['.repeat(100_000),
    'one paragraph of short words': 'a '.repeat(75_000),
    'one word': 'a'.repeat(100_000),
  };
  for (const [name, markdown] of Object.entries(cases)) {
    const began = process.cpuUsage();
    renderBody(markdown, 'en');
    const { user, system } = process.cpuUsage(began); // of this process alone, however busy the machine is
    t.ok(user + system < 3_000_000, name); // each takes a tenth of that, and thrice that were it quadratic
  }
});
