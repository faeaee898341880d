/**
 * The rules of search.
 */
import type { SearchReads, SearchRequest } from './store.js';

export function readSearch(store: SearchReads) {
  return {
    /** What answers a search, of all kinds together, the best first. */
    list: (request: SearchRequest) => store.list(request),
  };
}

export type SearchReader = ReturnType<typeof readSearch>;
