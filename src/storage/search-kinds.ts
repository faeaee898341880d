/**
 * What can be searched: for each kind the rows that hold its indexed fields, the title first, and how much each field says.
 */
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { WeighedField } from '../kernel/matching.js';
import type { SearchKind } from '../search/model.js';
import type { Tables } from './tables.js';

/** The language of names, which are of no language. */
export const NO_LANGUAGE = 'und';

/** Headline above standfirst above body; lengths are usual ones of their indexed forms. */
export const weighed = {
  articles: [
    { name: 'headline', weight: 4, length: 60 },
    { name: 'standfirst', weight: 2, length: 200 },
    { name: 'body', weight: 1.5, length: 1_200 },
  ],
  claims: [{ name: 'text', weight: 3, length: 100 }],
  sources: [{ name: 'name', weight: 4, length: 40 }],
} as const satisfies Record<SearchKind, readonly WeighedField[]>;

export interface SearchTable {
  readonly rows: Tables['articleSearch'] | Tables['claimSearch'] | Tables['sourceSearch'];
  /** The inner key of what the row is of. */
  readonly key: AnySQLiteColumn<{ data: number; notNull: true }>;
  /** In the order of `weighed`. */
  readonly texts: readonly AnySQLiteColumn[];
  /** What is found. */
  readonly owner: Tables['articles'] | Tables['claims'] | Tables['sources'];
}

export const searchTables = ({
  articleSearch,
  claimSearch,
  sourceSearch,
  articles,
  claims,
  sources,
}: Tables): Record<SearchKind, SearchTable> => ({
  articles: {
    rows: articleSearch,
    key: articleSearch.article,
    texts: [articleSearch.headline, articleSearch.standfirst, articleSearch.body],
    owner: articles,
  },
  claims: { rows: claimSearch, key: claimSearch.claim, texts: [claimSearch.text], owner: claims },
  sources: { rows: sourceSearch, key: sourceSearch.source, texts: [sourceSearch.name], owner: sources },
});
