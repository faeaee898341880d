/**
 * Tables become articles, sources or claims by a map from columns to fields; a row that cannot be read refuses itself alone,
 * with its line, however long the table is.
 */
import t from 'tap';
import { readTable } from '../../src/imports/csv.js';
import { readColumnMap } from '../../src/imports/csv-map.js';
import type { AnyRow } from '../../src/imports/model.js';

const options = { timezone: 'America/Sao_Paulo', language: 'en' };

async function read(text: string | Buffer, map?: string, stated?: string): Promise<AnyRow[]> {
  const bytes = Buffer.from(text);
  const chunks = (async function* () {
    const size = bytes.length < 10_000 ? 7 : 10_000; // as pipes may cut it
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  })();
  const rows: AnyRow[] = [];
  const columns = map === undefined ? null : readColumnMap(map);
  for await (const row of readTable({ name: 'f', head: bytes, chunks, stated }, columns, options))
    rows.push(row);
  return rows;
}
const valuesOf = (rows: readonly AnyRow[]) =>
  rows.map((row) => (row.kind === 'unread' ? [row.place.line, row.detail] : [row.place.line, row.value]));
const refused = (text: string | Buffer, map?: string, stated?: string) =>
  read(text, map, stated).then(
    () => 'it was read',
    (error: Error) => error.message,
  );

const article = {
  headline: 'Tides rise',
  standfirst: null,
  body: '',
  language: 'en',
  section: null,
  tags: [],
  authors: [],
  publisher: null,
  canonicalUrl: null,
  image: null,
  status: 'published',
  publishedAt: '2024-10-18T03:00:00.000Z',
  modifiedAt: null,
};

t.test('articles by a map, with commas, semicolons or tabs, quotes and lines within cells', async (t) => {
  const map = 'Title=headline,"Text, plain=bodyText",Day=publishedAt,By=authors,Words=tags,Paper=publisher';
  for (const mark of [',', ';', '\t']) {
    const line = (...cells: string[]) =>
      `${cells.map((cell) => (/[",;\t\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell)).join(mark)}\r\n`;
    const text = [
      line('title', 'Text, plain', 'DAY', 'By', 'Words', 'Paper', 'Unused'),
      line(
        'Tides rise',
        'They "rise".\n\n* Twice;\ta day, too',
        '2024-10-18',
        'Sousa, Ana; Rui Melo',
        'Sea, Moon | sea',
        'Tidewater',
        'x',
      ),
      line('Tides fall', '', '2024-13-18', '', '', '', ''),
      line('Short'),
      line('', '', '', '', '', '', ''),
      line('Ships wait', 'x', 'Fri, 18 Oct 2024 00:00:00 -0300', '', '', '', ''),
    ].join('');
    const rows = await read(`\ufeff${text}`, map);
    t.same(
      valuesOf(rows),
      [
        [2, { slug: 'tidewater', kind: 'publisher', name: 'Tidewater' }],
        [
          2,
          {
            ...article,
            body: 'They "rise".\n\n\\* Twice; a day, too',
            tags: ['sea', 'moon'],
            authors: [{ name: 'Sousa, Ana' }, { name: 'Rui Melo' }],
            publisher: 'tidewater',
          },
        ],
        [
          5,
          'expected the date to be a date that exists, such as 2015-06-15 or 2015-06-15 10:00:32 -0400, found “2024-13-18”',
        ],
        [6, 'expected 7 cells, as the header has, found 1'],
        [7, 'expected a headline or a text, found nothing'],
        [8, { ...article, headline: 'Ships wait', body: 'x' }],
      ],
      JSON.stringify(mark),
    );
    t.notOk('ignored' in (rows[1] ?? {}), 'what a map leaves out was meant to be');
  }
});

t.test('a note of a retraction makes an article a retracted one', async (t) => {
  const rows = await read(
    'headline,publishedAt,status,retraction\nTides rise,2024-10-18,,It was wrong.\nTides rise,2024-10-18,retracted,\n',
  );
  t.same(valuesOf(rows), [
    [2, { ...article, status: 'retracted', retraction: { note: 'It was wrong.' } }],
    [3, { ...article, status: 'retracted' }],
  ]);
});

