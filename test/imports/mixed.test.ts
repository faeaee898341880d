/**
 * Files of all shapes come in as one: what holds for rows of the exchange format holds for those of others too. Of two rows
 * about one thing the first is believed, and nothing that was done here is undone by a file that does not speak of it.
 */
import t, { type Test } from 'tap';
import { writeFrontMatter } from '../../src/articles/front-matter.js';
import type { RowResult } from '../../src/imports/decide.js';
import { readExchange } from '../../src/imports/exchange-reader.js';
import { foreignRows } from '../../src/imports/foreign-rows.js';
import type { AnyRow } from '../../src/imports/model.js';
import { readDocument } from '../../src/imports/read-document.js';
import { importRows, type RowsOptions } from '../../src/imports/rows.js';
import { openSpool } from '../../src/storage/spool.js';
import { openEngine } from '../engine.js';
import { idOf, NOW } from '../helper.js';
import { outcomesOf } from './moving.js';

const OPTIONS = { timezone: 'UTC', language: 'en' };

type Files = Readonly<Record<string, string>>;

async function* rowsOf(files: Files): AsyncGenerator<AnyRow> {
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    if (name.endsWith('.ndjson')) yield* readExchange(name, [bytes] as never);
    else yield* foreignRows(readDocument({ name, bytes }, OPTIONS));
  }
}

async function open(t: Test) {
  const engine = await openEngine(t);
  const { services } = engine;
  /** What became of each row, as `outcome file slug`, and of how many. */
  const bring = async (files: Files, options: Partial<RowsOptions> = {}) => {
    const results: RowResult[] = [];
    const onRow = (result: RowResult) => void results.push(result);
    const summary = await importRows(services, rowsOf(files), { openSpool, onRow, ...options });
    const told = results.map(({ outcome, place, slug, code }) =>
      `${outcome} ${place.file} ${slug ?? code ?? ''}`.trimEnd(),
    );
    return { told, results, summary, counts: outcomesOf(summary) };
  };
  const article = (slug: string) => services.read.articles.get(slug, 'text');
  return { ...engine, bring, article };
}

const post = (fields: Record<string, string>, body = 'The harbour is open.') =>
  `---\n${Object.entries({ title: 'Harbour opens', date: '2024-10-18', ...fields })
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')}---\n${body}\n`;

const row = (value: object) => `${JSON.stringify(value)}\n`;

const item = (guid: string, title: string, more = '') =>
  `<item><guid>${guid}</guid><title>${title}</title><pubDate>18 Oct 2024</pubDate><description>It is.${more}</description></item>`;
const rss = (...items: string[]) =>
  `<rss version="2.0"><channel><title>Tidewater</title>${items.join('')}</channel></rss>`;

t.test('rows of all shapes refer to each other, and each has its outcome', async (t) => {
  const { bring, article, services } = await open(t);
  const claim = {
    claim: {
      ...{ externalId: 'c', text: 'It is open.', language: 'en' },
      attributions: [{ article: 'opening', source: 'tidewater', quote: { exact: 'harbour is open' } }],
    },
  };
  const files = {
    'a.ndjson': row(claim) + row({ source: { slug: 'mayor', kind: 'person', name: 'Ana Lima' } }),
    'b.xml': rss(item('1', 'Tides rise'), '<item><title>Bad</title><pubDate>31 Feb 2024</pubDate></item>'),
    'c.md': post({ slug: 'opening', publisher: 'ana lima', weight: '3' }),
  };
  const { told, results, counts } = await bring(files, { batchRows: 2 });
  t.same(told, [
    'created a.ndjson',
    'created b.xml tides-rise',
    'rejected b.xml unreadable-file',
    'created c.md opening',
    'created a.ndjson',
  ]);
  t.same(
    results.map(({ ignored }) => ignored),
    [undefined, [], undefined, ['weight'], undefined],
  );
  t.same(counts, {
    ...{ 'source created': 1, 'article created': 2, 'claim created': 1, 'unread rejected': 1 },
  });
  t.same((await article('opening')).publisher?.slug, 'mayor', 'what a row of the other shape made');
  t.equal((await services.read.sources.get('tidewater')).kind, 'publisher');
  const again = await bring(files);
  t.same(again.counts, {
    ...{ 'source unchanged': 1, 'article unchanged': 2, 'claim unchanged': 1, 'unread rejected': 1 },
  });
});

