/**
 * ninjs of all three series becomes articles, whatever the case of its names.
 */
import t from 'tap';
import { readDocument } from '../../src/imports/read-document.js';

const options = { timezone: 'UTC', language: 'de' };
const read = (value: unknown) =>
  readDocument({ name: 'f', bytes: Buffer.from(JSON.stringify(value)) }, options);
const valuesOf = (value: unknown) =>
  read(value).map((row) => (row.kind === 'unread' ? row.detail : row.value));

const three = {
  uri: 'https://agency.example/items/1',
  standard: { name: 'ninjs', version: '3.0' },
  type: 'composite',
  pubStatus: 'usable',
  language: 'en-GB',
  firstCreated: '2024-10-18T08:00:00Z',
  versionCreated: '2024-10-18T10:00:00+02:00',
  headlines: [
    { role: 'short', value: 'Open!' },
    { role: 'main', value: 'Harbour opens' },
  ],
  descriptions: [{ role: 'summary', contentType: 'text/html', value: 'After <b>nine</b> years.' }],
  bodies: [
    { role: 'main', contentType: 'text/plain', value: 'Plain.' },
    { role: 'main', contentType: 'text/html', value: '<p>It is <b>open</b>.</p>' },
  ],
  byline: 'By Ana Sousa',
  infoSources: [
    { role: 'rights', name: 'Somebody' },
    { role: 'provider', name: 'Coast Agency' },
  ],
  subjects: [{ name: 'Ports', rel: 'about' }, { uri: 'x' }],
  associations: [
    { name: 'clip', type: 'video', renditions: [{ href: 'https://agency.example/v.mp4' }] },
    {
      name: 'main',
      type: 'picture',
      byline: 'A. Lens',
      descriptions: [{ role: 'caption', value: 'The quay' }],
      renditions: [
        { href: 'https://agency.example/s.jpg', width: 100, height: 50 },
        { href: 'https://agency.example/l.jpg', width: 1000, height: 500 },
        { href: 'cid:1', width: 9000 },
      ],
    },
  ],
};
const lowerCase = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(lowerCase)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key.toLowerCase(), lowerCase(part)]))
      : value;

const source = { slug: 'coast-agency', kind: 'publisher', name: 'Coast Agency' };
const article = {
  externalId: 'https://agency.example/items/1',
  headline: 'Harbour opens',
  standfirst: 'After nine years.',
  body: 'It is **open**.',
  language: 'en-GB',
  section: null,
  tags: ['ports'],
  authors: [{ name: 'Ana Sousa' }],
  publisher: 'coast-agency',
  canonicalUrl: 'https://agency.example/items/1',
  image: {
    url: 'https://agency.example/l.jpg',
    alt: null,
    caption: 'The quay',
    credit: 'A. Lens',
    width: 1000,
    height: 500,
  },
  status: 'published',
  publishedAt: '2024-10-18T08:00:00.000Z',
  modifiedAt: '2024-10-18T08:00:00.000Z',
};

t.test('ninjs 3, and ninjs 2, which writes its names in lower case', async (t) => {
  t.same(valuesOf(three), [source, article]);
  t.same(valuesOf(lowerCase({ ...three, standard: { name: 'ninjs', version: '2.1' } })), [source, article]);
  t.same(valuesOf({ ...three, standard: undefined }), [source, article], 'it need not say what it is');
});

t.test('ninjs 1, with one name where there are lists now', async (t) => {
  t.same(
    valuesOf({
      uri: 'tag:agency.example,2024:1',
      type: 'text',
      versioncreated: '2024-10-18T08:00:00Z',
      headline: 'Harbour opens',
      description_text: 'After nine years.',
      body_text: 'One *line*.\n\nTwo.',
      copyrightholder: 'Coast Agency',
      subject: [{ name: 'Ports' }],
      associations: {
        main: { type: 'picture', renditions: { big: { href: 'https://agency.example/l.jpg' } } },
      },
    }),
    [
      source,
      {
        ...article,
        externalId: 'tag:agency.example,2024:1',
        body: 'One \\*line\\*.\n\nTwo.',
        language: 'de',
        authors: [],
        canonicalUrl: null,
        image: {
          url: 'https://agency.example/l.jpg',
          alt: null,
          caption: null,
          credit: null,
          width: null,
          height: null,
        },
      },
    ],
  );
});

t.test(
  'each item of a list has its place; a picture, an unknown status and a bad date are refused alone',
  async (t) => {
    const rows = read([
      three,
      { uri: 'x:1', type: 'picture', versioncreated: '2024-10-18T08:00:00Z', headline: 'A picture' },
      { ...three, pubStatus: 'lost' },
      { ...three, firstCreated: 'Last Tuesday' },
      { ...three, pubStatus: 'withheld' },
      { ...three, pubStatus: 'canceled' },
    ]);
    t.match(rows, [
      { kind: 'source', place: { pointer: '/0' } },
      { kind: 'article', place: { line: null, pointer: '/0' } },
      { detail: 'expected an item with text, found one of type picture', place: { pointer: '/1' } },
      {
        detail: 'expected pubstatus to be usable, withheld or canceled, found lost',
        place: { pointer: '/2' },
      },
      {
        detail:
          'expected the date to be a date that exists, such as 2015-06-15 or 2015-06-15 10:00:32 -0400, found “Last Tuesday”',
        place: { pointer: '/3' },
      },
      { kind: 'source' },
      { value: { status: 'draft' }, place: { pointer: '/4' } },
      { kind: 'source' },
      {
        value: { status: 'retracted', retraction: { note: 'Its provider canceled this article.' } },
        place: { pointer: '/5' },
      },
    ]);
  },
);
