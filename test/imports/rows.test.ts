/**
 * Rows come in one by one, in any order: what is wrong with one rejects it alone and says where, why and what to do.
 */
import t from 'tap';
import { LINE_BYTES_MAX } from '../../src/kernel/lines.js';
import { createServices } from '../../src/services.js';
import { openEngine, PART } from '../engine.js';
import { idOf } from '../helper.js';
import { exportOf, fill, importText, openMemory, outcomesOf, rowLines } from './moving.js';

const ndjson = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const source = (slug: string, more: object = {}) => ({
  source: { slug, kind: 'person', name: `The ${slug}`, ...more },
});
const article = (slug: string, more: object = {}) => ({
  article: {
    slug,
    headline: `About ${slug}`,
    body: `All about ${slug}.`,
    language: 'en',
    publishedAt: '2024-10-18T12:00:00Z',
    ...more,
  },
});
const claim = (externalId: string, more: object = {}) => ({
  claim: { externalId, text: `That ${externalId} is so.`, language: 'en', ...more },
});

t.test('in any order: what refers to others waits until they are there', async (t) => {
  const first = await openMemory(t);
  await fill(first);
  const text = await exportOf(first);
  const lines = rowLines(text);
  const orders = [lines.toReversed(), lines.toSorted((a, b) => (a.slice(-40) < b.slice(-40) ? -1 : 1))];
  for (const order of orders) {
    const { storage, services, news } = await openEngine(t);
    t.same(outcomesOf(await importText(services, `${order.join('\n')}\n`)), {
      'source created': 5,
      'article created': 4,
      'claim created': 4,
    });
    t.equal(await exportOf(storage), text);
    await news();
    t.equal((await importText(services, order.join('\n'))).counts.claim.unchanged, 4);
    t.same(await news(), []);
  }
});

t.test(
  'claims that refer to each other in a circle, and in a chain that is longer than patience',
  async (t) => {
    const { services, storage } = await openEngine(t);
    const relation = (other: string) => ({ relations: [{ kind: 'supports', claim: other }] });
    const chain = Array.from({ length: 12 }, (_, n) =>
      claim(`link-${n}`, n === 11 ? {} : relation(`link-${n + 1}`)),
    );
    const { rejected, results } = await importText(
      services,
      ndjson(
        claim('a', relation('b')),
        claim('b', relation('c')),
        claim('c', relation('a')),
        ...chain,
        claim('lost', relation('nothing')),
        claim('with-lost', relation('lost')),
      ),
    );
    t.equal(rejected, 2);
    t.same(
      results
        .filter(({ outcome }) => outcome === 'rejected')
        .map(({ place, code, errors }) => [place.line, code, errors]),
      [
        [
          16,
          'unknown-reference',
          [{ pointer: '/relations/0/claim', detail: '“nothing” is no claim’s id or key.' }],
        ],
        [
          17,
          'unknown-reference',
          [{ pointer: '/relations/0/claim', detail: '“lost” is no claim’s id or key.' }],
        ],
      ],
    );
    const text = await exportOf(storage);
    t.equal(rowLines(text).length, 15);
    t.equal((text.match(/"kind":"supports"/g) ?? []).length, 14);
    t.notMatch(text, /lost/, 'nothing of what was rejected is stored');
  },
);

