/**
 * What belongs to a page of claims, in the same few statements whatever stands on it: who put each forward and where, what
 * others do to it, what reviewers found.
 */
import { aliasedTable, and, eq, inArray, or, type SQL } from 'drizzle-orm';
import type { Claim } from '../claims/model.js';
import type { AnchorRecord } from '../claims/store.js';
import type { Database } from './database.js';
import { groupBy } from './lists.js';
import { sourceRef } from './sources.js';
import { bindKeys, type Statements } from './statements.js';
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

const shownAnchor = (anchor: AnchorRecord | null): Claim['attributions'][number]['anchor'] =>
  anchor?.state === 'orphaned' ? { ...anchor, start: null, end: null } : anchor;

/** A claim of a page, with its inner key. */
export type ClaimRow = Omit<Claim, 'attributions' | 'relations' | 'reviews'> & { readonly key: number };

export interface ClaimPartsOptions {
  readonly db: Database;
  readonly tables: Tables;
  readonly statements: Statements;
  /** Which attributions are seen, of claims that are; null where all are. */
  readonly isShown: SQL | null;
}

export function claimParts({ db, tables, statements: { rows }, isShown }: ClaimPartsOptions) {
  const { claims, attributions, relations, reviews, sources, articles } = tables;

  const attributionColumns = {
    claim: attributions.claim,
    within: attributions.article,
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
  };
  /** The shown attributions of each claim, only those in some articles if such are given. */
  const attributionsOf = async (wanted: readonly number[], within?: readonly number[]) => {
    const { keys, values, shape } = bindKeys(wanted);
    const places = within && bindKeys(within, 'w');
    const found = await rows(
      `attributions ${shape} ${places?.shape}`,
      attributionColumns,
      () =>
        db
          .select(attributionColumns)
          .from(attributions)
          .leftJoin(sources, eq(sources.key, attributions.source))
          .leftJoin(articles, eq(articles.key, attributions.article))
          .where(
            and(
              inArray(attributions.claim, keys),
              isShown ?? undefined,
              places && inArray(attributions.article, places.keys),
            ),
          )
          .orderBy(attributions.key),
      { ...values, ...places?.values },
    );
    return found.map(({ anchor, ...row }) => ({ ...row, anchor: shownAnchor(toAnchor(anchor)) }));
  };

  const asserterColumns = { claim: attributions.claim, source: sourceRef(sources) };
  const assertersOf = async (wanted: readonly number[]) => {
    if (wanted.length === 0) return new Map<number, { source: Claim['reviews'][number]['reviewer'] }[]>();
    const { keys, values, shape } = bindKeys(wanted);
    const found = await rows(
      `asserters ${shape}`,
      asserterColumns,
      () =>
        db
          .selectDistinct(asserterColumns)
          .from(attributions)
          .innerJoin(sources, eq(sources.key, attributions.source))
          .leftJoin(articles, eq(articles.key, attributions.article))
          .where(
            and(inArray(attributions.claim, keys), eq(attributions.stance, 'asserts'), isShown ?? undefined),
          )
          .orderBy(attributions.claim, sources.id),
      values,
    );
    return groupBy(found, ({ claim }) => claim);
  };

  const one = aliasedTable(claims, 'one');
  const other = aliasedTable(claims, 'other');
  const relationColumns = {
    id: relations.id,
    kind: relations.kind,
    note: relations.note,
    source: sourceRef(sources),
    one: { key: one.key, id: one.id, text: one.text, visible: one.visible },
    other: { key: other.key, id: other.id, text: other.text, visible: other.visible },
  };
  const relationsOf = async (wanted: readonly number[]) => {
    const { keys, values, shape } = bindKeys(wanted);
    const found = await rows(
      `relations ${shape}`,
      relationColumns,
      () =>
        db
          .select(relationColumns)
          .from(relations)
          // Left, and visible asked afterwards: else SQLite begins with all visible claims instead of these relations.
          .leftJoin(one, eq(one.key, relations.claim))
          .leftJoin(other, eq(other.key, relations.other))
          .leftJoin(sources, eq(sources.key, relations.source))
          .where(or(inArray(relations.claim, keys), inArray(relations.other, keys)))
          .orderBy(relations.key),
      values,
    );
    const isWanted = new Set(wanted);
    const sided = found.flatMap(({ one, other, ...relation }) => {
      if (one === null || other === null) return [];
      if (isShown !== null && !(one.visible && other.visible)) return [];
      return [
        ...(isWanted.has(one.key)
          ? [{ ...relation, of: one.key, direction: 'outgoing' as const, claim: other }]
          : []),
        ...(isWanted.has(other.key)
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

  const reviewColumns = {
    claim: reviews.claim,
    id: reviews.id,
    reviewer: sourceRef(sources),
    rating: reviews.rating,
    verdict: reviews.verdict,
    url: reviews.url,
    title: reviews.title,
    summary: reviews.summary,
    reviewedAt: reviews.reviewedAt,
  };
  const reviewsOf = async (wanted: readonly number[]) => {
    const { keys, values, shape } = bindKeys(wanted);
    const found = await rows(
      `reviews ${shape}`,
      reviewColumns,
      () =>
        db
          .select(reviewColumns)
          .from(reviews)
          .innerJoin(sources, eq(sources.key, reviews.reviewer))
          .where(inArray(reviews.claim, keys))
          .orderBy(reviews.key),
      values,
    );
    return groupBy(found, ({ claim }) => claim);
  };

  return {
    /**
     * The claims with all that belongs to them. `within` gives, for each row, the key of the one article whose
     * attributions are wanted.
     */
    async whole(page: readonly ClaimRow[], within?: readonly number[]): Promise<Claim[]> {
      if (page.length === 0) return [];
      const keys = page.map(({ key }) => key);
      const wanted = [...new Set(keys)];
      const placeOf = (claim: number, article: number | null | undefined) =>
        within === undefined ? String(claim) : `${claim} in ${article}`;
      const attributed = groupBy(
        await attributionsOf(wanted, within && [...new Set(within)]),
        ({ claim, within: article }) => placeOf(claim, article),
      );
      const related = await relationsOf(wanted);
      const reviewed = await reviewsOf(wanted);
      return page.map(({ key, ...claim }, index) => ({
        ...claim,
        attributions: (attributed.get(placeOf(key, within?.[index])) ?? []).map(
          ({ claim: _claim, within: _within, ...attribution }) => attribution,
        ),
        relations: (related.get(key) ?? []).map(({ of: _of, ...relation }) => relation),
        reviews: (reviewed.get(key) ?? []).map(({ claim: _claim, ...review }) => review),
      }));
    },
  };
}
