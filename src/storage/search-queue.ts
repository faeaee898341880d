/**
 * What becomes of the rows that search finds by, put off to the end of their transaction. SQLite's index writes itself out
 * before every statement that may have to be undone by itself, and merges what it wrote: rows that come one by one cost
 * many times what they cost together.
 */
import type { SearchKind } from '../search/model.js';
import type { IndexedFields, SearchIndex } from './search-index.js';

const ROWS_MAX = 1_000; // put off: of articles some megabytes

export interface SearchQueue {
  /** Makes a row be found that was stored just now; null is for one that readers may not see. */
  add(kind: SearchKind, key: number, fields: IndexedFields | null): Promise<void>;
  /** Makes a row be found by what it says at the end, or not at all where readers may not see it then. */
  follow(kind: SearchKind, key: number): Promise<void>;
  /** Forgets a row, which is removed. */
  drop(kind: SearchKind, key: number): void;
  /** Does what was put off. To be called when nothing more changes. */
  flush(): Promise<void>;
}

/** @param isPutOff false where parts of the transaction may be undone, and what they put off would have to be undone too */
export function queueSearch(index: SearchIndex, isPutOff: boolean): SearchQueue {
  const added = { articles: new Map(), claims: new Map(), sources: new Map() } satisfies Record<
    SearchKind,
    Map<number, IndexedFields>
  >;
  const followed = { articles: new Set(), claims: new Set(), sources: new Set() } satisfies Record<
    SearchKind,
    Set<number>
  >;
  const kinds = Object.keys(added) as SearchKind[];
  let count = 0;

  const flush = async (): Promise<void> => {
    count = 0;
    for (const kind of kinds) {
      await index.insert(kind, added[kind]);
      added[kind].clear();
      for (const key of followed[kind]) await index.follow(kind, key);
      followed[kind].clear();
    }
  };

  const put = async (work: () => void): Promise<void> => {
    work();
    count += 1;
    if (!isPutOff || count >= ROWS_MAX) await flush();
  };

  const drop = (kind: SearchKind, key: number): void => {
    added[kind].delete(key);
    followed[kind].delete(key);
  };

  return {
    add: (kind, key, fields) =>
      put(() => {
        if (fields !== null) added[kind].set(key, fields);
      }),
    follow: (kind, key) =>
      put(() => {
        added[kind].delete(key);
        followed[kind].add(key);
      }),
    drop,
    flush,
  };
}
