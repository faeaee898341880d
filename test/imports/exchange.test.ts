/** Everything goes out and comes back unchanged, on and between both engines; what is left out leaves nothing that dangles. */
import t from 'tap';
import { createServices } from '../../src/services.js';
import { openEngine } from '../engine.js';
import { idOf } from '../helper.js';
import { exportOf, fill, importText, openMemory, outcomesOf, rowLines } from './moving.js';

const ALL = { 'source created': 5, 'article created': 4, 'claim created': 4 };
const AGAIN = { 'source unchanged': 5, 'article unchanged': 4, 'claim unchanged': 4 };

t.test('an export that is imported and exported again is equal to the byte', async (t) => {
  const first = await openMemory(t);
  await fill(first);
  const text = await exportOf(first);
  t.equal(await exportOf(first), text, 'and it is the same whenever it is made');
  for (const part of [
    /"state":"orphaned"/,
    /"start":50\b/,
    /"id":"0192a000-0000-7000-8000-000000000050"/,
    /\u2028/,
  ])
    t.match(text, part);

  const { storage, services, news } = await openEngine(t);
  t.same(outcomesOf(await importText(services, text)), ALL);
  t.equal(await exportOf(storage), text);
  await news();
  t.same(outcomesOf(await importText(services, text)), AGAIN);
  t.same(await news(), [], 'done again, it announces nothing');

  const last = await openMemory(t);
  t.same(outcomesOf(await importText(createServices(last), await exportOf(storage))), ALL);
  t.equal(await exportOf(last), text);
});

t.test(
  'a row is written as JSON.stringify writes it, and refers to no claim by a key that is like an id',
  async (t) => {
    const { storage, services } = await openEngine(t);
    const odd = [...Array.from({ length: 0x250 }, (_, code) => code), 0x2028, 0xd7ff, 0xfeff, 0xfffd, 0x1f600]
      .filter((code) => code >= 0x20 && (code < 0x7f || code >= 0xa0))
      .map((code) => String.fromCodePoint(code))
      .join('');
    const [first, second] = [idOf(21), idOf(22)].map((id) => id.toUpperCase());
    const claim = { text: 'It is so.', language: 'en', relations: [] as object[] };
    const named = [
      'a key',
      first,
      '0192a000-0000-9000-8000-000000000050',
      '0192a000-0000-7000-8000-0000000000500',
    ];
    const rows = [
      {
        source: {
          slug: 's',
          kind: 'person',
          name: 'S',
          description: odd,
          aliases: ['A "b" ¶ 😀'],
        },
      },
      {
        article: {
          slug: 'a',
          publishedAt: '2026-03-01T00:00:00Z',
          headline: `“A” "b" \\ c`,
          body: `\t"${odd}"\n`,
          language: 'en',
          image: { url: 'https://a.example/é?"', width: 640 },
        },
      },
      ...named.map((externalId, place) => ({ claim: { ...claim, id: idOf(30 + place), externalId } })),
      {
        claim: {
          ...claim,
          id: second,
          relations: [named[0], idOf(31), named[2], named[3]].map((claim) => ({ kind: 'repeats', claim })),
        },
      },
    ];
    const { counts, results } = await importText(services, rows.map((row) => JSON.stringify(row)).join('\n'));
    t.equal(counts.claim.created, 5, JSON.stringify(results.filter(({ outcome }) => outcome !== 'created')));
    const lines = rowLines(await exportOf(storage));
    t.equal(lines.length, 5 + counts.source.created + counts.article.created);
    for (const line of lines) t.equal(JSON.stringify(JSON.parse(line)), line);
    const relating = lines
      .map((line) => JSON.parse(line).claim?.relations ?? [])
      .find(({ length }) => length > 0);
    t.same(
      relating.map((relation: { claim: string }) => relation.claim),
      [named[0], idOf(31), named[2], named[3]],
    );
  },
);

t.test('what is derived is derived again: standings, what is seen, what is found', async (t) => {
  const first = await openMemory(t);
  await fill(first);
  const { storage } = await openEngine(t);
  await importText(createServices(storage), await exportOf(first));
  const shown = async ({ read }: typeof storage) => {
    const { items } = await read.claims.list({ limit: 10, filters: [] });
    const { items: found } = await read.articles.list({ limit: 10, filters: [] }, 'text');
    return [
      items.map(({ id, standing, relations, reviews }) => [id, standing, relations.length, reviews.length]),
      found.map(({ id, body, wordCount }) => [id, body, wordCount]),
    ];
  };
  t.same(await shown(storage), await shown(first));
});

