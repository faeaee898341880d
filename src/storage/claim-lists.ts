/**
 * What lists of claims can be filtered, sorted and counted by, in SQL.
 */
import { and, eq, exists, inArray, isNull, not, or, type SQL, sql } from 'drizzle-orm';
import type { Filter, ListRequest } from '../kernel/page.js';
import { isPublished } from './article-lists.js';
import type { Database } from './database.js';
import {
  allOf,
  amongRows,
  type Condition,
  isNamed,
  onColumn,
  type RowsOf,
  type SortTable,
  unindexed,
} from './lists.js';
import { matches } from './search-match.js';
import type { SummaryPlan } from './summaries.js';
import type { Tables } from './tables.js';
import type { Sight } from './tombstones.js';

/** The words that are asked of one attribution together: `source=x&stance=denies` is one that x denies. */
const ATTRIBUTION_WORDS = ['source', 'article', 'stance', 'anchor'];

const isOfAttribution = ({ field, operator }: Filter): boolean =>
  ATTRIBUTION_WORDS.includes(field) && operator === 'in';

export function claimLists(db: Database, tables: Tables, sight: Sight) {
  const { claims, claimTags, attributions, articles, reviews } = tables;

  const isVisible = sight === 'all' ? undefined : eq(claims.visible, true);
  /** The attributions that readers may see: outside any article, or in a published one. Undefined where all are seen. */
  const isShown = sight === 'all' ? undefined : or(isNull(attributions.article), isPublished(tables));

  const attributionConditions = {
    source: onColumn(attributions.source),
    article: onColumn(attributions.article),
    stance: onColumn(attributions.stance),
    anchor: onColumn(attributions.anchorState),
  };

  /** The keys of the claims with a shown attribution that all of this is true of. */
  const attributedBy = (condition: SQL | undefined) =>
    db
      .select({ key: attributions.claim })
      .from(attributions)
      .leftJoin(articles, eq(articles.key, attributions.article))
      .where(and(isShown, condition));

  /** The keys of the claims that something else belongs to, by the word that asks for it. */
  const related: Record<string, RowsOf> = {
    tag: (values) =>
      db
        .select({ key: claimTags.claim })
        .from(claimTags)
        .where(inArray(claimTags.tag, values as string[])),
    verdict: (values) =>
      db
        .select({ key: reviews.claim })
        .from(reviews)
        .where(inArray(reviews.verdict, values as never[])),
    reviewer: (values) =>
      db
        .select({ key: reviews.claim })
        .from(reviews)
        .where(inArray(reviews.reviewer, values as number[])),
    source: (values) => attributedBy(inArray(attributions.source, values as number[])),
    article: (values) => attributedBy(inArray(attributions.article, values as number[])),
    stance: (values) => attributedBy(inArray(attributions.stance, values as never[])),
    anchor: (values) => attributedBy(inArray(attributions.anchorState, values as never[])),
  };

  const hasReviews: Condition = ({ values }) => {
    const any = exists(db.select({ one: sql`1` }).from(reviews).where(eq(reviews.claim, claims.key)));
    return values[0] === true ? any : not(any);
  };

  const conditions: Record<string, Condition> = {
    standing: onColumn(claims.standing),
    language: onColumn(claims.language),
    createdAt: onColumn(claims.createdAt),
    updatedAt: onColumn(claims.updatedAt),
    hasReviews,
    ...Object.fromEntries(Object.entries(related).map(([word, rows]) => [word, amongRows(claims.key, rows)])),
  };

  const sorts: SortTable = {
    id: [claims.id],
    updatedAt: [claims.updatedAt, claims.id],
  };

  /** What a request asks of claims themselves, and not of one of their attributions. */
  const ofClaims = ({ filters, named, search }: ListRequest, isFew = false): SQL | undefined =>
    and(
      isFew && isVisible ? unindexed(claims.visible) : isVisible,
      isNamed(named, claims.id),
      allOf(
        filters.filter((filter) => !isOfAttribution(filter)),
        conditions,
      ),
      search && matches(tables, 'claims', search),
    );

  /** What is asked of one attribution. */
  const ofAttribution = (filters: readonly Filter[]): SQL | undefined =>
    allOf(filters.filter(isOfAttribution), attributionConditions);

  /** The whole list, whatever page of it is read; `isFew` as `isFoundFromFew` says: then it is found from the attributions. */
  const where = (request: ListRequest, isFew: boolean): SQL | undefined => {
    const asked = ofAttribution(request.filters);
    const attributed = isFew
      ? asked && inArray(claims.key, attributedBy(asked))
      : asked && exists(attributedBy(and(eq(attributions.claim, claims.key), asked)));
    return and(ofClaims(request, isFew), attributed);
  };

  /** As `isShown`, for a facet, which joins nothing. */
  const isShownWithin = (): SQL | undefined => {
    const published = db.select({ key: articles.key }).from(articles).where(isPublished(tables));
    return isShown && or(isNull(attributions.article), inArray(attributions.article, published));
  };
  /** What one attribution says, of those that all else is true of that is asked of one. */
  const ofOneAttribution = {
    table: attributions,
    row: attributions.claim,
    where: ({ filters }: ListRequest) => and(isShownWithin(), ofAttribution(filters)),
  };

  const summary: SummaryPlan = {
    kind: 'claims',
    table: claims,
    order: [claims.id],
    related,
    where,
    facets: {
      standing: { table: claims, row: claims.key, value: claims.standing },
      language: { table: claims, row: claims.key, value: claims.language },
      tag: { table: claimTags, row: claimTags.claim, value: claimTags.tag },
      stance: { ...ofOneAttribution, value: attributions.stance },
      source: { ...ofOneAttribution, value: attributions.source, isSource: true },
      verdict: { table: reviews, row: reviews.claim, value: reviews.verdict },
    },
  };

  return { isVisible, isShown, related, sorts, where, ofClaims, ofAttribution, summary };
}
