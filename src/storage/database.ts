/** The handle that all query code is written against: drizzle's SQLite builder, whichever engine is behind it. */
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';

export type Database = BetterSQLite3Database;
