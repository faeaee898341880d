/**
 * Selects that are built once for each shape of question and run with the values of each: to build one costs a hundred
 * times what it costs to run.
 */
import { sql } from 'drizzle-orm';
import type { ListRequest } from '../kernel/page.js';
import { compileReader, type Fields } from './row-reader.js';

const SHAPES_MAX = 500; // statements kept for each store; beyond them those that were built first are built again

type Values = Record<string, unknown>;

/** A select as drizzle builds it, for either engine. */
interface Select extends PromiseLike<unknown[]> {
  readonly _: { readonly selectedFields: unknown };
  prepare(): { values?(values: Values): unknown[][]; execute(values: Values): PromiseLike<unknown> };
}

export interface Statements {
  /** The rows of a select, which `build` makes the first time that a shape is asked for. */
  rows<Query extends Select>(shape: string, build: () => Query, values: Values): Promise<Awaited<Query>>;
  /** The same for what a list is asked. A search is part of its statement, which is then built for this time alone. */
  page<Query extends Select>(shape: string, build: () => Query, asked: Bound): Promise<Awaited<Query>>;
}

/** For the stores over one handle. */
export function createStatements(): Statements {
  const held = new Map<string, (values: Values) => PromiseLike<unknown> | unknown[]>();
  const statements: Statements = {
    async rows(shape, build, values) {
      let run = held.get(shape);
      if (run === undefined) {
        run = prepare(build());
        if (held.size >= SHAPES_MAX) held.delete(held.keys().next().value as string);
        held.set(shape, run);
      }
      return (await run(values)) as never;
    },
    async page(shape, build, { isSearch, values, shape: ofValues }) {
      if (isSearch) return (await prepare(build())(values)) as never;
      return (await statements.rows(`${shape} ${ofValues}`, build, values)) as never;
    },
  };
  return statements;
}

function prepare(query: Select): (values: Values) => PromiseLike<unknown> | unknown[] {
  const prepared = query.prepare();
  // Only SQLite gives bare rows; to them the compiled reader is several times faster than drizzle's own mapper.
  if (prepared.values === undefined) return (values) => prepared.execute(values);
  const read = compileReader(query._.selectedFields as Fields);
  return (values) => (prepared.values?.(values) ?? []).map(read);
}

/** A question, the values in it by name, and what tells its shape. */
export interface Bound {
  /** The question with placeholders in the place of its values; made where a statement is built. */
  request(): ListRequest;
  readonly values: Values;
  readonly shape: string;
  readonly isSearch: boolean;
}

const HELD = ['after', 'before'] as const;

/**
 * Takes the values out of a question, so that questions of one shape are one statement. The limit, which is one row more
 * than asked for since that only says that more stand beyond, stays: SQLite takes one that it does not know for endless, and
 * a page of a few rows costs it four times as much.
 */
export function bind(request: ListRequest): Bound {
  const { filters, named, limit } = request;
  const values: Values = {};
  let shape = `${limit} `;
  const hold = (name: string, list: readonly unknown[]) => {
    shape += `${name} ${list.length};`;
    for (let index = 0; index < list.length; index += 1) values[`${name}_${index}`] = list[index];
  };
  filters.forEach((filter, place) => {
    shape += `${filter.field} ${filter.operator} `;
    if (filter.operator === 'is') shape += `${filter.values[0]};`;
    else hold(String(place), filter.values);
  });
  if (named !== undefined) {
    hold('id', named.ids);
    hold('slug', named.slugs);
  }
  for (const side of HELD) {
    const place = request[side];
    if (place !== undefined) hold(side, place);
  }
  return { values, shape, isSearch: request.search !== undefined, request: () => withPlaceholders(request) };
}

function withPlaceholders({ limit, filters, named, after, before, ...rest }: ListRequest): ListRequest {
  const all = (name: string, list: readonly unknown[]): never[] =>
    list.map((_value, index) => sql.placeholder(`${name}_${index}`) as never); // it stands wherever a value may
  return {
    ...rest,
    limit: sql.raw(String(limit + 1)) as never, // a number of ours; drizzle would bind it
    filters: filters.map((filter, place) =>
      filter.operator === 'is' ? filter : { ...filter, values: all(String(place), filter.values) },
    ),
    ...(named && { named: { refs: [], ids: all('id', named.ids), slugs: all('slug', named.slugs) } }),
    ...(after && { after: all('after', after) }),
    ...(before && { before: all('before', before) }),
  };
}

const KEY_CLASSES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000];

/** Placeholders for some keys, of which the last is repeated up to one of few lengths, so that shapes stay few. */
export function bindKeys<Value extends string | number>(
  keys: readonly Value[],
  name = 'r',
): { keys: Value[]; values: Values; shape: string } {
  const length = KEY_CLASSES.find((size) => size >= keys.length) ?? keys.length;
  const values: Values = {};
  const placeholders = Array.from({ length }, (_, index) => {
    values[`${name}${index}`] = keys[index] ?? keys.at(-1);
    return sql.placeholder(`${name}${index}`) as unknown as Value;
  });
  return { keys: placeholders, values, shape: String(length) };
}
