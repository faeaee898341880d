/**
 * A web page: what its JSON-LD says counts before its head, its text is found, and its fact-checks are claims.
 */
import t from 'tap';
import { readDocument } from '../../src/imports/read-document.js';

const options = { timezone: 'UTC', language: 'en' };
const read = (text: string | Buffer, name = 'page.html') =>
  readDocument({ name, bytes: Buffer.from(text) }, options).map((row) =>
    row.kind === 'unread'
      ? row.detail
      : { [row.kind]: row.value, ...(row.ignored && { ignored: row.ignored }) },
  );

const prose = [
  'The harbour opened on Friday after nine years of work, the mayor said, in front of a crowd that had come early, with flags.',
  'The <a href="/first">first ship</a> is expected on Monday, and a second one after that, said the harbour master, who had waited.',
  '“It is open,” she added. Nobody, she said, had believed that it would ever open, and now it had, at last, opened to ships.',
];
const page = (head: string, body = prose.map((text) => `<p>${text}</p>`).join('')) =>
  `<!doctype html><html lang="pt_BR"><head><meta charset="utf-8">${head}</head><body><nav><a href="/">Home</a></nav><article><h1>Harbour opens</h1>${body}</article><footer>About us</footer></body></html>`;
const markdown = [
  prose[0],
  prose[1]?.replace('<a href="/first">first ship</a>', '[first ship](https://t.example/first)'),
  prose[2],
].join('\n\n');
const ld = (value: unknown) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`;

const article = {
  headline: 'Harbour opens',
  standfirst: null,
  body: markdown,
  language: 'pt-BR',
  section: null,
  tags: [],
  authors: [],
  publisher: null,
  canonicalUrl: 'https://t.example/harbour',
  image: null,
  status: 'published',
  publishedAt: '2024-10-18T10:00:00.000Z',
  modifiedAt: null,
};

t.test('a page without JSON-LD is read from its head', async (t) => {
  const head = `<title>Harbour opens | Tidewater</title>
<meta property="og:title" content="Harbour opens"><meta property="og:site_name" content="Tidewater Press">
<meta name="description" content="After nine years."><link rel="canonical" href="/harbour">
<base href="https://t.example/news/"><meta property="og:image" content="h.jpg"><meta property="og:image:alt" content="Quay">
<meta property="og:image:width" content="800"><meta property="article:section" content="Local News">
<meta property="article:tag" content="Ports"><meta property="article:tag" content="Ships"><meta name="author" content="Ana Sousa">
<meta property="article:author" content="https://social.example/ana">
<meta property="article:published_time" content="2024-10-18T07:00:00-03:00"><meta property="article:modified_time" content="2024-10-19T10:00:00Z">`;
  t.same(read(page(head)), [
    {
      source: {
        slug: 'tidewater-press',
        kind: 'publisher',
        name: 'Tidewater Press',
        url: 'https://t.example',
      },
    },
    {
      article: {
        ...article,
        standfirst: 'After nine years.',
        section: 'local-news',
        tags: ['ports', 'ships'],
        authors: [{ name: 'Ana Sousa' }],
        publisher: 'tidewater-press',
        image: {
          url: 'https://t.example/news/h.jpg',
          alt: 'Quay',
          caption: null,
          credit: null,
          width: 800,
          height: null,
        },
        modifiedAt: '2024-10-19T10:00:00.000Z',
      },
    },
  ]);
});

t.test('JSON-LD counts before the head, with what its parts name by @id', async (t) => {
  const head = `<meta property="og:title" content="Another title"><meta property="article:published_time" content="2020-01-01">