t.test('a foreign row waits for nothing', async (t) => {
  const { services } = await open(t);
  const member = { slug: 'desk', kind: 'organization', name: 'Desk', memberOf: 'group' };
  async function* rows(): AsyncGenerator<AnyRow> {
    yield* foreignRows([{ kind: 'source', value: member, place: { file: 'a.csv', line: 2 } }]);
    yield* rowsOf({ 'b.ndjson': row({ source: { slug: 'group', kind: 'organization', name: 'Group' } }) });
  }
  const results: RowResult[] = [];
  const onRow = (result: RowResult) => void results.push(result);
  await importRows(services, rows(), { openSpool, onRow });
  t.match(results, [
    { outcome: 'rejected', code: 'unknown-reference', errors: [{ pointer: '/memberOf' }] },
    { outcome: 'created' },
  ]);
});

t.test('--atomic, --max-rejects and --on-conflict hold for files of other shapes', async (t) => {
  const { bring, rowCounts, article } = await open(t);
  const bad = { 'bad.md': post({ title: 'x'.repeat(301) }) };
  const good = { 'a.md': post({ slug: 'a', publisher: 'Tidewater' }) };
  const atomic = await bring({ ...good, ...bad }, { isAtomic: true });
  t.match(atomic, { told: ['created a.md a', 'rejected bad.md invalid-request'] });
  t.match([atomic.summary.isStored, await rowCounts()], [false, {}]);
  const few = await bring({ ...bad, 'b.md': post({}), ...good }, { rejectsMax: 0 });
  t.match([few.told, few.summary.endedBy], [['rejected bad.md invalid-request'], 'rejects']);

  await bring(good);
  const counts = await rowCounts();
  const edited = { 'a.md': post({ slug: 'a', publisher: 'Another' }, 'It was open.') };
  t.same((await bring(edited, { onConflict: 'skip' })).told, ['skipped a.md a']);
  t.same((await bring(edited, { onConflict: 'fail' })).told, ['rejected a.md conflict']);
  t.same((await bring(good, { onConflict: 'fail' })).told, ['unchanged a.md a']);
  t.same(await rowCounts(), counts, 'no publisher either');
  t.equal((await article('a')).body, 'The harbour is open.');
  t.same((await bring(edited)).told, ['updated a.md a']);
});

t.test('what is refused half-way is undone alone, with the sources that it made', async (t) => {
  const { bring, services, article, news } = await open(t);
  const url = 'https://tidewater.example/taken';
  const own = (n: number, slug: string, canonicalUrl: string | null = null) =>
    writeFrontMatter({
      ...{ id: idOf(n), slug, headline: slug, standfirst: null, body: 'Text.', bodyFormat: 'markdown' },
      ...{ language: 'en', section: null, tags: [], authors: [], canonicalUrl, image: null },
      publisher: { id: idOf(1), slug: 'reader', name: 'Reader' },
      ...{ disclaimer: null, status: 'published', retraction: null, publishedAt: NOW, modifiedAt: null },
      ...{ corrections: [], wordCount: 1, version: 1 },
    });
  await bring({ 'a.md': post({ slug: 'taken', canonical: url }) });
  await news();
  const files = { 'b.md': own(10, 'other', url), 'c.md': own(11, 'free'), 'd.md': post({ slug: 'last' }) };
  t.same((await bring(files)).told, ['rejected b.md conflict', 'created c.md free', 'created d.md last']);
  t.equal((await article('free')).publisher?.id, idOf(1));
  t.equal((await services.read.sources.get('reader')).version, 1);
  t.equal((await news()).length, 3, 'a source and two articles');
});

