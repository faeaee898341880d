/**
 * A seed folder is loaded whole, and loading it again changes what was edited and nothing else.
 */
import t, { type Test } from 'tap';
import type { Standing } from '../../src/claims/model.js';
import { type SeedFolder, type SeedReport, seed } from '../../src/imports/seed.js';
import { openEngine } from '../engine.js';
import { ownSeed } from '../generated.js';

type Counts = NonNullable<SeedReport['counts']>;

const made = (created: number, updated = 0, unchanged = 0) => ({ created, updated, unchanged });
const unchanged: Counts = {
  sources: made(0, 0, 14),
  articles: made(0, 0, 6),
  claims: made(0, 0, 15),
};

/** The repository's own seed, with a passage of one file put otherwise. */
function edited(name: string, from: string, to: string, folder: SeedFolder = ownSeed()): SeedFolder {
  const edit = (file: { name: string; bytes: Uint8Array }) => {
    const text = Buffer.from(file.bytes).toString();
    if (!text.includes(from)) throw new Error(`${name} has no “${from}”`);
    return { name, bytes: Buffer.from(text.replace(from, to)) };
  };
  return {
    sources: folder.sources?.name === name ? edit(folder.sources) : folder.sources,
    articles: folder.articles.map((file) => (file.name === name ? edit(file) : file)),
  };
}

async function open(t: Test) {
  const { services, query, rowCounts } = await openEngine(t);
  const keys = new Map<string, string>();
  let seen = 0;
  /** The changes since this was last asked, each thing under its slug or key. */
  const news = async (): Promise<string[]> => {
    for (const table of ['sources', 'articles'])
      for (const row of await query<{ id: string; slug: string }>(`select id, slug from ${table}`))
        keys.set(row.id, row.slug);
    for (const row of await query<{ id: string; external_id: string }>('select id, external_id from claims'))
      keys.set(row.id, row.external_id);
    const rows = await query<{ [Name in 'operation' | 'type' | 'id']: string }>(
      `select * from changes order by seq limit 1000 offset ${seen}`,
    );
    seen += rows.length;
    return rows.map(({ operation, type, id }) => `${operation} ${type} ${keys.get(id)}`);
  };
  const load = (folder: SeedFolder) => seed(services, folder);
  const standings = async () => {
    const rows = await query<{ external_id: string; standing: Standing }>(
      'select external_id, standing from claims order by external_id',
    );
    return Object.fromEntries(rows.map((row) => [row.external_id, row.standing]));
  };
  return { services, load, news, query, rowCounts, standings };
}

const STANDINGS: Record<string, Standing> = {
  'bound-for-ukraine': 'single-source',
  'eight-million-shells': 'single-source',
  'facial-recognition': 'single-source',
  'first-major-involvement': 'verified',
  'fitted-out-as-russians': 'single-source',
  'from-arms-to-troops': 'single-source',
  'grave-threat': 'single-source',
  'nis-1500-troops': 'single-source',
  'no-evidence-of-presence': 'disputed',
  'north-koreans-in-the-war': 'disputed',
  'officers-in-donetsk': 'corroborated',
  'red-line': 'single-source',
  'ten-thousand-more': 'disputed',
  'vietnam-and-syria': 'unattributed',
  'yoon-called-meeting': 'unattributed',
};

t.test('the repository’s own seed is loaded whole, and a second time changes nothing', async (t) => {
  const { load, news, rowCounts, standings } = await open(t);
  t.same(await load(ownSeed()), {
    counts: { sources: made(14), articles: made(6), claims: made(15) },
    problems: [],
  });
  t.equal((await news()).length, 14 + 6 + 15);
  t.same(await standings(), STANDINGS);
  const counts = await rowCounts();
  t.same(await load(ownSeed()), { counts: unchanged, problems: [] });
  t.same({ news: await news(), counts: await rowCounts() }, { news: [], counts });
});

