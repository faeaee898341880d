/**
 * Rows that belong to a row, read with it in one of its columns: a statement that is asked once costs less than two.
 */
import { is, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';
import type { Database } from './database.js';
import { cellsOf, compileReader, type Fields } from './row-reader.js';

export interface Nested {
  readonly fields: Fields;
  readonly order: SQLWrapper;
  /** The select of `rows` from what belongs to a row of the statement that it becomes a column of. */
  readonly select: (rows: SQL) => SQLWrapper;
}

/** A column that holds all rows of a select, in their order. Drizzle has no such functions; the columns are ours. */
export function nested<Row>(db: Database, { fields, order, select }: Nested): SQL<Row[]> {
  const cells = sql.join(
    cellsOf(fields).map((cell) => sql`${cell}`),
    sql`, `,
  );
  const rows = is(db, BaseSQLiteDatabase)
    ? sql`json_group_array(json_array(${cells}) order by ${order})`
    : sql`coalesce(json_agg(json_build_array(${cells}) order by ${order}), '[]')`;
  const read = compileReader(fields);
  return sql<Row[]>`${select(rows)}`.mapWith((given: string | unknown[][]) => {
    if (given === '[]') return [];
    const found = typeof given === 'string' ? (JSON.parse(given) as unknown[][]) : given;
    return found.map(read) as Row[];
  });
}
