/**
 * Articles as they are moved out, whatever their status.
 */
import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { ExchangeFilter, ExchangeRow } from '../imports/store.js';
import type { Database } from './database.js';
import { conditionsOf, pagesOf, ROWS_AT_ONCE } from './exchange-filter.js';
import { groupBy } from './lists.js';
import { bindKeys, createStatements } from './statements.js';
import type { Tables } from './tables.js';

export function exchangeArticles(db: Database, tables: Tables) {
  const { sources, articles, articleAuthors } = tables;

  return async function* pages(filter: ExchangeFilter): AsyncGenerator<ExchangeRow[]> {
    const { rows } = createStatements();
    const { ofArticle } = conditionsOf(tables, filter);
    const columns = {
      key: articles.key,
      id: articles.id,
      externalId: articles.externalId,
      slug: articles.slug,
      headline: articles.headline,
      standfirst: articles.standfirst,
      body: articles.markdown,
      language: articles.language,
      section: articles.section,
      tags: articles.tags,
      publisher: sources.slug,
      canonicalUrl: articles.canonicalUrl,
      image: articles.image,
      disclaimer: articles.disclaimer,
      status: articles.status,
      retraction: articles.retraction,
      publishedAt: articles.publishedAt,
      modifiedAt: articles.modifiedAt,
      corrections: articles.corrections,
    };
    const authorColumns = {
      article: articleAuthors.article,
      name: articleAuthors.name,
      source: sources.slug,
    };
    const read = (after: string) =>
      rows(
        'articles',
        () =>
          db
            .select(columns)
            .from(articles)
            .leftJoin(sources, eq(sources.key, articles.publisher))
            .where(and(gt(articles.id, sql.placeholder('after')), ofArticle))
            .orderBy(asc(articles.id))
            .limit(ROWS_AT_ONCE),
        { after },
      );
    for await (const page of pagesOf(read)) {
      const { keys, values, shape } = bindKeys(page.map(({ key }) => key));
      const found = await rows(
        `authors ${shape}`,
        () =>
          db
            .select(authorColumns)
            .from(articleAuthors)
            .leftJoin(sources, eq(sources.key, articleAuthors.source))
            .where(inArray(articleAuthors.article, keys))
            .orderBy(asc(articleAuthors.article), asc(articleAuthors.position)),
        values,
      );
      const authors = groupBy(found, ({ article }) => article);
      yield page.map(
        ({ key, id, externalId, slug, headline, standfirst, body, language, section, tags, ...rest }) => ({
          kind: 'article' as const,
          value: {
            id,
            externalId,
            slug,
            headline,
            standfirst,
            body,
            language,
            section,
            tags,
            authors: (authors.get(key) ?? []).map(({ name, source }) => ({ name, source })),
            ...rest,
          },
        }),
      );
    }
  };
}
