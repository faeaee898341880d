/**
 * What the data of a database is known to be at. A commit by any process is seen by every request that was sent after it.
 */
import { openSync, readSync } from 'node:fs';
import type Driver from 'better-sqlite3';
import type { Revision } from '../../kernel/revision.js';

export interface RevisionWatch {
  /** Null where it cannot be known: the database does not answer, or a write is under way on the same connection. */
  now(): Revision | null;
  /** To be called when a transaction of this process begins, when it is kept, and when it is over in any case. */
  began(): void;
  kept(): void;
  ended(): void;
  /** From now on nothing is known. */
  close(): void;
}

/**
 * @param reader the connection that answers reads
 * @param file its path; null for a database in memory, where what has not been kept yet can be read on the same connection
 */
export function watchRevision(reader: Driver.Database, file: string | null): RevisionWatch {
  const state = file === null ? null : watchIndex(`${file}-shm`);
  let current: Revision | null = null;
  let writing = 0;
  let isClosed = false;
  let lastChange: Driver.Statement | null = null;

  const ask = (): Revision | null => {
    try {
      lastChange ??= reader.prepare(LAST_CHANGE); // once the tables are there
      const { seq, at } = lastChange.get() as Revision;
      // A clock that was put back does not make anything older.
      const isOlder = current?.at != null && at !== null && current.at > at;
      return { seq, at: isOlder ? (current?.at ?? at) : at };
    } catch {
      return null; // the next read will say why
    }
  };

  const forget = (): void => {
    if (file === null) current = null;
  };

  return {
    now() {
      if (isClosed || (file === null && writing > 0)) return null;
      const isSame = state?.isSame() ?? true; // in memory nobody else writes
      if (current === null || !isSame) current = ask();
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
    close() {
      isClosed = true;
    },
  };
}

const LAST_CHANGE =
  'select coalesce(max(seq), 0) as seq, (select at from changes order by seq desc limit 1) as at from changes';

/** The header of SQLite's wal-index, of which any commit makes another (sqlite.org/walformat.html, section 2.1). */
const HEADER_BYTES = 48;

/**
 * Looks at the header of the index that all processes share; `pragma data_version` tells the same at almost three times
 * the price, and this is asked for every request.
 */
function watchIndex(path: string) {
  const seen = new Uint32Array(HEADER_BYTES / Uint32Array.BYTES_PER_ELEMENT);
  const found = new Uint32Array(seen.length);
  let index: number | null = null;
  /**
   * Opened once, and never closed: a process that closes a file loses every lock that it has on it, those of SQLite too
   * (fcntl(2)).
   */
  const open = (): number => {
    index ??= openSync(path, 'r');
    return index;
  };
  return {
    /** Whether nothing was committed since this was last asked. The header is read before what it stands for. */
    isSame(): boolean {
      try {
        if (readSync(open(), found, 0, HEADER_BYTES, 0) < HEADER_BYTES) return false;
      } catch {
        return false; // not there: the database is not kept with a log
      }
      let isSame = true;
      for (let at = 0; at < found.length; at++) {
        if (found[at] === seen[at]) continue;
        isSame = false;
        seen[at] = found[at] ?? 0;
      }
      return isSame;
    },
  };
}
