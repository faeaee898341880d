/**
 * A handle that builds each statement once for its shape, and from then on only binds what it is given: to build one costs
 * ten times what it costs to run. Whoever writes a statement need not know.
 */
import type Driver from 'better-sqlite3';
import {
  Column,
  getTableColumns,
  getTableName,
  Name,
  Param,
  Placeholder,
  SQL,
  StringChunk,
  Table,
} from 'drizzle-orm';
import type { Database } from '../database.js';
import { compileReader } from '../row-reader.js';

const SHAPES_MAX = 2_000;

/** What begins a statement, and what can follow; anything else is asked of the builder itself. */
const BEGINNINGS = ['select', 'selectDistinct', 'insert', 'update', 'delete'] as const;
const PARTS = [
  'from',
  'leftJoin',
  'innerJoin',
  'where',
  'orderBy',
  'limit',
  'values',
  'set',
  'returning',
  'onConflictDoUpdate',
  'onConflictDoNothing',
] as const;

type Call = readonly [name: string, parameters: readonly unknown[]];
type Builder = Record<string, (...parameters: unknown[]) => Builder>;
type Run = (values: readonly unknown[]) => unknown;

/** Says of a statement that its shape cannot be told; it is built each time. */
class Shapeless extends Error {}

export function rememberStatements(db: Database, connection: Driver.Database): Database {
  const runs = new Map<string, Run | null>();

  const build = (calls: readonly Call[]): Builder =>
    calls.reduce<Builder>(
      (builder, [name, parameters]) => (builder[name] as Builder[string]).apply(builder, [...parameters]),
      db as unknown as Builder,
    );

  const compile = (calls: readonly Call[], count: number): Run => {
    const holders = createHolders();
    const built = build(holders.replace(calls)) as unknown as { toSQL(): { sql: string; params: unknown[] } };
    const { sql, params } = built.toSQL();
    const order = params.map(placeOf);
    if (order.length !== count || order.includes(-1)) throw new Shapeless();
    const statement = connection.prepare(sql);
    const bind = (values: readonly unknown[]) => order.map((place) => values[place]);
    const fields = fieldsOf(calls);
    if (fields === null) return (values) => statement.run(...bind(values));
    const read = compileReader(fields);
    const rows = statement.raw();
    return (values) => (rows.all(...bind(values)) as unknown[][]).map(read);
  };

  /** What a statement gives; of one whose shape cannot be told, the builder's own, which is yet to be run. */
  const run = (calls: readonly Call[]): unknown => {
    const values: unknown[] = [];
    let shape = '';
    try {
      shape = shapeOf(calls, values);
      let known = runs.get(shape);
      if (known === undefined) {
        known = compileOrNot(calls, values.length);
        if (runs.size >= SHAPES_MAX) runs.delete(runs.keys().next().value as string);
        runs.set(shape, known);
      }
      if (known !== null) return known(values);
    } catch (error) {
      if (!(error instanceof Shapeless)) throw error;
    }
    return build(calls);
  };

  const compileOrNot = (calls: readonly Call[], count: number): Run | null => {
    try {
      return compile(calls, count);
    } catch (error) {
      if (error instanceof Shapeless) return null;
      throw error;
    }
  };

  const of: Of = { run, build };
  return new Proxy(db, {
    get(target, name) {
      if ((BEGINNINGS as readonly unknown[]).includes(name))
        return (...parameters: unknown[]) => new Statement(of, [[name as string, parameters]]);
      const held = Reflect.get(target, name) as unknown;
      return typeof held === 'function' ? held.bind(target) : held;
    },
  });
}

interface Of {
  run(calls: readonly Call[]): unknown;
  build(calls: readonly Call[]): Builder;
}

/** A statement as far as it is written; run when it is waited for, as the builder's are. */
class Statement {
  constructor(
    readonly of: Of,
    readonly calls: Call[],
  ) {}

  /** Called by whoever waits: nothing is chained to it, and so it need not give a promise, of which there would be many. */
  // biome-ignore lint/suspicious/noThenProperty: that is how a statement is waited for
  then(resolve: (result: unknown) => void, reject: (error: unknown) => void): void {
    let result: unknown;
    try {
      result = this.of.run(this.calls);
    } catch (error) {
      reject(error);
      return;
    }
    resolve(result);
  }
}

for (const name of PARTS)
  Object.defineProperty(Statement.prototype, name, {
    value(this: Statement, ...parameters: unknown[]) {
      this.calls.push([name, parameters]);
      return this;
    },
  });
/** Whatever else a statement is asked for is asked of the builder, which is then run itself. */
const builder = new Proxy(Object.prototype, {
  get(_prototype, name, statement: Statement) {
    if (typeof name !== 'string') return undefined;
    const built = statement.of.build(statement.calls);
    const held = built[name] as unknown;
    return typeof held === 'function' ? held.bind(built) : held;
  },
});
Object.setPrototypeOf(Statement.prototype, builder);

/** The place of a value whose placeholder a built statement holds; -1 for anything else. */
function placeOf(param: unknown): number {
  const held = param instanceof Param ? param.value : param;
  return held instanceof Placeholder ? Number(held.name) : -1;
}

