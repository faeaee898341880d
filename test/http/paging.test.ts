/**
 * Paging: a walk along `next` or back along `prev` meets every row once and in one order, whatever the limit and
 * whatever is written meanwhile; and a cursor is refused wherever it does not belong.
 */
import t, { type Test } from 'tap';
import { idOf, openTestServer } from '../helper.js';
import { problemOf } from './answers.js';

type Server = Awaited<ReturnType<typeof openTestServer>>;

interface Page {
  readonly data: { readonly id: string }[];
  readonly next: string | null;
  readonly prev: string | null;
}

const ROWS = 7; // no multiple of the limits that are walked with

const news = {
  id: idOf(100),
  slug: 'news',
  body: 'Alpha, beta, gamma.',
  headline: 'News',
  publishedAt: '2024-10-18T12:00:00Z',
};

/** As many articles, sources and claims, where several stand at the same place of their list's first sorting. */
async function openCorpus(t: Test): Promise<Server> {
  const server = await openTestServer(t);
  const { given } = server;
  const article = await given.article(news);
  const quotes = ['gamma', 'beta', 'beta', 'Alpha', 'Alpha'];
  for (let n = 1; n <= ROWS; n += 1) {
    await given.source({ id: idOf(10 * n), name: `Source ${n}` });
    const exact = quotes[n - 1];
    await given.claim({
      id: idOf(1000 + 10 * n),
      by: [{ in: article, source: `source-${n}`, quote: exact === undefined ? null : { exact } }],
    });
    // Only three instants, so that most articles share theirs with others.
    if (n < ROWS)
      await given.article({
        id: idOf(100 + n),
        slug: `more-${n}`,
        publishedAt: `2024-10-${18 + (n % 3)}T12:00:00Z`,
      });
  }
  return server;
}

const lists: [path: string, ids: number[]][] = [
  ['/v1/sources', [70, 60, 50, 40, 30, 20, 10]],
  ['/v1/claims', [1070, 1060, 1050, 1040, 1030, 1020, 1010]],
  ['/v1/articles', [105, 102, 104, 101, 106, 103, 100]],
  ['/v1/articles/news/claims', [1040, 1050, 1020, 1030, 1010, 1060, 1070]],
];

async function pageAt({ get }: Server, t: Test, url: string): Promise<Page> {
  const answer = await get(url);
  t.equal(answer.statusCode, 200, url);
  return answer.json<Page>();
}

const ADDED_MAX = 4; // or a walk towards new rows would never end

/** Adds rows to every list: before, amid and after those that stand. */
async function addRows({ given }: Server, step: number): Promise<void> {
  if (step > ADDED_MAX) return;
  await given.source({ id: idOf(20 * step - 5), name: `Added ${step}` });
  await given.article({ slug: `added-${step}`, publishedAt: `2024-10-${16 + step}T12:00:00Z` });
  const article = await given.article(news);
  const exact = ['Alpha', 'beta', 'gamma'][step % 3] ?? 'beta';
  await given.claim({
    id: idOf(1000 + 20 * step - 5),
    by: [{ in: article, source: 'source-1', quote: { exact } }],
  });
}

/** The ids on each page from `url` on; `between` runs before each step. */
async function walk(
  server: Server,
  t: Test,
  url: string,
  { side = 'next', between }: { side?: 'next' | 'prev'; between?: (step: number) => Promise<void> } = {},
): Promise<{ pages: string[][]; last: Page; urls: string[] }> {
  const pages: string[][] = [];
  const urls = [url];
  let page = await pageAt(server, t, url);
  for (;;) {
    pages.push(page.data.map(({ id }) => id));
    const link = page[side];
    if (link === null) return { pages, last: page, urls };
    if (pages.length > 100) throw new Error(`the walk along ${side} from ${url} does not end`);
    await between?.(pages.length);
    urls.push(link);
    page = await pageAt(server, t, link);
  }
}

t.test('200 for each page of a walk: every row once, in one order, there and back', async (t) => {
  const server = await openCorpus(t);
  for (const [path, numbers] of lists)
    for (const limit of [1, 3, ROWS, 100]) {
      const ids = numbers.map(idOf);
      const there = await walk(server, t, `${path}?limit=${limit}`);
      t.strictSame(there.pages.flat(), ids, `${path} limit=${limit} forward`);
      for (const page of there.pages.slice(0, -1)) t.equal(page.length, limit);

      const lastUrl = there.urls.at(-1) ?? '';
      const back = await walk(server, t, lastUrl, { side: 'prev' });
      t.strictSame([...back.pages].reverse().flat(), ids, `${path} limit=${limit} back`);
      t.equal(back.last.prev, null, 'the first page has none before it');
    }
});

t.test('200 with `next` null on the last page alone and `prev` null on the first alone', async (t) => {
  const server = await openCorpus(t);
  for (const [path] of lists) {
    const { urls } = await walk(server, t, `${path}?limit=3`);
    const pages = await Promise.all(urls.map((url) => pageAt(server, t, url)));
    t.strictSame(
      pages.map(({ next, prev }) => [prev === null, next === null]),
      [
        [true, false],
        [false, false],
        [false, true],
      ],
      path,
    );
  }
});

