/**
 * Claims as they are moved out, with all that belongs to them.
 */
import { aliasedTable, and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { ExchangeFilter, ExchangeRow } from '../imports/store.js';
import { isId } from '../kernel/ids.js';
import type { Database } from './database.js';
import { conditionsOf, pagesOf, ROWS_AT_ONCE } from './exchange-filter.js';
import { groupBy } from './lists.js';
import { bindKeys, createStatements } from './statements.js';
import type { Tables } from './tables.js';

export function exchangeClaims(db: Database, tables: Tables) {
  const { sources, articles, claims, attributions, relations, reviews } = tables;
  const other = aliasedTable(claims, 'other');

  return async function* pages(filter: ExchangeFilter): AsyncGenerator<ExchangeRow[]> {
    const statements = createStatements();
    const conditions = conditionsOf(tables, filter);
    const columns = {
      key: claims.key,
      id: claims.id,
      externalId: claims.externalId,
      text: claims.text,
      language: claims.language,
      tags: claims.tags,
    };
    const attributionColumns = {
      claim: attributions.claim,
      id: attributions.id,
      source: sources.slug,
      article: articles.slug,
      url: attributions.url,
      context: attributions.context,
      stance: attributions.stance,
      mode: attributions.mode,
      cue: attributions.cue,
      saidAt: attributions.saidAt,
      exact: attributions.exact,
      prefix: attributions.prefix,
      suffix: attributions.suffix,
      start: attributions.start,
      state: attributions.anchorState,
    };
    const relationColumns = {
      of: relations.claim,
      id: relations.id,
      kind: relations.kind,
      externalId: other.externalId,
      other: other.id,
      note: relations.note,
      source: sources.slug,
    };
    const reviewColumns = {
      claim: reviews.claim,
      id: reviews.id,
      reviewer: sources.slug,
      rating: reviews.rating,
      verdict: reviews.verdict,
      url: reviews.url,
      title: reviews.title,
      summary: reviews.summary,
      reviewedAt: reviews.reviewedAt,
    };
    const read = (after: string) =>
      statements.rows(
        'claims',
        () =>
          db
            .select(columns)
            .from(claims)
            .where(and(gt(claims.id, sql.placeholder('after')), conditions.claims))
            .orderBy(asc(claims.id))
            .limit(ROWS_AT_ONCE),
        { after },
      );
    for await (const page of pagesOf(read)) {
      const { keys, values, shape } = bindKeys(page.map(({ key }) => key));
      const attributed = groupBy(
        await statements.rows(
          `attributions ${shape}`,
          () =>
            db
              .select(attributionColumns)
              .from(attributions)
              .leftJoin(sources, eq(sources.key, attributions.source))
              .leftJoin(articles, eq(articles.key, attributions.article))
              .where(and(inArray(attributions.claim, keys), conditions.ofAttribution))
              .orderBy(asc(attributions.key)),
          values,
        ),
        ({ claim }) => claim,
      );
      const related = groupBy(
        await statements.rows(
          `relations ${shape}`,
          () =>
            db
              .select(relationColumns)
              .from(relations)
              .innerJoin(other, eq(other.key, relations.other))
              .leftJoin(sources, eq(sources.key, relations.source))
              .where(and(inArray(relations.claim, keys), conditions.ofClaim(other)))
              .orderBy(asc(relations.key)),
          values,
        ),
        ({ of }) => of,
      );
      const reviewed = groupBy(
        await statements.rows(
          `reviews ${shape}`,
          () =>
            db
              .select(reviewColumns)
              .from(reviews)
              .innerJoin(sources, eq(sources.key, reviews.reviewer))
              .where(inArray(reviews.claim, keys))
              .orderBy(asc(reviews.key)),
          values,
        ),
        ({ claim }) => claim,
      );
      yield page.map(({ key, ...claim }) => ({
        kind: 'claim' as const,
        value: {
          ...claim,
          attributions: (attributed.get(key) ?? []).map(
            ({ claim: _claim, exact, prefix, suffix, start, state, ...attribution }) => ({
              ...attribution,
              quote: exact === null ? null : quoteOf({ exact, prefix, suffix, start, state }),
            }),
          ),
          relations: (related.get(key) ?? []).map(({ id, kind, externalId, other, note, source }) => ({
            id,
            kind,
            claim: externalId === null || isId(externalId) ? other : externalId,
            note,
            source,
          })),
          reviews: (reviewed.get(key) ?? []).map(({ claim: _claim, ...review }) => review),
        },
      }));
    }
  };
}

interface AnchorColumns {
  readonly exact: string;
  readonly prefix: string | null;
  readonly suffix: string | null;
  readonly start: number | null;
  readonly state: string | null;
}

const quoteOf = ({ exact, prefix, suffix, start, state }: AnchorColumns) => ({
  exact,
  ...(prefix ? { prefix } : {}),
  ...(suffix ? { suffix } : {}),
  start,
  ...(state === 'orphaned' ? { state } : {}),
});
