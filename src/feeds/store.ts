/**
 * What storage promises feeds and sitemaps. Only published articles are seen.
 */
import type { ClaimCount, NewsEntry, SitemapEntry } from './model.js';

export interface FeedReads {
  /** How many claims stand in these articles, by article id; one without claims may be missing. */
  claimCounts(articles: readonly string[]): Promise<ReadonlyMap<string, ClaimCount>>;
  /**
   * The numbers, from 1, of the pieces that hold an article. A piece is a run of `size` inner keys, so that an article
   * never moves to another one, whatever is added. The first `limit` of them.
   */
  pieces(size: number, limit: number): Promise<number[]>;
  /** The articles of a piece, in the order in which they were stored. */
  piece(number: number, size: number): Promise<SitemapEntry[]>;
  /** The newest articles that were published from `since` to `until`. */
  recent(span: { since: string; until: string; limit: number }): Promise<NewsEntry[]>;
}
