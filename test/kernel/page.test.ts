/**
 * A page of a list: what stands on it, and where its links lead, from either side and at either end.
 */
import t from 'tap';
import { ClaimwireError } from '../../src/kernel/errors.js';
import {
  type Filter,
  type Listing,
  type PageRequest,
  resolveFilters,
  toListing,
} from '../../src/kernel/page.js';

/** What a store finds of the list 1 to 7 for a page: one row more than is asked for, in the order of reading. */
function read(page: PageRequest) {
  const all = [1, 2, 3, 4, 5, 6, 7].map((n) => ({ at: [n], item: n }));
  const [after = 0] = page.after ?? [];
  const [before = 8] = page.before ?? [];
  const beyond = page.before
    ? all.filter(({ item }) => item < Number(before)).reverse()
    : all.filter(({ item }) => item > Number(after));
  return beyond.slice(0, page.limit + 1);
}

t.test('a page has a link to each side on which more stands, and no other', async (t) => {
  const cases: [string, PageRequest, Listing<number>][] = [
    ['the first', { limit: 3 }, { items: [1, 2, 3], next: [3], prev: null }],
    ['the second', { limit: 3, after: [3] }, { items: [4, 5, 6], next: [6], prev: [4] }],
    ['the last', { limit: 3, after: [6] }, { items: [7], next: null, prev: [7] }],
    ['the last, full', { limit: 3, after: [4] }, { items: [5, 6, 7], next: null, prev: [5] }],
    ['beyond the last', { limit: 3, after: [7] }, { items: [], next: null, prev: null }],
    ['back from the last', { limit: 3, before: [7] }, { items: [4, 5, 6], next: [6], prev: [4] }],
    ['back to the first', { limit: 3, before: [4] }, { items: [1, 2, 3], next: [3], prev: null }],
    ['back to less than a page', { limit: 3, before: [3] }, { items: [1, 2], next: [2], prev: null }],
    ['before the first', { limit: 3, before: [1] }, { items: [], next: null, prev: null }],
    ['all at once', { limit: 7 }, { items: [1, 2, 3, 4, 5, 6, 7], next: null, prev: null }],
    ['one at a time', { limit: 1, after: [3] }, { items: [4], next: [4], prev: [4] }],
  ];
  for (const [name, page, expected] of cases) t.same(toListing(read(page), page), expected, name);
  t.same(toListing([], { limit: 3 }), { items: [], next: null, prev: null }, 'an empty list');
});

t.test('following the links forward and back meets every row once, in order', async (t) => {
  for (const limit of [1, 2, 3, 6, 7, 8]) {
    const forward: number[] = [];
    let page: Listing<number> = toListing(read({ limit }), { limit });
    for (forward.push(...page.items); page.next !== null; forward.push(...page.items))
      page = toListing(read({ limit, after: page.next }), { limit, after: page.next });
    const backward = [...page.items];
    for (; page.prev !== null; backward.unshift(...page.items))
      page = toListing(read({ limit, before: page.prev }), { limit, before: page.prev });
    t.same(
      [forward, backward],
      [
        [1, 2, 3, 4, 5, 6, 7],
        [1, 2, 3, 4, 5, 6, 7],
      ],
      `${limit} at a time`,
    );
  }
});

t.test('a filter on references becomes one on keys, and the others stay', async (t) => {
  const filters: Filter[] = [
    { field: 'source', operator: 'in', values: ['a', 'b'] },
    { field: 'stance', operator: 'in', values: ['denies'] },
    { field: 'source', operator: 'in', values: ['b'] },
  ];
  const request = { limit: 3, after: ['x'], filters };
  const keyOf = async (ref: string) => ({ a: 1, b: 2 })[ref] ?? 0;
  t.same(await resolveFilters(request, ['source'], keyOf), {
    limit: 3,
    after: ['x'],
    filters: [
      { field: 'source', operator: 'in', values: [1, 2] },
      { field: 'stance', operator: 'in', values: ['denies'] },
      { field: 'source', operator: 'in', values: [2] },
    ],
  });
});

t.test(
  'a reference that leads nowhere is the fault of the parameter, and a fault of ours stays one',
  async (t) => {
    const filters: Filter[] = [{ field: 'source', operator: 'in', values: ['nobody'] }];
    const failing = (error: Error) =>
      resolveFilters({ limit: 3, filters }, ['source'], async () => Promise.reject(error)).catch(
        (error) => error,
      );
    const refused = await failing(new ClaimwireError('unknown-reference', '“nobody” is no source.'));
    t.same(
      [refused.code, refused.issues],
      ['invalid-request', [{ parameter: 'source', detail: '“nobody” is no source.' }]],
    );
    for (const error of [new ClaimwireError('unavailable'), new Error('a fault')])
      t.equal(await failing(error), error);
  },
);
