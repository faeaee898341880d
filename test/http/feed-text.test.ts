/**
 * Whatever an article says is said in its feeds, letter for letter, and no feed is broken by it.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { toAtom } from '../../src/feeds/atom.js';
import { contentOf } from '../../src/feeds/entry.js';
import { toJsonFeed } from '../../src/feeds/json-feed.js';
import type { Feed } from '../../src/feeds/model.js';
import { toRss } from '../../src/feeds/rss.js';
import { idOf, openTestServer } from '../helper.js';
import { FORMATS, type Format, readingsOf } from './feed-readers.js';
import { assertWellFormed } from './xml.js';

const nasty = [
  '<script>alert("x")</script> & <b>bold</b>',
  ']]> ]]]]><![CDATA[> <![CDATA[ x ]]>',
  '&amp; &apos; &lt; &#39; &nbsp; &unknown; & &&',
  `'single' "double" \`back\` ‘curly’`,
  '😀 👩‍👩‍👧 🇰🇷 𝔘𝔫𝔦',
  'وزير المالية يقول «الضرائب ستنخفض»',
  '\u202eright to left\u202c and back',
  '김치 ăâ ẞ ﬁ \u00ad\u200b\u2028x',
  '<?xml version="1.0"?> --> <!-- no end <!DOCTYPE a>',
  '</title></entry></feed></item></channel></rss>',
  '{{ x }} %s \\n \\u0000 $& $1',
];

t.test('200 with every text as it was given, for every reader', async (t) => {
  const { get, given } = await openTestServer(t);
  for (const [at, text] of nasty.entries()) {
    const line = text.replaceAll('\u2028', ' ');
    await given.article({
      id: idOf(at + 1),
      slug: `nasty-${at}`,
      headline: line,
      standfirst: text,
      body: `${text.replace(/[\\`*_{}[\]()#+.!|<>&~:-]/g, '\\$&')}\n\n    ${line}`,
      disclaimer: text,
      authors: [{ name: line }],
      corrections: [{ at: '2024-10-21T00:00:00Z', text }],
      image: { url: `https://example.org/<"'&]]>${at}.png?a=1&b=ü`, alt: text, caption: text, credit: line },
    });
  }
  for (const format of FORMATS) {
    const answer = await get(`/feeds/articles.${format}`);
    if (format !== 'json') assertWellFormed(t, answer.body, format);
    for (const { entries } of await readingsOf(format, answer)) {
      t.equal(entries.length, nasty.length, format);
      for (const { id, title, content, summary } of entries) {
        const at = Number(id?.slice(-12)) - 1;
        const text = nasty[at] ?? '';
        const html = (await get(`/v1/articles/nasty-${at}`)).json().body as string;
        t.equal(title, text.replaceAll('\u2028', ' '), `${format}: headline`);
        t.ok(content?.startsWith(html.trim()), `${format}: text`, { content, html });
        t.ok(content?.includes(`: ${asHtml(text)}</li>`), `${format}: correction`, { content });
        t.ok(content?.includes(`<p class="disclaimer">${asHtml(text)}</p>`), `${format}: disclaimer`);
        t.equal(summary, format === 'rss' ? asHtml(text) : text, `${format}: standfirst`);
      }
    }
  }
});

const asHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

t.test('200 with a replacement character for what XML cannot hold', async (t) => {
  const { get, given } = await openTestServer(t);
  const bad = 'a\uffffb\ufffec';
  await given.article({
    headline: bad,
    slug: 'bad',
    standfirst: bad,
    body: `${bad} &#12; d`,
    authors: [{ name: bad }],
  });
  for (const format of ['atom', 'rss'] as const) {
    const answer = await get(`/feeds/articles.${format}`);
    assertWellFormed(t, answer.body, format);
    for (const { entries } of await readingsOf(format, answer))
      t.equal(entries[0]?.title, 'a\ufffdb\ufffdc', format);
  }
  t.equal((await get('/feeds/articles.json')).json().items[0].title, bad, 'JSON can hold it');
});

/** A feed of one article that says `text` wherever an article can say something. */
function feedOf(text: string): Feed {
  const url = 'https://example.org/';
  return {
    id: url,
    title: text,
    language: null,
    updatedAt: '2024-10-18T12:00:00.000Z',
    base: 'https://news.example',
    site: 'news.example',
    self: url,
    first: url,
    next: null,
    previous: null,
    list: url,
    hub: null,
    entries: [
      {
        claims: 0,
        disputed: 0,
        article: {
          id: idOf(1),
          slug: 'x',
          headline: text,
          standfirst: text,
          body: `<p>${asHtml(text)}</p>\n`,
          bodyFormat: 'html',
          language: 'en',
          section: null,
          tags: [],
          authors: [{ name: text, source: null }],
          publisher: { id: idOf(2), slug: 'y', name: text },
          canonicalUrl: null,
          image: { url: `${url}a.png`, alt: text, caption: null, credit: text, width: null, height: null },
          disclaimer: text,
          status: 'published',
          retraction: null,
          publishedAt: '2024-10-18T12:00:00.000Z',
          modifiedAt: null,
          corrections: [{ at: '2024-10-18T12:00:00.000Z', text }],
          wordCount: 1,
          version: 1,
        },
      },
    ],
  };
}

const write: Readonly<Record<Format, (feed: Feed) => string>> = {
  atom: toAtom,
  rss: toRss,
  json: (feed) => JSON.stringify(toJsonFeed(feed)),
};

/** Any text of one line that an article may have, with what is special in XML and HTML more often than chance has it. */
const lines = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom('<', '>', '&', ']]>', '<![CDATA[', '&apos;', '&amp;', '-->', '\uffff', '"', "'", ' '),
    ),
    { maxLength: 12 },
  )
  .map((parts) => `a${parts.join('').replace(/[\p{Cc}\p{Z}\u200b\ufeff]+/gu, ' ')}z`);

/** What every reader is to find in `feedOf(text)`, where a format spells it so. */
function expected(text: string, spell: (text: string) => string, isHtml: boolean) {
  const [entry] = feedOf(text).entries;
  const content = entry === undefined ? '' : contentOf(entry.article);
  return [text, text, isHtml ? asHtml(text) : text, content.trim()].map(spell);
}

t.test('any text is read as it was written', async (t) => {
  const speakable = (text: string) => text.replace(/[\ufffe\uffff]/g, '\ufffd');
  await fc.assert(
    fc.asyncProperty(lines, async (text) => {
      for (const format of FORMATS) {
        const wanted = expected(text, format === 'json' ? String : speakable, format === 'rss');
        const body = write[format](feedOf(text));
        for (const { title, entries } of await readingsOf(format, { body } as never)) {
          const [entry] = entries;
          assert.deepEqual([title, entry?.title, entry?.summary, entry?.content], wanted, format);
        }
      }
    }),
    { numRuns: 200 },
  );
  t.pass('for 200 texts');
});
