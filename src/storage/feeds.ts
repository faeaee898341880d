/**
 * What feeds and sitemaps need beside the list of articles, in SQL.
 */
import { and, between, countDistinct, desc, eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm';
import type { FeedReads } from '../feeds/store.js';
import { isPublished, SHOWN_STATUS } from './article-lists.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

export function readFeeds(db: Database, tables: Tables): FeedReads {
  const { articles, attributions, claims, sources } = tables;

  /**
   * Published, in words that no index fits: a piece is to be read along its keys, which SQLite would give up for an
   * index on the status. The column is ours and the value bound.
   */
  const isShown = sql`${articles.status} || '' = ${SHOWN_STATUS}`;
  const entry = { slug: articles.slug, modifiedAt: articles.modifiedAt, updatedAt: articles.updatedAt };

  return {
    async claimCounts(ids) {
      const disputed = sql<number>`count(distinct case when ${claims.standing} = 'disputed' then ${claims.key} end)`;
      const rows = await db
        .select({ id: articles.id, claims: countDistinct(claims.key), disputed: disputed.mapWith(Number) })
        .from(articles)
        .innerJoin(attributions, eq(attributions.article, articles.key))
        .innerJoin(claims, eq(claims.key, attributions.claim))
        .where(and(inArray(articles.id, [...ids]), eq(claims.visible, true)))
        .groupBy(articles.id);
      return new Map(rows.map(({ id, ...count }) => [id, count]));
    },

    async pieces(size, limit) {
      const firstAfter = (key: SQL) =>
        sql`(select ${articles.key} from ${articles} where ${isShown} and ${articles.key} > ${key} order by ${articles.key} limit 1)`;
      // Jumps along the keys from the first of a piece to the first of the next, which drizzle has no words for. `size` is
      // a number of ours, and raw because the types of bound numbers differ between the engines.
      const run = sql.raw(String(size));
      const rows = await db.select({ piece: sql<number>`piece`.mapWith(Number) }).from(sql`(
        with recursive pieces (piece) as (
          select (${firstAfter(sql`0`)} - 1) / ${run} + 1
          union all
          select (${firstAfter(sql`piece * ${run}`)} - 1) / ${run} + 1 from pieces where piece is not null
        )
        select piece from pieces where piece is not null limit ${limit}) as found`);
      return rows.map(({ piece }) => piece);
    },

    piece: (number, size) =>
      db
        .select(entry)
        .from(articles)
        .where(and(isShown, between(articles.key, (number - 1) * size + 1, number * size)))
        .orderBy(articles.key),

    async recent({ since, until, limit }) {
      const rows = await db
        .select({
          ...entry,
          headline: articles.headline,
          language: articles.language,
          publisher: sources.name,
          publishedAt: articles.publishedAt,
        })
        .from(articles)
        .leftJoin(sources, eq(sources.key, articles.publisher))
        .where(and(isPublished(tables), gte(articles.publishedAt, since), lte(articles.publishedAt, until)))
        .orderBy(desc(articles.publishedAt), desc(articles.id))
        .limit(limit);
      return rows.map((row) => ({ ...row, publishedAt: String(row.publishedAt) }));
    },
  };
}
