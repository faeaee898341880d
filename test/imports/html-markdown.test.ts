/**
 * HTML becomes CommonMark that shows the same text and nothing else, whatever the text holds.
 */
import fc from 'fast-check';
import t from 'tap';
import { renderBody } from '../../src/articles/text.js';
import { htmlToLine, htmlToMarkdown } from '../../src/imports/html-markdown.js';
import { textToMarkdown } from '../../src/imports/text-markdown.js';
import { refusalOf } from './refusal.js';

const shown = (markdown: string) => renderBody(markdown, 'en').text;
const escapeHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

t.test('what HTML marks up is marked up in CommonMark', async (t) => {
  const cases: [html: string, markdown: string][] = [
    [
      '<h2>Head</h2><p>One <b>bold</b>, <i>slanted</i><br>line</p>',
      '## Head\n\nOne **bold**, *slanted*  \nline',
    ],
    ['<ul><li>a<li>b<ul><li>c</ul></ul>', '-   a\n-   b\n    -   c'],
    ['<ol start=3><li>x</ol>', '3.  x'],
    ['<blockquote><p>q</p></blockquote><hr>', '> q\n\n---'],
    ['<pre><code class="language-js">a\n  b &lt;c&gt;</code></pre>', '```js\na\n  b <c>\n```'],
    ['a <del>old</del> <s>gone</s> b', 'a ~~old~~ ~~gone~~ b'],
    [
      '<a href="/x (1)">rel</a> <a href="javascript:alert(1)">bad</a> <a>none</a>',
      '[rel](https://t.example/x%20\\(1\\)) bad none',
    ],
    [
      '<img src="//i.example/a.png" alt="A"><img src="data:image/png;base64,AA" alt="D">',
      '![A](https://i.example/a.png)',
    ],
    ['<a href="mailto:a@t.example">mail</a>', '[mail](mailto:a@t.example)'],
    [
      '<figure><img src="/f.png"><figcaption>Cap</figcaption></figure>',
      '![](https://t.example/f.png)\n\nCap',
    ],
    ['<script>x</script><style>y</style><iframe src=z></iframe><form><button>b</button></form><p>ok', 'ok'],
    [
      '<table><tr><th>Ship</th><th>Day | hour</th></tr><tr><td>A<br>B</td></tr></table>',
      '| Ship | Day \\| hour |\n| --- | --- |\n| A B |  |',
    ],
    ['<table><tr><td>only</td></tr></table>', 'only'],
    ['', ''],
  ];
  for (const [html, markdown] of cases)
    t.equal(htmlToMarkdown(html, 'https://t.example/page'), markdown, html);
});

t.test('without a page to stand on, relative addresses are left out and their words stay', async (t) => {
  t.equal(htmlToMarkdown('<a href="/x">rel</a> <img src="y.png" alt="Y">'), 'rel');
});

t.test('text that looks like markup stays text', async (t) => {
  const texts = [
    ...[
      '1. no list',
      '2) no list',
      '- no',
      '+ no',
      '* no *',
      '# no',
      '> no',
      '~~~',
      '~~no~~',
      '`no`',
      '[no](x)',
      '[^1]',
    ],
    ...[
      '<b>no</b>',
      '<!-- no -->',
      '&amp;',
      '&#39;',
      'a_b_c',
      '__no__',
      '\\*',
      '===',
      '---',
      '| a | b |',
      'a > b < c',
    ],
    ...['https://t.example/_a_', '<https://t.example>', '![x](y)', '^[note]', '    code', 'x  \ny'],
  ];
  for (const text of texts) {
    const flat = text.replace(/\s+/g, ' ').trim();
    t.equal(shown(htmlToMarkdown(`<p>${escapeHtml(text)}</p>`)), flat, text);
    t.equal(
      shown(htmlToMarkdown(`<p>before<br>${escapeHtml(text)}</p>`)),
      `before\n${flat}`,
      `after a break: ${text}`,
    );
    t.equal(shown(textToMarkdown(text)), flat, `plain: ${text}`);
    t.equal(htmlToLine(`<i>${escapeHtml(text)}</i>`), flat, `on a line: ${text}`);
  }
});

t.test('any text in a paragraph comes out as it went in', async () => {
  const mark = fc.constantFrom(...'*_`~[]()<>#+-=|!&;^\\:.1ax /"\''.split(''));
  fc.assert(
    fc.property(fc.array(mark, { maxLength: 14 }), fc.nat(14), (marks, at) => {
      const text = marks.join('').replace(/\s+/g, ' ').trim();
      const [one, two] = [text.slice(0, at), text.slice(at)].map(escapeHtml);
      return shown(htmlToMarkdown(`<p>${one}<span>${two}</span></p>`)) === text;
    }),
    { numRuns: 1_500 },
  );
});

t.test('emphasis that CommonMark would not see loses its marks and not its text', async (t) => {
  const cases = {
    '<p>a<b>b.</b>c</p>': 'ab.c',
    '<p>a<b>b.</b> c</p>': 'a**b.** c',
    '<p><b>a</b><b>b</b></p>': 'ab',
    '<p><b>«a»</b>は</p>': '«a»は',
    '<p><b><i>a</i></b> <i>b</i></p>': '**a** *b*',
    '<p>1<b> </b>2</p>': '1 2',
  };
  for (const [html, markdown] of Object.entries(cases)) {
    t.equal(htmlToMarkdown(html), markdown);
    t.equal(shown(htmlToMarkdown(html)), htmlToLine(html));
  }
});

t.test('HTML deeper or larger than any page of news is refused before it is converted', async (t) => {
  t.equal(
    refusalOf(() => htmlToMarkdown('<div>'.repeat(30_000))).message,
    'expected HTML with elements nested at most 250 deep, found deeper ones',
  );
  t.equal(
    refusalOf(() => htmlToMarkdown('<p>x'.repeat(60_000))).message,
    'expected HTML with at most 50000 elements, found more',
  );
});
