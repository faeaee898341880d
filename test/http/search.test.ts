/**
 * GET /v1/search: articles, claims and sources by their words, the best answer first; whatever is typed gets an answer or is
 * told what is wrong with it.
 */
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { column, invalid, openCountedServer, problemOf, testEveryRead } from './answers.js';

async function openNews(t: Test) {
  const server = await openCountedServer(t);
  const { given } = server;
  await given.source({ id: idOf(1), name: 'Harbour Office', aliases: ['The Dockers'] });
  const article = await given.article({
    id: idOf(11),
    slug: 'fire',
    headline: 'Fire in the harbour',
    standfirst: 'Nobody was hurt.',
    body: 'A *fire* broke out near the old docks. The harbour is closed.',
  });
  await given.article({
    id: idOf(12),
    slug: 'music',
    headline: 'Music',
    body: 'They played near the harbour.',
  });
  await given.article({ id: idOf(13), slug: 'draft', headline: 'Harbour', status: 'draft' });
  await given.claim({
    id: idOf(21),
    text: 'The harbour is closed.',
    by: [{ in: article, source: 'harbour-office' }],
  });
  return server;
}

const url = (query: string, rest = ''): string => `/v1/search?q=${encodeURIComponent(query)}${rest}`;
const none = { article: null, claim: null, source: null, snippet: null };

t.test('200 with what was found, the best first, and what to mark in it', async (t) => {
  const { get } = await openNews(t);
  const answer = await get(url('harbour fire'));
  t.equal(answer.statusCode, 200);
  const { data, ...rest } = answer.json();
  t.strictSame(rest, { next: null, prev: null, partial: false });
  t.strictSame(data, [
    {
      ...none,
      kind: 'article',
      score: data[0].score,
      article: { id: idOf(11), slug: 'fire', headline: 'Fire in the harbour' },
      snippet: 'A fire broke out near the old docks. The harbour is closed.',
      highlights: [
        { field: 'headline', start: 0, end: 4 },
        { field: 'headline', start: 12, end: 19 },
        { field: 'snippet', start: 2, end: 6 },
        { field: 'snippet', start: 41, end: 48 },
      ],
    },
  ]);

  const all = (await get(url('harbour'))).json().data;
  t.strictSame(
    all.map(({ kind, article, claim, source }: Record<string, { id: string }>) => [
      kind,
      (article ?? claim ?? source)?.id,
    ]),
    [
      ['article', idOf(11)],
      ['source', idOf(1)],
      ['claim', idOf(21)],
      ['article', idOf(12)],
    ],
  );
  t.strictSame(all[2], {
    ...none,
    kind: 'claim',
    score: all[2].score,
    claim: { id: idOf(21), text: 'The harbour is closed.', standing: 'single-source' },
    highlights: [{ field: 'text', start: 4, end: 11 }],
  });
  const [office] = (await get(url('dockers'))).json().data;
  t.strictSame(office, {
    ...none,
    kind: 'source',
    score: office.score,
    source: { id: idOf(1), slug: 'harbour-office', name: 'Harbour Office' },
    snippet: 'The Dockers',
    highlights: [{ field: 'snippet', start: 4, end: 11 }],
  });
});

t.test('200 with the kinds that were asked for', async (t) => {
  const { get } = await openNews(t);
  for (const [kind, kinds] of [
    ['articles', ['article', 'article']],
    ['claims,sources', ['source', 'claim']],
    ['sources,sources', ['source']],
  ] as const)
    t.strictSame(column(await get(url('harbour', `&kind=${kind}`)), 'kind'), kinds);
});