t.test('200 without a page beyond, where the rows fill the last one to the brim', async (t) => {
  const server = await openCorpus(t);
  for (const [path] of lists) {
    const { next, prev, data } = await pageAt(server, t, `${path}?limit=${ROWS}`);
    t.equal(data.length, ROWS);
    t.strictSame([prev, next], [null, null], path);
  }
});

t.test('200 for rows that stood throughout, each once, while others are added', async (t) => {
  for (const [path, numbers] of lists)
    for (const [side, limit] of [
      ['next', 1],
      ['prev', 3],
    ] as const) {
      const server = await openCorpus(t);
      const start = `${path}?limit=${limit}`;
      const url = side === 'next' ? start : ((await walk(server, t, start)).urls.at(-1) ?? '');
      const { pages } = await walk(server, t, url, { side, between: (step) => addRows(server, step) });
      const ids = side === 'next' ? pages.flat() : pages.reverse().flat();
      const stood = numbers.map(idOf);
      t.strictSame(
        ids.filter((id) => stood.includes(id)),
        stood,
        `${path} limit=${limit} along ${side}`,
      );
      t.equal(new Set(ids).size, ids.length, 'no row twice');
    }
});

t.test('200 with the page before the one that is left, when walking to and fro', async (t) => {
  const server = await openCorpus(t);
  for (const [path] of lists) {
    const first = await pageAt(server, t, `${path}?limit=2`);
    const second = await pageAt(server, t, first.next ?? '');
    const third = await pageAt(server, t, second.next ?? '');
    t.strictSame((await pageAt(server, t, third.prev ?? '')).data, second.data, path);
    t.strictSame((await pageAt(server, t, second.prev ?? '')).data, first.data, path);
  }
});

t.test(
  '200 when limit and body change during a walk, and when the filters are written otherwise',
  async (t) => {
    const server = await openCorpus(t);
    const first = await pageAt(
      server,
      t,
      '/v1/articles?language=en,sv&publishedAt[gte]=2024-01-01T00:00:00Z&limit=2',
    );
    const after = new URL(first.next ?? '', 'http://server').searchParams.get('after');
    const cases = [
      `language=en,sv&publishedAt[gte]=2024-01-01T00:00:00Z&limit=3&after=${after}`,
      `language=en,sv&publishedAt[gte]=2024-01-01T00:00:00Z&body=text&after=${after}&limit=3`,
      `after=${after}&publishedAt%5Bgte%5D=2024-01-01T00%3A00%3A00Z&language=en%2Csv&limit=3`,
    ];
    for (const query of cases) {
      const { data } = await pageAt(server, t, `/v1/articles?${query}`);
      t.strictSame(
        data.map(({ id }) => id),
        [104, 101, 106].map(idOf),
        query,
      );
    }
  },
);

t.test('200 with an empty page where the last rows were withdrawn during the walk', async (t) => {
  const server = await openTestServer(t);
  await server.given.article({ slug: 'one', publishedAt: '2024-10-20T12:00:00Z' });
  await server.given.article({ slug: 'two', publishedAt: '2024-10-19T12:00:00Z' });
  const { next } = await pageAt(server, t, '/v1/articles?limit=1');
  await server.given.article({ slug: 'two', publishedAt: '2024-10-19T12:00:00Z', status: 'retracted' });
  const page = await pageAt(server, t, next ?? '');
  t.strictSame(page.data, []);
  t.equal(page.next, null);
});

const damaged = 'is not a cursor of this server; follow the links `next` and `prev` as they are';
const foreign = 'is not a cursor of this list; follow the links `next` and `prev` as they are';
const elsewhere = 'belongs to another list or to other filters; start again without it';

const refusal = (path: string, parameter: string, detail: string) => ({
  type: '/problems/invalid-cursor',
  title: 'The cursor does not fit',
  status: 400,
  detail: `\`${parameter}\` ${detail}.`,
  instance: path,
  code: 'invalid-cursor',
  errors: [{ parameter, detail }],
  requestId: idOf(0),
});

async function cursorOf(server: Server, t: Test, url: string): Promise<string> {
  const { next } = await pageAt(server, t, url);
  return new URL(next ?? '', 'http://server').searchParams.get('after') ?? '';
}

