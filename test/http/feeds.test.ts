/**
 * GET /feeds/articles.atom, .rss and .json: an article with all that it can have, and one with as little, in each format.
 */
import t, { type Test } from 'tap';
import { idOf, openTestServer } from '../helper.js';
import { assertWellFormed } from './xml.js';

const BASE = 'https://news.example';
const HUB = 'https://hub.example/?a=1&b=2';

/** Two published articles, `full` the newest, with all that an article can have, and `bare`, with as little. */
async function openNewsroom(t: Test, options: { hubUrl?: string } = {}) {
  const server = await openTestServer(t, { publicUrl: BASE, ...options });
  const { given } = server;
  await given.source({ id: idOf(1), name: 'The Reader & Co', kind: 'publisher' });
  await given.source({ id: idOf(3), name: 'Ana Silva' });
  const full = await given.article({
    id: idOf(11),
    slug: 'full',
    headline: 'Taxes & <tariffs>',
    publisher: 'The Reader & Co',
    section: 'politics',
    tags: ['seoul', 'politics', 'troops'],
    language: 'pt-BR',
    publishedAt: '2024-10-20T12:00:00Z',
    modifiedAt: '2024-10-20T13:00:00Z',
    body: 'Taxes **will** fall & rise.',
    standfirst: 'In <short>.',
    authors: [{ name: 'A. Silva', source: 'ana-silva' }, { name: 'The desk' }],
    canonicalUrl: 'https://example.org/über?a=1&b=2',
    image: {
      url: 'https://example.org/one.JPG?w=1&h=2',
      alt: 'A coin.',
      caption: 'Coins & notes',
      credit: 'P. Photo',
      width: 800,
      height: 600,
    },
    disclaimer: 'Invented & <false>.',
    corrections: [{ at: '2024-10-21T00:00:00Z', text: 'A <name> was wrong.' }],
  });
  await given.article({
    id: idOf(12),
    slug: '서울',
    headline: 'Bare',
    publishedAt: '2024-10-19T12:00:00.500Z',
  });
  for (const status of ['draft', 'scheduled', 'retracted'] as const)
    await given.article({ slug: status, status });
  await given.claim({ id: idOf(21), by: [{ source: 'Ana Silva', in: full, stance: 'asserts' }] });
  await given.claim({
    id: idOf(22),
    by: [
      { source: 'Ana Silva', in: full },
      { source: 'The Reader & Co', in: full, stance: 'denies' },
    ],
  });
  return server;
}

const atom = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
  <author>
    <name>news.example</name>
  </author>
  <generator>Claimwire</generator>
  <id>https://news.example/feeds/articles.atom</id>
  <link href="https://news.example/feeds/articles.atom" rel="self" type="application/atom+xml"/>
  <link href="https://news.example/feeds/articles.atom" rel="first" type="application/atom+xml"/>
  <link href="https://news.example/v1/articles" rel="related" type="application/json"/>
  <link href="https://hub.example/?a=1&amp;b=2" rel="hub"/>
  <title>news.example</title>
  <updated>2024-10-21T00:00:00.000Z</updated>
  <entry xml:lang="pt-BR">
    <author>
      <name>A. Silva</name>
      <uri>https://news.example/v1/sources/ana-silva</uri>
    </author>
    <author>
      <name>The desk</name>
    </author>
    <category term="politics"/>
    <category term="seoul"/>
    <category term="troops"/>
    <content type="html"><![CDATA[<p>Taxes <strong>will</strong> fall &amp; rise.</p>
<p class="disclaimer">Invented &amp; &lt;false&gt;.</p>
<ul class="corrections">
<li><time datetime="2024-10-21T00:00:00.000Z">2024-10-21</time>: A &lt;name&gt; was wrong.</li>
</ul>]]></content>
    <id>urn:uuid:0192a000-0000-7000-8000-000000000011</id>
    <link href="https://example.org/%C3%BCber?a=1&amp;b=2" rel="alternate"/>
    <link href="https://news.example/v1/articles/full" rel="related" type="application/json" title="Article"/>
    <link href="https://news.example/v1/articles/full/claims" rel="related" type="application/json" title="Claims: 2, disputed: 1"/>
    <link href="https://example.org/one.JPG?w=1&amp;h=2" rel="enclosure" type="image/jpeg"/>
    <published>2024-10-20T12:00:00.000Z</published>
    <summary><![CDATA[In <short>.]]></summary>
    <title><![CDATA[Taxes & <tariffs>]]></title>
    <updated>2024-10-21T00:00:00.000Z</updated>
    <dc:publisher><![CDATA[The Reader & Co]]></dc:publisher>
    <media:content url="https://example.org/one.JPG?w=1&amp;h=2" type="image/jpeg" medium="image" height="600" width="800">
      <media:description type="plain"><![CDATA[Coins & notes]]></media:description>
      <media:credit>P. Photo</media:credit>
    </media:content>
  </entry>
  <entry xml:lang="en">
    <content type="html"><![CDATA[<p>The minister said that taxes will fall.</p>]]></content>
    <id>urn:uuid:0192a000-0000-7000-8000-000000000012</id>
    <link href="https://news.example/v1/articles/%EC%84%9C%EC%9A%B8" rel="alternate"/>
    <link href="https://news.example/v1/articles/%EC%84%9C%EC%9A%B8" rel="related" type="application/json" title="Article"/>
    <link href="https://news.example/v1/articles/%EC%84%9C%EC%9A%B8/claims" rel="related" type="application/json" title="Claims: 0, disputed: 0"/>
    <published>2024-10-19T12:00:00.500Z</published>
    <title>Bare</title>
    <updated>2024-10-19T12:00:00.500Z</updated>
  </entry>
