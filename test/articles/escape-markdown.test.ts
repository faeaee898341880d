/**
 * Plain text survives the way through CommonMark to the letter, and ordinary prose is not disfigured for it.
 */
import fc from 'fast-check';
import t from 'tap';
import { escapeMarkdown } from '../../src/articles/escape-markdown.js';
import { renderMarkdown } from '../../src/articles/markdown.js';
import { plainText } from '../../src/articles/plain-text.js';
import { sanitise } from '../../src/articles/sanitise.js';

const normalise = (text: string) => text.replace(/[ \t\n\f\r]+/g, ' ').replace(/^ | $/g, '');

t.test('only what would act as markup is escaped', async (t) => {
  const cases: Record<string, string> = {
    'He paid $5 (or 4 * 3 + 1) - “so what?” - & left; it’s [sic] 100% true!': '',
    'snake_case, #hashtag, a < b > c, R&D, C:\\temp, ~5, -3 and +4': '',
    '1984 was a year. 5.5 too': '',
    '  a\n b\t': 'a b',
    '# a': '\\# a',
    '##': '\\##',
    '> a': '\\> a',
    '- a': '\\- a',
    '-': '\\-',
    '+ a': '\\+ a',
    '* a': '\\* a',
    '5. a': '5\\. a',
    '5)': '5\\)',
    '---': '\\---',
    '_ _ _': '\\_ _ _',
    '***': '\\*\\*\\*',
    '*a*': '\\*a\\*',
    _a_: '\\_a\\_',
    '~~a~~': '\\~\\~a\\~\\~',
    '`a`': '\\`a\\`',
    '[a](b)': '[a\\](b)',
    '[a][b]': '[a\\][b]',
    '[a]: b': '\\[a]: b',
    '[^1]: a': '\\[^1]: a',
    'a[^1]': 'a\\[^1]',
    '^[a]': '\\^[a]',
    '<a> <http://b.example> a <3': '\\<a> \\<http://b.example> a <3',
    '&amp; &#60; & &c': '\\&amp; \\&#60; & &c',
    'a\\*b \\': 'a\\\\\\*b \\',
    'a | b': '',
  };
  for (const [text, expected] of Object.entries(cases)) {
    t.equal(escapeMarkdown(text), expected || text, JSON.stringify(text));
  }
});

t.test('any paragraph comes back as it was', async () => {
  const signs = fc.constantFrom(
    ...'\\`*_{}[]()#+-.!|<>~^&:;=\'"/ 15aé日 \n\t\u00a0\u2028\u000b',
    '😀',
    'amp;',
    'http:',
    '^1',
  );
  const paragraph = fc.oneof(
    fc.array(signs, { maxLength: 24 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 24 }).map((text) => text.replaceAll('\0', '')),
  );
  fc.assert(
    fc.property(paragraph, (text) => {
      const html = sanitise(renderMarkdown(escapeMarkdown(text)));
      return plainText(html).text === normalise(text) && !/<(?!\/?p>)/.test(html);
    }),
    { numRuns: 8_000 },
  );
});
