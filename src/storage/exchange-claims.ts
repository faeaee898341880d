/**
 * Claims as they are moved out, with all that belongs to them.
 */
import { aliasedTable, and, asc, eq, gt, sql } from 'drizzle-orm';
import type { ExchangeFilter, ExchangeRow } from '../imports/store.js';
import type { Database } from './database.js';
import { conditionsOf, pagesOf, ROWS_AT_ONCE } from './exchange-filter.js';
import { givenOfAttribution, givenOfClaim, givenOfReview } from './given.js';
import { jsonOf } from './json.js';
import { createStatements } from './statements.js';
import type { Tables } from './tables.js';

export function exchangeClaims(db: Database, tables: Tables) {
  const { sources, articles, claims, attributions, relations, reviews } = tables;
  const other = aliasedTable(claims, 'other');
  const json = jsonOf(db);

  const quote = json.objectOfFilled({
    exact: attributions.exact,
    prefix: sql`nullif(${attributions.prefix}, '')`,
    suffix: sql`nullif(${attributions.suffix}, '')`,
    start: attributions.start,
    state: sql`case when ${attributions.anchorState} = 'orphaned' then 'orphaned' end`,
  });
  const attribution = {
    id: attributions.id,
    source: sources.slug,
    article: articles.slug,
    ...givenOfAttribution(attributions),
    quote: sql`case when ${attributions.exact} is not null then ${quote} end`,
  };
  const relation = {
    id: relations.id,
    kind: relations.kind,
    claim: sql`case when ${other.externalId} is null or ${json.isId(other.externalId)} then ${other.id} else ${other.externalId} end`,
    note: relations.note,
    source: sources.slug,
  };
  const review = {
    id: reviews.id,
    reviewer: sources.slug,
    ...givenOfReview(reviews),
  };

  return async function* pages(filter: ExchangeFilter): AsyncGenerator<ExchangeRow[]> {
    const { rows } = createStatements();
    const conditions = conditionsOf(tables, filter);
    const attributed = db
      .select({ rows: json.list(attribution, attributions.key) })
      .from(attributions)
      .leftJoin(sources, eq(sources.key, attributions.source))
      .leftJoin(articles, eq(articles.key, attributions.article))
      .where(and(eq(attributions.claim, claims.key), conditions.ofAttribution));
    const related = db
      .select({ rows: json.list(relation, relations.key) })
      .from(relations)
      .innerJoin(other, eq(other.key, relations.other))
      .leftJoin(sources, eq(sources.key, relations.source))
      .where(and(eq(relations.claim, claims.key), conditions.ofClaim(other)));
    const reviewed = db
      .select({ rows: json.list(review, reviews.key) })
      .from(reviews)
      .innerJoin(sources, eq(sources.key, reviews.reviewer))
      .where(eq(reviews.claim, claims.key));
    const value = json.bytes({
      ...givenOfClaim(claims),
      attributions: sql`${attributed}`,
      relations: sql`${related}`,
      reviews: sql`${reviewed}`,
    });
    const read = (after: string) =>
      rows(
        'claims',
        () =>
          db
            .select({ id: claims.id, value })
            .from(claims)
            .where(and(gt(claims.id, sql.placeholder('after')), conditions.claims))
            .orderBy(asc(claims.id))
            .limit(ROWS_AT_ONCE),
        { after },
      );
    for await (const page of pagesOf(read)) yield page.map(({ value }) => ({ kind: 'claim', value }));
  };
}