</feed>
`;

const rss = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>news.example</title>
    <link>https://news.example/</link>
    <description>news.example</description>
    <lastBuildDate>Mon, 21 Oct 2024 00:00:00 GMT</lastBuildDate>
    <generator>Claimwire</generator>
    <atom:link href="https://news.example/feeds/articles.rss" rel="self" type="application/rss+xml"/>
    <atom:link href="https://news.example/feeds/articles.rss" rel="first" type="application/rss+xml"/>
    <atom:link href="https://news.example/v1/articles" rel="related" type="application/json"/>
    <atom:link href="https://hub.example/?a=1&amp;b=2" rel="hub"/>
    <item>
      <title><![CDATA[Taxes & <tariffs>]]></title>
      <link><![CDATA[https://example.org/%C3%BCber?a=1&b=2]]></link>
      <description><![CDATA[In &lt;short&gt;.]]></description>
      <category>politics</category>
      <category>seoul</category>
      <category>troops</category>
      <enclosure url="https://example.org/one.JPG?w=1&amp;h=2" length="0" type="image/jpeg"/>
      <guid isPermaLink="false">urn:uuid:0192a000-0000-7000-8000-000000000011</guid>
      <pubDate>Sun, 20 Oct 2024 12:00:00 GMT</pubDate>
      <source url="https://news.example/feeds/articles.rss?publisher=the-reader-co"><![CDATA[The Reader & Co]]></source>
      <atom:link href="https://news.example/v1/articles/full" rel="related" type="application/json" title="Article"/>
      <atom:link href="https://news.example/v1/articles/full/claims" rel="related" type="application/json" title="Claims: 2, disputed: 1"/>
      <atom:updated>2024-10-21T00:00:00.000Z</atom:updated>
      <dc:creator>A. Silva</dc:creator>
      <dc:creator>The desk</dc:creator>
      <dc:language>pt-BR</dc:language>
      <content:encoded><![CDATA[<p>Taxes <strong>will</strong> fall &amp; rise.</p>
<p class="disclaimer">Invented &amp; &lt;false&gt;.</p>
<ul class="corrections">
<li><time datetime="2024-10-21T00:00:00.000Z">2024-10-21</time>: A &lt;name&gt; was wrong.</li>
</ul>]]></content:encoded>
      <media:content url="https://example.org/one.JPG?w=1&amp;h=2" type="image/jpeg" medium="image" height="600" width="800">
        <media:description type="plain"><![CDATA[Coins & notes]]></media:description>
        <media:credit>P. Photo</media:credit>
      </media:content>
    </item>
    <item>
      <title>Bare</title>
      <link>https://news.example/v1/articles/%EC%84%9C%EC%9A%B8</link>
      <guid isPermaLink="false">urn:uuid:0192a000-0000-7000-8000-000000000012</guid>
      <pubDate>Sat, 19 Oct 2024 12:00:00 GMT</pubDate>
      <atom:link href="https://news.example/v1/articles/%EC%84%9C%EC%9A%B8" rel="related" type="application/json" title="Article"/>
      <atom:link href="https://news.example/v1/articles/%EC%84%9C%EC%9A%B8/claims" rel="related" type="application/json" title="Claims: 0, disputed: 0"/>
      <atom:updated>2024-10-19T12:00:00.500Z</atom:updated>
      <dc:language>en</dc:language>
      <content:encoded><![CDATA[<p>The minister said that taxes will fall.</p>]]></content:encoded>
    </item>
  </channel>
</rss>
`;

