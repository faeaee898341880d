/**
 * Where the tables of a database file stand against the migrations of this release.
 */
import { fileURLToPath } from 'node:url';
import type Driver from 'better-sqlite3';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { SchemaState } from '../storage.js';

export const MIGRATIONS = fileURLToPath(new URL('../../../../migrations/sqlite', import.meta.url));

export function schemaStateOf(connection: Driver.Database): SchemaState {
  const known = readMigrationFiles({ migrationsFolder: MIGRATIONS }).length;
  const applied = appliedMigrations(connection);
  if (applied === known) return 'current';
  if (applied === 0) return 'empty';
  return applied < known ? 'older' : 'newer';
}

function appliedMigrations(connection: Driver.Database): number {
  const held = connection.prepare("select 1 from sqlite_master where name = '__drizzle_migrations'").get();
  if (held === undefined) return 0;
  return connection.prepare('select count(*) from __drizzle_migrations').pluck().get() as number;
}