t.test('200 page by page, each answer once, in both directions', async (t) => {
  const { get, given } = await openNews(t);
  for (let n = 30; n < 40; n += 1) await given.article({ id: idOf(n), slug: `a-${n}`, headline: 'Harbour' });
  const all = (await get(url('harbour', '&limit=100'))).json().data;
  t.equal(all.length, 14);
  const walked: unknown[] = [];
  let last = '';
  for (let next: string | null = url('harbour', '&limit=3'); next !== null; ) {
    last = next;
    const { data, next: further }: { data: unknown[]; next: string | null } = (await get(next)).json();
    walked.push(...data);
    next = further;
  }
  t.strictSame(walked, all);
  const back: unknown[] = (await get(last)).json().data;
  for (let prev: string | null = (await get(last)).json().prev; prev !== null; ) {
    const { data, prev: further }: { data: unknown[]; prev: string | null } = (await get(prev)).json();
    back.unshift(...data);
    prev = further;
  }
  t.strictSame(back, all);
});

t.test('200 for the strangest searches that hold a word', async (t) => {
  const { get } = await openNews(t);
  const cases: [query: string, found: number][] = [
    ['"harbour', 4],
    ['harbour"', 4],
    ['(harbour OR fire)', 1],
    ['harbour AND NOT fire', 1],
    ['NEAR(harbour fire)', 0],
    ['^harbour', 4],
    ['{headline} : harbour', 0],
    ['headline : harbour', 0],
    ['headline:harbour -text:closed', 1],
    ['harbour + fire', 1],
    ['harbour\\', 4],
    ["harbour' or 1=1 --", 0],
    ["'; drop table articles; --", 0],
    ['\u202eharbour\u202c', 4],
    ['حريق', 0],
    ['😀 harbour 😀', 4],
    ['HARBOUR', 4],
    ['ｈａｒｂｏｕｒ', 4],
    ['h\u0301arbour', 4],
    ['harb*', 4],
    ['*', -1],
    ['har%', 0],
    ['<script>harbour</script>', 0],
    ['harbour:fire', 1],
    ['&|!<->:*', -1],
    ['$1 ? ?1 :a @a', 0],
    ['harbour\tfire\n', 1],
    ['x'.repeat(1_000), 0],
    [`${'"'.repeat(500)}harbour`, 4],
    ['-'.repeat(999), -1],
  ];
  for (const [query, found] of cases) {
    const answer = await get(url(query));
    if (found < 0) t.equal(answer.statusCode, 400, query.slice(0, 40));
    else t.strictSame([answer.statusCode, column(answer, 'kind').length], [200, found], query.slice(0, 40));
  }
});

t.test('400 that says what is wrong', async (t) => {
  const { get } = await openNews(t);
  const WORD = 'must hold at least one word to look for, without a minus before it';
  const CLEAN = 'must be text without control characters or broken surrogate pairs';
  const KINDS = 'must be one of articles, claims, sources';
  const cases: [url: string, ...wrong: [parameter: string, detail: string][]][] = [
    ['/v1/search', ['q', 'is required']],
    [url(''), ['q', WORD]],
    [url('-harbour'), ['q', WORD]],
    [url('"" - +'), ['q', WORD]],
    [url('😀'), ['q', WORD]],
    [url('harbour\u0000'), ['q', CLEAN]],
    [url('x'.repeat(1_001)), ['q', 'must be at most 1000 characters']],
    [
      url(Array.from({ length: 30 }, (_, n) => `w${n}`).join(' ')),
      ['q', 'must hold at most 20 words and phrases, found 30'],
    ],
    [url('harbour', '&kind=article'), ['kind', `${KINDS}; did you mean \`articles\`?`]],
    [url('harbour', '&limit=101'), ['limit', 'must be a whole number from 1 to 100']],
  ];
  for (const [asked, ...wrong] of cases) {
    const problem = problemOf(t, await get(asked));
    if (problem.errors[0]?.parameter === 'kind') t.match(problem.errors[0].detail, KINDS);
    else t.strictSame(problem, invalid('/v1/search', wrong));
  }
  const { code } = problemOf(t, await get(url('x'.repeat(10_240))));
  t.ok(['uri-too-long', 'invalid-request'].includes(code));
  const next = (await get(url('harbour', '&limit=1'))).json().next.replace('harbour', 'fire');
  t.equal(problemOf(t, await get(next)).code, 'invalid-cursor', 'a cursor of another search');
});

t.test('every read', async (t) => testEveryRead(t, await openNews(t), url('harbour', '&limit=1')));
