/**
 * Claims in SQL, as readers see them: a page of claims costs the same few queries whatever it holds.
 */
import { aliasedTable, and, eq, exists, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Claim } from '../claims/model.js';
import type { AnchorRecord, ClaimReads } from '../claims/store.js';
import { type Filter, toListing } from '../kernel/page.js';
import { isPublished } from './articles.js';
import type { Database } from './database.js';
import { allOf, groupBy, keyset, onColumn } from './lists.js';
import { sourceRef } from './sources.js';
import type { Tables } from './tables.js';

/** Behind every position in a text: where statements without a quote stand in the order of an article's claims. */
const PLACE_WITHOUT_QUOTE = 2_000_000_000;

/** The words that are asked of one attribution together: `source=x&stance=denies` is one that x denies. */
const ATTRIBUTION_WORDS = ['source', 'article', 'stance'];

/** The columns that make up an anchor, in the row's own words. */
export const anchorColumns = ({ attributions: t }: Tables) => ({
  exact: t.exact,
  prefix: t.prefix,
  suffix: t.suffix,
  start: t.start,
  end: t.end,
  articleVersion: t.articleVersion,
  anchorState: t.anchorState,
});

type AnchorRow = {
  [Name in keyof AnchorRecord as Name extends 'state' ? 'anchorState' : Name]: AnchorRecord[Name] | null;
};

/** A row's anchor, or null; the database keeps it whole or absent. */
export function toAnchor({ anchorState, ...row }: AnchorRow): AnchorRecord | null {
  return anchorState === null ? null : ({ ...row, state: anchorState } as AnchorRecord);
}

const shownAnchor = (anchor: AnchorRecord | null): Claim['attributions'][number]['anchor'] =>
  anchor?.state === 'orphaned' ? { ...anchor, start: null, end: null } : anchor;

