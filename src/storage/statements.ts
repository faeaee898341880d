/**
 * Selects that are built once for each shape of question and run with the values of each: to build one costs a hundred
 * times what it costs to run.
 */
import { Column, is, SQL, sql } from 'drizzle-orm';
import type { ListRequest } from '../kernel/page.js';

const SHAPES_MAX = 500; // statements kept for each store; beyond them those that were built first are built again

type Fields = { readonly [name: string]: unknown };
type Values = Record<string, unknown>;

/** A select as drizzle builds it, for either engine. */
interface Select extends PromiseLike<unknown[]> {
  prepare(): { values?(values: Values): unknown[][]; execute(values: Values): PromiseLike<unknown> };
}

export interface Statements {
  /** The rows of a select of `fields`, which `build` makes the first time that a shape is asked for. */
  rows<Query extends Select>(
    shape: string,
    fields: Fields,
    build: () => Query,
    values: Values,
  ): Promise<Awaited<Query>>;
  /** The same for what a list is asked. A search is part of its statement, which is then built for this time alone. */
  page<Query extends Select>(
    shape: string,
    fields: Fields,
    build: () => Query,
    asked: Bound,
  ): Promise<Awaited<Query>>;
}

/** For the stores over one handle. */
export function createStatements(): Statements {
  const held = new Map<string, (values: Values) => Promise<unknown[]>>();
  const statements: Statements = {
    async rows(shape, fields, build, values) {
      let run = held.get(shape);
      if (run === undefined) {
        run = prepare(build(), fields);
        if (held.size >= SHAPES_MAX) held.delete(held.keys().next().value as string);
        held.set(shape, run);
      }
      return (await run(values)) as never;
    },
    async page(shape, fields, build, { request, values, shape: ofValues }) {
      if (request.search === undefined)
        return (await statements.rows(`${shape} ${ofValues}`, fields, build, values)) as never;
      return (await prepare(build(), fields)(values)) as never;
    },
  };
  return statements;
}

function prepare(query: Select, fields: Fields): (values: Values) => Promise<unknown[]> {
  const prepared = query.prepare();
  // Only SQLite gives bare rows; to them the mapper below is several times faster than drizzle's own.
  if (prepared.values === undefined) return async (values) => (await prepared.execute(values)) as unknown[];
  const { read } = rowReader(fields, 0, false);
  return async (values) => {
    const rows = prepared.values?.(values) ?? [];
    return rows.map((row) => read(row));
  };
}

type Reader = (row: readonly unknown[]) => unknown;

/** Reads an object of fields from a row, in the order in which drizzle selects them; a part of nothing but nulls is null. */
export function rowReader(fields: Fields, start: number, isPart: boolean): { read: Reader; end: number } {
  const names: string[] = [];
  const readers: Reader[] = [];
  let at = start;
  for (const [name, field] of Object.entries(fields)) {
    names.push(name);
    if (is(field, Column) || is(field, SQL) || is(field, SQL.Aliased)) {
      readers.push(valueReader(field, at));
      at += 1;
    } else {
      const part = rowReader(field as Fields, at, true);
      readers.push(part.read);
      at = part.end;
    }
  }
  return {
    end: at,
    read(row) {
      const object: Record<string, unknown> = {};
      let isEmpty = true;
      for (let index = 0; index < names.length; index += 1) {
        const value = (readers[index] as Reader)(row);
        if (value !== null) isEmpty = false;
        object[names[index] as string] = value;
      }
      return isPart && isEmpty ? null : object;
    },
  };
}

function valueReader(field: Column | SQL | SQL.Aliased, at: number): Reader {
  const decoder = is(field, Column)
    ? field
    : ((is(field, SQL.Aliased) ? field.sql : field) as unknown as { decoder: Column }).decoder;
  if (decoder.mapFromDriverValue === Column.prototype.mapFromDriverValue) return (row) => row[at] ?? null;
  return (row) => {
    const value = row[at];
    return value === null || value === undefined ? null : decoder.mapFromDriverValue(value);
  };
}

/** A question whose values are placeholders, the values by their names, and what tells the shape. */
export interface Bound {
  readonly request: ListRequest;
  readonly values: Values;
  readonly shape: string;
}

/**
 * Takes the values out of a question, so that questions of one shape are one statement. The limit is one row more than
 * asked for: the extra row only says that more stand beyond.
 */
export function bind({ filters, named, after, before, limit, ...rest }: ListRequest): Bound {
  const values: Values = { limit: limit + 1 };
  let shape = '';
  const hold = (name: string, value: unknown): never => {
    values[name] = value;
    return sql.placeholder(name) as never; // stands for its value wherever a condition takes one
  };
  const holdAll = (name: string, list: readonly unknown[] = []) => {
    shape += `${name} ${list.length};`;
    return list.map((value, index) => hold(`${name}_${index}`, value));
  };
  const request: ListRequest = {
    ...rest,
    limit: sql.placeholder('limit') as never,
    filters: filters.map((filter, place) => {
      shape += `${filter.field} ${filter.operator} `;
      if (filter.operator !== 'is') return { ...filter, values: holdAll(String(place), filter.values) };
      shape += `${filter.values[0]};`;
      return filter;
    }),
    ...(named && { named: { refs: [], ids: holdAll('id', named.ids), slugs: holdAll('slug', named.slugs) } }),
    ...(after && { after: holdAll('after', after) }),
    ...(before && { before: holdAll('before', before) }),
  };
  return { request, values, shape };
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
