/**
 * Claims in SQL, as readers see them: a page of claims is one statement whatever it holds.
 */
import { aliasedTable, and, eq, inArray, or, type SQLWrapper, sql } from 'drizzle-orm';
import type { Claim } from '../claims/model.js';
import type { ClaimReads } from '../claims/store.js';
import { type Key, type ListRequest, type Sort, toListing } from '../kernel/page.js';
import { isPublished } from './article-lists.js';
import { claimLists } from './claim-lists.js';
import { claimParts } from './claim-parts.js';
import type { Database } from './database.js';
import { groupBy, isFoundFromFew, keyset } from './lists.js';
import { searched } from './searched.js';
import { HIDDEN_STATUSES } from './shown.js';
import { bind, bindKeys, createStatements } from './statements.js';
import { summaries } from './summaries.js';
import type { Tables } from './tables.js';
import { readTombstones, type Sight } from './tombstones.js';

/** Behind every position in a text: where statements without a quote stand in the order of an article's claims. */
const PLACE_WITHOUT_QUOTE = 2_000_000_000;

/** The order of the list where a request names none, and that of the claims in an article. */
const NEWEST: Sort = { field: 'id', isDescending: true };
const NOTHING: ReadonlySet<string> = new Set();
const BY_POSITION: Sort = { field: 'position', isDescending: false };

