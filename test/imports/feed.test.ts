/**
 * Feeds of every format become articles of a publisher; an item that cannot be read refuses itself alone, with its place.
 */
import t from 'tap';
import type { AnyRow } from '../../src/imports/model.js';
import { readDocument } from '../../src/imports/read-document.js';
import { refusalOf } from './refusal.js';

const options = { timezone: 'America/Sao_Paulo', language: 'pt-BR' };
const read = (text: string) => readDocument({ name: 'feed', bytes: Buffer.from(text) }, options);
const valuesOf = (rows: readonly AnyRow[]) =>
  rows.map((row) => (row.kind === 'unread' ? row.detail : row.value));

const rss = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:media="http://search.yahoo.com/mrss/">
<channel>
  <title>Tidewater &amp;amp; Sons</title>
  <link>https://tidewater.example/</link>
  <description>News of the coast</description>
  <language>en-us</language>
  <!-- <item><title>Not one</title></item> -->
  <item>
    <title>Harbour &amp;quot;opens&amp;quot;</title>
    <link>https://tidewater.example/harbour</link>
    <guid isPermaLink="false">17</guid>
    <description>After &lt;b&gt;nine&lt;/b&gt; years.</description>
    <content:encoded><![CDATA[<p>The <em>first</em> ship <item> comes on <a href="/monday">Monday</a>.</p>
<script>alert(1)</script><ul><li>One<li>Two</ul>]]></content:encoded>
    <dc:creator>Ana Sousa</dc:creator>
    <dc:creator>Rui Melo</dc:creator>
    <category>Local News</category>
    <category>local news</category>
    <category>Ports</category>
    <media:content url="https://tidewater.example/harbour.jpg" medium="image" width="800" height="600">
      <media:description>The quay</media:description><media:credit>A. Lens</media:credit>
    </media:content>
    <pubDate>Fri, 18 Oct 2024 23:32:00 -0300</pubDate>
  </item>
  <item>
    <title>Tides</title>
    <link>/tides</link>
    <description>They rise. 1 &amp;lt; 2.</description>
    <pubDate>18 Oct 24 23:32</pubDate>
    <enclosure url="https://tidewater.example/t.mp3" type="audio/mpeg" length="9"/>
    <enclosure url="https://tidewater.example/t.png" type="image/png" length="9"/>
  </item>
  <item>
    <guid>https://tidewater.example/note</guid>
    <description>&lt;p&gt;A note that has no title, and goes on for long enough that only its beginning can stand for it.&lt;/p&gt;</description>
    <pubDate>Fri, 31 Feb 2024 00:00:00 GMT</pubDate>
  </item>
  <item>
    <guid>https://tidewater.example/note</guid>
    <description>&lt;p&gt;A note that has no title, and goes on for long enough that only its beginning can stand for it.&lt;/p&gt;</description>
    <pubDate>Sat, 2 Mar 2024 00:00:00 EST</pubDate>
  </item>