t.test(
  'an organisation stands before its members, the last line counts and sums what went before',
  async (t) => {
    const { storage } = await openEngine(t);
    await fill(storage);
    const text = await exportOf(storage);
    const names = rowLines(text).flatMap((line) => JSON.parse(line).source?.name ?? []);
    t.ok(names.indexOf('Holding') < names.indexOf('Group'));
    t.ok(names.indexOf('Group') < names.indexOf('Desk'));
    const lines = text.split('\n');
    t.equal(lines[0], '{"claimwire":1}');
    t.match(JSON.parse(lines.at(-2) ?? ''), {
      end: { sources: 5, articles: 4, claims: 4, sha256: /^[0-9a-f]{64}$/ },
    });
    t.equal(lines.at(-1), '');
  },
);

t.test(
  'the state of one moment: what is written while it is read is not in it, and is not held up',
  async (t) => {
    const { storage, given } = await openEngine(t);
    await fill(storage);
    const before = await exportOf(storage);
    const snapshot = await storage.openSnapshot();
    t.teardown(() => snapshot.close());
    await given.article({ headline: 'Later' });
    await given.source({ name: 'Mayor', role: 'Was mayor' });
    t.same(await snapshot.counts({}), { source: 5, article: 4, claim: 4 });
    let rows = 0;
    for await (const page of snapshot.rows({})) {
      rows += page.length;
      t.notOk(JSON.stringify(page).includes('Later'));
      t.notOk(JSON.stringify(page).includes('Was mayor'));
    }
    t.equal(rows, 13);
    await snapshot.close();
    t.not(await exportOf(storage), before);
  },
);

t.test('more than a page of each comes out once', async (t) => {
  const { storage, services } = await openEngine(t);
  const lines = Array.from({ length: 450 }, (_, n) => [
    {
      source: { slug: `s-${n}`, kind: 'person', name: `S ${n}`, memberOf: n % 2 === 0 ? null : `s-${n - 1}` },
    },
    {
      article: {
        slug: `a-${n}`,
        headline: `A ${n}`,
        body: 'Text.',
        language: 'en',
        publishedAt: '2024-01-01T00:00:00Z',
      },
    },
    {
      claim: {
        externalId: `c-${n}`,
        text: `C ${n}`,
        language: 'en',
        attributions: [{ article: `a-${n}`, source: `s-${n}` }],
      },
    },
  ]).flat();
  const { results } = await importText(services, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  t.ok(results.every(({ outcome }) => outcome === 'created'));
  const text = await exportOf(storage);
  const seen = rowLines(text).map((line) => /"(?:slug|externalId)":"(\w-\d+)"/.exec(line)?.[1] ?? line);
  t.equal(new Set(seen).size, 1_350);
  t.equal(seen.length, 1_350);
  const other = await openMemory(t);
  await importText(createServices(other), text);
  t.equal(await exportOf(other), text);
});

t.test('what is filtered can be imported by itself: nothing in it refers to what was left out', async (t) => {
  const first = await openMemory(t);
  await fill(first);
  const cases: [what: string, filter: Parameters<typeof exportOf>[1], names: RegExp[], missing: RegExp[]][] =
    [
      [
        'published',
        { statuses: ['published'] },
        [/"slug":"harbour"/, /"externalId":"tide"/, /"externalId":"nobody"/],
        [/"slug":"draft"/, /"gone"/, /in a draft/, /sea is flat/],
      ],
      [
        'of a section',
        { section: 'local' },
        [/"harbour"/, /"externalId":"tide"/],
        [/"gone"/, /nobody/, /draft/],
      ],
      ['of a tag', { tag: 'port' }, [/"harbour"/], [/"gone"/]],
      ['of a tag that nothing has', { tag: 'moon' }, [/"articles":0/], [/"slug"/]],
      ['retracted', { statuses: ['retracted'] }, [/"gone"/, /sea is flat/], [/"slug":"harbour"/]],
      ['in a language', { language: 'en', statuses: ['draft'] }, [/"slug":"draft"/], [/"harbour"/]],
      [
        'of a time',
        { from: '2024-10-01T00:00:00.000Z', to: '2024-10-18T12:00:00.001Z' },
        [/"harbour"/],
        [/"slug":"draft"/],
      ],
    ];
  for (const [what, filter, names, missing] of cases) {
    const { storage, services } = await openEngine(t);
    const text = await exportOf(first, filter);
    for (const name of names) t.match(text, name, `${what}: ${name}`);
    for (const name of missing) t.notMatch(text, name, `${what}: not ${name}`);
    const { rejected, results } = await importText(services, text);
    t.equal(rejected, 0, what, { results });
    t.equal(await exportOf(storage), text, `${what}: equal again`);
    const snapshot = await first.openSnapshot();
    const { source, article, claim } = await snapshot.counts(filter ?? {});
    await snapshot.close();
    t.match(
      text,
      `"sources":${source},"articles":${article},"claims":${claim}`,
      `${what}: counted as written`,
    );
  }
  const kinds = rowLines(await exportOf(first, { kinds: ['source'] }));
  t.ok(kinds.length === 5 && kinds.every((line) => line.startsWith('{"source"')));
});