export function readClaims(db: Database, tables: Tables, sight: Sight = 'published'): ClaimReads {
  const { claims, attributions, articles, relations } = tables;
  const other = aliasedTable(claims, 'other');
  const { isVisible, isShown, related, sorts, where, ofClaims, ofAttribution, summary } = claimLists(
    db,
    tables,
    sight,
  );
  const { rows, page: pageRows } = createStatements();
  const partsOf = claimParts({ db, tables, isShown });

  const own = {
    id: claims.id,
    text: claims.text,
    language: claims.language,
    tags: claims.tags,
    standing: claims.standing,
    version: claims.version,
    createdAt: claims.createdAt,
    updatedAt: claims.updatedAt,
  };
  const whole = (include: ReadonlySet<string>, within?: SQLWrapper) => ({
    ...own,
    ...partsOf(include, within),
  });

  /** Where a claim first stands in an article. */
  const firstPlace =
    sql<number>`min(coalesce(${attributions.start}, ${sql.raw(String(PLACE_WITHOUT_QUOTE))}))`
      .mapWith(Number)
      .as('place');

  const listOf = async (request: ListRequest, include: ReadonlySet<string>, within?: number) => {
    const sort = request.sort ?? NEWEST;
    const isFew = await isFoundFromFew(db, request, related);
    const asked = bind(request);
    const build = () => {
      const wanted = asked.request();
      const page = keyset(sorts, sort, wanted, isFew);
      return db
        .select(whole(include, within === undefined ? undefined : sql.placeholder('within')))
        .from(claims)
        .where(and(where(wanted, isFew), page.from))
        .orderBy(...page.order)
        .limit(page.limit);
    };
    const shape = `list ${sort.field} ${sort.isDescending} ${isFew} ${[...include]} ${within !== undefined}`;
    const values = { ...asked.values, within };
    const items: Claim[] = await pageRows(shape, build, { ...asked, values });
    const placeOf = places[sort.field] as (claim: Claim) => Key;
    return toListing(
      items.map((item) => ({ at: placeOf(item), item })),
      request,
    );
  };

  const listByPosition = async (article: number, request: ListRequest, include: ReadonlySet<string>) => {
    const sort = request.sort ?? BY_POSITION;
    const asked = bind(request);
    const build = () => {
      const wanted = asked.request();
      const within = sql.placeholder('article');
      const placed = db
        .select({ claim: attributions.claim, place: firstPlace })
        .from(attributions)
        .where(and(eq(attributions.article, within), ofAttribution(wanted.filters)))
        .groupBy(attributions.claim)
        .as('places');
      const order = { position: [sql`${placed.place}`, claims.id] };
      const page = keyset(order, sort, wanted, false);
      return db
        .select({ place: placed.place, claim: whole(include, within) })
        .from(placed)
        .crossJoin(claims) // SQLite keeps the order of a cross join: else it would begin with all visible claims
        .where(and(eq(claims.key, placed.claim), ofClaims(wanted), page.from))
        .orderBy(...page.order)
        .limit(page.limit);
    };
    const values = { ...asked.values, article };
    const shape = `in article ${sort.isDescending} ${[...include]}`;
    const found = await pageRows(shape, build, { ...asked, values });
    return toListing(
      found.map(({ place, claim }) => ({ at: [place, claim.id], item: claim })),
      request,
    );
  };

  const answerSearch = searched<Claim>({
    db,
    tables,
    kind: 'claims',
    where,
    marks: ({ highlights }) => ({ highlights }),
  });

  return {
    ...summaries(db, tables, summary),

    async get(id, include = NOTHING) {
      const build = () =>
        db
          .select(whole(include))
          .from(claims)
          .where(and(eq(claims.id, sql.placeholder('id')), isVisible));
      const [claim] = await rows(`get ${[...include]}`, build, { id });
      return claim;
    },

    list: (request, include = NOTHING, within) =>
      answerSearch((asked) => listOf(asked, include, within))(request),

    listInArticle: (article, request, include = NOTHING) =>
      answerSearch((asked) => listByPosition(article, asked, include))(request),

    async inArticles(ids, limit, include = NOTHING) {
      const { keys, values, shape } = bindKeys(ids);
      const build = () => {
        const wanted = db
          .select({ key: articles.key })
          .from(articles)
          .where(and(sight === 'all' ? undefined : isPublished(tables), inArray(articles.id, keys)));
        const placed = db
          .select({ article: attributions.article, claim: attributions.claim, place: firstPlace })
          .from(attributions)
          .where(inArray(attributions.article, wanted))
          .groupBy(attributions.article, attributions.claim)
          .as('places');
        const ranked = db
          .select({
            article: placed.article,
            claim: placed.claim,
            place: placed.place,
            // Drizzle has no window functions; the columns are ours.
            rank: sql<number>`row_number() over (partition by ${placed.article} order by ${placed.place}, ${claims.id})`.as(
              'rank',
            ),
          })
          .from(placed)
          .crossJoin(claims)
          .where(and(eq(claims.key, placed.claim), isVisible))
          .as('ranked');
        return db
          .select({ article: articles.id, claim: whole(include, ranked.article) })
          .from(ranked)
          .innerJoin(articles, eq(articles.key, ranked.article))
          .innerJoin(claims, eq(claims.key, ranked.claim))
          .where(sql`${ranked.rank} <= ${sql.placeholder('rank')}`)
          .orderBy(ranked.article, sql`${ranked.rank}`);
      };
      const found = await rows(`in articles ${shape} ${[...include]}`, build, { ...values, rank: limit + 1 });
      const groups = groupBy(found, ({ article }) => article);
      return new Map(
        [...groups].map(([article, group]) => [
          article,
          { claims: group.slice(0, limit).map(({ claim }) => claim), isMore: group.length > limit },
        ]),
      );
    },

    async refs(ids) {
      return db
        .select(own)
        .from(claims)
        .where(and(isVisible, inArray(claims.id, [...ids])));
    },

    isGone: readTombstones(db, tables, 'claim', sight),

    async isHidden(id) {
      const found = await db
        .select({ key: claims.key, visible: claims.visible })
        .from(claims)
        .where(eq(claims.id, id));
      const [claim] = found;
      if (claim === undefined) return false;
      const inHidden = db
        .select({ key: attributions.key })
        .from(attributions)
        .innerJoin(articles, eq(articles.key, attributions.article))
        .where(and(eq(attributions.claim, claim.key), inArray(articles.status, HIDDEN_STATUSES)))
        .limit(1);
      const toHidden = db
        .select({ key: relations.key })
        .from(relations)
        .innerJoin(other, or(eq(other.key, relations.other), eq(other.key, relations.claim)))
        .where(
          and(or(eq(relations.claim, claim.key), eq(relations.other, claim.key)), eq(other.visible, false)),
        )
        .limit(1);
      return !claim.visible || (await inHidden).length > 0 || (await toHidden).length > 0;
    },
  };
}

/** The place of a claim in each order. */
const places: Readonly<Record<string, (claim: Claim) => Key>> = {
  id: ({ id }) => [id],
  updatedAt: ({ updatedAt, id }) => [updatedAt, id],
};
