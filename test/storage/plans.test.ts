/**
 * What is asked often is answered from an index, in the order of the index, and a page costs the same few statements
 * whatever stands on it.
 */
import t, { type Test } from 'tap';
import { ArticleInput } from '../../src/articles/model.js';
import { type AskedList, type Filter, type ListRequest, plainly } from '../../src/kernel/page.js';
import { createServices, type Services } from '../../src/services.js';
import { openSqlite } from '../../src/storage/sqlite/open.js';
import { idOf, NOW } from '../helper.js';
import { openFileStorage } from './file.js';

const AT = '2024-10-18T12:00:00.000Z';
const page = (more: Partial<ListRequest> = {}): AskedList => plainly({ limit: 20, filters: [], ...more });
const PAGE = page();
const where = (field: string, value: string): AskedList => {
  const filter: Filter = { field, operator: 'in', values: [value] };
  return page({ filters: [filter] });
};

interface Step {
  readonly id: number;
  readonly parent: number;
  readonly detail: string;
}

/** Begins what is run for each row again: what belongs to that row. */
const PART = /^CORRELATED/;
/** What belongs to one row is put in its order. */
const SORTED_ROWS = 'USE TEMP B-TREE FOR json_group_array(ORDER BY)';

/** The plan of a list, and that of what belongs to each of its rows, which may be sorted as nothing else may. */
function divide(steps: readonly Step[]): { list: string[]; parts: string[] } {
  const ofParts = new Set<number>();
  for (const { id, parent, detail } of steps) if (PART.test(detail) || ofParts.has(parent)) ofParts.add(id);
  const detailsOf = (isOfPart: boolean) =>
    steps.filter(({ id }) => ofParts.has(id) === isOfPart).map(({ detail }) => detail);
  return { list: detailsOf(false), parts: detailsOf(true).filter((step) => step !== SORTED_ROWS) };
}

/** Content with all that can belong to it, and a way to see which statements are run and how. */
async function open(t: Test, claims = 3) {
  const statements: string[] = [];
  const { services, given, raw } = await openFileStorage(t, { onQuery: (sql) => statements.push(sql) });
  await given.source({ id: idOf(1), name: 'A' });
  await given.source({ id: idOf(2), name: 'B', memberOf: 'A' });
  const authors = [{ name: 'B', source: 'B' }];
  const article = { id: idOf(21), headline: 'H', publisher: 'A', section: 's', tags: ['x'], authors };
  const published = await given.article(article);
  await given.claim({ id: idOf(10_000), text: 'Other.', by: [{ source: 'B', context: 'a speech' }] });
  for (let n = 1; n <= claims; n += 1)
    await given.claim({
      id: idOf(10_000 + n),
      tags: ['x'],
      by: [
        { source: 'B', in: published, quote: { exact: 'taxes' } },
        { source: 'A', context: 'a speech' },
      ],
      relations: [{ kind: 'contradicts', claim: idOf(10_000 + n - 1), source: 'A' }],
      reviews: [{ reviewer: 'A', rating: 'True', verdict: 'true', reviewedAt: NOW }],
    });
  const run = async (work: (read: Services['read']) => Promise<unknown>): Promise<string[]> => {
    statements.length = 0;
    await work(services.read);
    return [...statements];
  };
  const dividedPlanOf = (sql: string) => divide(raw.prepare(`explain query plan ${sql}`).all() as Step[]);
  const planOf = (sql: string): string[] => {
    const { list, parts } = dividedPlanOf(sql);
    return [...list, ...parts];
  };
  return { run, planOf, dividedPlanOf, services };
}

t.test('a sort of a whole list is seen, that of what belongs to a row is not', async (t) => {
  const { dividedPlanOf } = await open(t);
  const sorted = (order: string) => `json_group_array(id order by ${order})`;
  const own = `(select ${sorted('cue')} from attributions where claim = claims.key)`;
  t.same(dividedPlanOf(`select ${sorted('text')} from claims`).list, [SORTED_ROWS, 'SCAN claims']);
  t.ok(dividedPlanOf(`select (select ${sorted('text')} from claims)`).list.includes(SORTED_ROWS));
  const { list, parts } = dividedPlanOf(`select ${own} from claims order by text`);
  t.same(list, ['SCAN claims', 'USE TEMP B-TREE FOR ORDER BY']);
  t.same(parts, [
    'CORRELATED SCALAR SUBQUERY 1',
    'SEARCH attributions USING INDEX attributions_claim (claim=?)',
  ]);
});

type Read = (read: Services['read']) => Promise<unknown>;

