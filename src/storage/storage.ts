/**
 * What the house asks of an engine: stores to read with, and one way to write.
 */
import type { ArticleReads, ArticleStore } from '../articles/store.js';
import type { ClaimReads, ClaimStore } from '../claims/store.js';
import type { SourceReads, SourceStore } from '../sources/store.js';
import type { RecordedChanges } from './changes.js';

export interface ReadStores {
  readonly sources: SourceReads;
  readonly articles: ArticleReads;
  readonly claims: ClaimReads;
}

export interface WriteStores {
  readonly sources: SourceStore;
  readonly articles: ArticleStore;
  readonly claims: ClaimStore;
}

export interface Written<Result> {
  readonly result: Result;
  readonly changes: RecordedChanges;
}

/** Where the tables stand against the migrations of this release. */
export type SchemaState = 'current' | 'empty' | 'older' | 'newer';

export interface Storage {
  readonly read: ReadStores;
  /**
   * Runs `work` in one transaction, alone: all that it writes is kept if it resolves, and nothing if it throws or if
   * `keep` is false. Throws `unavailable` if the database does not answer.
   */
  write<Result>(
    work: (stores: WriteStores) => Promise<Result>,
    options?: { keep?: boolean },
  ): Promise<Written<Result>>;
  /** Resolves if the database answers; throws `unavailable`. */
  ping(): Promise<void>;
  schemaState(): SchemaState;
  /** Brings the tables to this release. */
  migrate(): void;
  close(): Promise<void>;
}
