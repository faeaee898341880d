/**
 * Search over all kinds: ranked together, then only the rows of the page are read, with what to mark in them.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { inArray } from 'drizzle-orm';
import { type Placed, toListing } from '../kernel/page.js';
import type { SearchHit, SearchKind } from '../search/model.js';
import type { SearchReads } from '../search/store.js';
import type { Database } from './database.js';
import { pageOfRanked, type RankedHit, rank } from './search-rank.js';
import { relatedArticles } from './search-related.js';
import { readShown, type Show } from './search-shown.js';
import type { Tables } from './tables.js';

export function readSearch(db: Database, tables: Tables): SearchReads {
  const readers = readShown(db, tables);

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
      const ranked: { kind: SearchKind; hit: RankedHit }[] = [];
      let isPartial = false;
      for (const kind of kinds) {
        const ranking = await rank({ db, tables }, kind, search);
        ranked.push(...ranking.hits.map((hit) => ({ kind, hit })));
        isPartial ||= ranking.isPartial;
      }
      const ordered = pageOfRanked(ranked, ({ hit }) => hit, page);
      const shows = new Map<string, Show>();
      for (const kind of kinds) {
        const keys = ordered.flatMap((each) => (each.kind === kind ? [each.hit.key] : []));
        if (keys.length > 0)
          for (const [key, show] of await readers[kind](keys)) shows.set(`${kind} ${key}`, show);
      }
      const rows: Placed<SearchHit>[] = [];
      for (const { kind, hit } of ordered) {
        const shown = shows.get(`${kind} ${hit.key}`)?.(search);
        if (shown !== undefined) rows.push({ at: [hit.score, hit.id], item: { ...shown, score: hit.score } });
        await turn(); // a row is up to 2 ms of work
      }
      return { ...toListing(rows, page), isPartial };
    },
  };
}
