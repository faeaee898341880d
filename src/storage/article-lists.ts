/**
 * What lists of articles can be filtered, sorted and counted by, in SQL.
 */
import { and, eq, gte, inArray, isNotNull, isNull, lt, not, or, type SQL, sql } from 'drizzle-orm';
import type { ListRequest } from '../kernel/page.js';
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
import { SHOWN_STATUS, type Status } from './shown.js';
import type { SummaryPlan } from './summaries.js';
import type { Tables } from './tables.js';

export const isPublished = ({ articles }: Tables): SQL => eq(articles.status, SHOWN_STATUS);
/** The same, where the rows are found by something else. */
const isPublishedToo = ({ articles }: Tables): SQL => sql`${unindexed(articles.status)} = ${SHOWN_STATUS}`;

/** The place of what has no date: before all that has one. */
export const UNDATED = '';

/** Whether a list is one of drafts. */
export const isOfDrafts = ({ filters }: ListRequest): boolean =>
  filters.some(({ field, values: [status] }) => field === 'status' && status === 'draft');

export function articleLists(db: Database, tables: Tables) {
  const { articles, articleTags, articleAuthors, attributions, claims } = tables;

  /** The keys of the articles that something else refers to, by the word that asks for it. */
  const related: Record<string, RowsOf> = {
    tag: (values) =>
      db
        .select({ key: articleTags.article })
        .from(articleTags)
        .where(inArray(articleTags.tag, values as string[])),
    author: (values) =>
      db
        .select({ key: articleAuthors.article })
        .from(articleAuthors)
        .where(inArray(articleAuthors.source, values as number[])),
    mentions: (values) =>
      db
        .select({ key: attributions.article })
        .from(attributions)
        .where(and(isNotNull(attributions.article), inArray(attributions.source, values as number[]))),
    url: (values) =>
      db
        .select({ key: articles.key })
        .from(articles)
        .where(inArray(articles.canonicalUrl, values as string[])),
    'claim.standing': (values) =>
      db
        .select({ key: attributions.article })
        .from(claims)
        .innerJoin(attributions, eq(attributions.claim, claims.key))
        .where(
          and(
            eq(claims.visible, true),
            inArray(claims.standing, values as never[]),
            isNotNull(attributions.article),
          ),
        ),
  };

  /** Whether it is of a month, as the text of its time begins. Values may be placeholders: what they end at is made in SQL. */
  const inMonth: Condition = ({ operator, values }) => {
    const anyOf = or(
      ...values.map((month) =>
        and(
          gte(articles.publishedAt, month as string),
          lt(articles.publishedAt, sql`cast(${month} as text) || '.'`), // in a time `-` comes next, which is just before
        ),
      ),
    );
    return operator === 'not' && anyOf !== undefined ? or(isNull(articles.publishedAt), not(anyOf)) : anyOf;
  };
  const hasClaims: Condition = ({ values }) =>
    sql`${values[0] === true ? sql`` : sql`not `}exists ${db
      .select({ one: sql`1` })
      .from(attributions)
      .where(eq(attributions.article, articles.key))}`;

  /** One status at a time: the orders are read in indexes that begin with it. */
  const hasStatus: Condition = ({ values }) => eq(articles.status, values[0] as Status);

  const conditions: Record<string, Condition> = {
    status: hasStatus,
    section: onColumn(articles.section),
    language: onColumn(articles.language),
    publisher: onColumn(articles.publisher),
    publishedAt: onColumn(articles.publishedAt),
    modifiedAt: onColumn(articles.modifiedAt),
    wordCount: onColumn(articles.wordCount),
    month: inMonth,
    hasClaims,
    ...Object.fromEntries(
      Object.entries(related).map(([word, rows]) => [word, amongRows(articles.key, rows)]),
    ),
  };

  const sorts: SortTable = {
    publishedAt: [articles.publishedAt, articles.id],
    modifiedAt: [sql`coalesce(${articles.modifiedAt}, ${articles.publishedAt})`, articles.id],
    headline: [articles.headline, articles.id],
    wordCount: [articles.wordCount, articles.id],
    id: [articles.id],
  };

  /** The same of drafts, which need have no date. They are few: no index has their orders. */
  const draftSorts: SortTable = {
    ...sorts,
    publishedAt: [sql`coalesce(${articles.publishedAt}, ${UNDATED})`, articles.id],
    modifiedAt: [sql`coalesce(${articles.modifiedAt}, ${articles.publishedAt}, ${UNDATED})`, articles.id],
  };

  /** The whole list, whatever page of it is read; `isFew` as `isFoundFromFew` says. */
  const where = ({ filters, named, search }: ListRequest, isFew: boolean): SQL | undefined =>
    and(
      filters.some(({ field }) => field === 'status')
        ? undefined
        : (isFew ? isPublishedToo : isPublished)(tables),
      isNamed(named, articles.id, articles.slug),
      allOf(filters, conditions),
      search && matches(tables, 'articles', search),
    );

  const summary: SummaryPlan = {
    kind: 'articles',
    table: articles,
    order: [articles.publishedAt, articles.id],
    related,
    where,
    facets: {
      section: { table: articles, row: articles.key, value: articles.section },
      language: { table: articles, row: articles.key, value: articles.language },
      publisher: { table: articles, row: articles.key, value: articles.publisher, isSource: true },
      month: {
        table: articles,
        row: articles.key,
        value: sql<string>`substr(${articles.publishedAt}, 1, 7)`,
      },
      tag: { table: articleTags, row: articleTags.article, value: articleTags.tag },
    },
  };

  return { related, sorts, draftSorts, where, summary };
}