t.test('a row is rejected alone, with its line, a pointer, the reason and the cure', async (t) => {
  const { services, storage, news } = await openEngine(t);
  const text = ndjson(
    source('mayor'),
    source('Mayor'),
    source('clerk', { memberOf: 'mayr' }),
    article('harbour', { publisher: 'mayor', tags: ['a', 'a'], authors: [{ name: 'A', source: 'nobody' }] }),
    article('harbour', { authors: [{ name: 'A', source: 'mayor' }] }),
    article('sea', { authors: [{ name: 'A', source: 'nobody at all' }] }),
    claim('tide', {
      attributions: [
        { article: 'harbour', source: 'mayor' },
        { article: 'harbour', source: 'mayor', quote: { exact: 'Not about' } },
        { source: 'mayor' },
        { article: 'harbour', quote: { exact: 'a' } },
      ],
    }),
    claim('ebb', { attributions: [{ article: 'nowhere' }] }),
    claim('tide', { attributions: [{ article: 'harbour', quote: { exact: 'about harbour' } }] }),
    { article: { slug: 'x' }, claim: {} },
    { event: {} },
  );
  const more =
    '{"source":\n[]\nnull\n"text"\n\n{"source":null}\n{"claim":{"text":"\\ud800","language":"en"}}\n';
  const { results, counts } = await importText(
    services,
    Buffer.concat([Buffer.from(text + more), Buffer.from([0xff, 0x0a])]),
  );
  const told = results
    .filter(({ outcome }) => outcome === 'rejected')
    .map(({ place, kind, code, errors }) => [
      place.line,
      kind,
      code,
      ...(errors ?? []).map(({ pointer = '', detail }) => `${pointer}: ${detail}`),
    ])
    .toSorted(([a], [b]) => Number(a) - Number(b));
  const SHAPES = '{"source": …}, {"article": …}, {"claim": …}';
  t.same(told, [
    [
      2,
      'source',
      'invalid-request',
      '/slug: must be a slug: lower-case letters and digits, joined by single hyphens',
    ],
    [3, 'source', 'unknown-reference', '/memberOf: “mayr” is no source’s id, slug or name. Nearest: mayor.'],
    [4, 'article', 'invalid-request', '/tags: must not name a tag twice'],
    [
      6,
      'article',
      'unknown-reference',
      '/authors/0/source: “nobody at all” is no source’s id, slug or name.',
    ],
    [
      7,
      'claim',
      'quote-not-found',
      '/attributions/1/quote: “Not about” is not in the text of the article.',
      '/attributions/2: The attribution needs `url` or `context` to say where it was said, since no article does.',
      '/attributions/3/quote: “a” stands in the text more than once: add the words just before as `prefix`, or just after as `suffix`.',
    ],
    [
      8,
      'claim',
      'unknown-reference',
      '/attributions/0/article: “nowhere” is no article’s slug, external id, id or canonical URL.',
    ],
    [
      10,
      'unread',
      'unreadable-file',
      `: must be one of ${SHAPES}; found {"article":{"slug":"x"},"claim":{}}`,
    ],
    [11, 'unread', 'unreadable-file', `: must be one of ${SHAPES}; found {"event":{}}`],
    [12, 'unread', 'unreadable-file', `: is not JSON: expected ${SHAPES}, found {"source":`],
    [13, 'unread', 'unreadable-file', `: must be one of ${SHAPES}; found []`],
    [14, 'unread', 'unreadable-file', `: must be one of ${SHAPES}; found null`],
    [15, 'unread', 'unreadable-file', `: must be one of ${SHAPES}; found "text"`],
    [17, 'source', 'invalid-request', ': must be an object with fields; found null'],
    [
      18,
      'claim',
      'invalid-request',
      '/text: must be text without control characters or broken surrogate pairs',
    ],
    [19, 'unread', 'unreadable-file', ': is not UTF-8'],
  ]);
  const saysItself = new Set<string>(['invalid-request', 'unreadable-file']);
  t.ok(
    results.every(
      ({ outcome, code, cure }) =>
        outcome !== 'rejected' || saysItself.has(code ?? '') || (cure ?? '').length > 10,
    ),
  );
  t.same([counts.source.created, counts.article.created, counts.claim.created], [1, 1, 1]);
  t.equal(rowLines(await exportOf(storage)).length, 3);
  t.equal((await news()).length, 3, 'nothing of what was rejected is announced');
});

