/**
 * Lists: how a page of one is asked for and answered, by keyset over a total order. Nothing here knows URLs or SQL.
 */

import { ClaimwireError } from './errors.js';
import type { Search } from './search-query.js';

/** The place of a row in its list: the values it is sorted by, the last of them unique. */
export type Key = readonly (string | number)[];

/** `in`: any of its values; `not`: none of them; `is`: true or false; the others are bounds on a scale. */
export type Operator = 'in' | 'not' | 'is' | 'gte' | 'gt' | 'lte' | 'lt';

export type FilterValue = string | number | boolean;

/** One condition: `in` and `not` have one or more values, the others exactly one. */
export interface Filter {
  readonly field: string;
  readonly operator: Operator;
  readonly values: readonly FilterValue[];
}

/** At most `limit` rows, from just after or just before a place, or from the start. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: Key;
  readonly before?: Key;
}

/** What a list is sorted by; rows that are equal in it stand in the order of their ids. */
export interface Sort {
  readonly field: string;
  readonly isDescending: boolean;
}

/** The order of a search's answers, the best first. */
export const RELEVANCE = 'relevance';

export interface ListRequest extends PageRequest {
  readonly filters: readonly Filter[];
  /** The list's own order if not given. */
  readonly sort?: Sort;
  /** These rows and no others. */
  readonly named?: RowNames;
  /** What the rows must hold in words. */
  readonly search?: Search;
}

/** Rows by what they are called. */
export interface RowNames {
  /** As they were given, which is the order of the answer. */
  readonly refs: readonly string[];
  readonly ids: readonly string[];
  readonly slugs: readonly string[];
}

/** How many rows a list has: `total` is exact unless `isCapped`, then there are more. */
export interface Count {
  readonly total: number;
  readonly isCapped: boolean;
}

/** A value that rows of a list have, and how many of them. */
export interface FacetValue {
  readonly value: string;
  /** What the value is called, where it is the slug of something. */
  readonly name: string | null;
  readonly count: number;
  /** Whether the request's filters name it. */
  readonly isSelected: boolean;
}

export interface Facet {
  /** Selected values first, then those of most rows. */
  readonly values: FacetValue[];
  /** Whether there are more values than these. */
  readonly isTruncated: boolean;
  /** Whether only the first rows of the list were counted. */
  readonly isCapped: boolean;
}

/** What is asked of a list besides a page. */
export interface Summary {
  readonly count?: Count;
  readonly facets?: Readonly<Record<string, Facet>>;
}

export interface SummaryRequest {
  readonly count: boolean;
  readonly facets: readonly string[];
}

/** A page, in the order of the list, and the places to go on from: null where nothing stands beyond. */
export interface Listing<Item> {
  readonly items: Item[];
  readonly next: Key | null;
  readonly prev: Key | null;
  /** Whether only a part of what was searched for was looked at. Given with a search. */
  readonly isPartial?: boolean;
}

/** A row with its place in the list. */
export interface Placed<Item> {
  readonly at: Key;
  readonly item: Item;
}

/** A list as it is asked for: a page of it, what each item includes, what is told of the whole. */
export interface AskedList {
  readonly request: ListRequest;
  /** Paths of parts, each with the parts that it stands in. */
  readonly include: ReadonlySet<string>;
  readonly summary: SummaryRequest;
}

/** Asks a list for a page, of nothing but the items themselves. */
export const plainly = (request: ListRequest): AskedList => ({
  request,
  include: new Set(),
  summary: { count: false, facets: [] },
});

/** A page, and what else was asked of its list. */
export type AnsweredList<Item> = Listing<Item> & Summary & { readonly missing?: readonly string[] };

export interface ListReads<Item> {
  list(request: ListRequest): Promise<Listing<Item>>;
  summarise(request: ListRequest, wanted: SummaryRequest): Promise<Summary>;
}

/** Answers a list from a store: named rows in the order of their names, and the counts that are wanted. */
export async function answerList<Item extends { readonly id: string; readonly slug?: string }>(
  { list, summarise }: ListReads<Item>,
  request: ListRequest,
  wanted: SummaryRequest,
): Promise<AnsweredList<Item>> {
  const listing = await list(request);
  const summary = wanted.count || wanted.facets.length > 0 ? await summarise(request, wanted) : {};
  if (request.named === undefined) return { ...listing, ...summary };
  const { refs } = request.named;
  const byName = new Map(
    listing.items.flatMap((item) => [[item.id, item] as const, [item.slug ?? item.id, item] as const]),
  );
  const found = refs.map((ref) => byName.get(ref) ?? byName.get(ref.toLowerCase()));
  return {
    ...listing,
    items: found.filter((item) => item !== undefined),
    next: null,
    prev: null,
    missing: refs.filter((_ref, index) => found[index] === undefined),
    ...summary,
  };
}

/**
 * The page in `rows`: up to `limit + 1` of them, in the order they were read in (against the order of the list for
 * `before`). The extra row only says that more stand beyond.
 */
export function toListing<Item>(rows: readonly Placed<Item>[], page: PageRequest): Listing<Item> {
  const more = rows.length > page.limit;
  const taken = rows.slice(0, page.limit);
  if (page.before !== undefined) taken.reverse();
  const first = taken[0]?.at ?? null;
  const last = taken.at(-1)?.at ?? null;
  return {
    items: taken.map(({ item }) => item),
    next: more || page.before !== undefined ? last : null,
    prev: page.after !== undefined || (page.before !== undefined && more) ? first : null,
  };
}

/**
 * The request with the values of its filters on some fields, which are references, replaced by the keys of what they
 * refer to. Throws `invalid-request`, naming the parameter, for a reference that `keyOf` refuses.
 */
export async function resolveFilters(
  request: ListRequest,
  fields: readonly string[],
  keyOf: (ref: string) => Promise<number>,
): Promise<ListRequest> {
  if (!request.filters.some(({ field }) => fields.includes(field))) return request;
  const filters = [];
  for (const filter of request.filters)
    filters.push(fields.includes(filter.field) ? { ...filter, values: await keysOf(filter, keyOf) } : filter);
  return { ...request, filters };
}

async function keysOf(
  { field, operator, values }: Filter,
  keyOf: (ref: string) => Promise<number>,
): Promise<number[]> {
  const keys = [];
  for (const value of values) {
    try {
      keys.push(await keyOf(String(value)));
    } catch (error) {
      if (!(error instanceof ClaimwireError) || error.code === 'unavailable') throw error;
      const parameter = operator === 'in' ? field : `${field}[${operator}]`;
      throw new ClaimwireError('invalid-request', undefined, {
        issues: [{ parameter, detail: error.message }],
      });
    }
  }
  return keys;
}