/** What a statement gives: the fields of a select, what a write returns, or null. */
function fieldsOf(calls: readonly Call[]): Record<string, unknown> | null {
  const [[beginning, [given]] = ['', []]] = calls;
  const tableOf = (name: string) => calls.find(([each]) => each === name)?.[1][0] as Table;
  if (beginning.startsWith('select'))
    return (given as Record<string, unknown> | undefined) ?? getTableColumns(tableOf('from'));
  const returning = calls.find(([name]) => name === 'returning');
  if (returning === undefined) return null;
  return (returning[1][0] as Record<string, unknown> | undefined) ?? getTableColumns(given as Table);
}

const columnsOf = new WeakMap<Table, readonly [name: string, column: Column][]>();

/** The columns that a row may have, in the order in which the builder names them. */
function columnsIn(table: Table): readonly [name: string, column: Column][] {
  const known = columnsOf.get(table);
  if (known !== undefined) return known;
  const columns = Object.entries(getTableColumns(table));
  columnsOf.set(table, columns);
  return columns;
}

/** Everything about a statement but its values, which are put into `values` as the driver wants them. */
function shapeOf(calls: readonly Call[], values: unknown[]): string {
  const table = calls[0]?.[1][0] as Table;
  let shape = '';
  const row = (given: Record<string, unknown>): void => {
    for (const [name, column] of columnsIn(table)) {
      const value = given[name];
      if (value === undefined) continue;
      shape += `${name} `;
      if (value instanceof SQL) walk(value);
      else values.push(value === null ? null : column.mapToDriverValue(value));
    }
    shape += ';';
  };
  const walk = (part: unknown): void => {
    if (part === undefined) shape += '_';
    else if (part instanceof StringChunk)
      shape += part.value.length === 1 ? part.value[0] : part.value.join('');
    else if (part instanceof Param) {
      values.push(part.value === null ? null : part.encoder.mapToDriverValue(part.value));
      shape += '?';
    } else if (part instanceof Column) shape += `${getTableName(part.table)}.${part.name}`;
    else if (part instanceof Table) shape += `<${getTableName(part)}>`;
    else if (part instanceof SQL) {
      if (part.queryChunks.length === 0) shape += '_';
      for (const chunk of part.queryChunks) walk(chunk);
    } else if (part instanceof Name) shape += `"${part.value}"`;
    else if (Array.isArray(part)) {
      shape += `[${part.length}`;
      for (const each of part) walk(each);
      shape += ']';
    } else if (typeof part === 'string' || typeof part === 'number' || part === null) {
      values.push(part);
      shape += '?';
    } else if (
      typeof part === 'object' &&
      Object.getPrototypeOf(part) === Object.prototype &&
      !('then' in part)
    )
      for (const [name, field] of Object.entries(part)) {
        shape += `${name}:`;
        walk(field);
      }
    else throw new Shapeless();
  };
  for (const [name, parameters] of calls) {
    shape += ` ${name} `;
    if (name === 'values') for (const given of rowsOf(parameters[0])) row(given);
    else if (name === 'set') row(parameters[0] as Record<string, unknown>);
    else if (name === 'limit') shape += String(parameters[0]);
    else if (name === 'onConflictDoUpdate') {
      const { target, set, ...rest } = parameters[0] as { target: unknown; set: Record<string, unknown> };
      if (Object.keys(rest).length > 0) throw new Shapeless();
      walk(target);
      row(set);
    } else for (const parameter of parameters) walk(parameter);
  }
  return shape;
}

const rowsOf = (given: unknown): Record<string, unknown>[] =>
  (Array.isArray(given) ? given : [given]) as Record<string, unknown>[];

/** Puts a placeholder where each value stands, in the order in which `shapeOf` finds them. */
function createHolders() {
  let count = 0;
  const hold = () => new Placeholder(String(count++));
  const walk = (part: unknown): unknown => {
    if (part instanceof Param) return new Param(hold(), part.encoder);
    if (part instanceof SQL) {
      const copy = new SQL(part.queryChunks.map((chunk) => walk(chunk) as SQL));
      return copy;
    }
    if (
      part instanceof StringChunk ||
      part instanceof Column ||
      part instanceof Table ||
      part instanceof Name
    )
      return part;
    if (Array.isArray(part)) return part.map(walk);
    return typeof part === 'string' || typeof part === 'number' || part === null ? hold() : part;
  };
  const row = (table: Table, given: Record<string, unknown>) => ({
    ...given,
    ...Object.fromEntries(
      columnsIn(table).flatMap(([name]) => {
        const value = given[name];
        if (value === undefined) return [];
        return [[name, value instanceof SQL ? walk(value) : hold()]];
      }),
    ),
  });
  return {
    replace(calls: readonly Call[]): Call[] {
      const table = calls[0]?.[1][0] as Table;
      return calls.map(([name, parameters]) => {
        const [first] = parameters;
        if (name === 'values') {
          const rows = rowsOf(first).map((given) => row(table, given));
          return [name, [Array.isArray(first) ? rows : rows[0]]];
        }
        if (name === 'set') return [name, [row(table, first as Record<string, unknown>)]];
        if (name === 'onConflictDoUpdate') {
          const { target, set } = first as { target: unknown; set: Record<string, unknown> };
          return [name, [{ target, set: row(table, set) }]];
        }
        return name === 'where' || name === 'orderBy' || name.endsWith('Join')
          ? [name, parameters.map(walk)]
          : [name, parameters];
      });
    },
  };
}
