/**
 * A WordPress export becomes articles: posts alone, with their status, names, tags and picture; nothing private is published.
 */
import t from 'tap';
import { readDocument } from '../../src/imports/read-document.js';
import { postHtml } from '../../src/imports/wordpress-html.js';

const options = { timezone: 'America/Sao_Paulo', language: 'en' };
const read = (text: string) =>
  readDocument({ name: 'export.xml', bytes: Buffer.from(text) }, options).map((row) =>
    row.kind === 'unread' ? [row.place.line, row.detail] : [row.place.line, row.value],
  );

const item = (fields: Record<string, string>, rest = '') =>
  `<item>${Object.entries({
    'wp:post_type': 'post',
    'wp:status': 'publish',
    'wp:post_date_gmt': '2024-10-18 10:00:00',
    ...fields,
  })
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('')}${rest}</item>\n`;
const wxr = (...items: string[]) => `<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.4" -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Coast &amp; Sea</title><link>https://coast.example</link><language>pt-BR</language>
<wp:author><wp:author_login><![CDATA[ana]]></wp:author_login><wp:author_display_name><![CDATA[Ana & Sousa]]></wp:author_display_name></wp:author>
${items.join('')}</channel></rss>
`;

const publisher = [
  null,
  { slug: 'coast-sea', kind: 'publisher', name: 'Coast & Sea', url: 'https://coast.example' },
];
const article = {
  headline: 'A post',
  standfirst: null,
  body: '',
  language: 'pt-BR',
  section: null,
  tags: [],
  authors: [],
  publisher: 'coast-sea',
  canonicalUrl: null,
  image: null,
  status: 'published',
  publishedAt: '2024-10-18T10:00:00.000Z',
  modifiedAt: null,
};

t.test('a post has its text, excerpt, author, section, tags, picture and times', async (t) => {
  const post = item(
    {
      title: 'Harbour & ships <em>now</em>',
      link: 'https://coast.example/harbour/',
      guid: 'https://coast.example/?p=5',
      'dc:creator': 'ana',
      'content:encoded': 'First <em>line</em>\nsecond line.\n\n<a href="/more">Another</a>.',
      'excerpt:encoded': 'In short.',
      'wp:post_date': '2024-10-18 07:00:00',
      'wp:post_modified': '2024-10-19 07:00:00',
      'wp:post_modified_gmt': '0000-00-00 00:00:00',
    },
    `<category domain="category" nicename="uncategorized"><![CDATA[Uncategorized]]></category>
<category domain="category" nicename="news"><![CDATA[Local News]]></category>
<category domain="post_tag" nicename="ports">Ports &amp; ships</category>
<wp:postmeta><wp:meta_key>_edit_last</wp:meta_key><wp:meta_value>1</wp:meta_value></wp:postmeta>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value><![CDATA[9]]></wp:meta_value></wp:postmeta>`,
  );
  const picture = item(
    {
      'wp:post_id': '9',
      'wp:post_type': 'attachment',
      'wp:status': 'inherit',
      'wp:attachment_url': 'https://coast.example/q.jpg',
      'excerpt:encoded': 'The quay',
    },
    '<wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>Quay</wp:meta_value></wp:postmeta>',
  );
  t.same(read(wxr(post, picture)), [
    publisher,
    [
      6,
      {
        ...article,
        externalId: 'https://coast.example/?p=5',
        headline: 'Harbour & ships now',
        standfirst: 'In short.',
        body: 'First *line*  \nsecond line.\n\n[Another](https://coast.example/more).',
        section: 'local-news',
        tags: ['uncategorized', 'local-news', 'ports-ships'],
        authors: [{ name: 'Ana & Sousa' }],
        canonicalUrl: 'https://coast.example/harbour/',
        image: {
          url: 'https://coast.example/q.jpg',
          alt: 'Quay',
          caption: 'The quay',
          credit: null,
          width: null,
          height: null,
        },
        modifiedAt: '2024-10-19T10:00:00.000Z',
      },
    ],
  ]);
});

t.test(
  'what each status becomes; what is no post is left out; what only some may read is a draft',
  async (t) => {
    const cases: [fields: Record<string, string>, status: string | null][] = [
      [{}, 'published'],
      [{ 'wp:status': 'future', 'wp:post_date_gmt': '2030-01-01 10:00:00' }, 'scheduled'],
      [
        {
          'wp:status': 'draft',
          'wp:post_date_gmt': '0000-00-00 00:00:00',
          link: 'https://coast.example/?p=6',
        },
        'draft',
      ],
      [{ 'wp:status': 'pending' }, 'draft'],
      [{ 'wp:status': 'private' }, 'draft'],
      [{ 'wp:post_password': 'secret' }, 'draft'],
      [{ 'wp:status': 'trash' }, null],
      [{ 'wp:status': 'auto-draft' }, null],
      [{ 'wp:post_type': 'page' }, null],
      [{ 'wp:post_type': 'nav_menu_item' }, null],
    ];
    const rows = read(wxr(...cases.map(([fields], at) => item({ title: `Post ${at}`, ...fields }))));
    t.same(
      rows
        .slice(1)
        .map(([line, value]) => [
          line,
          (value as { headline: string }).headline,
          (value as { status: string }).status,
        ]),
      cases.flatMap(([, status], at) => (status === null ? [] : [[at + 6, `Post ${at}`, status]])),
    );
  },
);

t.test('a post with a date that does not exist is refused alone', async (t) => {
  const rows = read(
    wxr(item({ title: 'A', 'wp:post_date_gmt': '2024-02-31 10:00:00' }), item({ title: 'B' })),
  );
  t.match(rows.slice(1), [
    [
      6,
      'expected the date to be a date that exists, such as 2015-06-15 or 2015-06-15 10:00:32 -0400, found “2024-02-31 10:00:00 +0000”',
    ],
    [7, { headline: 'B' }],
  ]);
});

t.test(
  'the text of a classic post gets its paragraphs, captions and embeds; that of blocks has them',
  async (t) => {
    const cases = {
      'One\ntwo\n\nthree': '<p>One<br>\ntwo</p>\n<p>three</p>',
      'One\n\n<ul>\n<li>a</li>\n</ul>\n\n<h2>b</h2>': '<p>One</p>\n<ul>\n<li>a</li>\n</ul>\n<h2>b</h2>',
      '<!-- wp:paragraph -->\n<p>One</p>\n\n<!-- /wp:paragraph -->':
        '<!-- wp:paragraph -->\n<p>One</p>\n\n<!-- /wp:paragraph -->',
      '<pre>a\n\nb</pre>': '\n<pre>a\n\nb</pre>\n',
      '[caption id="x"]<img src="a.png" /> The quay[/caption]':
        '\n<figure><img src="a.png" /><figcaption>The quay</figcaption></figure>\n\n',
      '[embed]https://v.example/1[/embed]': '<p><a href="https://v.example/1">https://v.example/1</a></p>',
      '[gallery ids="1"]': '<p>[gallery ids="1"]</p>',
    };
    for (const [content, html] of Object.entries(cases))
      t.equal(postHtml(content).trim(), html.trim(), content);
  },
);

t.test('an export without end is read in no time', async (t) => {
  const start = Date.now();
  for (const text of [
    '[caption]<img>',
    '[caption]<a>',
    '[embed]',
    '<pre>',
    '\n',
    '\n \n',
    '[embed]https://v.example',
  ])
    postHtml(text.repeat(20_000));
  t.ok(Date.now() - start < 5_000, `${Date.now() - start} ms`);
});
