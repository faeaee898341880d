/**
 * The best answers to a search. Only so many of the newest are weighed that it costs the same however many match, and the
 * answer says whether there were more.
 */
import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { createScorer } from '../kernel/matching.js';
import type { PageRequest } from '../kernel/page.js';
import type { Search } from '../kernel/search-query.js';
import type { SearchKind } from '../search/model.js';
import type { Database } from './database.js';
import { createPauses } from './pauses.js';
import { searchTables, weighed } from './search-kinds.js';
import { boundHits, hits } from './search-match.js';
import { pageOfRanked, type RankedHit, type ScoredHit, withinReach } from './search-page.js';
import { bindKeys, createStatements } from './statements.js';
import type { Tables } from './tables.js';

/** Newest hits that are weighed, and as many again of those that have every word in the title. */
export const HITS_WEIGHED_MAX = 150; // with those of the title some 2 ms of work

/** Characters of an indexed field that are weighed: what an article is about, its first 200 words say. */
const WEIGHED_LENGTH = 1_200;

export interface Ranking {
  /** In no order. */
  readonly hits: ScoredHit[];
  /** Whether more matched than were weighed. */
  readonly isPartial: boolean;
}

export function createRanking(db: Database, tables: Tables) {
  const kinds = searchTables(tables);
  const ownerOf = (kind: SearchKind) => kinds[kind].owner as Tables['claims']; // of any kind: only key and id are used
  const { rows: read } = createStatements();

  /** Rows of the keys that something selects, with their texts, the newest first: one more than are weighed. */
  const select = (kind: SearchKind, found: SQL, where: SQL | undefined) => {
    const { key, texts, rows } = kinds[kind];
    const fields = Object.fromEntries(
      texts.map((column, at) => [`text${at}`, sql<string>`substr(${column}, 1, ${WEIGHED_LENGTH})`]),
    ) as Record<'text0', SQL<string>>;
    const isFound = inArray(key, found);
    const selected = db.select({ key, ...fields }).from(rows as Tables['claimSearch']);
    const matching =
      where === undefined
        ? selected.where(isFound)
        : selected.innerJoin(ownerOf(kind), and(isFound, eq(ownerOf(kind).key, key))).where(where);
    return matching.orderBy(desc(key)).limit(HITS_WEIGHED_MAX + 1);
  };

  const candidates = async (kind: SearchKind, search: Search, isTitled: boolean, where: SQL | undefined) => {
    if (where !== undefined) {
      const found = hits(tables, kind, search, { isTitled });
      return found === null ? [] : select(kind, found, where);
    }
    const found = boundHits(tables, kind, search, { limit: HITS_WEIGHED_MAX + 1, isTitled });
    if (found === null) return [];
    const build = () => select(kind, found.keys, undefined);
    return found.shape === null ? build() : read(found.shape, build, found.values);
  };

  const withIds = async (kind: SearchKind, hits: readonly ScoredHit[]): Promise<RankedHit[]> => {
    if (hits.length === 0) return [];
    const { key, id } = ownerOf(kind);
    const { keys, values, shape } = bindKeys(hits.map((hit) => hit.key));
    const rows = await read(
      `ids ${kind} ${shape}`,
      () => db.select({ key, id }).from(ownerOf(kind)).where(inArray(key, keys)),
      values,
    );
    const ids = new Map(rows.map(({ key, id }) => [key, id]));
    return hits.flatMap((hit) => {
      const id = ids.get(hit.key);
      return id === undefined ? [] : [{ ...hit, id }]; // it may be gone since
    });
  };

  return {
    /**
     * Weighs what matches, `where` being a condition on the table of the kind: `articles`, `claims` or `sources`. With it
     * the newest of those are weighed that `hits` finds.
     */
    async rank(kind: SearchKind, search: Search, where?: SQL): Promise<Ranking> {
      const scoreOf = createScorer(search, weighed[kind]);
      const { isDue, pause } = createPauses();
      const names = kinds[kind].texts.map((_, at) => `text${at}` as 'text0');
      const newest = await candidates(kind, search, false, where);
      const isPartial = newest.length > HITS_WEIGHED_MAX;
      const titled = isPartial && names.length > 1 ? await candidates(kind, search, true, where) : [];
      const scores = new Map<number, number>();
      for (const rows of [newest, titled])
        for (const row of rows.slice(0, HITS_WEIGHED_MAX)) {
          if (isDue()) await pause();
          if (!scores.has(row.key)) scores.set(row.key, scoreOf(names.map((name) => row[name])));
        }
      return { hits: [...scores].map(([key, score]) => ({ kind, key, score })), isPartial };
    },

    /**
     * The hits of a page in the order in which a list reads them (against its own for `before`), and one more that says
     * that others stand beyond. Ids, which decide between equal scores, are read of those alone that may stand there.
     */
    async pageOf(hits: readonly ScoredHit[], page: PageRequest): Promise<RankedHit[]> {
      const near = withinReach(hits, page);
      const ranked: RankedHit[] = [];
      for (const kind of new Set(near.map((hit) => hit.kind)))
        ranked.push(
          ...(await withIds(
            kind,
            near.filter((hit) => hit.kind === kind),
          )),
        );
      return pageOfRanked(ranked, page);
    },
  };
}
