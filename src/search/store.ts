/**
 * What storage promises about search: what readers may see, found by its words.
 */
import type { Listing, PageRequest } from '../kernel/page.js';
import type { Search } from '../kernel/search-query.js';
import type { SearchHit, SearchKind } from './model.js';

export interface SearchRequest extends PageRequest {
  readonly search: Search;
  readonly kinds: readonly SearchKind[];
}

export interface SearchListing extends Listing<SearchHit> {
  /** Whether more matched than were ranked. */
  readonly isPartial: boolean;
}

/** Every argument and answer is plain data, so that the work can be done elsewhere than on the event loop. */
export interface SearchReads {
  /** The best answers, the best first, by `[score, id]`, both falling. */
  list(request: SearchRequest): Promise<SearchListing>;
  /**
   * For each of these articles the ids of up to `limit` published ones that are most alike, the most alike first, in a number
   * of statements that does not grow with the articles but by hundreds of words.
   */
  related(articles: readonly number[], limit: number): Promise<{ of: number; ids: string[] }[]>;
  /** The same for articles by id. */
  relatedByIds(articles: readonly string[], limit: number): Promise<Map<string, string[]>>;
}
