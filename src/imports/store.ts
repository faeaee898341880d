/**
 * What storage promises about moving content: one state of everything, in the shapes in which it can come back, and room
 * for rows that must wait.
 */
import type { ArticleStatus } from '../articles/model.js';
import type { AnyRow, RowKind } from './model.js';

/** What of it all is wanted; what is not given leaves nothing out. */
export interface ExchangeFilter {
  readonly kinds?: readonly RowKind[];
  readonly statuses?: readonly ArticleStatusWord[];
  /** Whether only that is wanted of claims which readers may see; an article itself may be one that they find by its URL alone. */
  readonly isForReaders?: boolean;
  /** The key of a source. */
  readonly publisher?: number;
  readonly section?: string;
  readonly language?: string;
  readonly tag?: string;
  /** Bounds on `publishedAt`: from the first, up to but without the second. */
  readonly from?: string;
  readonly to?: string;
}

export type ArticleStatusWord = (typeof ArticleStatus.options)[number];

/** A row as it leaves. */
export interface ExchangeRow {
  readonly kind: RowKind;
  /** Its JSON in UTF-8, as JSON.stringify writes it. */
  readonly value: Uint8Array;
}

/** One state of everything, however much is written meanwhile. To be closed. */
export interface Snapshot {
  /**
   * The rows, a page at a time: sources by how many organisations stand above them, then by id; articles and claims by id.
   * Where articles are left out, so are the claims that stand in no others and what says something of those.
   */
  rows(filter: ExchangeFilter): AsyncIterable<readonly ExchangeRow[]>;
  /** The inner key of the source with this id or slug. */
  sourceKey(ref: string): Promise<number | undefined>;
  /** How many rows there are of each kind. */
  counts(filter: ExchangeFilter): Promise<Record<RowKind, number>>;
  close(): Promise<void>;
}

/** Rows put aside, to be read again in their order: what they take of memory does not depend on how many there are. */
export interface Spool<Row = AnyRow> {
  readonly count: number;
  /** Puts a row aside. Throws `unavailable` where there is no room. */
  add(row: Row): void;
  /** All rows, in their order. */
  rows(): AsyncIterable<Row>;
  close(): void;
}