t.test('known again by external id, canonical URL, slug and id, in this order', async (t) => {
  const { services, storage } = await openEngine(t);
  const url = 'https://press.example/1';
  const made = article('one', { id: idOf(1), externalId: 'x', canonicalUrl: url });
  t.same(outcomesOf(await importText(services, ndjson(made, made))), {
    'article created': 1,
    'article skipped': 1,
  });
  t.same(outcomesOf(await importText(services, ndjson(made))), { 'article unchanged': 1 });
  const cases: [what: string, row: object][] = [
    ['external id, all else new', article('two', { id: idOf(2), externalId: 'x' })],
    ['canonical URL', article('three', { id: idOf(3), externalId: 'x', canonicalUrl: url })],
    ['canonical URL, all else new', article('four', { id: idOf(4), externalId: 'y', canonicalUrl: url })],
    ['slug', article('four', { id: idOf(5), externalId: 'z', canonicalUrl: 'https://press.example/2' })],
    ['id', article('five', { id: idOf(1), externalId: 'w', canonicalUrl: 'https://press.example/3' })],
  ];
  for (const [what, row] of cases) {
    const { results } = await importText(services, ndjson(row));
    t.match(results, [{ outcome: 'updated', id: idOf(1) }], what);
  }
  t.equal(rowLines(await exportOf(storage)).length, 1);

  const other = article('other', { id: idOf(9), externalId: 'o' });
  const { results } = await importText(
    services,
    ndjson(other, article('five', { id: idOf(9), externalId: 'o' })),
  );
  t.match(results[1], {
    outcome: 'rejected',
    code: 'conflict',
    errors: [
      {
        pointer: '/slug',
        detail: `belongs to the article ${idOf(1)}, while \`externalId\` belongs to ${idOf(9)}`,
      },
    ],
  });
  /** What becomes of rows, each of which comes in by itself. */
  const oneByOne = async (...rows: object[]) => {
    const told = [];
    for (const row of rows)
      for (const { outcome, id } of (await importText(services, ndjson(row))).results)
        told.push([outcome, id]);
    return told;
  };
  t.same(
    await oneByOne(claim('c', { id: idOf(20) }), claim('c', { id: idOf(21), text: 'New.' }), {
      claim: { id: idOf(20), externalId: 'd', text: 'New.', language: 'en' },
    }),
    [
      ['created', idOf(20)],
      ['updated', idOf(20)],
      ['updated', idOf(20)],
    ],
  );
  t.same(
    await oneByOne(
      source('s', { id: idOf(30) }),
      source('s', { id: idOf(31), role: 'New' }),
      source('t', { id: idOf(30) }),
    ),
    [
      ['created', idOf(30)],
      ['updated', idOf(30)],
      ['updated', idOf(30)],
    ],
  );
});

t.test('what is stored and differs is updated, left as it is, or rejected', async (t) => {
  const { services, storage, news } = await openEngine(t);
  const rows = (word: string) =>
    ndjson(
      source('s', { role: word }),
      article('a', { headline: word }),
      claim('c', { text: word }),
      source(word),
    );
  await importText(services, rows('old'));
  await news();
  const before = await exportOf(storage);
  t.same(outcomesOf(await importText(services, rows('new'), { onConflict: 'skip' })), {
    'source created': 1,
    'source skipped': 1,
    'article skipped': 1,
    'claim skipped': 1,
  });
  t.equal((await news()).length, 1);
  const failed = await importText(services, rows('new'), { onConflict: 'fail' });
  t.same(outcomesOf(failed), {
    'source unchanged': 1,
    'source rejected': 1,
    'article rejected': 1,
    'claim rejected': 1,
  });
  t.match(failed.results[0], {
    code: 'conflict',
    errors: [{ detail: /^The source is stored already, as .*, and differs\.$/ }],
  });
  t.same(await news(), []);
  t.same(rowLines(await exportOf(storage)).filter((line) => !before.includes(line)).length, 1);
  t.same(outcomesOf(await importText(services, rows('new'))), {
    'source updated': 1,
    'source unchanged': 1,
    'article updated': 1,
    'claim updated': 1,
  });
});

