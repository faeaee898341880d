/**
 * How far the primary is known to be: by what it notifies of, by the writes of this process, and by being asked. What was
 * made of the data before is known to be old by it.
 */
import type { Revision } from '../../kernel/revision.js';

export interface KnownPlace {
  /** The last change that is known; 0 as long as none is. */
  seq(): number;
  /** A write was kept, here or elsewhere. */
  heard(seq: number): void;
  /** The primary was asked and said this; `before` is what was known when it was asked. */
  found(place: Revision, before: number): void;
  /** Null as long as nothing is known. */
  revision(): Revision | null;
}

/**
 * @param onSeq told of each place, some of them more than once
 */
export function createKnownPlace(onSeq: (seq: number) => void): KnownPlace {
  let current: { seq: number; at: string | null } | null = null;

  return {
    seq: () => current?.seq ?? 0,
    heard(seq) {
      if (current !== null && seq > current.seq) current = { seq, at: null };
      onSeq(seq);
    },
    found({ seq, at }, before) {
      // Less than was known before it was asked: another server took over, which had not seen everything.
      if (current === null || seq > current.seq || seq < before) current = { seq, at };
      else if (seq === current.seq) current.at = at; // not told by a notification; all that was made still holds
      onSeq(seq);
    },
    revision: () => current,
  };
}
