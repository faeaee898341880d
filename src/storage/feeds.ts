/**
 * What feeds and sitemaps need beside the list of articles, in SQL.
 */
import { and, between, countDistinct, desc, eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm';
import type { FeedReads } from '../feeds/store.js';
import { isPublished } from './article-lists.js';
import type { Database } from './database.js';
import { SHOWN_STATUS } from './shown.js';
import { bindKeys, createStatements } from './statements.js';
import type { Tables } from './tables.js';

export function readFeeds(db: Database, tables: Tables): FeedReads {
  const { articles, attributions, claims, sources } = tables;
  const { rows } = createStatements();
  const given = sql.placeholder;

  /**
   * Published, in words that no index fits: a piece is to be read along its keys, which SQLite would give up for an
   * index on the status. The column is ours and the value bound.
   */
  const isShown = sql`${articles.status} || '' = ${SHOWN_STATUS}`;
  const entry = { slug: articles.slug, modifiedAt: articles.modifiedAt, updatedAt: articles.updatedAt };
  const news = {
    ...entry,
    headline: articles.headline,
    language: articles.language,
    publisher: sources.name,
    publishedAt: articles.publishedAt,
  };
  const counts = {
    id: articles.id,
    claims: countDistinct(claims.key),
    disputed:
      sql<number>`count(distinct case when ${claims.standing} = 'disputed' then ${claims.key} end)`.mapWith(
        Number,
      ),
  };
  const found = { piece: sql<number>`piece`.mapWith(Number) };

  /**
   * Jumps along the keys from the first of a piece to the first of the next, which drizzle has no words for. `size` is a
   * number of ours, and raw because the types of bound numbers differ between the engines.
   */
  const piecesOf = (size: number): SQL => {
    const firstAfter = (key: SQL) =>
      sql`(select ${articles.key} from ${articles} where ${isShown} and ${articles.key} > ${key} order by ${articles.key} limit 1)`;
    const run = sql.raw(String(size));
    return sql`(
      with recursive pieces (piece) as (
        select (${firstAfter(sql`0`)} - 1) / ${run} + 1
        union all
        select (${firstAfter(sql`piece * ${run}`)} - 1) / ${run} + 1 from pieces where piece is not null
      )
      select piece from pieces where piece is not null) as found`;
  };

  return {
    async claimCounts(ids) {
      if (ids.length === 0) return new Map();
      const { keys, values, shape } = bindKeys(ids);
      const counted = await rows(
        `counts ${shape}`,
        () =>
          db
            .select(counts)
            .from(articles)
            .innerJoin(attributions, eq(attributions.article, articles.key))
            .innerJoin(claims, eq(claims.key, attributions.claim))
            .where(and(inArray(articles.id, keys), eq(claims.visible, true)))
            .groupBy(articles.id),
        values,
      );
      return new Map(counted.map(({ id, ...count }) => [id, count]));
    },

    async pieces(size, limit) {
      const build = () => db.select(found).from(piecesOf(size)).limit(given('limit'));
      return (await rows(`pieces ${size}`, build, { limit })).map(({ piece }) => piece);
    },

    piece: (number, size) =>
      rows(
        'piece',
        () =>
          db
            .select(entry)
            .from(articles)
            .where(and(isShown, between(articles.key, given('first'), given('last'))))
            .orderBy(articles.key),
        { first: (number - 1) * size + 1, last: number * size },
      ),

    async recent({ since, until, limit }) {
      const recent = await rows(
        'recent',
        () =>
          db
            .select(news)
            .from(articles)
            .leftJoin(sources, eq(sources.key, articles.publisher))
            .where(
              and(
                isPublished(tables),
                gte(articles.publishedAt, given('since')),
                lte(articles.publishedAt, given('until')),
              ),
            )
            .orderBy(desc(articles.publishedAt), desc(articles.id))
            .limit(given('limit')),
        { since, until, limit },
      );
      return recent.map((row) => ({ ...row, publishedAt: String(row.publishedAt) }));
    },
  };
}
