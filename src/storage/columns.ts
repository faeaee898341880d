/**
 * The column kit: the few words in which every table is described, so that one description serves each dialect.
 * Types are SQLite's.
 */
import {
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

export const sqliteKit = {
  table: sqliteTable,
  /** The inner key of a table: rises, is never used twice, never leaves the house. */
  key: () => integer().primaryKey({ autoIncrement: true }),
  text: () => text(),
  /** One of a list of words; the list is never empty, which drizzle wants to see in its type. */
  word: <Word extends string>(words: readonly Word[]) => text({ enum: words as [Word, ...Word[]] }),
  int: () => integer(),
  bool: () => integer({ mode: 'boolean' }),
  json: <Value>() => text({ mode: 'json' }).$type<Value>(),
  index,
  uniqueIndex,
  primaryKey,
  foreignKey,
  check,
};

export type Kit = typeof sqliteKit;