</channel>
</rss>
`;

const article = {
  standfirst: null,
  body: '',
  language: 'en-US',
  section: null,
  tags: [],
  authors: [],
  publisher: 'tidewater-sons',
  canonicalUrl: null,
  image: null,
  status: 'published',
  modifiedAt: null,
};
const picture = { alt: null, caption: null, credit: null, width: null, height: null };

t.test('RSS: text, synopsis, names, picture, times; a bad date refuses its item alone', async (t) => {
  const rows = read(rss);
  t.same(rows, [
    {
      kind: 'source',
      value: {
        slug: 'tidewater-sons',
        kind: 'publisher',
        name: 'Tidewater & Sons',
        url: 'https://tidewater.example/',
      },
      place: { file: 'feed', line: null },
      ifMissing: true,
    },
    {
      kind: 'article',
      value: {
        ...article,
        externalId: 'tidewater-sons/17',
        headline: 'Harbour "opens"',
        standfirst: 'After nine years.',
        body: 'The *first* ship comes on [Monday](https://tidewater.example/monday).\n\n-   One\n-   Two',
        tags: ['local-news', 'ports'],
        authors: [{ name: 'Ana Sousa' }, { name: 'Rui Melo' }],
        canonicalUrl: 'https://tidewater.example/harbour',
        image: {
          url: 'https://tidewater.example/harbour.jpg',
          alt: null,
          caption: 'The quay',
          credit: 'A. Lens',
          width: 800,
          height: 600,
        },
        publishedAt: '2024-10-19T02:32:00.000Z',
      },
      place: { file: 'feed', line: 10, pointer: '/items/0' },
    },
    {
      kind: 'article',
      value: {
        ...article,
        headline: 'Tides',
        standfirst: 'They rise. 1 < 2.',
        canonicalUrl: 'https://tidewater.example/tides',
        image: { url: 'https://tidewater.example/t.png', ...picture },
        publishedAt: '2024-10-19T02:32:00.000Z',
      },
      place: { file: 'feed', line: 27, pointer: '/items/1' },
    },
    {
      kind: 'unread',
      detail:
        'expected the date to be a date that exists, such as 2015-06-15 or 2015-06-15 10:00:32 -0400, found “Fri, 31 Feb 2024 00:00:00 GMT”',
      place: { file: 'feed', line: 35, pointer: '/items/2' },
    },
    {
      kind: 'article',
      value: {
        ...article,
        externalId: 'https://tidewater.example/note',
        headline: 'A note that has no title, and goes on for long enough that only its beginning…',
        body: 'A note that has no title, and goes on for long enough that only its beginning can stand for it.',
        canonicalUrl: 'https://tidewater.example/note',
        publishedAt: '2024-03-02T05:00:00.000Z',
      },
      place: { file: 'feed', line: 40, pointer: '/items/3' },
    },
  ]);
});

const digest = 'sha256:860bdaaf9da8812cc23183249d4ce4bbdf05f1ae235749edfd04ed46268a0432';

t.test('Atom: text is text and HTML is HTML, as their types say', async (t) => {
  const rows = read(`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="uk">
  <title>Tidewater &lt;b&gt;</title>
  <link rel="self" href="https://tidewater.example/feed"/>
  <link href="https://tidewater.example/"/>
  <author><name>Ana Sousa</name></author>
  <updated>2024-10-18T00:00:00Z</updated>
  <entry>
    <id>tag:tidewater.example,2024:1</id>
    <title type="text">1 &lt; 2 &amp;amp; 3</title>
    <summary type="html">It &lt;i&gt;is&lt;/i&gt;.</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>So <strong>it</strong> is.</p></div></content>
    <link rel="alternate" href="https://tidewater.example/sums"/>
    <link rel="enclosure" type="image/png" href="https://tidewater.example/sums.png"/>
    <category term="x1" label="Sums"/>
    <published>2024-10-18T10:00:00Z</published>
    <updated>2024-10-18T12:00:00+02:00</updated>
  </entry>
  <entry xml:lang="en">
    <id>${`tag:tidewater.example,2024:${'x'.repeat(300)}`}</id>
    <title>Plain</title>
    <content>Two * two * two.

New paragraph.</content>
    <author><name>Rui Melo</name></author>
    <updated>2024-10-19T12:00:00Z</updated>
  </entry>
</feed>`);
  t.same(valuesOf(rows), [
    { slug: 'tidewater-b', kind: 'publisher', name: 'Tidewater <b>', url: 'https://tidewater.example/' },
    {
      ...article,
      publisher: 'tidewater-b',
      externalId: 'tag:tidewater.example,2024:1',
      headline: '1 < 2 &amp; 3',
      standfirst: 'It is.',
      body: 'So **it** is.',
      language: 'uk',
      tags: ['sums'],
      authors: [{ name: 'Ana Sousa' }],
      canonicalUrl: 'https://tidewater.example/sums',
      image: { url: 'https://tidewater.example/sums.png', ...picture },
      publishedAt: '2024-10-18T10:00:00.000Z',
      modifiedAt: '2024-10-18T10:00:00.000Z',
    },
    {
      ...article,
      publisher: 'tidewater-b',
      externalId: digest,
      headline: 'Plain',
      body: 'Two * two * two.\n\nNew paragraph.',
      language: 'en',
      authors: [{ name: 'Rui Melo' }],
      publishedAt: '2024-10-19T12:00:00.000Z',
    },
  ]);
});

t.test('RDF: Dublin Core says what RSS 1.0 leaves out', async (t) => {
  const rows =
    read(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://tidewater.example/"><title>Tidewater</title><link>https://tidewater.example/</link>
<description>d</description><dc:language>es</dc:language></channel>
<item rdf:about="https://tidewater.example/a"><title>Mareas</title><link>https://tidewater.example/a</link>
<description>Suben.</description><dc:creator>Ana Sousa</dc:creator><dc:subject>Mar</dc:subject>
<dc:date>2024-10-18</dc:date></item>
</rdf:RDF>`);
  t.same(valuesOf(rows), [
    { slug: 'tidewater', kind: 'publisher', name: 'Tidewater', url: 'https://tidewater.example/' },
    {
      ...article,
      publisher: 'tidewater',
      externalId: 'https://tidewater.example/a',
      headline: 'Mareas',
      standfirst: 'Suben.',
      language: 'es',
      tags: ['mar'],
      authors: [{ name: 'Ana Sousa' }],
      canonicalUrl: 'https://tidewater.example/a',
      publishedAt: '2024-10-18T03:00:00.000Z',
    },
  ]);
});

