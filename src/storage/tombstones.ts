/**
 * What was deleted: remembered, so that it is told from what never was.
 */
import { and, eq } from 'drizzle-orm';
import { isId } from '../kernel/ids.js';
import type { ChangeLog, ChangeType } from './changes.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

/** Who looks: readers, to whom only what is published is there, or writers, to whom all is. */
export type Sight = 'published' | 'all';

/** Whether a thing with this id or slug was deleted. */
export function readTombstones(db: Database, { tombstones }: Tables, type: ChangeType, sight: Sight) {
  return async (ref: string): Promise<boolean> => {
    const named = isId(ref) ? eq(tombstones.id, ref.toLowerCase()) : eq(tombstones.slug, ref);
    const isSeen = sight === 'all' ? undefined : eq(tombstones.shown, true);
    const [found] = await db
      .select({ id: tombstones.id })
      .from(tombstones)
      .where(and(eq(tombstones.type, type), named, isSeen))
      .limit(1);
    return found !== undefined;
  };
}

export interface Buried {
  readonly id: string;
  readonly slug: string | null;
  readonly version: number;
  readonly shown: boolean;
}

/** Keeps what a thing was and remembers that it is deleted, just before it is. */
export async function bury(
  db: Database,
  { tombstones }: Tables,
  log: ChangeLog,
  { type, id, slug, version: stored, shown }: Buried & { type: ChangeType },
): Promise<void> {
  const version = await log.end(type, id, stored);
  await db.insert(tombstones).values({ type, id, slug, version, at: log.at, shown });
}