t.test('without a map the columns are known by our names, and others are told', async (t) => {
  const rows = await read(
    'Headline,body,bodyHtml,publishedAt,status,image,imageAlt,note,empty\nTides rise,,<p>They <b>rise</b>.,2024-10-18,draft,https://t.example/a.png,Sea,hm,\n',
  );
  t.same(rows, [
    {
      kind: 'article',
      value: {
        ...article,
        body: 'They **rise**.',
        status: 'draft',
        image: {
          url: 'https://t.example/a.png',
          alt: 'Sea',
          caption: null,
          credit: null,
          width: null,
          height: null,
        },
      },
      place: { file: 'f', line: 2 },
      ignored: ['note'],
      isStatusStated: true,
    },
  ]);
});

t.test('sources', async (t) => {
  const rows = await read(
    'name;kind;aliases;country;memberOf;sameAs\nAna Sousa;Person;Ana S.|A. Sousa;br;Tidewater;https://w.example/a https://x.example/a\nB;persn;;;;\n',
  );
  t.same(valuesOf(rows), [
    [
      2,
      {
        slug: 'ana-sousa',
        kind: 'person',
        name: 'Ana Sousa',
        aliases: ['Ana S.', 'A. Sousa'],
        description: null,
        role: null,
        country: 'BR',
        url: null,
        sameAs: ['https://w.example/a', 'https://x.example/a'],
        memberOf: 'Tidewater',
      },
    ],
    [
      3,
      'expected kind to be one of publisher, organization, person, document, unnamed (nearest: person), found “persn”',
    ],
  ]);
});

t.test(
  'claims with who said them and who checked them; a rating without a verdict leaves the review out',
  async (t) => {
    const rows = await read(
      `text,source,context,saidAt,reviewer,rating,reviewedAt,reviewUrl
Tides rise,Mayor Lima,a speech,2024-10-17,Tide Check,Pants on Fire!,2024-10-18,https://c.example/1
Tides fall,Mayor Lima,a speech,,Tide Check,Full Flop,2024-10-18,https://c.example/2
Alone,,,,,,,
`,
    );
    const lima = [2, { slug: 'mayor-lima', kind: 'person', name: 'Mayor Lima' }];
    const said = { source: 'mayor-lima', stance: 'asserts', context: 'a speech' };
    t.match(valuesOf(rows), [
      lima,
      [2, { slug: 'tide-check', kind: 'publisher', name: 'Tide Check' }],
      [
        2,
        {
          externalId: /^sha256:[0-9a-f]{64}$/,
          text: 'Tides rise',
          attributions: [{ ...said, url: 'https://c.example/1', saidAt: '2024-10-17T03:00:00.000Z' }],
          reviews: [
            {
              reviewer: 'tide-check',
              rating: 'Pants on Fire!',
              verdict: 'false',
              reviewedAt: '2024-10-18T03:00:00.000Z',
            },
          ],
        },
      ],
      [3, lima[1]],
      [
        3,
        {
          text: 'Tides fall',
          attributions: [{ ...said, url: 'https://c.example/2', saidAt: null }],
          reviews: [],
        },
      ],
      [4, { text: 'Alone', language: 'en', attributions: [], reviews: [] }],
    ]);
    t.match(rows[4], { ignored: ['the review: no verdict is known for its rating “Full Flop”'] });
  },
);

t.test('a table that cannot be read is refused with what was found', async (t) => {
  t.equal(
    await refused('a,b\n1,2\n'),
    'expected a column for headline (of an article), name (of a source) or text (of a claim), by its name or by --map column=field, found “a”, “b”',
  );
  t.equal(
    await refused('a,b\n1,2\n', 'c=headline'),
    'expected a column “c”, as the map says, found “a”, “b”',
  );
  t.equal(
    await refused('a,b\n1,2\n', 'a=headline,b=verdict'),
    'expected fields of one kind, found headline, which makes it articles, and verdict, which they do not have',
  );
  t.match(
    await refused('headline,publishedAt\nA,2024-10-18\n"B,2024-10-18\n'),
    /^expected a table of separated values, found a fault: Quote Not Closed/,
  );
  t.match(
    await refused(`headline,publishedAt\n"${'A'.repeat(2_100_000)}`),
    /^expected a table of separated values, found a fault: Max Record Size/,
  );
});

t.test('a map with a fault is told where it is', async (t) => {
  const cases = {
    Title: 'found “Title”',
    '=headline': 'found “=headline”',
    'Title=headlin': 'there is no field headlin; did you mean headline?',
    'Title=xyzzyxyz': 'there is no field xyzzyxyz',
    'a=headline,A=body': 'the column “A” is given twice',
    'a=headline,b=headline': 'the field headline is given twice',
    '"a=headline': 'found a quotation mark that is not closed',
  };
  for (const [text, message] of Object.entries(cases)) t.throws(() => readColumnMap(text), { message }, text);
});
