/**
 * Articles as they are moved out, whatever their status.
 */
import { aliasedTable, and, asc, eq, gt, sql } from 'drizzle-orm';
import type { ExchangeFilter, ExchangeRow } from '../imports/store.js';
import type { Database } from './database.js';
import { conditionsOf, pagesOf, ROWS_AT_ONCE } from './exchange-filter.js';
import { givenOfArticle } from './given.js';
import { jsonOf } from './json.js';
import { createStatements } from './statements.js';
import type { Tables } from './tables.js';

export function exchangeArticles(db: Database, tables: Tables) {
  const { sources, articles, articleAuthors } = tables;
  const json = jsonOf(db);
  const given = givenOfArticle(articles);
  const writers = aliasedTable(sources, 'writers');

  const authors = db
    .select({
      rows: json.list({ name: articleAuthors.name, source: writers.slug }, articleAuthors.position),
    })
    .from(articleAuthors)
    .leftJoin(writers, eq(writers.key, articleAuthors.source))
    .where(eq(articleAuthors.article, articles.key));

  const value = json.bytes({
    ...given.before,
    tags: articles.tags,
    authors: sql`${authors}`,
    publisher: sources.slug,
    ...given.after,
  });

  return async function* pages(filter: ExchangeFilter): AsyncGenerator<ExchangeRow[]> {
    const { rows } = createStatements();
    const { ofArticle } = conditionsOf(tables, filter);
    const read = (after: string) =>
      rows(
        'articles',
        () =>
          db
            .select({ id: articles.id, value })
            .from(articles)
            .leftJoin(sources, eq(sources.key, articles.publisher))
            .where(and(gt(articles.id, sql.placeholder('after')), ofArticle))
            .orderBy(asc(articles.id))
            .limit(ROWS_AT_ONCE),
        { after },
      );
    for await (const page of pagesOf(read)) yield page.map(({ value }) => ({ kind: 'article', value }));
  };
}