export function readClaims(db: Database, tables: Tables): ClaimReads {
  const { claims, claimTags, attributions, relations, reviews, sources, articles } = tables;

  /** The attributions that readers may see: outside any article, or in a published one. */
  const isShown = or(isNull(attributions.article), isPublished(tables));

  const attributionConditions = {
    source: onColumn(attributions.source),
    article: onColumn(attributions.article),
    stance: onColumn(attributions.stance),
  };
  const claimConditions = {
    standing: onColumn(claims.standing),
    language: onColumn(claims.language),
    tag: ({ values }: Filter) =>
      inArray(
        claims.key,
        db
          .select({ claim: claimTags.claim })
          .from(claimTags)
          .where(inArray(claimTags.tag, values.map(String))),
      ),
  };

  const attributed = (filters: readonly Filter[]): SQL | undefined =>
    filters.length === 0
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(attributions)
            .leftJoin(articles, eq(articles.key, attributions.article))
            .where(and(eq(attributions.claim, claims.key), isShown, allOf(filters, attributionConditions))),
        );

  const ofAttribution = ({ field }: Filter): boolean => ATTRIBUTION_WORDS.includes(field);

  const ofClaims = (filters: readonly Filter[]): SQL | undefined =>
    and(
      eq(claims.visible, true),
      allOf(
        filters.filter((filter) => !ofAttribution(filter)),
        claimConditions,
      ),
    );

  const columns = {
    key: claims.key,
    id: claims.id,
    text: claims.text,
    language: claims.language,
    tags: claims.tags,
    standing: claims.standing,
    version: claims.version,
    createdAt: claims.createdAt,
    updatedAt: claims.updatedAt,
  };
  type Row = Omit<Claim, 'attributions' | 'relations' | 'reviews'> & { key: number };

  const attributionsOf = async (keys: number[], article?: number) => {
    const rows = await db
      .select({
        claim: attributions.claim,
        id: attributions.id,
        source: sourceRef(sources),
        article: { id: articles.id, slug: articles.slug, headline: articles.headline },
        url: attributions.url,
        context: attributions.context,
        stance: attributions.stance,
        mode: attributions.mode,
        cue: attributions.cue,
        saidAt: attributions.saidAt,
        anchor: anchorColumns(tables),
      })
      .from(attributions)
      .leftJoin(sources, eq(sources.key, attributions.source))
      .leftJoin(articles, eq(articles.key, attributions.article))
      .where(
        and(
          inArray(attributions.claim, keys),
          isShown,
          article === undefined ? undefined : eq(attributions.article, article),
        ),
      )
      .orderBy(attributions.key);
    return groupBy(rows, ({ claim }) => claim);
  };

  const assertersOf = async (keys: number[]) => {
    const rows = await db
      .selectDistinct({ claim: attributions.claim, source: sourceRef(sources) })
      .from(attributions)
      .innerJoin(sources, eq(sources.key, attributions.source))
      .leftJoin(articles, eq(articles.key, attributions.article))
      .where(and(inArray(attributions.claim, keys), eq(attributions.stance, 'asserts'), isShown))
      .orderBy(attributions.claim, sources.id);
    return groupBy(rows, ({ claim }) => claim);
  };

  const relationsOf = async (keys: number[]) => {
    const one = aliasedTable(claims, 'one');
    const other = aliasedTable(claims, 'other');
    const rows = await db
      .select({
        id: relations.id,
        kind: relations.kind,
        note: relations.note,
        source: sourceRef(sources),
        one: { key: one.key, id: one.id, text: one.text, visible: one.visible },
        other: { key: other.key, id: other.id, text: other.text, visible: other.visible },
      })
      .from(relations)
      // Left, and visible asked afterwards: else SQLite begins with all visible claims instead of these relations.
      .leftJoin(one, eq(one.key, relations.claim))
      .leftJoin(other, eq(other.key, relations.other))
      .leftJoin(sources, eq(sources.key, relations.source))
      .where(or(inArray(relations.claim, keys), inArray(relations.other, keys)))
      .orderBy(relations.key);
    const wanted = new Set(keys);
    const sided = rows.flatMap(({ one, other, ...relation }) => {
      if (!one?.visible || !other?.visible) return [];
      return [
        ...(wanted.has(one.key)
          ? [{ ...relation, of: one.key, direction: 'outgoing' as const, claim: other }]
          : []),
        ...(wanted.has(other.key)
          ? [{ ...relation, of: other.key, direction: 'incoming' as const, claim: one }]
          : []),
      ];
    });
    const asserters = await assertersOf([...new Set(sided.map(({ claim }) => claim.key))]);
    const shown = sided.map(({ claim: { key, id, text }, ...relation }) => ({
      ...relation,
      claim: { id, text, sources: (asserters.get(key) ?? []).map(({ source }) => source) },
    }));
    return groupBy(shown, ({ of }) => of);
  };

  const reviewsOf = async (keys: number[]) => {
    const rows = await db
      .select({
        claim: reviews.claim,
        id: reviews.id,
        reviewer: sourceRef(sources),
        rating: reviews.rating,
        verdict: reviews.verdict,
        url: reviews.url,
        title: reviews.title,
        summary: reviews.summary,
        reviewedAt: reviews.reviewedAt,
      })
      .from(reviews)
      .innerJoin(sources, eq(sources.key, reviews.reviewer))
      .where(inArray(reviews.claim, keys))
      .orderBy(reviews.key);
    return groupBy(rows, ({ claim }) => claim);
  };

  /** The claims with all that belongs to them, for the whole page at once. */
  const whole = async (rows: Row[], article?: number): Promise<Claim[]> => {
    if (rows.length === 0) return [];
    const keys = rows.map(({ key }) => key);
    const attributed = await attributionsOf(keys, article);
    const related = await relationsOf(keys);
    const reviewed = await reviewsOf(keys);
    return rows.map(({ key, ...claim }) => ({
      ...claim,
      attributions: (attributed.get(key) ?? []).map(({ claim: _claim, anchor, ...attribution }) => ({
        ...attribution,
        anchor: shownAnchor(toAnchor(anchor)),
      })),
      relations: (related.get(key) ?? []).map(({ of: _of, ...relation }) => relation),
      reviews: (reviewed.get(key) ?? []).map(({ claim: _claim, ...review }) => review),
    }));
  };

  return {
    async get(id) {
      const rows = await db
        .select(columns)
        .from(claims)
        .where(and(eq(claims.id, id), eq(claims.visible, true)));
      const [claim] = await whole(rows);
      return claim;
    },

    async list(request) {
      const page = keyset([claims.id], 'desc', request);
      const rows = await db
        .select(columns)
        .from(claims)
        .where(and(ofClaims(request.filters), attributed(request.filters.filter(ofAttribution)), page.from))
        .orderBy(...page.order)
        .limit(page.limit);
      const items = await whole(rows);
      return toListing(
        items.map((item) => ({ at: [item.id], item })),
        request,
      );
    },

    async listInArticle(article, request) {
      const places = db
        .select({
          claim: attributions.claim,
          place: sql<number>`min(coalesce(${attributions.start}, ${sql.raw(String(PLACE_WITHOUT_QUOTE))}))`
            .mapWith(Number)
            .as('place'),
        })
        .from(attributions)
        .where(
          and(
            eq(attributions.article, article),
            allOf(request.filters.filter(ofAttribution), attributionConditions),
          ),
        )
        .groupBy(attributions.claim)
        .as('places');
      const page = keyset([sql`${places.place}`, claims.id], 'asc', request);
      const rows = await db
        .select({ ...columns, place: places.place })
        .from(places)
        .crossJoin(claims) // SQLite keeps the order of a cross join: else it would begin with all visible claims
        .where(and(eq(claims.key, places.claim), ofClaims(request.filters), page.from))
        .orderBy(...page.order)
        .limit(page.limit);
      const items = await whole(
        rows.map(({ place: _place, ...row }) => row),
        article,
      );
      return toListing(
        items.map((item, index) => ({ at: [rows[index]?.place ?? PLACE_WITHOUT_QUOTE, item.id], item })),
        request,
      );
    },
  };
}
