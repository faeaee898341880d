/**
 * The announcement of writes: one row in `changes` and one step of the version for each thing that a transaction
 * changes, however often it touches it.
 */
import type { Clock } from '../kernel/time.js';
import type { Database } from './database.js';
import type { changeOperations, changeTypes, Tables } from './tables.js';

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
  step(type: ChangeType, id: string, stored: number): Promise<number>;
}

export interface ChangeLogOptions {
  readonly clock: Clock;
  readonly newId: () => string;
}

export function createChangeLog(
  db: Database,
  { changes }: Tables,
  { clock, newId }: ChangeLogOptions,
): ChangeLog {
  const recorded = new Map<string, ChangeOperation>();
  const at = clock();
  return {
    at,
    newId,
    recorded,
    async step(type, id, stored) {
      if (recorded.has(id)) return stored;
      const operation = stored === 0 ? 'create' : 'update';
      const version = stored + 1;
      await db.insert(changes).values({ at, type, id, operation, version });
      recorded.set(id, operation);
      return version;
    },
  };
}