${ld({
  '@context': 'https://schema.org',
  '@graph': [
    { '@type': ['WebPage'], '@id': 'https://t.example/harbour' },
    {
      '@type': 'https://schema.org/ReportageNewsArticle',
      headline: 'Harbour opens',
      description: 'After nine years.',
      datePublished: '2024-10-18T10:00:00Z',
      author: [{ '@id': '#ana' }, 'Rui Melo'],
      publisher: { '@id': '#press' },
      mainEntityOfPage: { '@id': 'https://t.example/harbour' },
      keywords: 'Ports, Ships',
      articleSection: ['Local', 'News'],
      inLanguage: { '@type': 'Language', alternateName: 'en', name: 'en' },
      image: [
        {
          '@type': 'ImageObject',
          url: 'https://t.example/h.jpg',
          width: '800px',
          caption: 'Quay',
          creditText: 'Lens',
        },
      ],
    },
    { '@type': 'Person', '@id': '#ana', name: 'Ana Sousa' },
    {
      '@type': 'NewsMediaOrganization',
      '@id': '#press',
      name: 'Tidewater',
      url: 'https://t.example',
      sameAs: ['https://w.example/t'],
    },
  ],
})}<script type="application/ld+json">{ broken</script>`;
  t.same(read(page(head)), [
    {
      source: {
        slug: 'tidewater',
        kind: 'publisher',
        name: 'Tidewater',
        url: 'https://t.example',
        sameAs: ['https://w.example/t'],
      },
    },
    {
      article: {
        ...article,
        standfirst: 'After nine years.',
        language: 'en',
        section: 'local',
        tags: ['ports', 'ships'],
        authors: [{ name: 'Ana Sousa' }, { name: 'Rui Melo' }],
        publisher: 'tidewater',
        image: {
          url: 'https://t.example/h.jpg',
          alt: null,
          caption: 'Quay',
          credit: 'Lens',
          width: 800,
          height: null,
        },
      },
      ignored: ['JSON-LD that is not JSON'],
    },
  ]);
});

t.test('where no text is found on the page, its JSON-LD gives it', async (t) => {
  const head = ld({
    '@type': 'NewsArticle',
    headline: 'Harbour opens',
    url: 'https://t.example/harbour',
    datePublished: '2024-10-18T10:00:00Z',
    articleBody: 'One *line*.\nAnother line.',
  });
  t.match(read(page(head, '')), [{ article: { body: 'One \\*line\\*.\n\nAnother line.' } }]);
});

t.test('a page is read in its own encoding', async (t) => {
  const text = page('<meta property="article:published_time" content="2024-10-18"><title>x</title>').replace(
    'Harbour opens',
    'Caf\u00e9 \u0093aberto\u0094',
  );
  const headline = 'Café “aberto”';
  const latin = (html: string) => Buffer.from(html.replace(/[“”]/g, '"'), 'latin1');
  t.match(read(latin(text.replace('utf-8', 'iso-8859-1'))).at(-1), { article: { headline } });
  t.match(
    read(latin(text.replace('<meta charset="utf-8">', ''))).at(-1),
    { article: { headline } },
    'and undeclared as browsers have it',
  );
  const greek = Buffer.concat([
    latin(text.replace('utf-8', 'iso-8859-7').split('Caf')[0] ?? ''),
    Buffer.from([0xc1, 0xe2]),
    Buffer.from('</h1><p>x'),
  ]);
  t.match(read(greek).at(-1), { article: { headline: 'Αβ' } });
});

t.test('a page that is fetched stands at its address', async (t) => {
  const rows = read(
    page('<meta property="article:published_time" content="2024-10-18T10:00:00Z">'),
    'https://t.example/harbour',
  );
  t.same(rows, [{ article }]);
});

t.test('a page that does not say when it was published is told where that is looked for', async (t) => {
  t.same(read(page('')), [
    'expected a page that says when it was published (datePublished in JSON-LD, article:published_time, a time element), found none',
  ]);
  t.match(read(page('<meta name="date" content="soon">')), [
    'expected the date to be a date that exists, such as 2015-06-15 or 2015-06-15 10:00:32 -0400, found “soon”',
  ]);
});

t.test('a fact-check on a page is a claim; the page is an article only where it says so', async (t) => {
  const review = {
    '@context': 'https://schema.org',
    '@type': 'ClaimReview',
    url: 'https://t.example/check',
    claimReviewed: 'The harbour cost nothing',
    datePublished: '2024-10-19',
    author: { '@type': 'Organization', name: 'Tidewater' },
    reviewRating: { '@type': 'Rating', ratingValue: 1, alternateName: 'False' },
  };
  const claim = {
    claim: {
      externalId: 'https://t.example/check#9611e3dfebcd3dc8',
      text: 'The harbour cost nothing',
      language: 'pt-BR',
      attributions: [],
      reviews: [
        {
          reviewer: 'tidewater',
          rating: 'False',
          verdict: 'false',
          url: 'https://t.example/check',
          title: null,
          summary: null,
          reviewedAt: '2024-10-19T00:00:00.000Z',
        },
      ],
    },
  };
  const source = { source: { slug: 'tidewater', kind: 'publisher', name: 'Tidewater' } };
  t.same(read(page(ld(review))), [source, claim]);
  t.match(
    read(
      page(
        `${ld(review)}<meta property="og:type" content="article"><meta property="article:published_time" content="2024-10-18T10:00:00Z">`,
      ),
    ),
    [source, claim, { article: { headline: 'Harbour opens' } }],
  );
});
