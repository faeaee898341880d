/**
 * Lists that are searched for words: by relevance, or in an order of their own; each row with what to mark in it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { inArray, type SQL } from 'drizzle-orm';
import { type Listing, type ListRequest, RELEVANCE, toListing } from '../kernel/page.js';
import type { Search } from '../kernel/search-query.js';
import type { SearchHit, SearchKind } from '../search/model.js';
import type { Database } from './database.js';
import { isFoundFromFew } from './lists.js';
import { searchTables } from './search-kinds.js';
import { hasMoreHits } from './search-match.js';
import { pageOfRanked, rank } from './search-rank.js';
import { readShown, type Show } from './search-shown.js';
import type { Tables } from './tables.js';

export interface SearchedOptions<Item> {
  readonly db: Database;
  readonly tables: Tables;
  readonly kind: SearchKind;
  /** The condition of a list. */
  readonly where: (request: ListRequest, isFew: boolean) => SQL | undefined;
  /** What is shown of a hit beside the item itself. */
  readonly marks: (hit: Pick<SearchHit, 'snippet' | 'highlights'>) => Partial<Item>;
}

type List<Item> = (request: ListRequest) => Promise<Listing<Item>>;

/** Makes of a list, which keeps to the search of a request but knows no relevance, one that answers searches. */
export function searched<Item extends { readonly id: string }>({
  db,
  tables,
  kind,
  where,
  marks,
}: SearchedOptions<Item>): (list: List<Item>) => List<Item> {
  const readShow = readShown(db, tables)[kind];
  const owner = searchTables(tables)[kind].owner as Tables['claims']; // of any kind: only key and id are used

  const byRelevance = async (list: List<Item>, request: ListRequest, search: Search) => {
    const { search: _search, ...others } = request;
    // Only what readers may see is indexed, so that a search alone needs no condition, which is much faster.
    const isNarrowed = request.filters.length > 0 || request.named !== undefined;
    const within = isNarrowed ? where(others, await isFoundFromFew(db, request, {})) : undefined;
    const { hits, isPartial } = await rank({ db, tables }, kind, search, within);
    const page = pageOfRanked(hits, (hit) => hit, request);
    if (page.length === 0) return { ...toListing<Item>([], request), isPartial };
    const ids = page.map(({ id }) => id);
    const { items } = await list({ limit: ids.length, filters: [], named: { refs: ids, ids, slugs: [] } });
    const byId = new Map(items.map((item) => [item.id, item]));
    const rows = page.flatMap(({ id, score }) => {
      const item = byId.get(id);
      return item === undefined ? [] : [{ at: [score, id], item }];
    });
    return { ...toListing(rows, request), isPartial };
  };

  const showsOf = async (items: readonly Item[]): Promise<Map<string, Show>> => {
    if (items.length === 0) return new Map();
    const keyed = await db
      .select({ key: owner.key, id: owner.id })
      .from(owner)
      .where(
        inArray(
          owner.id,
          items.map(({ id }) => id),
        ),
      );
    const shows = new Map(await readShow(keyed.map(({ key }) => key)));
    return new Map(keyed.map(({ key, id }) => [id, shows.get(key) as Show]));
  };

  return (list) => async (request) => {
    const { search, sort } = request;
    if (search === undefined) return list(request);
    const found =
      sort?.field === RELEVANCE
        ? await byRelevance(list, request, search)
        : { ...(await list(request)), isPartial: await hasMoreHits({ db, tables }, kind, search) };
    const shows = await showsOf(found.items);
    const items: Item[] = [];
    for (const item of found.items) {
      const hit = shows.get(item.id)?.(search);
      items.push(hit === undefined ? item : { ...item, ...marks(hit) });
      await turn(); // a row is up to 2 ms of work
    }
    return { ...found, items };
  };
}
