/**
 * The column kit: the few words in which every table is described, so that one description serves each dialect.
 * The static types are SQLite's; PostgreSQL's kit is cast to them, which the compiler cannot check: the same tests run
 * on both engines instead.
 */
import * as pg from 'drizzle-orm/pg-core';
import * as sqlite from 'drizzle-orm/sqlite-core';

export const sqliteKit = {
  table: sqlite.sqliteTable,
  /** The inner key of a table: rises, is never used twice, never leaves the house. */
  key: () => sqlite.integer().primaryKey({ autoIncrement: true }),
  text: () => sqlite.text(),
  /** One of a list of words; the list is never empty, which drizzle wants to see in its type. */
  word: <Word extends string>(words: readonly Word[]) => sqlite.text({ enum: words as [Word, ...Word[]] }),
  int: () => sqlite.integer(),
  bool: () => sqlite.integer({ mode: 'boolean' }),
  json: <Value>() => sqlite.text({ mode: 'json' }).$type<Value>(),
  index: sqlite.index,
  uniqueIndex: sqlite.uniqueIndex,
  primaryKey: sqlite.primaryKey,
  check: sqlite.check,
};

export type Kit = typeof sqliteKit;

/** Text in code point order, as SQLite has it, whatever the locale of the server. */
const text = pg.customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

export const postgresKit = {
  table: pg.pgTable,
  key: () => pg.bigint({ mode: 'number' }).primaryKey().generatedByDefaultAsIdentity(),
  text: () => text(),
  word: () => text(),
  int: () => pg.bigint({ mode: 'number' }),
  bool: () => pg.boolean(),
  json: () => pg.json(), // keeps the text as it was given, which jsonb does not
  index: pg.index,
  uniqueIndex: pg.uniqueIndex,
  primaryKey: pg.primaryKey,
  check: pg.check,
} as unknown as Kit;
