/**
 * What belongs to a claim, read with it: who put it forward and where, what others do to it, what reviewers found.
 */
import { aliasedTable, and, eq, inArray, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Claim } from '../claims/model.js';
import type { AnchorRecord } from '../claims/store.js';
import type { Database } from './database.js';
import { givenOfAttribution, givenOfReview } from './given.js';
import { nested } from './nested.js';
import { sourceIn, sourceRef } from './sources.js';
import type { Tables } from './tables.js';

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
export function toAnchor(columns: AnchorRow | null): AnchorRecord | null {
  if (columns === null || columns.anchorState === null) return null;
  const { anchorState, ...row } = columns;
  return { ...row, state: anchorState } as AnchorRecord;
}

export interface ClaimPartsOptions {
  readonly db: Database;
  readonly tables: Tables;
  /** Which attributions are seen, of claims that are; undefined where all are. */
  readonly isShown: SQL | undefined;
}

/** Gives the columns of a statement of claims that hold their parts. */
export function claimParts({ db, tables, isShown }: ClaimPartsOptions) {
  const { claims, attributions, relations, reviews, sources, articles } = tables;

  const { start, end, anchorState, ...quote } = anchorColumns(tables);
  /** An orphaned anchor has lost its place. */
  const placed = (column: SQLWrapper) =>
    sql`case when ${anchorState} = 'orphaned' then null else ${column} end`;
  const { exact, prefix, suffix, articleVersion } = quote;
  const anchor = {
    exact,
    prefix,
    suffix,
    start: placed(start),
    end: placed(end),
    articleVersion,
    state: anchorState,
  };

  /** The shown attributions, only those in one article if such is given. */
  const attributionsIn = (within: SQLWrapper | undefined, isIncluded: boolean) =>
    nested<Claim['attributions'][number]>(db, {
      fields: {
        id: attributions.id,
        source: sourceIn(sources, isIncluded),
        article: { id: articles.id, slug: articles.slug, headline: articles.headline },
        ...givenOfAttribution(attributions),
        anchor,
      },
      order: attributions.key,
      select: (rows) =>
        db
          .select({ rows })
          .from(attributions)
          .leftJoin(sources, eq(sources.key, attributions.source))
          .leftJoin(articles, eq(articles.key, attributions.article))
          .where(
            and(eq(attributions.claim, claims.key), isShown, within && eq(attributions.article, within)),
          ),
    });

  const other = aliasedTable(claims, 'other');
  const asserters = nested(db, {
    fields: sourceRef(sources),
    order: sources.id,
    select: (rows) =>
      db
        .select({ rows })
        .from(sources)
        .where(
          inArray(
            sources.key,
            db
              .select({ key: attributions.source })
              .from(attributions)
              .leftJoin(articles, eq(articles.key, attributions.article))
              .where(and(eq(attributions.claim, other.key), eq(attributions.stance, 'asserts'), isShown)),
          ),
        ),
  });
  // `is true` is read by no index: else SQLite begins with all visible claims instead of these relations.
  const isOtherSeen = isShown && sql`${other.visible} is true`;
  const isOutgoing = eq(relations.claim, claims.key);
  const shownRelations = nested<Claim['relations'][number]>(db, {
    fields: {
      id: relations.id,
      kind: relations.kind,
      note: relations.note,
      source: sourceRef(sources),
      direction: sql`case when ${isOutgoing} then 'outgoing' else 'incoming' end`,
      claim: { id: other.id, text: other.text, sources: asserters },
    },
    order: relations.key,
    select: (rows) =>
      db
        .select({ rows })
        .from(relations)
        .innerJoin(
          other,
          eq(other.key, sql`case when ${isOutgoing} then ${relations.other} else ${relations.claim} end`),
        )
        .leftJoin(sources, eq(sources.key, relations.source))
        .where(and(or(isOutgoing, eq(relations.other, claims.key)), isOtherSeen)),
  });

  const reviewsWith = (isIncluded: boolean) =>
    nested<Claim['reviews'][number]>(db, {
      fields: {
        id: reviews.id,
        reviewer: sourceIn(sources, isIncluded),
        ...givenOfReview(reviews),
      },
      order: reviews.key,
      select: (rows) =>
        db
          .select({ rows })
          .from(reviews)
          .innerJoin(sources, eq(sources.key, reviews.reviewer))
          .where(eq(reviews.claim, claims.key)),
    });

  return (include: ReadonlySet<string>, within?: SQLWrapper) => ({
    attributions: attributionsIn(within, include.has('attributions.source')),
    relations: shownRelations,
    reviews: reviewsWith(include.has('reviews.reviewer')),
  });
}
