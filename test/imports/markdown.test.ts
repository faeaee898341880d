/**
 * A Markdown post of a news site becomes an article; what has no place in one is listed.
 */
import t from 'tap';
import { readMarkdown } from '../../src/imports/markdown.js';
import { refusalOf } from './refusal.js';

const options = { timezone: 'Europe/London', language: 'en' };
const refused = (text: string) => refusalOf(() => readMarkdown(text, options)).message;
const post = (yaml: string, body = 'Text.') => `---\n${yaml}\n---\n${body}`;

/** The article of a post with the least front matter and the given lines besides. */
const articleOf = (yaml: string) =>
  readMarkdown(post(`title: T\ndate: 2020-01-02\n${yaml}`), options).article;
const ignoredOf = (yaml: string) =>
  readMarkdown(post(`title: T\ndate: 2020-01-02\n${yaml}`), options).ignored;

t.test('a post becomes an article', async (t) => {
  const text = post(
    `# How this page is kept
slug: harbour-opens
date: 2015-06-15 10:00:32 -0400
title: 'Harbour&#46; Opens &mdash; At Last'
deck: ""
summary: 'It&#8217;s open.'
topics:
  - Open Data
  - sea

authors:
  - jane-roe
  - name: John Doe
featured_image:
  uid: harbour-1
  alt:
source: tidewater
source_url: https://example.org/2015/harbour
weight: 1
expirydate: 2025-01-22
expirydate: 2025-01-01`,
    '\n## Ships\n\nThey *came*. {{< asset-static >}}\n',
  );
  t.same(readMarkdown(text, options), {
    article: {
      headline: 'Harbour. Opens — At Last',
      slug: 'harbour-opens',
      standfirst: 'It’s open.',
      body: '\n## Ships\n\nThey *came*. {{< asset-static >}}\n',
      language: 'en',
      section: null,
      tags: ['open-data', 'sea'],
      authors: [{ name: 'jane-roe' }, { name: 'John Doe' }],
      canonicalUrl: 'https://example.org/2015/harbour',
      image: null,
      disclaimer: null,
      status: 'published',
      publishedAt: '2015-06-15T14:00:32.000Z',
      modifiedAt: null,
    },
    publisher: 'tidewater',
    ignored: ['featured_image', 'weight', 'expirydate'],
  });
});

t.test('the fields of an article are read under their own names', async (t) => {
  const { article, publisher, ignored } = readMarkdown(
    post(`headline: H
standfirst: S
publishedAt: 2020-07-01T09:30:00.25+09:00
modifiedAt: 2020-07-02
tags: [a]
authors: [{ name: A }]
language: pt-BR
section: World Politics
publisher: Tidewater Press
canonicalUrl: https://example.org/a
image: { url: https://example.org/i.jpg, alt: A ship, caption: C, credit: D }
disclaimer: None of it is ours.
status: retracted
retraction: The figures
  were wrong.`),
    options,
  );
  t.same(article, {
    headline: 'H',
    standfirst: 'S',
    body: 'Text.',
    language: 'pt-BR',
    section: 'world-politics',
    tags: ['a'],
    authors: [{ name: 'A' }],
    canonicalUrl: 'https://example.org/a',
    image: { url: 'https://example.org/i.jpg', alt: 'A ship', caption: 'C', credit: 'D' },
    disclaimer: 'None of it is ours.',
    status: 'retracted',
    retraction: { at: null, note: 'The figures were wrong.' },
    publishedAt: '2020-07-01T00:30:00.250Z',
    modifiedAt: '2020-07-01T23:00:00.000Z',
  });
  t.equal(publisher, 'Tidewater Press');
  t.same(ignored, []);
});

t.test('the first synonym with a value counts, the others are listed', async (t) => {
  t.equal(articleOf('deck: D\nsummary: S').standfirst, 'S');
  t.same(ignoredOf('deck: D\nsummary: S\ndescription: ""'), ['deck']);
  t.equal(articleOf('summary: " "\ndeck: D').standfirst, 'D');
  t.equal(articleOf('url: /2020/a/\ncanonical: https://example.org/a').canonicalUrl, 'https://example.org/a');
  t.equal(articleOf('canonicalUrl: a/b\nurl: https://example.org/b').canonicalUrl, 'https://example.org/b');
  t.same(ignoredOf('canonicalUrl: a/b\nurl: https://example.org/b'), ['canonicalUrl']);
});

t.test('dates are read in every form that is in use', async (t) => {
  const cases = [
    ['2015-06-15 10:00:32 -0400', '2015-06-15T14:00:32.000Z'],
    ['2013-06-24 9:04:23 -0400', '2013-06-24T13:04:23.000Z'],
    ['2015-06-15T10:00:32Z', '2015-06-15T10:00:32.000Z'],
    ['2015-06-15T10:00:32.123456+05:30', '2015-06-15T04:30:32.123Z'],
    ['2015-06-15 10:00', '2015-06-15T09:00:00.000Z'],
    ['2020-12-15', '2020-12-15T00:00:00.000Z'],
    ['2020-07-15', '2020-07-14T23:00:00.000Z'],
    ['"2020-07-15"', '2020-07-14T23:00:00.000Z'],
    ['2024-03-31 01:30:00', '2024-03-31T01:30:00.000Z'],
  ] as const;
  for (const [date, instant] of cases)
    t.equal(readMarkdown(post(`title: T\ndate: ${date}`), options).article.publishedAt, instant, date);
});

