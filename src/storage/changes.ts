/**
 * The announcement of writes: one row in `changes` and one step of the version for each thing that a transaction
 * changes, however often it touches it.
 */
import type { Clock } from '../kernel/time.js';
import type { Database } from './database.js';
import type { changeOperations, changeTypes, Tables } from './tables.js';

const ROWS_AT_ONCE = 1_000; // each has six values, and a statement takes 32,766

export type ChangeType = (typeof changeTypes)[number];
export type ChangeOperation = (typeof changeOperations)[number];

/** What a transaction did to each thing that it changed, by id. */
export type RecordedChanges = ReadonlyMap<string, ChangeOperation>;

export interface ChangeLog {
  /** The instant of the transaction. */
  readonly at: string;
  /** A new id for a part of something. */
  readonly newId: () => string;
  readonly recorded: RecordedChanges;
  /** The version that a thing has after this change; `stored` is the one it has now, 0 for a new thing. */
  step(type: ChangeType, id: string, stored: number): number;
  /** Writes the announcements, as the last act of the transaction; gives the last `seq`, or null if nothing changed. */
  announce(): Promise<number | null>;
}

export interface ChangeLogOptions {
  readonly clock: Clock;
  readonly newId: () => string;
  /** The id of the key that is written with. */
  readonly by?: string | undefined;
}

export function createChangeLog(
  db: Database,
  { changes }: Tables,
  { clock, newId, by }: ChangeLogOptions,
): ChangeLog {
  const recorded = new Map<string, ChangeOperation>();
  const rows: (typeof changes.$inferInsert)[] = [];
  const at = clock();
  return {
    at,
    newId,
    recorded,
    step(type, id, stored) {
      if (recorded.has(id)) return stored;
      const operation = stored === 0 ? 'create' : 'update';
      const version = stored + 1;
      rows.push({ at, type, id, operation, version, by: by ?? null });
      recorded.set(id, operation);
      return version;
    },
    async announce() {
      let last: number | null = null;
      for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
        const written = await db
          .insert(changes)
          .values(rows.slice(start, start + ROWS_AT_ONCE))
          .returning({ seq: changes.seq });
        for (const { seq } of written) last = Math.max(last ?? 0, seq);
      }
      return last;
    },
  };
}
