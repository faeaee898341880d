/**
 * The best answers to a search, the best first. Only so many of the newest are weighed that it costs the same however many
 * match, and the answer says whether there were more.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { createScorer } from '../kernel/matching.js';
import type { PageRequest } from '../kernel/page.js';
import type { Search } from '../kernel/search-query.js';
import type { SearchKind } from '../search/model.js';
import type { Database } from './database.js';
import { searchTables, weighed } from './search-kinds.js';
import { hits, SEARCH_HITS_MAX } from './search-match.js';
import type { Tables } from './tables.js';

/** Newest hits that are weighed, and as many again of those that have every word in the title. */
export const HITS_WEIGHED_MAX = 200; // with those of the title some 3 ms of work

/** Characters of an indexed field that are weighed: what an article is about, its first 200 words say. */
const WEIGHED_LENGTH = 1_200;

const WEIGHED_AT_ONCE = 50; // under a millisecond, and then whoever else waits has a turn

export interface RankedHit {
  readonly key: number;
  readonly id: string;
  /** Whole millionths. */
  readonly score: number;
}

export interface Ranking {
  /** By score, then by id, both falling. */
  readonly hits: RankedHit[];
  /** Whether more matched than were weighed. */
  readonly isPartial: boolean;
}

/**
 * Ranks what matches, `where` being a condition on the table of the kind: `articles`, `claims` or `sources`. With it the
 * newest of those are weighed that stand among the newest SEARCH_HITS_MAX hits.
 */
export async function rank(
  { db, tables }: { db: Database; tables: Tables },
  kind: SearchKind,
  search: Search,
  where?: SQL,
): Promise<Ranking> {
  const { rows, key, texts, owner } = searchTables(tables)[kind];
  const table = owner as Tables['claims']; // any of them: only key and id are used
  const scoreOf = createScorer(search, weighed[kind]);
  const fields = Object.fromEntries(
    texts.map((column, at) => [`text${at}`, sql<string>`substr(${column}, 1, ${WEIGHED_LENGTH})`]),
  ) as Record<'text0', SQL<string>>;
  const names = Object.keys(fields) as 'text0'[];

  const candidates = async (isTitled: boolean) => {
    const limit = where === undefined ? HITS_WEIGHED_MAX + 1 : SEARCH_HITS_MAX;
    const keys = hits(tables, kind, search, { limit, isTitled });
    if (keys === null) return [];
    return db
      .select({ key: table.key, id: table.id, ...fields })
      .from(rows as Tables['claimSearch'])
      .innerJoin(table, and(inArray(key, keys), eq(table.key, key)))
      .where(where)
      .orderBy(desc(key))
      .limit(HITS_WEIGHED_MAX + 1);
  };

  const newest = await candidates(false);
  const isPartial = newest.length > HITS_WEIGHED_MAX;
  const titled = isPartial && texts.length > 1 ? await candidates(true) : [];
  const found = new Map<number, RankedHit>();
  for (const [at, row] of [
    ...newest.slice(0, HITS_WEIGHED_MAX),
    ...titled.slice(0, HITS_WEIGHED_MAX),
  ].entries()) {
    if (at % WEIGHED_AT_ONCE === WEIGHED_AT_ONCE - 1) await turn();
    if (found.has(row.key)) continue;
    found.set(row.key, {
      key: row.key,
      id: row.id,
      score: scoreOf(names.map((name) => row[name])),
    });
  }
  return { hits: [...found.values()].sort(better), isPartial };
}

/** The order of answers: the best first, of equals the newest. */
export const better = (
  one: Pick<RankedHit, 'score' | 'id'>,
  other: Pick<RankedHit, 'score' | 'id'>,
): number => other.score - one.score || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);

/**
 * The rows of a page among ranked ones, in the order in which a list reads them (against its own for `before`), and one more
 * that says that others stand beyond.
 */
export function pageOfRanked<Row>(
  rows: readonly Row[],
  hitOf: (row: Row) => Pick<RankedHit, 'score' | 'id'>,
  { limit, after, before }: PageRequest,
): Row[] {
  const ordered = [...rows].sort((one, other) => better(hitOf(one), hitOf(other)));
  const from = before ?? after;
  if (from === undefined) return ordered.slice(0, limit + 1);
  const place = { score: Number(from[0]), id: String(from[1]) };
  const side = (row: Row) => better(hitOf(row), place);
  if (before === undefined) return ordered.filter((row) => side(row) > 0).slice(0, limit + 1);
  return ordered
    .filter((row) => side(row) < 0)
    .reverse()
    .slice(0, limit + 1);
}