t.test('the order of the files does not matter', async (t) => {
  const { load, standings, news } = await open(t);
  const folder = ownSeed();
  const turned = { ...folder, articles: folder.articles.toReversed() };
  t.same((await load(turned)).counts, { sources: made(14), articles: made(6), claims: made(15) });
  t.same(await standings(), STANDINGS);
  await news();
  t.same(await load(folder), { counts: unchanged, problems: [] });
  t.same(await news(), []);
});

t.test('a folder without sources adds to what is stored', async (t) => {
  const { load } = await open(t);
  const { sources, articles } = ownSeed();
  t.same(await load({ sources, articles: [] }), {
    counts: { sources: made(14), articles: made(0), claims: made(0) },
    problems: [],
  });
  t.same((await load({ sources: null, articles })).counts, {
    sources: made(0),
    articles: made(6),
    claims: made(15),
  });
});

t.test('what is edited is updated, and what follows from it', async (t) => {
  const meeting = 'articles/emergency-meeting-in-seoul.md';
  const more = 'articles/ten-thousand-more-or-no-evidence.md';
  const cases: [name: string, file: string, from: string, to: string, news: string[]][] = [
    [
      'a source',
      'sources.yaml',
      'role: Secretary General of NATO',
      'role: Secretary General',
      ['update source mark-rutte'],
    ],
    [
      'who belongs to whom',
      'sources.yaml',
      '  country: UA\n\n# Elsewhere',
      '  country: UA\n  memberOf: national-intelligence-service\n\n# Elsewhere',
      ['update source ukrainian-intelligence', 'update claim officers-in-donetsk'],
    ],
    [
      'a quote',
      meeting,
      'quote: North Korea has gone from supplying arms to sending troops',
      'quote: from supplying arms to sending troops',
      ['update claim from-arms-to-troops'],
    ],
    [
      'the text around quotes',
      meeting,
      'This report names none of those who took part.',
      'It names nobody.',
      [
        'update article emergency-meeting-in-seoul',
        'update claim yoon-called-meeting',
        'update claim grave-threat',
        'update claim from-arms-to-troops',
      ],
    ],
    [
      'a headline',
      meeting,
      'headline: Seoul’s emergency meeting sees',
      'headline: Seoul sees',
      ['update article emergency-meeting-in-seoul'],
    ],
    [
      'the text of a claim',
      more,
      'text: North Korea is preparing to send 10,000 more soldiers.',
      'text: North Korea prepares to send 10,000 more soldiers.',
      ['update claim ten-thousand-more'],
    ],
    [
      'a kind of relation',
      more,
      'kind: contradicts',
      'kind: refines',
      ['update claim no-evidence-of-presence', 'update claim ten-thousand-more'],
    ],
    [
      'a verdict',
      'articles/where-seoul-draws-the-line.md',
      'verdict: mostly-true',
      'verdict: mostly-false',
      ['update claim first-major-involvement'],
    ],
    [
      'a draft is published',
      'articles/what-we-do-not-know-yet.md',
      'status: draft',
      'publishedAt: 2024-10-22T09:00:00+09:00',
      ['update article what-we-do-not-know-yet', 'update claim nis-1500-troops'],
    ],
  ];
  const { load, news } = await open(t);
  await load(ownSeed());
  for (const [name, file, from, to, expected] of cases) {
    await news();
    const { problems } = await load(edited(file, from, to));
    t.same({ problems, news: (await news()).sort() }, { problems: [], news: expected.sort() }, name);
    await load(ownSeed());
    t.same((await news()).sort(), expected.sort(), `${name}, and back`);
  }
});

t.test('relations and attributions that change places settle after one load', async (t) => {
  const { load, news } = await open(t);
  await load(ownSeed());
  const relation =
    '      - kind: refines\n        claim: nis-1500-troops\n        note: Adds what the troops carry.\n';
  const other = '      - kind: supports\n        claim: officers-in-donetsk\n';
  const name = 'articles/spy-service-counts-1500-troops.md';
  const one = edited(name, relation, relation + other);
  const two = edited(name, relation, other + relation);
  await load(one);
  t.same((await news()).slice(-2).sort(), [
    'update claim fitted-out-as-russians',
    'update claim officers-in-donetsk',
  ]);
  await load(two);
  await load(two);
  t.same(await news(), []);
});
