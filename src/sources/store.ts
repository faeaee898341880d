/**
 * What storage promises about sources. `key` is the inner number of a row; it never reaches a client.
 */
import type { Listing, ListRequest, Summary, SummaryRequest } from '../kernel/page.js';
import type { Referrer, Stored } from '../kernel/stored.js';
import type { Source, SourceRef, SourceState } from './model.js';

/** Enough of a source to refer to it. */
export interface SourceHandle {
  readonly key: number;
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** A source as it is stored, apart from what storage itself keeps: key, version and times. */
export type SourceRecord = Omit<
  Source,
  'memberOf' | 'version' | 'createdAt' | 'updatedAt' | 'snippet' | 'highlights'
> & {
  memberOf: number | null;
};

export interface SourceReads {
  /** The source with this id or slug. */
  get(ref: string): Promise<Source | undefined>;
  /** Filters and sorts: see `sourceGrammar`; `memberOf` holds a key. */
  list(request: ListRequest): Promise<Listing<Source>>;
  /** What the whole list holds, counted up to a bound. */
  summarise(request: ListRequest, wanted: SummaryRequest): Promise<Summary>;
  /** The sources with these ids, whole but for what they belong to, in no order. */
  refs(ids: readonly string[]): Promise<SourceRef[]>;
  /** The source with this id or slug. */
  find(ref: string): Promise<SourceHandle | undefined>;
  /** The sources with this folded name or alias. */
  named(folded: string): Promise<SourceHandle[]>;
  /** Slugs and folded names to look for a misspelt one among, up to `limit` of each, and whose they are. */
  names(limit: number): Promise<readonly { readonly word: string; readonly slug: string }[]>;
  /** The chain of organisations above each of these sources, the nearest first. */
  organisations(keys: readonly number[]): Promise<Map<number, number[]>>;
  /** Whether a source with this id or slug was deleted. */
  isGone(ref: string): Promise<boolean>;
  /** The source that one with this id or slug became part of. */
  successor(ref: string): Promise<SourceHandle | undefined>;
}

/** What a source was a part of when it was merged into another. */
export interface MovedReferences {
  readonly articles: readonly number[];
  readonly claims: readonly number[];
  readonly members: readonly number[];
}

export interface SourceStore extends SourceReads {
  /** The source with this id or slug. */
  stored(ref: string): Promise<Stored | undefined>;
  /** All that is stored of a source. */
  state(id: string): Promise<SourceState>;
  record(
    where: { id: string } | { slug: string },
  ): Promise<{ key: number; record: SourceRecord } | undefined>;
  insert(record: SourceRecord, names: readonly string[]): Promise<number>;
  update(key: number, record: SourceRecord, names: readonly string[]): Promise<void>;
  /** Up to `limit` things that refer to the source. */
  referrers(key: number, limit: number): Promise<Referrer[]>;
  remove(source: Stored): Promise<void>;
  /** How many rows refer to the source, counted up to a bound. */
  countReferences(key: number, max: number): Promise<number>;
  /** Makes all that refers to a source refer to another, each with a step of its version, and remembers where it went. */
  moveReferences(from: Stored, into: Stored): Promise<MovedReferences>;
}
