/**
 * Lists that are searched for words: by relevance, or in an order of their own; each row with what to mark in it.
 */
import { inArray, type SQL } from 'drizzle-orm';
import { type Listing, type ListRequest, RELEVANCE, toListing } from '../kernel/page.js';
import type { Search } from '../kernel/search-query.js';
import type { SearchHit, SearchKind } from '../search/model.js';
import type { Database } from './database.js';
import { isFoundFromFew } from './lists.js';
import { createPauses } from './pauses.js';
import { searchTables } from './search-kinds.js';
import { hasMoreHits } from './search-match.js';
import { createRanking } from './search-rank.js';
import { readShown } from './search-shown.js';
import { bindKeys, createStatements } from './statements.js';
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
  const { rank, pageOf } = createRanking(db, tables);
  const { rows: read } = createStatements();
  const owner = searchTables(tables)[kind].owner as Tables['claims']; // of any kind: only key and id are used

  const byRelevance = async (list: List<Item>, request: ListRequest, search: Search) => {
    const { search: _search, ...others } = request;
    // Only what readers may see is indexed, so that a search alone needs no condition, which is much faster.
    const isNarrowed = request.filters.length > 0 || request.named !== undefined;
    const within = isNarrowed ? where(others, await isFoundFromFew(db, request, {})) : undefined;
    const { hits, isPartial } = await rank(kind, search, within);
    const page = await pageOf(hits, request);
    if (page.length === 0) return { listing: { ...toListing<Item>([], request), isPartial }, keyed: page };
    const ids = page.map(({ id }) => id);
    const { items } = await list({ limit: ids.length, filters: [], named: { refs: ids, ids, slugs: [] } });
    const byId = new Map(items.map((item) => [item.id, item]));
    const rows = page.flatMap(({ id, score }) => {
      const item = byId.get(id);
      return item === undefined ? [] : [{ at: [score, id], item }];
    });
    return { listing: { ...toListing(rows, request), isPartial }, keyed: page };
  };

  const inOwnOrder = async (list: List<Item>, request: ListRequest, search: Search) => {
    const listing = await list(request);
    const isPartial = await hasMoreHits({ db, tables }, kind, search);
    if (listing.items.length === 0) return { listing: { ...listing, isPartial }, keyed: [] };
    const { keys: ids, values, shape } = bindKeys(listing.items.map(({ id }) => id));
    const build = () => db.select({ key: owner.key, id: owner.id }).from(owner).where(inArray(owner.id, ids));
    return { listing: { ...listing, isPartial }, keyed: await read(`keys ${shape}`, build, values) };
  };

  return (list) => async (request) => {
    const { search, sort } = request;
    if (search === undefined) return list(request);
    const answer = sort?.field === RELEVANCE ? byRelevance : inOwnOrder;
    const { listing, keyed } = await answer(list, request, search);
    const keys = new Map(keyed.map(({ key, id }) => [id, key]));
    const keysShown = listing.items.flatMap(({ id }) => keys.get(id) ?? []);
    const shows = new Map(keysShown.length === 0 ? [] : await readShow(keysShown));
    const { isDue, pause } = createPauses();
    const items: Item[] = [];
    for (const item of listing.items) {
      const hit = shows.get(keys.get(item.id) ?? Number.NaN)?.(search);
      items.push(hit === undefined ? item : { ...item, ...marks(hit) });
      if (isDue()) await pause();
    }
    return { ...listing, items };
  };
}
