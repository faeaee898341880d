/**
 * The text that anchors count in: what separates its words, what it leaves out, and that each of its characters
 * leads back to its place in the HTML.
 */
import fc from 'fast-check';
import t from 'tap';
import { renderMarkdown } from '../../src/articles/markdown.js';
import { plainText } from '../../src/articles/plain-text.js';
import { sanitise } from '../../src/articles/sanitise.js';
import { nastyMarkdown } from './nasty-markdown.js';

const render = (markdown: string) => sanitise(renderMarkdown(markdown));

t.test('separators follow the structure of the text', async (t) => {
  const cases: Record<string, string> = {
    '# a\n\nb\n\n> c\n>\n> d\n\n***\n\ne': 'a\n\nb\n\nc\n\nd\n\ne',
    'a\nb  c *d* `e  f`': 'a b c d e f',
    'a\\\nb': 'a\nb',
    'a\\\n\\\nb': 'a\nb',
    '- a\n- b\n  - c\n- d\n\ne': 'a\nb\nc\nd\n\ne',
    '1. a\n\n   b\n\n2. c': 'a\n\nb\nc',
    'z\n\n| a | b |\n|---|---|\n| c *d* | e |\n|  | f |\n\ng': 'z\n\na\tb\nc d\te\nf\n\ng',
    '```js\n  a\n\n    b  <\n\n```\nc\n\n     d\n    e\n\n    f': 'a\n\n    b  <\n\nc\n\n d\ne\n\nf',
    'a ![b](http://c.example/d) e': 'a e',
    '![b](http://c.example/d)': '',
    '&amp; &lt; > " &quot; &nbsp;&eacute; &amp;amp;': '& < > " " \u00a0é &amp;',
    'quo[^1]te[^1] ^[in *line*].\n\n[^1]: One\n\n    two\n\nlast': 'quote .\n\nlast\n\nOne\n\ntwo\nin line',
    '[a](javascript:b) <http://c.example> <b>': 'a http://c.example <b>',
    '': '',
    '\u2003a\u00a0': '\u2003a\u00a0',
  };
  for (const [markdown, expected] of Object.entries(cases)) {
    t.equal(plainText(render(markdown)).text, expected, JSON.stringify(markdown));
  }
});

t.test('a position leads to the character, or to the entity that stands for it', async (t) => {
  const html = '<p>a &lt; <em>b</em><br />\nc</p>\n<p>😀</p>\n';
  const { text, htmlOffset } = plainText(html);
  t.equal(text, 'a < b\nc\n\n😀');
  t.same(
    Array.from({ length: text.length + 1 }, (_, position) => htmlOffset(position)),
    [
      ...[
        html.indexOf('a'),
        html.indexOf(' &'),
        html.indexOf('&lt;'),
        html.indexOf(' <em>'),
        html.indexOf('b</em>'),
      ],
      ...[html.indexOf('</em>'), html.indexOf('c</p>'), html.indexOf('</p>'), html.indexOf('</p>')],
      ...[html.indexOf('😀'), html.indexOf('😀') + 1, html.lastIndexOf('</p>')],
    ],
  );
  t.equal(plainText('').htmlOffset(0), 0);
});

t.test('whatever is written, every character leads to itself and positions never run backwards', async () => {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '"' };
  fc.assert(
    fc.property(nastyMarkdown, (markdown) => {
      const html = render(markdown);
      const { text, htmlOffset } = plainText(html);
      for (let position = 0, last = 0; position <= text.length; position += 1) {
        const offset = htmlOffset(position);
        if (offset < last || offset > html.length) return false;
        last = offset;
        const unit = text.charAt(position);
        if (!/[ \t\n\f\r]/.test(unit) && !html.startsWith(entities[unit] ?? unit, offset)) return false;
      }
      return true;
    }),
    { numRuns: 800 },
  );
});

t.test('whatever is written, whitespace stands only between words', async () => {
  fc.assert(
    fc.property(nastyMarkdown, (markdown) => {
      const html = render(markdown);
      const { text } = plainText(html);
      const isTrimmed = !/^[ \t\n\f\r]|[ \t\n\f\r]$/.test(text);
      return isTrimmed && (html.includes('<pre>') || !/ {2}|[ \t]\n|\n[ \t]|\n{3}/.test(text));
    }),
    { numRuns: 800 },
  );
});
