/**
 * A page saved as plain text becomes an article whose text is the page's, to the letter.
 */
import t from 'tap';
import { renderBody } from '../../src/articles/text.js';
import { readPage } from '../../src/imports/page.js';
import { refusalOf } from './refusal.js';

const options = { timezone: 'America/Sao_Paulo', language: 'en' };

const page = `Harbour: Opening Draws Crowds

https://images.example.org/harbour?1729
Tidewater Press
World Politics
18/10/2024 23h32

**Crowds Come to the New Harbour**

The harbour opened on Friday, the mayor said. "It is
open," she added.

# 3 of *every* 4 ships [came](early) & <left>.

The views expressed here are not those of Tidewater.

Related
`;

const refused = (text: string) => refusalOf(() => readPage(text, options)).message;

t.test('a saved page becomes an article', async (t) => {
  const { article, publisher, ignored } = readPage(page, options);
  const { body, ...rest } = article;
  t.same(rest, {
    headline: 'Harbour: Opening Draws Crowds',
    standfirst: 'Crowds Come to the New Harbour',
    language: 'en',
    section: 'world-politics',
    image: { url: 'https://images.example.org/harbour?1729' },
    disclaimer: 'The views expressed here are not those of Tidewater.',
    status: 'published',
    publishedAt: '2024-10-19T02:32:00.000Z',
  });
  t.equal(publisher, 'Tidewater Press');
  t.same(ignored, []);
  t.same(renderBody(body, 'en').text.split('\n\n'), [
    'The harbour opened on Friday, the mayor said. "It is open," she added.',
    '# 3 of *every* 4 ships [came](early) & <left>.',
  ]);
});

t.test('the image, the bold line, the disclaimer and Related may be absent', async (t) => {
  t.same(
    readPage('Title\n\nPress\nSport\n1/2/2024 3h04\n\nOne paragraph.', {
      timezone: 'Asia/Seoul',
      language: 'ko',
    }),
    {
      article: {
        headline: 'Title',
        standfirst: null,
        body: 'One paragraph.',
        language: 'ko',
        section: 'sport',
        image: null,
        disclaimer: null,
        status: 'published',
        publishedAt: '2024-01-31T18:04:00.000Z',
      },
      publisher: 'Press',
      ignored: [],
    },
  );
});

t.test('Related is dropped wherever the page left it, and the word in the text is not', async (t) => {
  const start = 'Title\n\nPress\nSport\n1/2/2024 3h04\n\n';
  const cases: [string, string, string | null][] = [
    ['One.\n\nRelated', 'One.', null],
    ['One.Related\n', 'One.', null],
    ['One.\n\nRelated\n\nAnother headline\n\nAnd one more', 'One.', null],
    ['One.\n\nThe views expressed are hers.Related', 'One.', 'The views expressed are hers.'],
    ['One.\nRelated', 'One.', null],
    ['Two cases are Related', 'Two cases are Related', null],
    ['One.Related things\n\nTwo.', 'One.Related things\n\nTwo.', null],
    ['The views expressed by voters differ.\n\nTwo.', 'The views expressed by voters differ.\n\nTwo.', null],
  ];
  for (const [text, body, disclaimer] of cases) {
    const { article } = readPage(start + text, options);
    t.same(
      { body: article.body, disclaimer: article.disclaimer },
      { body, disclaimer },
      JSON.stringify(text),
    );
  }
});

t.test('only a line that is bold as a whole is the standfirst', async (t) => {
  const start = 'Title\n\nPress\nSport\n1/2/2024 3h04\n\n';
  t.equal(readPage(`${start}**A** and **B**\n\nOne.`, options).article.standfirst, null);
  t.equal(readPage(`${start}One.\n\n**Bold later**`, options).article.standfirst, null);
});

t.test('a line out of place is named with what was expected and what was found', async (t) => {
  const lines = ['Title', '', 'https://example.org/i', 'Press', 'Sport', '18/10/2024 23h32', '', 'Text.'];
  const without = (at: number) => lines.filter((_, line) => line !== at).join('\n');
  const replaced = (at: number, line: string) =>
    lines.map((old, place) => (place === at ? line : old)).join('\n');
  const cases: [string, string][] = [
    [without(1), 'expected a blank line after the title on line 2, found “https://example.org/i”'],
    [without(3), 'expected the section on line 5, found “18/10/2024 23h32”'],
    [without(5), 'expected a date such as 18/10/2024 23h32 on line 6, found a blank line'],
    [without(6), 'expected a blank line after the date on line 7, found “Text.”'],
    [without(7), 'expected at least one paragraph after the date on line 7, found the end of the file'],
    [replaced(0, 'https://example.org/'), 'expected a title on line 1, found “https://example.org/”'],
    [replaced(4, '***'), 'expected the section on line 5, found “***”'],
    [replaced(5, '2024-10-18'), 'expected a date such as 18/10/2024 23h32 on line 6, found “2024-10-18”'],
    [
      replaced(7, 'The views expressed are ours.'),
      'expected at least one paragraph after the date on line 7, found the end of the file',
    ],
    ['Title', 'expected a blank line after the title on line 2, found the end of the file'],
  ];
  for (const [text, detail] of cases) t.equal(refused(text), detail);
});

t.test('a date that does not exist is refused', async (t) => {
  for (const date of [
    '31/02/2024 10h00',
    '18/10/2024 25h00',
    '18/10/2024 10h60',
    '10/18/2024 10h00',
    '29/02/2023 0h00',
  ]) {
    t.equal(
      refused(page.replace('18/10/2024 23h32', date)),
      `expected a date that exists, such as 18/10/2024 23h32 on line 6, found “${date}”`,
    );
  }
});
