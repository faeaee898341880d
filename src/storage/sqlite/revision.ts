/**
 * What the data of a database file is known to be at. A commit by any process is seen by every request that was sent
 * after it.
 */
import { setImmediate } from 'node:timers';
import type Driver from 'better-sqlite3';
import type { Revision } from '../../kernel/revision.js';

export interface RevisionWatch {
  /** Null where it cannot be known: the database does not answer, or a write is under way on the same connection. */
  now(): Revision | null;
  /** To be called when a transaction of this process begins, when it is kept, and when it is over in any case. */
  began(): void;
  kept(): void;
  ended(): void;
}

/**
 * @param reader the connection that answers reads
 * @param isAlone whether writes are made on it too: what has not been kept yet can be read there
 */
export function watchRevision(reader: Driver.Database, isAlone: boolean): RevisionWatch {
  let current: Revision | null = null;
  let version: unknown = null;
  let writing = 0;
  /**
   * Asking takes 2 µs, so it is done once in a turn of the event loop: what is handled in a turn had arrived when the
   * turn began.
   */
  let isAsked = false;
  const statements = prepared(reader);

  const ask = (): Revision | null => {
    try {
      const { dataVersion, lastChange } = statements();
      const found = dataVersion.get();
      if (found === version && current !== null) return current;
      version = found;
      const { seq, at } = lastChange.get() as { seq: number; at: string | null };
      // A clock that was put back does not make anything older.
      const latest = current?.at != null && at !== null && current.at > at ? current.at : at;
      return { seq, at: latest };
    } catch {
      return null; // the next read will say why
    }
  };

  const forget = (): void => {
    isAsked = false;
    if (isAlone) version = null;
  };

  return {
    now() {
      if (isAsked) return current;
      current = isAlone && writing > 0 ? null : ask();
      isAsked = true;
      setImmediate(() => {
        isAsked = false;
      }).unref();
      return current;
    },
    began() {
      writing += 1;
      forget();
    },
    kept: forget,
    ended() {
      writing -= 1;
      forget();
    },
  };
}

/** The statements, prepared once there are tables. */
function prepared(reader: Driver.Database) {
  let made: { dataVersion: Driver.Statement; lastChange: Driver.Statement } | undefined;
  return () => {
    made ??= {
      dataVersion: reader.prepare('pragma data_version').pluck(),
      lastChange: reader.prepare(
        'select coalesce(max(seq), 0) as seq, (select at from changes order by seq desc limit 1) as at from changes',
      ),
    };
    return made;
  };
}
