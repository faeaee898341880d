/**
 * What this database alone knows, in SQL.
 */
import { eq } from 'drizzle-orm';
import type { SecretReads, SecretStore } from '../articles/store.js';
import type { ChangeLog } from './changes.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

export function readSecrets(db: Database, { secrets }: Tables): SecretReads {
  return {
    async find(name) {
      const [row] = await db.select({ value: secrets.value }).from(secrets).where(eq(secrets.name, name));
      return row?.value;
    },
  };
}

export function writeSecrets(db: Database, tables: Tables, { at }: ChangeLog): SecretStore {
  const { secrets } = tables;
  const { find } = readSecrets(db, tables);
  return {
    find,
    async findOrMake(name, make) {
      const held = await find(name);
      if (held !== undefined) return held;
      // Another node may be making it at the same time.
      await db.insert(secrets).values({ name, value: make(), at }).onConflictDoNothing();
      return (await find(name)) as string;
    },
  };
}
