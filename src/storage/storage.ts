/**
 * What the house asks of an engine: stores to read with, and one way to write.
 */
import type { ArticleReads, ArticleStore, SecretReads, SecretStore } from '../articles/store.js';
import type { ClaimReads, ClaimStore } from '../claims/store.js';
import type { FeedReads } from '../feeds/store.js';
import type { Snapshot } from '../imports/store.js';
import type { Revision } from '../kernel/revision.js';
import type { KeyReads, KeyStore } from '../keys/store.js';
import type { SearchReads } from '../search/store.js';
import type { SourceReads, SourceStore } from '../sources/store.js';
import type { AnswerStore } from './answers.js';
import type { RecordedChanges } from './changes.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

export interface ReadStores {
  readonly sources: SourceReads;
  readonly articles: ArticleReads;
  readonly claims: ClaimReads;
  /** The same for who may see what is not published. */
  readonly allArticles: ArticleReads;
  readonly allClaims: ClaimReads;
  readonly secrets: SecretReads;
  readonly feeds: FeedReads;
  readonly search: SearchReads;
  readonly keys: KeyReads;
}

export interface WriteStores {
  readonly sources: SourceStore;
  readonly articles: ArticleStore;
  readonly claims: ClaimStore;
  readonly keys: KeyStore;
  readonly answers: AnswerStore;
  readonly secrets: SecretStore;
  /**
   * Runs a part of the transaction that may be refused by itself: what it wrote is undone then, and the transaction goes
   * on. Without `undoesParts` this holds only for a part that wrote nothing before; of another it throws HalfDone. It is
   * handed the ids of what it has written to. Parts come one after the other, not within each other.
   */
  attempt<Result>(part: (written: ReadonlySet<string>) => Promise<Result>): Promise<Result>;
}

export interface WriteOptions<Result = unknown> {
  /** Whether what is written is kept; true if not given. */
  readonly keep?: boolean | undefined;
  /** The id of the key that is written with, which then stands on each change and revision. */
  readonly by?: string | null | undefined;
  /** What is said of the write in the revisions. */
  readonly note?: string | null | undefined;
  /** Whether a part can be undone by itself, which has its price with each part; else only one that wrote nothing. */
  readonly undoesParts?: boolean | undefined;
  /** The last act of the transaction, when its bookmark is known; not called where nothing is kept. */
  readonly finish?: ((stores: WriteStores, result: Result, bookmark: string) => Promise<void>) | undefined;
}

export interface Written<Result> {
  readonly result: Result;
  readonly changes: RecordedChanges;
  /** What a later read must carry to be sure to see this write. */
  readonly bookmark: string;
}

/** Where the tables stand against the migrations of this release. */
export type SchemaState = 'current' | 'empty' | 'older' | 'newer';

/** How a server of the database is, and how many changes it is behind. */
export interface NodeStatus {
  readonly state: 'up' | 'behind' | 'down';
  readonly behind: number;
}

export interface StorageStatus {
  readonly primary: NodeStatus;
  readonly replicas: NodeStatus[];
}

/** Told that the data changed: `seq` is the last change that is known. Once for several writes, where they are close. */
type ChangeListener = (seq: number) => void;

/** The tables themselves, below all rules, for moving everything elsewhere. */
export interface RawAccess {
  readonly tables: Tables;
  /** Reads one state of everything, whatever is written meanwhile. */
  snapshot<Result>(work: (db: Database) => Promise<Result>): Promise<Result>;
  /** Writes all or nothing. */
  transaction<Result>(work: (db: Database) => Promise<Result>): Promise<Result>;
  /** Makes new keys go on behind those that stand. */
  resetKeys(): Promise<void>;
}

export interface Storage {
  readonly raw: RawAccess;
  readonly engine: 'sqlite' | 'postgres';
  /** Stores that read what was written last. */
  readonly read: ReadStores;
  /**
   * Stores that read at least as far as a bookmark, if one is given, and as far as `revision` wherever a server that has
   * come so far answers. `onBehind` is told of each read that was answered by one that has not. Throws
   * `invalid-bookmark`.
   */
  at(bookmark?: string, onBehind?: () => void): Promise<ReadStores>;
  /**
   * What the data is known to be at now: another object after any change that is known, by this process or another. What
   * is read later is of then or after. Null where it cannot be known. Cheap enough to be asked for every request.
   */
  revision(): Revision | null;
  /** Whether `revision` is as far as a bookmark; false too for one that is damaged. */
  reaches(bookmark: string): boolean;
  /**
   * Runs `work` in one transaction: all that it writes is kept if it resolves, and nothing if it throws or if `keep` is
   * false. Where writers cross each other `work` runs again, so it must have no effects of its own. Throws
   * `unavailable` if the database does not answer.
   */
  write<Result>(
    work: (stores: WriteStores) => Promise<Result>,
    options?: WriteOptions<Result>,
  ): Promise<Written<Result>>;
  /** One state of everything, to be moved out, which holds up no reader and no writer. Throws `unavailable`. */
  openSnapshot(): Promise<Snapshot>;
  /** How the servers are. Never throws for a server that does not answer. */
  status(): Promise<StorageStatus>;
  /** Calls `listener` soon after any write, by this process or another; gives what ends that. */
  onChange(listener: ChangeListener): () => void;
  schemaState(): Promise<SchemaState>;
  /** Brings the tables to this release. */
  migrate(): Promise<void>;
  /** Makes all that readers may see be found by search, where an older release stored it. Cut off, it goes on when called again. */
  fillSearch(): Promise<void>;
  close(): Promise<void>;
}

/** Listeners that are told of each new `seq` once, after the write that made it: one that throws cannot undo it. */
export function createListeners() {
  const listeners = new Set<ChangeListener>();
  let last = 0;
  return {
    add(listener: ChangeListener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    count: () => listeners.size,
    tell(seq: number): void {
      if (seq <= last) return;
      last = seq;
      for (const listener of listeners) {
        try {
          listener(seq);
        } catch {} // a listener answers for its own faults
      }
    },
  };
}