/** Each list, newest first, with the one search in an index that gives its rows in their order. */
const newestFirst: [name: string, read: Read, search: string][] = [
  [
    'articles',
    ({ articles }) => articles.list(PAGE, 'none'),
    'articles USING INDEX articles_newest (status=?)',
  ],
  [
    'articles, the next page',
    ({ articles }) => articles.list(page({ after: [AT, idOf(99)] }), 'none'),
    'articles USING INDEX articles_newest (status=? AND (published_at,id)<(?,?))',
  ],
  [
    'articles, the page before',
    ({ articles }) => articles.list(page({ before: [AT, idOf(1)] }), 'none'),
    'articles USING INDEX articles_newest (status=? AND (published_at,id)>(?,?))',
  ],
  [
    'articles of a section',
    ({ articles }) => articles.list(where('section', 's'), 'none'),
    'articles USING INDEX articles_section (status=? AND section=?)',
  ],
  [
    'articles in a language',
    ({ articles }) => articles.list(where('language', 'en'), 'none'),
    'articles USING INDEX articles_language (status=? AND language=?)',
  ],
  [
    'articles of a publisher',
    ({ articles }) => articles.listOfPublisher('a', PAGE, 'none'),
    'articles USING INDEX articles_publisher (publisher=? AND status=?)',
  ],
  ['claims', ({ claims }) => claims.list(PAGE), 'claims USING INDEX claims_newest (visible=?)'],
  [
    'claims, the next page',
    ({ claims }) => claims.list(page({ after: [idOf(99_999)] })),
    'claims USING INDEX claims_newest (visible=? AND id<?)',
  ],
  [
    'claims that stand somewhere',
    ({ claims }) => claims.list(where('standing', 'verified')),
    'claims USING INDEX claims_standing (visible=? AND standing=?)',
  ],
  [
    'claims in a language',
    ({ claims }) => claims.list(where('language', 'en')),
    'claims USING INDEX claims_language (visible=? AND language=?)',
  ],
  [
    'sources of a kind',
    ({ sources }) => sources.list(where('kind', 'person')),
    'sources USING INDEX sources_kind (kind=?)',
  ],
];

t.test('the newest are read off an index, in its order', async (t) => {
  const { run, planOf } = await open(t);
  for (const [name, read, search] of newestFirst) {
    const [list] = (await run(read)).filter((sql) => / limit \S+$/.test(sql));
    const [first, ...rest] = planOf(list ?? '');
    t.equal(first, `SEARCH ${search}`, name);
    t.notMatch(rest.join('; '), /SCAN|TEMP B-TREE/, `${name}: nothing is read through or sorted`);
  }
  const [sources] = await run(({ sources }) => sources.list(PAGE));
  t.equal(planOf(sources ?? '')[0], 'SCAN sources USING INDEX sources_id', 'sources: all of them, in order');
});

t.test('one thing is found by its id or slug in an index', async (t) => {
  const { run, planOf } = await open(t);
  const cases: [Read, string][] = [
    [({ articles }) => articles.get('h', 'html'), 'articles USING INDEX articles_slug (slug=?)'],
    [({ articles }) => articles.get(idOf(21), 'html'), 'articles USING INDEX articles_id (id=?)'],
    [({ sources }) => sources.get('a'), 'sources USING INDEX sources_slug (slug=?)'],
    [({ sources }) => sources.get(idOf(1)), 'sources USING INDEX sources_id (id=?)'],
    [({ sources }) => sources.resolve('Á'), 'source_names USING INDEX source_names_folded (folded=?)'],
    [({ claims }) => claims.get(idOf(10_001)), 'claims USING INDEX claims_id (id=?)'],
  ];
  for (const [read, search] of cases) {
    const plans = (await run(read)).map((sql) => planOf(sql));
    t.ok(
      plans.some(([first]) => first === `SEARCH ${search}`),
      search,
    );
    t.notMatch(plans.flat().join('; '), /SCAN/, `${search}, and nothing is read through`);
  }
});

const many = Array.from({ length: 30 }, (_, n) => idOf(20 + n));
const batch = page({ limit: 30, named: { refs: many, ids: many, slugs: [] } });
const urls = many.map((id) => `https://a.example/${id}`);
const counted = (asked: AskedList): AskedList => ({ ...asked, summary: { count: true, facets: [] } });

/** What leaves few rows, and the search that finds them, from which the page is made. */
const fromFew: [name: string, read: Read, search: RegExp][] = [
  ['articles by id', ({ articles }) => articles.list(batch, 'none'), /articles_id \(id=\?\)/],
  [
    'articles by address',
    ({ articles }) =>
      articles.list(page({ filters: [{ field: 'url', operator: 'in', values: urls }] }), 'none'),
    /articles_canonical_url \(canonical_url=\?\)/,
  ],
  [
    'articles by tag',
    ({ articles }) => articles.list(where('tag', 'x'), 'none'),
    /article_tags_tag \(tag=\?\)/,
  ],
  [
    'articles by tag, counted',
    ({ articles }) => articles.list(counted(where('tag', 'x')), 'none'),
    /article_tags_tag \(tag=\?\)/,
  ],
  [
    'articles by whom they mention',
    ({ articles }) => articles.list(where('mentions', 'a'), 'none'),
    /attributions_source \(source=\?\)/,
  ],
  ['claims by id', ({ claims }) => claims.list(batch), /claims_id \(id=\?\)/],
  ['claims by tag', ({ claims }) => claims.list(where('tag', 'x')), /claim_tags_tag \(tag=\?\)/],
  [
    'claims by tag, counted',
    ({ claims }) => claims.list(counted(where('tag', 'x'))),
    /claim_tags_tag \(tag=\?\)/,
  ],
  [
    'claims by source',
    ({ claims }) => claims.list(where('source', 'a')),
    /attributions_source \(source=\?\)/,
  ],
  ['sources by id', ({ sources }) => sources.list(batch), /sources_id \(id=\?\)/],
];

