/**
 * JSON that the database makes of its rows, byte for byte what JSON.stringify makes of the same: to make objects of rows
 * first takes twice as long.
 */
import { is, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { BaseSQLiteDatabase, SQLiteTextJson } from 'drizzle-orm/sqlite-core';
import type { Database } from './database.js';

const HEX = '[0-9a-fA-F]';
const ID = [
  HEX.repeat(8),
  HEX.repeat(4),
  `[1-8]${HEX.repeat(3)}`,
  `[89abAB]${HEX.repeat(3)}`,
  HEX.repeat(12),
].join('-');
const ID_GLOB = sql.raw(`'${ID}'`);
const ID_PATTERN = sql.raw(`'^${ID}$'`);

/** What an object holds, by name, in this order. Names are our own words. */
export type JsonFields = { readonly [name: string]: SQLWrapper };

/** Expressions for the engine of a handle; drizzle has no such functions. */
export function jsonOf(db: Database) {
  const isSqlite = is(db, BaseSQLiteDatabase);
  const [toObject, toList, withoutNulls] = isSqlite
    ? [sql`json_object`, sql`json_group_array`, (json: SQL) => sql`json_patch('{}', ${json})`]
    : [sql`json_build_object`, sql`json_agg`, (json: SQL) => sql`json_strip_nulls(${json})`];

  /** SQLite keeps lists and objects as text, which it would quote. */
  const cellOf = (field: SQLWrapper) => (is(field, SQLiteTextJson) ? sql`json(${field})` : sql`${field}`);

  const object = (fields: JsonFields): SQL => {
    const parts = Object.entries(fields).map(
      ([name, field]) => sql`${sql.raw(`'${name}'`)}, ${cellOf(field)}`,
    );
    return sql`${toObject}(${sql.join(parts, sql`, `)})`;
  };

  return {
    object,

    /** An object without the fields that are null. */
    objectOfFilled: (fields: JsonFields): SQL => withoutNulls(object(fields)),

    /** What a select of one column gives for all its rows: a list of objects, in this order. */
    list(fields: JsonFields, order: SQLWrapper): SQL {
      const rows = sql`${toList}(${object(fields)} order by ${order})`;
      return isSqlite ? rows : sql`coalesce(${rows}, '[]')`; // which is null where there are none
    },

    /** Whether a text looks like an id, as `isId` says. */
    isId: (text: SQLWrapper): SQL => (isSqlite ? sql`${text} glob ${ID_GLOB}` : sql`${text} ~ ${ID_PATTERN}`),

    /** An object as its JSON in UTF-8. */
    bytes(fields: JsonFields): SQL<Uint8Array> {
      const json = object(fields);
      return (isSqlite ? sql`cast(${json} as blob)` : json).mapWith((given: unknown) =>
        given instanceof Uint8Array ? given : Buffer.from(JSON.stringify(given)),
      );
    },
  };
}
