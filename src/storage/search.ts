/**
 * Search over all kinds: ranked together, then only the rows of the page are read, with what to mark in them.
 */
import { inArray } from 'drizzle-orm';
import { type Placed, toListing } from '../kernel/page.js';
import type { SearchHit } from '../search/model.js';
import type { SearchReads } from '../search/store.js';
import type { Database } from './database.js';
import { createPauses } from './pauses.js';
import type { ScoredHit } from './search-page.js';
import { createRanking } from './search-rank.js';
import { relatedArticles } from './search-related.js';
import { readShown, type Show } from './search-shown.js';
import type { Tables } from './tables.js';

export function readSearch(db: Database, tables: Tables): SearchReads {
  const readers = readShown(db, tables);
  const { rank, pageOf } = createRanking(db, tables);

  const related = relatedArticles(db, tables);

  return {
    related,

    async relatedByIds(ids, limit) {
      const { key, id } = tables.articles;
      const rows = await db
        .select({ key, id })
        .from(tables.articles)
        .where(inArray(id, [...ids]));
      const found = await related(
        rows.map(({ key }) => key),
        limit,
      );
      const alike = new Map(found.map(({ of, ids }) => [of, ids]));
      return new Map(rows.map(({ key, id }) => [id, alike.get(key) ?? []]));
    },

    async list({ search, kinds, ...page }) {
      const hits: ScoredHit[] = [];
      let isPartial = false;
      for (const kind of kinds) {
        const ranking = await rank(kind, search);
        hits.push(...ranking.hits);
        isPartial ||= ranking.isPartial;
      }
      const ranked = await pageOf(hits, page);
      const shows = new Map<string, Show>();
      for (const kind of kinds) {
        const keys = ranked.flatMap((hit) => (hit.kind === kind ? [hit.key] : []));
        if (keys.length > 0)
          for (const [key, show] of await readers[kind](keys)) shows.set(`${kind} ${key}`, show);
      }
      const { isDue, pause } = createPauses();
      const rows: Placed<SearchHit>[] = [];
      for (const { kind, key, id, score } of ranked) {
        const shown = shows.get(`${kind} ${key}`)?.(search);
        if (shown !== undefined) rows.push({ at: [score, id], item: { ...shown, score } });
        if (isDue()) await pause();
      }
      return { ...toListing(rows, page), isPartial };
    },
  };
}