t.test('a dry run and an atomic one with a reject tell the same and store nothing', async (t) => {
  const { services, storage, news, rowCounts } = await openEngine(t);
  const text = ndjson(
    claim('c', { attributions: [{ article: 'a', source: 's' }] }),
    article('a', { publisher: 's' }),
    source('s'),
    source('S'),
  );
  const told = { 'source created': 1, 'source rejected': 1, 'article created': 1, 'claim created': 1 };
  for (const options of [{ isDryRun: true }, { isAtomic: true }, { isAtomic: true, isDryRun: true }]) {
    const summary = await importText(services, text, options);
    t.same(outcomesOf(summary), told);
    t.match(summary, { isStored: false, bookmark: null, endedBy: null, rejected: 1 });
    t.equal(summary.results.length, 4);
    t.same(await rowCounts(), {});
    t.same(await news(), []);
  }
  const whole = text.split('\n').slice(0, 3).join('\n');
  t.match(await importText(services, whole, { isAtomic: true }), { isStored: true, rejected: 0 });
  t.equal(rowLines(await exportOf(storage)).length, 3);
});

t.test('after too many rejects it gives up at that row; what came before it is stored', async (t) => {
  const { services, storage } = await openEngine(t);
  const text = ndjson(source('a'), source('B'), source('c'), source('D'), source('e'));
  const summary = await importText(services, text, { rejectsMax: 1 });
  t.match(summary, { endedBy: 'rejects', rejected: 2, isStored: true });
  t.same(
    rowLines(await exportOf(storage)).map((line) => JSON.parse(line).source.slug),
    ['a', 'c'],
  );
  t.match(await importText(services, text, { rejectsMax: 2 }), { endedBy: null, rejected: 2 });
});

t.test('told to stop, it stops between two batches and says so; the next run ends the work', async (t) => {
  const { services, storage } = await openEngine(t);
  const text = ndjson(...Array.from({ length: 1_200 }, (_, n) => source(`s-${n}`)));
  const stop = new AbortController();
  let count = 0;
  const onRow = () => {
    count += 1;
    if (count === 600) stop.abort();
  };
  const summary = await importText(services, text, { signal: stop.signal, onRow, batchRows: 500 });
  t.equal(summary.endedBy, 'signal');
  t.equal(rowLines(await exportOf(storage)).length, 1_000);
  t.same(outcomesOf(await importText(services, text)), { 'source created': 200, 'source unchanged': 1_000 });
});