const json = {
  version: 'https://jsonfeed.org/version/1.1',
  title: 'news.example',
  home_page_url: 'https://news.example/',
  feed_url: 'https://news.example/feeds/articles.json',
  items: [
    {
      id: 'urn:uuid:0192a000-0000-7000-8000-000000000011',
      url: 'https://example.org/%C3%BCber?a=1&b=2',
      title: 'Taxes & <tariffs>',
      date_published: '2024-10-20T12:00:00.000Z',
      date_modified: '2024-10-21T00:00:00.000Z',
      language: 'pt-BR',
      _claimwire: {
        article: 'https://news.example/v1/articles/full',
        claims: 'https://news.example/v1/articles/full/claims',
        claimCount: 2,
        disputed: 1,
        publisher: {
          id: '0192a000-0000-7000-8000-000000000001',
          slug: 'the-reader-co',
          name: 'The Reader & Co',
        },
        corrections: [
          {
            at: '2024-10-21T00:00:00.000Z',
            text: 'A <name> was wrong.',
          },
        ],
      },
      content_html:
        '<p>Taxes <strong>will</strong> fall &amp; rise.</p>\n<p class="disclaimer">Invented &amp; &lt;false&gt;.</p>\n<ul class="corrections">\n<li><time datetime="2024-10-21T00:00:00.000Z">2024-10-21</time>: A &lt;name&gt; was wrong.</li>\n</ul>\n',
      summary: 'In <short>.',
      image: 'https://example.org/one.JPG?w=1&h=2',
      authors: [
        {
          name: 'A. Silva',
          url: 'https://news.example/v1/sources/ana-silva',
        },
        {
          name: 'The desk',
        },
      ],
      tags: ['politics', 'seoul', 'troops'],
    },
    {
      id: 'urn:uuid:0192a000-0000-7000-8000-000000000012',
      url: 'https://news.example/v1/articles/%EC%84%9C%EC%9A%B8',
      title: 'Bare',
      date_published: '2024-10-19T12:00:00.500Z',
      date_modified: '2024-10-19T12:00:00.500Z',
      language: 'en',
      _claimwire: {
        article: 'https://news.example/v1/articles/%EC%84%9C%EC%9A%B8',
        claims: 'https://news.example/v1/articles/%EC%84%9C%EC%9A%B8/claims',
        claimCount: 0,
        disputed: 0,
        publisher: null,
        corrections: [],
      },
      content_html: '<p>The minister said that taxes will fall.</p>\n',
    },
  ],
  hubs: [
    {
      type: 'WebSub',
      url: 'https://hub.example/?a=1&b=2',
    },
  ],
};

t.test('200 with articles whole, newest first, in each format', async (t) => {
  const { get } = await openNewsroom(t, { hubUrl: HUB });
  for (const [ending, body] of [
    ['atom', atom],
    ['rss', rss],
  ] as const) {
    const answer = await get(`/feeds/articles.${ending}`);
    t.equal(answer.statusCode, 200);
    t.equal(answer.headers['content-type'], `application/${ending}+xml; charset=utf-8`);
    t.equal(answer.headers.link, `<${HUB}>; rel="hub", <${BASE}/feeds/articles.${ending}>; rel="self"`);
    t.equal(answer.body, body);
    assertWellFormed(t, answer.body, ending);
  }
  const answer = await get('/feeds/articles.json');
  t.equal(answer.headers['content-type'], 'application/feed+json; charset=utf-8');
  t.equal(answer.headers.link, `<${HUB}>; rel="hub", <${BASE}/feeds/articles.json>; rel="self"`);
  t.strictSame(answer.json(), json);
});