t.test('a page of few rows is found from them, never by reading through the list', async (t) => {
  const { run, planOf } = await open(t);
  for (const [name, read, search] of fromFew) {
    const pages = (await run(read)).filter((sql) => / order by .* limit \S+/.test(sql));
    t.ok(pages.length > 0, name);
    for (const sql of pages) {
      const plan = planOf(sql).join('; ');
      t.match(plan, search, name);
      t.notMatch(
        plan,
        /SCAN (?:articles|claims|sources)\b|\((?:status|visible)=\?\)/,
        `${name}: nothing is read through`,
      );
    }
  }
});

t.test('what belongs to a page of claims is found by its claims, never by reading through', async (t) => {
  const { run, dividedPlanOf } = await open(t);
  const all = await run(({ claims }) => claims.list(PAGE));
  t.equal(all.length, 1);
  const { list, parts } = dividedPlanOf(all[0] ?? '');
  t.same(list, ['SEARCH claims USING INDEX claims_newest (visible=?)']);
  t.same(
    parts.filter((step) => !PART.test(step) && !/INTEGER PRIMARY KEY/.test(step)),
    [
      'SEARCH attributions USING INDEX attributions_claim (claim=?)',
      'MULTI-INDEX OR',
      'INDEX 1',
      'SEARCH relations USING INDEX relations_once (claim=?)',
      'INDEX 2',
      'SEARCH relations USING INDEX relations_other (other=?)',
      'SEARCH attributions USING INDEX attributions_claim (claim=?)',
      'SEARCH reviews USING INDEX reviews_claim (claim=?)',
    ],
  );
});

t.test('the claims of an article are found from the article, not among all claims', async (t) => {
  const { run, dividedPlanOf } = await open(t);
  for (const after of [{}, { after: [3, idOf(1)] }]) {
    const [sql] = (
      await run(({ claims }) =>
        claims.listInArticle('h', page({ ...after, sort: { field: 'position', isDescending: false } })),
      )
    ).slice(1);
    const { list, parts } = dividedPlanOf(sql ?? '');
    t.same(list, [
      'CO-ROUTINE places',
      'SEARCH attributions USING COVERING INDEX attributions_article (article=?)',
      'USE TEMP B-TREE FOR GROUP BY',
      'SCAN places',
      'SEARCH claims USING INTEGER PRIMARY KEY (rowid=?)',
      'USE TEMP B-TREE FOR ORDER BY',
    ]);
    t.notMatch(parts.join('; '), /SCAN|TEMP B-TREE/, 'nothing that belongs to a claim is read through');
  }
});

t.test('a page of twenty costs as many statements as a page of one', async (t) => {
  const { run, services } = await open(t, 25);
  const cost = async (limit: number) => [
    (await run(({ claims }) => claims.list(page({ limit })))).length,
    (await run(({ claims }) => claims.listInArticle('h', page({ limit })))).length,
    (await run(({ articles }) => articles.list(page({ limit }), 'html'))).length,
    (await run(({ sources }) => sources.list(page({ limit })))).length,
  ];
  t.equal((await services.read.claims.list(PAGE)).items.length, 20);
  t.same(await cost(1), [1, 2, 1, 1]);
  t.same(await cost(20), [1, 2, 1, 1]);
});

t.test('what a transaction made of many articles is read and kept in pieces', async (t) => {
  const asked: string[] = [];
  const storage = await openSqlite({ file: `${t.testdir({})}/many.db`, onQuery: (sql) => asked.push(sql) });
  t.teardown(() => storage.close());
  await storage.migrate();
  const article = (at: number) =>
    ArticleInput.parse({
      headline: `A ${at}`,
      slug: `a-${at}`,
      body: 'Words.',
      language: 'en',
      status: 'draft',
    });
  asked.length = 0;
  await createServices(storage).write(async ({ articles }) => {
    for (let at = 0; at < 40; at++) await articles.save(article(at));
  });
  const kept = asked.filter((sql) => /^insert into "revisions"/.test(sql));
  t.same(
    kept.map((sql) => sql.match(/'article'/g)?.length),
    [16, 16, 8],
  );
});