t.test('JSON Feed: HTML or text, languages and authors of feed and item', async (t) => {
  const rows = read(
    JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Tidewater <b>',
      home_page_url: 'https://tidewater.example/',
      language: 'not a language',
      authors: [{ name: 'Ana Sousa' }],
      items: [
        {
          id: 'a1',
          url: 'https://tidewater.example/a',
          title: '<Tides>',
          content_text: 'They *rise*.\nTwice.\n\n# And fall',
          tags: ['Sea Level', '***'],
          image: 'https://tidewater.example/a.jpg',
          date_published: '2024-10-18T10:00:00Z',
          date_modified: '2024-10-19T10:00:00Z',
        },
        { id: 'a2', date_published: '2024-10-18T10:00:00Z' },
        {
          id: 'a3',
          content_html: '<p>Text</p>',
          language: 'fr_CA',
          authors: [{ name: `${'Very '.repeat(70)}Long` }],
          date_published: '2024-10-18T10:00:00Z',
        },
      ],
    }),
  );
  t.same(valuesOf(rows), [
    { slug: 'tidewater-b', kind: 'publisher', name: 'Tidewater <b>', url: 'https://tidewater.example/' },
    {
      ...article,
      publisher: 'tidewater-b',
      externalId: 'tidewater-b/a1',
      headline: '<Tides>',
      body: 'They \\*rise\\*. Twice.\n\n\\# And fall',
      language: 'pt-BR',
      tags: ['sea-level'],
      authors: [{ name: 'Ana Sousa' }],
      canonicalUrl: 'https://tidewater.example/a',
      image: { url: 'https://tidewater.example/a.jpg', ...picture },
      publishedAt: '2024-10-18T10:00:00.000Z',
      modifiedAt: '2024-10-19T10:00:00.000Z',
    },
    'expected an item with a title or a text, found neither',
    {
      ...article,
      publisher: 'tidewater-b',
      externalId: 'tidewater-b/a3',
      headline: 'Text',
      body: 'Text',
      language: 'fr-CA',
      publishedAt: '2024-10-18T10:00:00.000Z',
    },
  ]);
  const ignored = rows.map((row) => (row.kind === 'unread' ? null : row.ignored));
  t.same(ignored, [undefined, ['the language not a language'], null, ['an author of 354 characters']]);
  t.same(
    rows.map(({ place }) => place.pointer),
    [undefined, '/items/0', '/items/1', '/items/2'],
  );
});

t.test('a feed that is cut off, or whose items say nothing, is told so', async (t) => {
  t.equal(
    refusalOf(() => read(rss.slice(0, 1_500))).message,
    'expected XML whose root element is closed, found one that is cut off',
  );
  t.equal(
    refusalOf(() => read('<rss version="2.0"><channel><title>A</title></channel></rss>')).message,
    'expected at least one item, found none',
  );
  t.same(
    valuesOf(
      read(
        '<rss version="2.0"><channel><item/><item><title>A</title><pubDate>2024-01-01</pubDate></item></channel></rss>',
      ),
    ),
    [
      'expected items with a title or a text, found 1 that say nothing',
      {
        ...article,
        publisher: null,
        headline: 'A',
        language: 'pt-BR',
        publishedAt: '2024-01-01T03:00:00.000Z',
      },
    ],
  );
});

t.test('a feed is read in the encoding that it names', async (t) => {
  const latin = (label: string) =>
    Buffer.from(
      `<?xml version="1.0" encoding="${label}"?><rss version="2.0"><channel><item><title>Caf\u00e9 \u0093x\u0094</title><pubDate>2024-01-01</pubDate></item></channel></rss>`,
      'latin1',
    );
  for (const label of ['ISO-8859-1', 'windows-1252'])
    t.match(readDocument({ name: 'f', bytes: latin(label) }, options)[0], {
      value: { headline: 'Café “x”' },
    });
  const utf16 = Buffer.from(
    `\ufeff<rss version="2.0"><channel><item><title>Café</title><pubDate>2024-01-01</pubDate></item></channel></rss>`,
    'utf16le',
  );
  t.match(readDocument({ name: 'f', bytes: utf16 }, options)[0], { value: { headline: 'Café' } });
  t.equal(
    refusalOf(() => readDocument({ name: 'f', bytes: latin('UTF-8') }, options)).message,
    'expected text in utf-8, as the file says, found bytes that are not',
  );
  t.equal(
    refusalOf(() => readDocument({ name: 'f', bytes: latin('x-none') }, options)).message,
    'expected an encoding that is known, found “x-none”',
  );
});
