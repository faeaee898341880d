/**
 * The announcement of writes: one row in `changes`, one revision and one step of the version for each thing that a
 * transaction changes, however often it touches it. Nothing else announces a write.
 */
import { and, eq } from 'drizzle-orm';
import type { Clock } from '../kernel/time.js';
import { inPowers } from './batches.js';
import type { Database } from './database.js';
import type { StateReader } from './states.js';
import type { changeOperations, changeTypes, Tables } from './tables.js';

export type ChangeType = (typeof changeTypes)[number];

/** Held at once, however many a transaction changes: sixteen of the longest articles are some megabytes. */
const STATES_AT_ONCE: Readonly<Record<ChangeType, number>> = { source: 128, article: 16, claim: 128 };

type ChangeOperation = (typeof changeOperations)[number];

/** What a transaction did to each thing that it changed, by id. */
export type RecordedChanges = ReadonlyMap<string, ChangeOperation>;

export interface ChangeLog {
  /** The instant of the transaction. */
  readonly at: string;
  /** A new id for a part of something. */
  readonly newId: () => string;
  readonly recorded: RecordedChanges;
  /** The version that a new thing has: 1, or behind those of a deleted thing of its id, whose place it takes. */
  begin(type: ChangeType, id: string): Promise<number>;
  /** The version that a thing has after this change; `stored` is the one it has now. */
  step(type: ChangeType, id: string, stored: number): number;
  /** Keeps what a thing is, to be called before it is deleted; gives the version at which it is. */
  end(type: ChangeType, id: string, stored: number): Promise<number>;
  /** Keeps a revision of all that was changed. To be called before `announce`. */
  keep(): Promise<void>;
  /** From now on, the ids of what is written to, and a way back: what was recorded since is forgotten. */
  mark(): { readonly written: ReadonlySet<string>; undo(): void };
  /** Writes the announcements, as the last act of the transaction; gives the last `seq`, or null if nothing changed. */
  announce(): Promise<number | null>;
}

export interface ChangeLogOptions {
  readonly clock: Clock;
  readonly newId: () => string;
  /** The id of the key that is written with; null where there is none. */
  readonly by: string | null;
  /** What is said of the write in the revisions. */
  readonly note: string | null;
  readonly states: StateReader;
}

export function createChangeLog(
  db: Database,
  tables: Tables,
  { clock, newId, by, note, states }: ChangeLogOptions,
): ChangeLog {
  const { changes, revisions, tombstones } = tables;
  const recorded = new Map<string, ChangeOperation>();
  const rows = new Map<string, typeof changes.$inferInsert & { id: string }>();
  /** What deleted things were. */
  const last = new Map<string, unknown>();
  const at = clock();
  let written = new Set<string>();
  /** How to forget what was recorded since the last mark, the first of it first. */
  let steps: (() => void)[] = [];

  const put = <Value>(map: Map<string, Value>, id: string, value: Value): void => {
    const before = map.get(id);
    steps.push(() => (before === undefined ? map.delete(id) : map.set(id, before)));
    map.set(id, value);
  };

  const record = (type: ChangeType, id: string, operation: ChangeOperation, version: number): number => {
    written.add(id);
    put(rows, id, { at, type, id, operation, version, by });
    put(recorded, id, operation);
    return version;
  };

  return {
    at,
    newId,
    recorded,
    async begin(type, id) {
      const isOf = and(eq(tombstones.type, type), eq(tombstones.id, id));
      const [buried] = await db.select({ version: tombstones.version }).from(tombstones).where(isOf);
      if (buried !== undefined) await db.delete(tombstones).where(isOf);
      return record(type, id, 'create', (buried?.version ?? 0) + 1);
    },
    step(type, id, stored) {
      written.add(id);
      return recorded.has(id) ? stored : record(type, id, 'update', stored + 1);
    },
    async end(type, id, stored) {
      put(last, id, (await states[type]([id])).get(id));
      return record(type, id, 'delete', recorded.has(id) ? stored : stored + 1);
    },
    async keep() {
      for (const type of new Set([...rows.values()].map((row) => row.type))) {
        const ofType = [...rows.values()].filter((row) => row.type === type);
        for (const some of inPowers(ofType, STATES_AT_ONCE[type])) {
          const ids = some.flatMap(({ id }) => (last.has(id) ? [] : [id]));
          const found = ids.length === 0 ? last : await states[type](ids);
          const kept = some.map((row) => ({ note, state: last.get(row.id) ?? found.get(row.id), ...row }));
          await db.insert(revisions).values(kept);
        }
      }
    },
    mark() {
      const since = new Set<string>();
      written = since;
      steps = [];
      return {
        written: since,
        undo() {
          for (const step of steps.reverse()) step();
          steps = [];
        },
      };
    },
    async announce() {
      let seq: number | null = null;
      for (const some of inPowers([...rows.values()])) {
        const written = await db.insert(changes).values(some).returning({ seq: changes.seq });
        for (const row of written) seq = Math.max(seq ?? 0, row.seq);
      }
      return seq;
    },
  };
}
