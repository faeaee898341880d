/**
 * Lists: how a page of one is asked for and answered, by keyset over a total order. Nothing here knows URLs or SQL.
 */

import { ClaimwireError } from './errors.js';

/** The place of a row in its list: the values it is sorted by, the last of them unique. */
export type Key = readonly (string | number)[];

export type Operator = 'in' | 'gte' | 'gt' | 'lte' | 'lt';

/** One condition: `in` holds for any of its values, the others have exactly one. */
export interface Filter {
  readonly field: string;
  readonly operator: Operator;
  readonly values: readonly (string | number)[];
}

/** At most `limit` rows, from just after or just before a place, or from the start. */
export interface PageRequest {
  readonly limit: number;
  readonly after?: Key;
  readonly before?: Key;
}

export interface ListRequest extends PageRequest {
  readonly filters: readonly Filter[];
}

/** A page, in the order of the list, and the places to go on from: null where nothing stands beyond. */
export interface Listing<Item> {
  readonly items: Item[];
  readonly next: Key | null;
  readonly prev: Key | null;
}

/** A row with its place in the list. */
export interface Placed<Item> {
  readonly at: Key;
  readonly item: Item;
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
 * The request with the values of its filters on `field`, which are references, replaced by the keys of what they refer
 * to. Throws `invalid-request`, naming the parameter, for a reference that `keyOf` refuses.
 */
export async function resolveFilter(
  request: ListRequest,
  field: string,
  keyOf: (ref: string) => Promise<number>,
): Promise<ListRequest> {
  const filters = [];
  for (const filter of request.filters)
    filters.push(filter.field === field ? { ...filter, values: await keysOf(filter, keyOf) } : filter);
  return { ...request, filters };
}

async function keysOf({ field, values }: Filter, keyOf: (ref: string) => Promise<number>): Promise<number[]> {
  const keys = [];
  for (const value of values) {
    try {
      keys.push(await keyOf(String(value)));
    } catch (error) {
      if (!(error instanceof ClaimwireError) || error.code === 'unavailable') throw error;
      throw new ClaimwireError('invalid-request', undefined, {
        issues: [{ parameter: field, detail: error.message }],
      });
    }
  }
  return keys;
}