t.test('400 for a cursor with other filters or on another list', async (t) => {
  const server = await openCorpus(t);
  const cases: [from: string, path: string, query: string, detail: string][] = [
    ['/v1/claims?limit=1', '/v1/claims', 'language=en', elsewhere],
    ['/v1/claims?limit=1&language=en', '/v1/claims', '', elsewhere],
    ['/v1/claims?limit=1&language=en', '/v1/claims', 'language=en,sv', elsewhere],
    ['/v1/claims?limit=1', '/v1/sources', '', elsewhere],
    ['/v1/sources?limit=1', '/v1/claims', '', elsewhere],
    ['/v1/claims?limit=1', '/v1/articles', '', foreign],
    ['/v1/articles?limit=1', '/v1/claims', '', foreign],
    ['/v1/articles?limit=1', '/v1/sources/source-1/articles', '', elsewhere],
    ['/v1/articles/news/claims?limit=1', '/v1/claims', '', foreign],
    ['/v1/articles/news/claims?limit=1', '/v1/articles/more-1/claims', '', elsewhere],
    ['/v1/articles/news/claims?limit=1', `/v1/articles/${idOf(100)}/claims`, '', elsewhere],
  ];
  for (const [from, path, query, detail] of cases) {
    const cursor = await cursorOf(server, t, from);
    for (const side of ['after', 'before']) {
      const url = `${path}?${query}&${side}=${cursor}`;
      t.strictSame(problemOf(t, await server.get(url)), refusal(path, side, detail), url);
    }
  }
});

t.test('400 for a cursor that is cut short, wherever', async (t) => {
  const server = await openCorpus(t);
  for (const [path] of lists) {
    const cursor = await cursorOf(server, t, `${path}?limit=1`);
    const cuts = [...Array(cursor.length).keys()].filter(
      (length) => length % 5 === 0 || length + 3 > cursor.length,
    );
    for (const length of cuts) {
      const answer = await server.app.inject(`${path}?after=${cursor.slice(0, length)}`);
      t.equal(answer.statusCode, 400, `${length} of ${cursor.length} characters`);
      t.equal(answer.json().code, 'invalid-cursor');
    }
  }
});

t.test('400 or an honest page for a cursor with one character changed, and never a failure', async (t) => {
  const server = await openCorpus(t);
  for (const [path] of lists) {
    const cursor = await cursorOf(server, t, `${path}?limit=1`);
    for (let at = 0; at < cursor.length; at += 7)
      for (const other of ['A', '_', '%00', '!']) {
        const url = `${path}?limit=1&after=${cursor.slice(0, at)}${other}${cursor.slice(at + 1)}`;
        const answer = await server.app.inject(url);
        t.ok([200, 400].includes(answer.statusCode), url);
        if (answer.statusCode === 400) t.equal(answer.json().code, 'invalid-cursor', url);
      }
  }
});

t.test('400 for a cursor that somebody made up', async (t) => {
  const server = await openCorpus(t);
  const [print] = JSON.parse(
    Buffer.from(await cursorOf(server, t, '/v1/articles/news/claims?limit=1'), 'base64url').toString(),
  );
  const id = idOf(21);
  const cases: [made: unknown, detail: string][] = [
    [null, foreign],
    [1, foreign],
    ['text', foreign],
    [{}, foreign],
    [{ 0: print, 1: 0, 2: id, length: 3 }, foreign],
    [[], foreign],
    [[print], foreign],
    [[print, 0], foreign],
    [[print, '0', id], foreign],
    [[print, -1, id], foreign],
    [[print, 0.5, id], foreign],
    [[print, 1e300, id], foreign],
    [[print, null, id], foreign],
    [[print, 0, 'not-an-id'], foreign],
    [[print, 0, [id]], foreign],
    [[print, 0, { toString: id }], foreign],
    [[print, 0, id, 'more'], foreign],
    [[[print], 0, id], foreign],
    [[null, 0, id], foreign],
    [['AAAAAAAA', 0, id], elsewhere],
  ];
  const path = '/v1/articles/news/claims';
  for (const [made, detail] of cases) {
    const cursor = Buffer.from(JSON.stringify(made)).toString('base64url');
    t.strictSame(
      problemOf(t, await server.get(`${path}?before=${cursor}`)),
      refusal(path, 'before', detail),
      JSON.stringify(made),
    );
  }
  for (const text of ['', 'x', '%20', 'next', '%F0%9F%92%A9', 'W10', '-'.repeat(1000)])
    t.strictSame(
      problemOf(t, await server.get(`${path}?after=${text}`)),
      refusal(path, 'after', text === 'W10' ? foreign : damaged),
      text,
    );
  const [time, place] = ['2024-10-18T12:00:00', idOf(100)];
  for (const at of [`${time}Z`, `${time}.000+00:00`, 'yesterday', 0, null]) {
    const cursor = Buffer.from(JSON.stringify([print, at, place])).toString('base64url');
    const answer = await server.get(`/v1/articles?after=${cursor}`);
    t.strictSame(problemOf(t, answer), refusal('/v1/articles', 'after', foreign), String(at));
  }
});

t.test('400 for a cursor that is too long to be one, and for both at once', async (t) => {
  const server = await openCorpus(t);
  const cursor = await cursorOf(server, t, '/v1/claims?limit=1');
  const long = problemOf(t, await server.get(`/v1/claims?after=${'A'.repeat(2001)}`));
  t.strictSame(long.errors, [{ parameter: 'after', detail: 'must be at most 2000 characters' }]);
  const both = problemOf(t, await server.get(`/v1/claims?after=${cursor}&before=${cursor}`));
  t.equal(both.code, 'invalid-request');
  t.strictSame(both.errors, [{ parameter: 'before', detail: 'cannot be given together with `after`' }]);
});