t.test('an export that was cut short, edited or joined is told of, and its rows come in', async (t) => {
  const first = await openMemory(t);
  await fill(first);
  const text = await exportOf(first);
  const lines = text.split('\n');
  const faults: [what: string, text: string, line: number, detail: RegExp][] = [
    [
      'without its end',
      lines.slice(0, -2).join('\n'),
      15,
      /^is where the file ends, without the last line of an export: it was cut short$/,
    ],
    [
      'with a line less',
      lines.filter((_, at) => at !== 3).join('\n'),
      14,
      /^tells of 5 sources, found 4: lines are missing or were added$/,
    ],
    [
      'edited',
      text.replace('"role":"Mayor"', '"role":"Major"'),
      15,
      /^has another checksum than the lines before it/,
    ],
    [
      'of a later form',
      text.replace('{"claimwire":1}', '{"claimwire":2}'),
      1,
      /^names a form of the format that this release does not read; it reads 1$/,
    ],
    [
      'with an end that says nothing',
      text.replace(/\{"end".*/, '{"end":{}}'),
      15,
      /^end.sources is required/,
    ],
    ['joined', text + text, 16, /^stands behind the last line of an export/],
  ];
  for (const [what, faulty, line, detail] of faults) {
    const { services } = await openEngine(t);
    const { results } = await importText(services, faulty);
    t.match(
      results.find(({ kind }) => kind === 'unread'),
      { place: { line }, outcome: 'rejected', errors: [{ detail }] },
      what,
    );
  }
  const { services, storage } = await openEngine(t);
  t.equal((await importText(services, `\ufeff${text.replaceAll('\n', '\r\n')}`)).counts.claim.created, 4);
  t.equal(
    rowLines(await exportOf(storage)).join('\n'),
    rowLines(text).join('\n'),
    'a byte order mark and other line ends do no harm',
  );
});

t.test('a line of any length takes no memory', async (t) => {
  const { services } = await openEngine(t);
  async function* endless() {
    const piece = Buffer.alloc(1_000_000, 'x');
    for (let at = 0; at < 60; at++) yield piece;
    yield Buffer.from(`\n${JSON.stringify(source('s'))}`);
  }
  const { importRows } = await import('../../src/imports/rows.js');
  const { readExchange } = await import('../../src/imports/exchange-reader.js');
  const { openSpool } = await import('../../src/storage/spool.js');
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const told: unknown[] = [];
  const onRow = (result: unknown) => {
    most = Math.max(most, process.memoryUsage().arrayBuffers);
    told.push(result);
  };
  await importRows(services, readExchange('x', endless()), { openSpool, onRow });
  t.match(told, [
    { kind: 'unread', errors: [{ detail: `is longer than ${LINE_BYTES_MAX} bytes, which no row may be` }] },
    { kind: 'source', outcome: 'created', place: { line: 2 } },
  ]);
  t.ok(most - before < 30_000_000, `${most - before} bytes`);
});

t.test('a claim row says what the claim is, whole: what is not in it is taken away', async (t) => {
  const { services, storage } = await openEngine(t);
  const base = ndjson(source('s'), article('a'), article('b'), claim('other'));
  const all = claim('c', {
    attributions: [{ article: 'a' }, { article: 'b', source: 's' }, { source: 's', context: 'A speech.' }],
    relations: [{ kind: 'supports', claim: 'other' }],
    reviews: [{ reviewer: 's', rating: 'R', verdict: 'true', reviewedAt: '2024-01-01T00:00:00Z' }],
  });
  await importText(services, base + ndjson(all));
  await importText(services, ndjson(claim('c', { attributions: [{ article: 'b', source: 's' }] })));
  const row = rowLines(await exportOf(storage))
    .map((line) => JSON.parse(line).claim)
    .find((each) => each?.externalId === 'c');
  t.match(row, { attributions: [{ article: 'b', source: 's' }], relations: [], reviews: [] });
  t.equal(row.attributions.length, 1);
});

t.test(
  'a row is a write: it has a revision, tells who wrote it, and moves what stands in a text',
  async (t) => {
    const { services, query } = await openEngine(t);
    const by = idOf(900);
    const all = (body: string) =>
      ndjson(
        source('s', { id: idOf(1) }),
        article('a', { id: idOf(2), body }),
        claim('c', { id: idOf(3), attributions: [{ article: 'a', quote: { exact: 'the tide' } }] }),
      );
    await importText(services, all('See the tide.'), { by });
    await importText(services, ndjson(article('a', { body: 'Now see the tide.' })), { by, isAtomic: true });
    const kept = (table: string) =>
      query<{ id: string; version: number; by: string | null }>(
        `select id, version, "by" from ${table} where type <> 'key' order by id, version`,
      );
    const versions = [
      { id: idOf(1), version: 1, by },
      { id: idOf(2), version: 1, by },
      { id: idOf(2), version: 2, by },
      { id: idOf(3), version: 1, by },
      { id: idOf(3), version: 2, by },
    ];
    t.same(await kept('revisions'), versions);
    t.same(await kept('changes'), versions);
    const [part] = (await services.read.claims.get(idOf(3))).attributions;
    t.match(part?.anchor, { start: 8, articleVersion: 2, state: 'anchored' });
  },
);

t.test('what a refused row had written has no revision and no change', async (t) => {
  const { services, query, news } = await openEngine(t);
  await importText(services, ndjson(source('s', { id: idOf(1) })));
  await news();
  const rows = ndjson(source('s', { role: 'Mayor' }), source('t', { id: idOf(2) }));
  for (const isDryRun of [true, false]) {
    const { results } = await importText(services, rows, { onConflict: 'fail', isDryRun });
    t.match(
      results.map(({ outcome }) => outcome),
      ['rejected', 'created'],
    );
    t.same(await news(), isDryRun ? [] : ['create source 2 v1']);
  }
  t.same(await query('select id, version from revisions order by id'), [
    { id: idOf(1), version: 1 },
    { id: idOf(2), version: 1 },
  ]);
});

t.test(
  'parts that are stored keep their ids, and an id that another claim’s part has is not taken',
  async (t) => {
    const { services, storage, news } = await openEngine(t);
    const part = (id: number, more: object = {}) => ({ id: idOf(id), article: 'a', source: 's', ...more });
    const review = { reviewer: 's', rating: 'R', verdict: 'true', reviewedAt: '2024-01-01T00:00:00Z' };
    const of = (first: number, more: object = {}) =>
      claim('c', {
        attributions: [part(first, { quote: { exact: 'All about' } }), part(first + 1, { cue: 'said' })],
        relations: [{ id: idOf(first + 2), kind: 'supports', claim: 'other' }],
        reviews: [{ id: idOf(first + 3), ...review }],
        ...more,
      });
    const other = claim('other', { attributions: [part(20)] });
    const ids = async () => {
      const [row] = rowLines(await exportOf(storage, { kinds: ['claim'] }))
        .map((line) => JSON.parse(line).claim)
        .filter(({ externalId }) => externalId === 'c');
      const list = (parts: { id: string }[]) => parts.map(({ id }) => Number(id.slice(-12)));
      return [list(row.attributions), list(row.relations), list(row.reviews)];
    };
    await importText(services, ndjson(source('s'), article('a'), other, of(10)));
    t.same(await ids(), [[10, 11], [12], [13]]);
    await news();
    const again = await importText(services, ndjson(of(30)));
    t.equal(again.results[0]?.outcome, 'unchanged', 'the same under other ids');
    t.same(await news(), []);
    await importText(
      services,
      ndjson(of(10, { attributions: [part(11, { cue: 'wrote' }), part(40), part(20)] })),
    );
    t.same(await ids(), [[11, 40, PART], [12], [13]]);
    await importText(services, ndjson(of(10, { attributions: [part(11), part(11)] }))).then(({ results }) =>
      t.match(results[0], { outcome: 'rejected', errors: [{ pointer: '/attributions/1/id' }] }),
    );
  },
);

t.test('what an older release retracted without a note comes back as it was', async (t) => {
  const { services, storage } = await openEngine(t);
  const text = ndjson(article('a', { status: 'retracted' }));
  t.same(outcomesOf(await importText(services, text)), { 'article created': 1 });
  t.match(await exportOf(storage), /"status":"retracted","retraction":null,/);
  const { results } = await importText(services, ndjson(article('b', { retraction: { note: 'Wrong.' } })));
  t.match(results[0], { outcome: 'rejected', errors: [{ pointer: '/retraction' }] });
});

t.test('a fault of the database ends it, and what was stored before stays', async (t) => {
  const { services, storage } = await openEngine(t);
  const text = ndjson(...Array.from({ length: 700 }, (_, n) => source(`s-${n}`)));
  let batches = 0;
  const failing: typeof services = {
    ...services,
    write: (work, options) => {
      batches += 1;
      if (batches === 2) throw Object.assign(new Error('gone'), { code: 'unavailable' });
      return services.write(work, options);
    },
  };
  await t.rejects(importText(failing, text, { batchRows: 500 }), { code: 'unavailable' });
  t.equal(rowLines(await exportOf(storage)).length, 500);
  t.same(outcomesOf(await importText(createServices(storage), text)), {
    'source created': 200,
    'source unchanged': 500,
  });
});