t.test('a claim that is refused half-way leaves nothing behind', async (t) => {
  const { services, rowCounts } = await open(t);
  const place = { file: 'a.csv', line: 2 };
  const claim = (externalId: string, context: string | null): AnyRow[] => [
    { kind: 'source', value: { slug: 'ana', kind: 'person', name: 'Ana' }, place, ifMissing: true },
    {
      kind: 'claim',
      value: { externalId, text: 'It rains.', language: 'en', attributions: [{ source: 'ana', context }] },
      place,
    },
  ];
  const results: RowResult[] = [];
  const onRow = (result: RowResult) => void results.push(result);
  await importRows(services, foreignRows(claim('a', null)), { openSpool, onRow });
  t.same(await rowCounts(), {});
  const rows = foreignRows([...claim('b', 'A speech.'), ...claim('a', null)]);
  await importRows(services, rows, { openSpool, onRow });
  t.match(results, [{ outcome: 'rejected' }, { outcome: 'created', ignored: [] }, { outcome: 'rejected' }]);
  t.match(await rowCounts(), { claims: 1, sources: 1, attributions: 1, changes: 2 });
});

t.test('of two rows about one article the first is believed, in each run', async (t) => {
  const { bring, rowCounts, article } = await open(t);
  const jsonFeed = JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'Tidewater',
    items: [
      {
        id: '1',
        title: 'Tides rise',
        content_text: 'In other words.',
        date_published: '2024-10-18T00:00:00Z',
      },
    ],
  });
  const files = {
    'a.xml': rss(item('1', 'Tides rise'), item('2', 'Tides fall'), item('2', 'Tides fell', ' It was.')),
    'b.json': jsonFeed,
    'c.ndjson': ['Harbour', 'Port']
      .map((headline) =>
        row({ article: { slug: 'h', headline, body: 'A.', language: 'en', publishedAt: NOW } }),
      )
      .join(''),
    'd.md': post({ slug: 'h' }),
  };
  const told = (outcome: string) => [
    `${outcome} a.xml tides-rise`,
    `${outcome} a.xml tides-fall`,
    'skipped a.xml tides-fall',
    'skipped b.json tides-rise',
    `${outcome} c.ndjson`,
    'skipped c.ndjson',
    'skipped d.md h',
  ];
  const first = await bring(files);
  t.same(first.told, told('created'));
  t.match(first.results[2], { outcome: 'skipped', detail: 'another row of this import is about it' });
  const counts = await rowCounts();
  t.same((await bring(files)).told, told('unchanged'));
  t.same((await bring(files, { batchRows: 1 })).told, told('unchanged'), 'a batch each');
  t.same((await bring(files, { isDryRun: true })).told, told('unchanged'));
  t.same(await rowCounts(), counts);
  t.match([await article('tides-fall'), await article('h')], [{ body: 'It is.' }, { headline: 'Harbour' }]);
  t.match((await bring({ 'b.json': jsonFeed })).told, ['updated b.json tides-rise'], 'by itself it is heard');
});

t.test('two files of one name in a run are not taken for one that was edited', async (t) => {
  const { bring } = await open(t);
  const files = {
    'a/index.md': post({ title: 'One' }),
    'b/index.md': post({ title: 'Two' }),
    'c/index.md': post({ title: 'One' }),
  };
  const [, ...rest] = ['', 'rejected b/index.md conflict', 'skipped c/index.md one'];
  t.same((await bring(files)).told, ['created a/index.md one', ...rest]);
  t.same((await bring(files)).told, ['unchanged a/index.md one', ...rest]);
});

t.test('claims in a circle of which one comes twice are stored as the first says', async (t) => {
  const { bring } = await open(t);
  const claim = (externalId: string, text: string, other: string) =>
    row({ claim: { externalId, text, language: 'en', relations: [{ kind: 'supports', claim: other }] } });
  const files = { 'a.ndjson': claim('a', 'A.', 'b') + claim('b', 'B.', 'a') + claim('a', 'Not A.', 'b') };
  t.same((await bring(files)).counts, { 'claim created': 2, 'claim skipped': 1 });
  t.same((await bring(files)).counts, { 'claim unchanged': 2, 'claim skipped': 1 });
});

