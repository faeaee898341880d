/**
 * Keys in SQL.
 */
import { and, asc, desc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { KeyReads, KeyStore } from '../keys/store.js';
import type { ChangeLog } from './changes.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

const shown = ({ apiKeys }: Tables) => ({
  id: apiKeys.id,
  name: apiKeys.name,
  scope: apiKeys.scope,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
});

const isUsable = ({ apiKeys }: Tables, at: string) =>
  and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, at)));

export function readKeys(db: Database, tables: Tables): KeyReads {
  const { apiKeys } = tables;
  return {
    list: async () => db.select(shown(tables)).from(apiKeys).orderBy(asc(apiKeys.key)),
    records: async (at, limit) =>
      db
        .select({ ...shown(tables), hash: apiKeys.hash })
        .from(apiKeys)
        .orderBy(sql`case when ${isUsable(tables, at)} then 0 else 1 end`, desc(apiKeys.key)) // ours; `at` is bound
        .limit(limit),
  };
}

export function writeKeys(db: Database, tables: Tables, log: ChangeLog): KeyStore {
  const { apiKeys } = tables;
  return {
    countUsable: async () => db.$count(apiKeys, isUsable(tables, log.at)),
    async insert(key) {
      await db.insert(apiKeys).values({ ...key, createdAt: log.at, revokedAt: null });
      const { hash: _hash, ...shown } = key;
      return { ...shown, createdAt: log.at, revokedAt: null };
    },
    async revoke(id) {
      await db
        .update(apiKeys)
        .set({ revokedAt: log.at })
        .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
      const [key] = await db.select(shown(tables)).from(apiKeys).where(eq(apiKeys.id, id));
      return key;
    },
    ...readKeys(db, tables), // last: V8 is slow to add to what was spread
  };
}
