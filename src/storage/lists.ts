/**
 * Lists in SQL: keyset paging as one row-value comparison, and filters as rows of a table from word to condition.
 */
import {
  and,
  asc,
  desc,
  eq,
  gt,
  gte,
  inArray,
  is,
  isNull,
  lt,
  lte,
  not,
  notInArray,
  or,
  type SQL,
  type SQLWrapper,
  sql,
} from 'drizzle-orm';
import { type AnySQLiteColumn, BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import type { Filter, FilterValue, Key, ListRequest, PageRequest, RowNames, Sort } from '../kernel/page.js';
import type { Database } from './database.js';

export type Expression = AnySQLiteColumn | SQL | SQL.Aliased;
export type Condition = (filter: Filter) => SQL | undefined;

const comparisons = { gte, gt, lte, lt };

/** The condition that a filter puts on a column. A row without a value is none of any values. */
export const onColumn =
  (column: AnySQLiteColumn): Condition =>
  ({ operator, values }) => {
    if (operator === 'in') return inArray(column, [...values]);
    if (operator === 'not') return or(isNull(column), notInArray(column, [...values]));
    if (operator === 'is') return eq(column, values[0] === true);
    return comparisons[operator](column, values[0]);
  };

/** A select of the keys of the rows that something else refers to by one of some values. */
export type RowsOf = (values: readonly FilterValue[]) => SQLWrapper;

/** The condition that a row is among those that `rows` selects, or is not. */
export const amongRows =
  (key: AnySQLiteColumn, rows: RowsOf): Condition =>
  ({ operator, values }) => {
    const among = sql`${key} in ${rows(values)}`;
    return operator === 'not' ? not(among) : among;
  };

const FEW_ROWS_MAX = 2_000; // so few are fetched and sorted faster than they are met among all rows in their order

/**
 * Whether a search, names or one of the filters leave so few rows that the page is found from them. Asked where the planner of SQLite,
 * which knows no frequencies, would walk the order of the list until it has met enough; PostgreSQL's knows.
 */
export async function isFoundFromFew(
  db: Database,
  { filters, named, search }: ListRequest,
  related: Readonly<Record<string, RowsOf>>,
): Promise<boolean> {
  if (!is(db, BaseSQLiteDatabase)) return false;
  if (search !== undefined || named !== undefined) return true;
  for (const { field, operator, values } of filters) {
    const rows = operator === 'in' ? related[field] : undefined;
    if (rows === undefined) continue;
    const [found] = await db.all<{ total: number }>(
      sql`select count(*) as total from (select 1 from ${rows(values)} limit ${FEW_ROWS_MAX + 1})`,
    );
    if (found !== undefined && found.total <= FEW_ROWS_MAX) return true;
  }
  return false;
}

/** An expression that SQLite reads no index by, so that the rows are found first, by something else. */
export const unindexed = (expression: Expression): SQL => sql`+${expression}`;

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

/** The condition that a row has one of these ids or slugs. */
export function isNamed(
  names: RowNames | undefined,
  id: AnySQLiteColumn,
  slug?: AnySQLiteColumn,
): SQL | undefined {
  if (names === undefined) return undefined;
  const { ids, slugs } = names;
  return or(
    ids.length === 0 ? undefined : inArray(id, [...ids]),
    slugs.length === 0 || slug === undefined ? undefined : inArray(slug, [...slugs]),
  );
}

/** What a word sorts by: its expressions, the last of them unique. */
export type SortTable = Readonly<Record<string, readonly Expression[]>>;

/**
 * The place of a page in a list: from where, in which order of reading.
 * `before` is read against the order of the list. Where the rows are found from few they are sorted then. The columns are ours and the values bound; drizzle has no row values,
 * hence raw.
 */
export function keyset(sorts: SortTable, sort: Sort, page: PageRequest, isFew: boolean) {
  const expressions = sorts[sort.field];
  if (expressions === undefined) throw new Error(`no order for the sort ${sort.field}`);
  const columns = isFew ? expressions.map(unindexed) : expressions;
  const isDescending = sort.isDescending !== (page.before !== undefined);
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
    limit: page.limit,
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