t.test('a date that is none is refused', async (t) => {
  const cases = [
    '2020-02-31',
    '2020-06-15 25:00:00',
    '2020-06-15T10:00:00+25:00',
    '15 June 2020',
    '20200615',
    '06/15/2020',
  ];
  for (const date of cases) {
    t.equal(
      refused(post(`title: T\ndate: ${date}`)),
      `expected date to be a date that exists, such as 2015-06-15 or 2015-06-15 10:00:32 -0400, found ${date}`,
    );
  }
  t.match(refusalOf(() => articleOf('lastmod: soon')).message, /^expected lastmod to be a date that exists/);
});

t.test('tags and authors take one or many; an entry of no use is listed', async (t) => {
  t.same(articleOf('tags: Open Data').tags, ['open-data']);
  t.same(articleOf('tags: [a, A, 2024]').tags, ['a', '2024']);
  t.same(articleOf('tags:').tags, []);
  t.same(ignoredOf('tags: [a, "!!"]'), ['tags[1]']);
  t.same(articleOf('byline: Jane &amp; John').authors, [{ name: 'Jane & John' }]);
  t.same(articleOf('author: { name: Jane, role: editor }').authors, [{ name: 'Jane' }]);
  t.same(ignoredOf('authors: [Jane, { uid: 7 }]'), ['authors[1]']);
});

t.test('an image counts only with an absolute web address', async (t) => {
  const image = { url: 'https://example.org/i.jpg', alt: null, caption: null, credit: null };
  t.same(articleOf('image: https://example.org/i.jpg').image, image);
  t.same(articleOf('featured_image: { url: https://example.org/i.jpg, alt: "" }').image, image);
  for (const value of ['/i.jpg', 'data:image/png;base64,AA', 'https://', '{ uid: x }']) {
    t.equal(articleOf(`image: "${value}"`).image, null, value);
    t.same(ignoredOf(`image: "${value}"`), ['image'], value);
  }
});

t.test('a draft stays a draft and needs no date', async (t) => {
  t.equal(articleOf('draft: true').status, 'draft');
  t.equal(articleOf('draft: true\nstatus: published').status, 'draft');
  t.equal(articleOf('draft: false').status, 'published');
  t.equal(articleOf('status: scheduled').status, 'scheduled');
  t.equal(readMarkdown(post('title: T\ndraft: true'), options).article.publishedAt, null);
  t.equal(
    refusalOf(() => articleOf('draft: soon')).message,
    'expected draft to be true or false, found soon',
  );
  t.equal(
    refusalOf(() => articleOf('status: publish')).message,
    'expected status to be one of draft, scheduled, published, retracted (nearest: published), found publish',
  );
});

t.test('a retraction has a note, and makes the article a retracted one', async (t) => {
  const { status, retraction } = articleOf('retraction: { at: 2020-07-02, note: " It was wrong. " }');
  t.same([status, retraction], ['retracted', { at: '2020-07-01T23:00:00.000Z', note: 'It was wrong.' }]);
  t.equal(
    refusalOf(() => articleOf('status: retracted')).message,
    'expected a note in the front matter that says why, such as retraction: The figures were wrong., found nothing',
  );
  t.equal(
    refusalOf(() => articleOf('retraction: { at: 2020-07-02 }')).message,
    'expected retraction to be a note, or one with its time: { at, note }, found an object',
  );
});

t.test('character references become characters, once', async (t) => {
  const cases = [
    ['A&#46; B&#x2014;C', 'A. B—C'],
    ['&ldquo;A&rdquo; &amp;mdash; B', '“A” &mdash; B'],
    ['R&D; AT&T &unknown; &#;', 'R&D; AT&T &unknown; &#;'],
    ['&#146;s &#150; x', '’s – x'],
    ['&#0;&#xD800;&#9999999;', '\ufffd\ufffd\ufffd'],
    ['&constructor;', '&constructor;'],
  ] as const;
  for (const [title, headline] of cases) {
    t.equal(
      readMarkdown(post(`title: '${title}'\ndate: 2020-01-02`), options).article.headline,
      headline,
      title,
    );
  }
});

t.test('a post without headline, date, text or fields is refused in one sentence', async (t) => {
  const cases: [string, string][] = [
    [post('date: 2020-01-02'), 'expected a title (or headline) in the front matter, found nothing'],
    [
      post('title: ""\ndate: 2020-01-02'),
      'expected a title (or headline) in the front matter, found nothing',
    ],
    [post('title: T'), 'expected a date in the front matter, such as date: 2015-06-15, found nothing'],
    [
      post('title: T\ndate: 2020-01-02', '\n \n'),
      'expected text after the front matter, or an address in it such as source_url, found nothing',
    ],
    [post('- a'), 'expected fields such as title and date between the --- lines, found a list'],
    [post(''), 'expected fields such as title and date between the --- lines, found nothing'],
    [post('title: a: b'), 'line 2: a value that holds a colon and a space must stand in quotes'],
  ];
  for (const [text, detail] of cases) t.equal(refused(text), detail);
});
