/**
 * What a whole list holds: how many rows, and how many have each value. Nothing is counted beyond a bound, so that the
 * cost does not grow with the corpus; an answer that reached it says so.
 */
import { and, asc, count, countDistinct, desc, eq, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type {
  Facet,
  FacetValue,
  Filter,
  FilterValue,
  ListRequest,
  Summary,
  SummaryRequest,
} from '../kernel/page.js';
import type { SearchKind } from '../search/model.js';
import type { Database } from './database.js';
import { type Expression, isFoundFromFew, type RowsOf, unindexed } from './lists.js';
import { hasMoreHits } from './search-match.js';
import type { Tables } from './tables.js';

const ROWS_COUNTED_MAX = 10_000; // about 10 ms of counting
const FACET_VALUES_MAX = 20; // what a reader looks through

/** Where the values of a facet stand. */
export interface FacetPlan {
  /** The table that holds them, and which row of the list each belongs to. */
  readonly table: Tables[keyof Tables];
  readonly row: AnySQLiteColumn;
  readonly value: AnySQLiteColumn | SQL<string>;
  /** Whether the values are keys of sources, to be told as slugs. */
  readonly isSource?: boolean;
  /** Which of its rows count, where the list is asked for this. */
  readonly where?: (request: ListRequest) => SQL | undefined;
}

export interface SummaryPlan {
  /** What the list is of. */
  readonly kind: SearchKind;
  readonly table: Tables['articles'] | Tables['claims'] | Tables['sources'];
  readonly facets: Readonly<Record<string, FacetPlan>>;
  /** What few rows may be found by: see `isFoundFromFew`. */
  readonly related: Readonly<Record<string, RowsOf>>;
  /** The condition of the whole list; `isFew` as `isFoundFromFew` says. */
  readonly where: (request: ListRequest, isFew: boolean) => SQL | undefined;
  /** The list's own order, newest first: which rows are counted where not all are. */
  readonly order: readonly Expression[];
}

export function summaries(
  db: Database,
  tables: Tables,
  { kind, table, facets, related, where, order }: SummaryPlan,
) {
  const { sources } = tables;
  /** The keys of the first rows of a list, one more than are counted. */
  const first = async (request: ListRequest) => {
    const isFew = await isFoundFromFew(db, request, related);
    return db
      .select({ key: table.key })
      .from(table as Tables['articles'])
      .where(where(request, isFew))
      .orderBy(...order.map((column) => desc(isFew ? unindexed(column) : column)))
      .limit(ROWS_COUNTED_MAX + 1)
      .as('counted');
  };

  const countOf = async (request: ListRequest) => {
    const [row] = await db.select({ total: count() }).from(await first(request));
    const total = Number(row?.total ?? 0);
    const { search } = request;
    const isCut = search !== undefined && (await hasMoreHits({ db, tables }, kind, search));
    return { total: Math.min(total, ROWS_COUNTED_MAX), isCapped: isCut || total > ROWS_COUNTED_MAX };
  };

  const namesOf = async (keys: readonly number[]) => {
    const rows = await db
      .select({ key: sources.key, slug: sources.slug, name: sources.name })
      .from(sources)
      .where(inArray(sources.key, [...keys]));
    return new Map(rows.map(({ key, slug, name }) => [String(key), { value: slug, name }]));
  };

  const facetOf = async (field: string, plan: FacetPlan, request: ListRequest): Promise<Facet> => {
    const own = ({ field: of, operator }: Filter) => of === field && operator === 'in';
    const selected = request.filters.filter(own).flatMap(({ values }) => values);
    const others = { ...request, filters: request.filters.filter((filter) => !own(filter)) };
    const rows = await first(others);
    const { isCapped } = await countOf(others);
    const value = sql<string | number>`${plan.value}`;
    const isOther = sql`case when ${inArray(value, selected)} then 0 else 1 end`;
    const counted = await db
      .select({ value, count: countDistinct(rows.key) })
      .from(rows)
      .innerJoin(plan.table as Tables['articles'], eq(plan.row, rows.key))
      .where(and(isNotNull(value), plan.where?.(others)))
      .groupBy(value)
      .orderBy(...(selected.length === 0 ? [] : [asc(isOther)]), desc(countDistinct(rows.key)), asc(value))
      .limit(FACET_VALUES_MAX + selected.length + 1);
    const found = counted.slice(0, Math.max(FACET_VALUES_MAX, selected.length));
    const absent = selected.filter((one) => !found.some((row) => String(row.value) === String(one)));
    const isChosen = ({ value }: { value: FilterValue }) =>
      selected.some((one) => String(one) === String(value));
    const all = [
      ...found.filter(isChosen),
      ...absent.map((one) => ({ value: one, count: 0 })),
      ...found.filter((row) => !isChosen(row)),
    ];
    const names = plan.isSource ? await namesOf(all.map((row) => Number(row.value))) : null;
    const values = all.map(
      (row): FacetValue => ({
        ...(names?.get(String(row.value)) ?? { value: String(row.value), name: null }),
        count: Number(row.count),
        isSelected: isChosen(row),
      }),
    );
    return { values, isTruncated: counted.length > found.length, isCapped };
  };

  return {
    async summarise(request: ListRequest, wanted: SummaryRequest): Promise<Summary> {
      const counted: Record<string, Facet> = {};
      for (const field of wanted.facets) {
        const plan = facets[field];
        if (plan === undefined) throw new Error(`no plan for the facet ${field}`);
        counted[field] = await facetOf(field, plan, request);
      }
      return {
        ...(wanted.count && { count: await countOf(request) }),
        ...(wanted.facets.length > 0 && { facets: counted }),
      };
    },
  };
}