t.test('claims in a circle come in whole, whatever is to be done with what is stored', async (t) => {
  for (const onConflict of ['skip', 'fail'] as const) {
    const { bring, rowCounts } = await open(t);
    const claim = (externalId: string, other: string, kind = 'supports') =>
      row({ claim: { externalId, text: 'A.', language: 'en', relations: [{ kind, claim: other }] } });
    const files = { 'a.ndjson': claim('a', 'b') + claim('b', 'a') };
    t.same((await bring(files, { onConflict })).counts, { 'claim created': 2 }, onConflict);
    t.match(await rowCounts(), { claims: 2, relations: 2 });
    const edited = { 'a.ndjson': claim('a', 'b', 'refines') };
    const outcome = onConflict === 'skip' ? 'skipped' : 'rejected';
    t.same((await bring(edited, { onConflict })).counts, { [`claim ${outcome}`]: 1 });
  }
});

t.test(
  'a retraction and corrections made here stay, whatever a file says that does not speak of them',
  async (t) => {
    const { bring, services, article, rowCounts } = await open(t);
    const at = '2024-10-20T08:00:00.000Z';
    const ninjs = (pubstatus: string, text: string) =>
      JSON.stringify({
        ...{ uri: 'urn:a:1', type: 'text', versioncreated: '2024-10-18T08:00:00Z', pubstatus },
        ...{ headline: 'Ships wait', body_text: text },
      });
    const wxr = (status: string, text: string) =>
      `<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Blog</title><item><title>Birds sing</title><guid>9</guid><wp:post_type>post</wp:post_type><wp:status>${status}</wp:status><wp:post_date_gmt>2024-10-18 08:00:00</wp:post_date_gmt><content:encoded><![CDATA[${text}]]></content:encoded></item></channel></rss>`;
    const files = (text: string) => ({
      'feed.xml': rss(item('1', 'Tides rise', text)),
      'item.json': ninjs('usable', `It is.${text}`),
      'blog.xml': wxr('draft', `<p>It is.${text}</p>`),
      'post.md': post({ slug: 'post' }, `It is.${text}`),
    });
    const slugs = ['tides-rise', 'ships-wait', 'birds-sing', 'post'];
    t.match((await bring(files(''))).counts, { 'article created': 4 });

    const correction = { at, text: 'The date was wrong.' };
    await services.write(async ({ articles }) => {
      for (const slug of slugs) {
        const held = await articles.stored(slug);
        if (held === undefined) throw new Error(`${slug} is not there`);
        await articles.correct(held, correction);
        const { id: _id, ...state } = await articles.state(held);
        const retraction = { at, note: `${slug} was wrong.` };
        await articles.replace(held, { ...state, status: 'retracted', retraction });
      }
    });
    const counts = await rowCounts();
    t.match((await bring(files(''))).counts, { 'article unchanged': 4 }, 'the same again');
    t.same(await rowCounts(), counts);
    t.match((await bring(files(' It was.'))).counts, { 'article updated': 4 }, 'edited');
    await bring({ 'item.json': ninjs('canceled', 'It is. It was.') });
    for (const slug of slugs) {
      const { status, retraction, corrections } = await article(slug);
      t.same(
        { status, retraction, corrections },
        { status: 'retracted', retraction: { at, note: `${slug} was wrong.` }, corrections: [correction] },
        slug,
      );
    }

    // What the file says in our own words counts.
    await bring({ 'post.md': post({ slug: 'post', retraction: 'All of it.' }) });
    t.same((await article('post')).retraction, { at, note: 'All of it.' });
    await bring({ 'post.md': post({ slug: 'post', status: 'published' }) });
    t.match(await article('post'), { status: 'published', retraction: null, corrections: [correction] });
  },
);
