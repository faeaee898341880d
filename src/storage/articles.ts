/**
 * Articles in SQL. Readers see published ones only.
 */
import { and, eq, inArray, type SQL } from 'drizzle-orm';
import type { Article, BodyFormat } from '../articles/model.js';
import type { ArticleIdentity, ArticleReads, ArticleRecord, ArticleStore } from '../articles/store.js';
import { isId } from '../kernel/ids.js';
import { toListing } from '../kernel/page.js';
import type { ChangeLog } from './changes.js';
import type { Database } from './database.js';
import { allOf, groupBy, keyset, onColumn } from './lists.js';
import { indexSearch } from './search-index.js';
import { SHOWN_STATUS } from './shown.js';
import { sourceRef } from './sources.js';
import type { Tables } from './tables.js';

export const isPublished = ({ articles }: Tables): SQL => eq(articles.status, SHOWN_STATUS);

export function readArticles(db: Database, tables: Tables): ArticleReads {
  const { articles, articleTags, articleAuthors, sources } = tables;
  const bodies = { html: articles.html, markdown: articles.markdown, text: articles.text };
  const conditions = {
    section: onColumn(articles.section),
    language: onColumn(articles.language),
    publisher: onColumn(articles.publisher),
    publishedAt: onColumn(articles.publishedAt),
    tag: ({ values }: { values: readonly (string | number)[] }) =>
      inArray(
        articles.key,
        db
          .select({ article: articleTags.article })
          .from(articleTags)
          .where(inArray(articleTags.tag, values.map(String))),
      ),
  };

  const byRef = (ref: string) => (isId(ref) ? eq(articles.id, ref.toLowerCase()) : eq(articles.slug, ref));

  const select = (body: BodyFormat, where: SQL | undefined) =>
    db
      .select({
        key: articles.key,
        id: articles.id,
        slug: articles.slug,
        headline: articles.headline,
        standfirst: articles.standfirst,
        ...(body === 'none' ? {} : { body: bodies[body] }),
        language: articles.language,
        section: articles.section,
        tags: articles.tags,
        publisher: sourceRef(sources),
        canonicalUrl: articles.canonicalUrl,
        image: articles.image,
        disclaimer: articles.disclaimer,
        status: articles.status,
        publishedAt: articles.publishedAt,
        modifiedAt: articles.modifiedAt,
        corrections: articles.corrections,
        wordCount: articles.wordCount,
        version: articles.version,
      })
      .from(articles)
      .leftJoin(sources, eq(sources.key, articles.publisher))
      .where(and(isPublished(tables), where));

  const withAuthors = async (
    rows: (Omit<Article, 'body' | 'bodyFormat' | 'authors'> & { key: number; body?: string })[],
    bodyFormat: BodyFormat,
  ): Promise<Article[]> => {
    const keys = rows.map(({ key }) => key);
    const found = await db
      .select({ article: articleAuthors.article, name: articleAuthors.name, source: sourceRef(sources) })
      .from(articleAuthors)
      .leftJoin(sources, eq(sources.key, articleAuthors.source))
      .where(inArray(articleAuthors.article, keys))
      .orderBy(articleAuthors.article, articleAuthors.position);
    const authors = groupBy(found, ({ article }) => article);
    return rows.map(({ key, body = null, ...row }) => ({
      ...row,
      body,
      bodyFormat,
      authors: (authors.get(key) ?? []).map(({ name, source }) => ({ name, source })),
    }));
  };

  return {
    async get(ref, body) {
      const [article] = await withAuthors(await select(body, byRef(ref)), body);
      return article;
    },

    async list(request, body) {
      const page = keyset([articles.publishedAt, articles.id], 'desc', request);
      const rows = await select(body, and(allOf(request.filters, conditions), page.from))
        .orderBy(...page.order)
        .limit(page.limit);
      const items = await withAuthors(rows, body);
      return toListing(
        items.map((item) => ({ at: [String(item.publishedAt), item.id], item })),
        request,
      );
    },

    async find(ref) {
      const [handle] = await db
        .select({ key: articles.key, id: articles.id, slug: articles.slug, headline: articles.headline })
        .from(articles)
        .where(and(isPublished(tables), byRef(ref)));
      return handle;
    },
  };
}

export function writeArticles(db: Database, tables: Tables, log: ChangeLog): ArticleStore {
  const { articles, articleTags, articleAuthors } = tables;
  const index = indexSearch(db, tables);

  const identified = (identity: ArticleIdentity): SQL => {
    if ('id' in identity) return eq(articles.id, identity.id);
    if ('slug' in identity) return eq(articles.slug, identity.slug);
    if ('externalId' in identity) return eq(articles.externalId, identity.externalId);
    return eq(articles.canonicalUrl, identity.canonicalUrl);
  };

  const setParts = async (article: number, { tags, authors }: Pick<ArticleRecord, 'tags' | 'authors'>) => {
    await db.delete(articleTags).where(eq(articleTags.article, article));
    if (tags.length > 0) await db.insert(articleTags).values(tags.map((tag) => ({ article, tag })));
    await db.delete(articleAuthors).where(eq(articleAuthors.article, article));
    if (authors.length > 0)
      await db
        .insert(articleAuthors)
        .values(authors.map((author, position) => ({ article, position, ...author })));
  };

  return {
    ...readArticles(db, tables),

    async record(identity) {
      const [row] = await db.select().from(articles).where(identified(identity));
      if (row === undefined) return undefined;
      const { key, version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...record } = row;
      const authors = await db
        .select({ name: articleAuthors.name, source: articleAuthors.source })
        .from(articleAuthors)
        .where(eq(articleAuthors.article, key))
        .orderBy(articleAuthors.position);
      return { key, record: { ...record, authors } };
    },

    async text(key) {
      const [row] = await db
        .select({ text: articles.text, version: articles.version })
        .from(articles)
        .where(eq(articles.key, key));
      if (row === undefined) throw new Error('an article was asked for its text but is not there');
      return row;
    },

    async insert({ authors, ...record }) {
      const version = log.step('article', record.id, 0);
      const [row] = await db
        .insert(articles)
        .values({ ...record, version, createdAt: log.at, updatedAt: log.at })
        .returning({ key: articles.key });
      if (row === undefined) throw new Error('an inserted article has no key');
      await setParts(row.key, { tags: record.tags, authors });
      await index.follow('articles', row.key);
      return row.key;
    },

    async update(key, { authors, ...record }) {
      const { version: stored } = await this.text(key);
      const version = log.step('article', record.id, stored);
      await db
        .update(articles)
        .set({ ...record, version, updatedAt: log.at })
        .where(eq(articles.key, key));
      await setParts(key, { tags: record.tags, authors });
      await index.follow('articles', key);
    },
  };
}
