/**
 * Lists in SQL: keyset paging as one row-value comparison, and filters as rows of a table from word to condition.
 */
import { and, asc, desc, gt, gte, inArray, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Filter, Key, ListRequest } from '../kernel/page.js';

type Expression = AnySQLiteColumn | SQL | SQL.Aliased;
type Condition = (filter: Filter) => SQL;

const comparisons = { gte, gt, lte, lt };

/** The condition that a filter puts on a column. */
export const onColumn =
  (column: AnySQLiteColumn): Condition =>
  ({ operator, values }) =>
    operator === 'in' ? inArray(column, [...values]) : comparisons[operator](column, values[0]);

/** Every filter of a request as one condition; each word must stand in the table. */
export function allOf(filters: readonly Filter[], table: Record<string, Condition>): SQL | undefined {
  return and(
    ...filters.map((filter) => {
      const condition = table[filter.field];
      if (condition === undefined) throw new Error(`no condition for the filter ${filter.field}`);
      return condition(filter);
    }),
  );
}

/**
 * The place of a page in a list: from where, in which order of reading, and how many rows (one more than asked for).
 * `direction` is the order of the list; `before` is read against it. The columns are ours and the values bound;
 * drizzle has no row values, hence raw.
 */
export function keyset(columns: readonly Expression[], direction: 'asc' | 'desc', page: ListRequest) {
  const isBackward = page.before !== undefined;
  const isDescending = (direction === 'desc') !== isBackward;
  const from: Key | undefined = page.before ?? page.after;
  const order = isDescending ? desc : asc;
  const tuple = (parts: readonly unknown[]) =>
    sql.join(
      parts.map((part) => sql`${part}`),
      sql`, `,
    );
  const comparison = isDescending ? sql`<` : sql`>`;
  return {
    from: from && sql`(${tuple(columns)}) ${comparison} (${tuple(from)})`,
    order: columns.map((column) => order(column)),
    limit: page.limit + 1,
  };
}

/** Rows under the key that each belongs to, in their order. */
export function groupBy<Row, GroupKey>(
  rows: readonly Row[],
  keyOf: (row: Row) => GroupKey,
): Map<GroupKey, Row[]> {
  const groups = new Map<GroupKey, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
