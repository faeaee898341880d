/**
 * Articles in SQL.
 */
import {
  aliasedTable,
  and,
  eq,
  getTableColumns,
  inArray,
  lte,
  notInArray,
  type SQLWrapper,
  sql,
} from 'drizzle-orm';
import type { Article, ArticleState, BodyFormat } from '../articles/model.js';
import type {
  ArticleIdentity,
  ArticleReads,
  ArticleRecord,
  ArticleStore,
  StoredArticle,
} from '../articles/store.js';
import { isId } from '../kernel/ids.js';
import { type Key, type ListRequest, type Sort, toListing } from '../kernel/page.js';
import { articleLists, isOfDrafts, isPublished, UNDATED } from './article-lists.js';
import type { Database } from './database.js';
import { isFoundFromFew, keyset } from './lists.js';
import { nested } from './nested.js';
import { searched } from './searched.js';
import { HIDDEN_STATUSES, type Status } from './shown.js';
import { sourceIn, sourceRef } from './sources.js';
import { bind, bindKeys, createStatements } from './statements.js';
import { summaries } from './summaries.js';
import type { Tables } from './tables.js';
import { bury, readTombstones, type Sight } from './tombstones.js';
import type { Writing } from './writer-reads.js';

/** The order of the list where a request names none. */
const NEWEST: Sort = { field: 'publishedAt', isDescending: true };
const NOTHING: ReadonlySet<string> = new Set();

export function readArticles(db: Database, tables: Tables, sight: Sight = 'published'): ArticleReads {
  const { articles, articleAuthors, sources, revisions } = tables;
  const bodies = { html: articles.html, markdown: articles.markdown, text: articles.text };
  const { related, sorts, draftSorts, where, summary } = articleLists(db, tables);
  const { rows, page: pageRows } = createStatements();

  const isSeen = sight === 'all' ? undefined : notInArray(articles.status, HIDDEN_STATUSES);
  const byRef = (ref: string, value: SQLWrapper) =>
    and(isSeen, eq(isId(ref) ? articles.id : articles.slug, value));

  const summaryColumns = {
    id: articles.id,
    slug: articles.slug,
    headline: articles.headline,
    standfirst: articles.standfirst,
    language: articles.language,
    section: articles.section,
    tags: articles.tags,
    publisher: sourceRef(sources),
    canonicalUrl: articles.canonicalUrl,
    image: articles.image,
    publishedAt: articles.publishedAt,
    modifiedAt: articles.modifiedAt,
    wordCount: articles.wordCount,
    version: articles.version,
  };
  const { version: revised, at, by, operation, note } = revisions;
  const revisionColumns = { version: revised, at, by, operation, note };

  const columnsWith = (body: BodyFormat, include: ReadonlySet<string>) => {
    const { publishedAt, modifiedAt, wordCount, version, ...head } = summaryColumns;
    return {
      ...head,
      publisher: sourceIn(sources, include.has('publisher')),
      disclaimer: articles.disclaimer,
      status: articles.status,
      retraction: articles.retraction,
      publishedAt,
      modifiedAt,
      corrections: articles.corrections,
      wordCount,
      version,
      body: body === 'none' ? sql<null>`null` : bodies[body],
      bodyFormat: sql<BodyFormat>`${sql.raw(`'${body}'`)}`, // one of our own words
      authors: authorsWith(include.has('authors.source')),
    };
  };

  const select = (body: BodyFormat, include: ReadonlySet<string>) =>
    db
      .select(columnsWith(body, include))
      .from(articles)
      .leftJoin(sources, eq(sources.key, articles.publisher));

  const writers = aliasedTable(sources, 'writers');
  const authorsWith = (isIncluded: boolean) =>
    nested<Article['authors'][number]>(db, {
      fields: { name: articleAuthors.name, source: sourceIn(writers, isIncluded) },
      order: articleAuthors.position,
      select: (rows) =>
        db
          .select({ rows })
          .from(articleAuthors)
          .leftJoin(writers, eq(writers.key, articleAuthors.source))
          .where(eq(articleAuthors.article, articles.key)),
    });

  const listOf = async (request: ListRequest, body: BodyFormat, include: ReadonlySet<string>) => {
    const sort = request.sort ?? NEWEST;
    const isFew = await isFoundFromFew(db, request, related);
    const asked = bind(request);
    const build = () => {
      const wanted = asked.request();
      const page = keyset(isOfDrafts(request) ? draftSorts : sorts, sort, wanted, isFew);
      return select(body, include)
        .where(and(where(wanted, isFew), page.from))
        .orderBy(...page.order)
        .limit(page.limit);
    };
    const shape = `list ${body} ${[...include]} ${sort.field} ${sort.isDescending} ${isFew} ${isOfDrafts(request)}`;
    const items: Article[] = await pageRows(shape, build, asked);
    const placeOf = places[sort.field] as (article: Article) => Key;
    return toListing(
      items.map((item) => ({ at: placeOf(item), item })),
      request,
    );
  };

  const answerSearch = searched<Article>({
    db,
    tables,
    kind: 'articles',
    where,
    marks: ({ snippet, highlights }) => ({ snippet, highlights }),
  });

  return {
    ...summaries(db, tables, summary),

    async get(ref, body, include = NOTHING) {
      const [article] = await rows(
        `get ${isId(ref)} ${body} ${[...include]}`,
        () => select(body, include).where(byRef(ref, sql.placeholder('ref'))),
        { ref: isId(ref) ? ref.toLowerCase() : ref },
      );
      return article;
    },

    list: (request, body, include = NOTHING) =>
      answerSearch((asked) => listOf(asked, body, include))(request),

    async refs(ids) {
      const { keys, values, shape } = bindKeys(ids);
      return rows(
        `refs ${shape}`,
        () =>
          db
            .select(summaryColumns)
            .from(articles)
            .leftJoin(sources, eq(sources.key, articles.publisher))
            .where(and(isPublished(tables), inArray(articles.id, keys))),
        values,
      );
    },

    async find(ref) {
      const columns = {
        key: articles.key,
        id: articles.id,
        slug: articles.slug,
        headline: articles.headline,
        status: articles.status,
      };
      const [handle] = await rows(
        `find ${isId(ref)}`,
        () =>
          db
            .select(columns)
            .from(articles)
            .where(byRef(ref, sql.placeholder('ref'))),
        { ref: isId(ref) ? ref.toLowerCase() : ref },
      );
      return handle;
    },

    async revisions(id, request) {
      const isDescending = request.sort?.isDescending ?? true;
      const page = keyset(
        { version: [revisions.version] },
        { field: 'version', isDescending },
        request,
        false,
      );
      const found = await db
        .select(revisionColumns)
        .from(revisions)
        .where(and(eq(revisions.type, 'article'), eq(revisions.id, id), page.from))
        .orderBy(...page.order)
        .limit(page.limit + 1);
      return toListing(
        found.map((item) => ({ at: [item.version], item })),
        request,
      );
    },

    async revision(id, version) {
      const [found] = await db
        .select({ ...revisionColumns, state: revisions.state })
        .from(revisions)
        .where(and(eq(revisions.type, 'article'), eq(revisions.id, id), eq(revisions.version, version)));
      if (found === undefined) return undefined;
      const { state, ...record } = found;
      // What an older release kept has no field for what came later.
      return { record, state: { retraction: null, ...(state as Omit<ArticleState, 'retraction'>) } };
    },

    isGone: readTombstones(db, tables, 'article', sight),

    async nextDue() {
      const columns = { at: articles.publishedAt };
      const [first] = await rows(
        'next due',
        () =>
          db
            .select(columns)
            .from(articles)
            .where(eq(articles.status, 'scheduled'))
            .orderBy(articles.publishedAt)
            .limit(1),
        {},
      );
      return first?.at ?? null;
    },
  };
}

/** The place of an article in each order, as `articleLists` sorts by it. */
const places: Readonly<Record<string, (article: Article) => Key>> = {
  publishedAt: ({ publishedAt, id }) => [publishedAt ?? UNDATED, id],
  modifiedAt: ({ modifiedAt, publishedAt, id }) => [modifiedAt ?? publishedAt ?? UNDATED, id],
  headline: ({ headline, id }) => [headline, id],
  wordCount: ({ wordCount, id }) => [wordCount, id],
  id: ({ id }) => [id],
};

export function writeArticles({ db, tables, log, reads, queue }: Writing): ArticleStore {
  const { articles, articleTags, articleAuthors, attributions, claims } = tables;
  const { states, index, statements } = reads;

  const identified = (identity: ArticleIdentity) => {
    if ('id' in identity) return { column: articles.id, value: identity.id };
    if ('slug' in identity) return { column: articles.slug, value: identity.slug };
    if ('externalId' in identity) return { column: articles.externalId, value: identity.externalId };
    return { column: articles.canonicalUrl, value: identity.canonicalUrl };
  };

  type Parts = Pick<ArticleRecord, 'tags' | 'authors'>;
  const addParts = async (article: number, { tags, authors }: Parts) => {
    if (tags.length > 0) await db.insert(articleTags).values(tags.map((tag) => ({ article, tag })));
    if (authors.length > 0)
      await db
        .insert(articleAuthors)
        .values(authors.map((author, position) => ({ article, position, ...author })));
  };

  const authorsOf = (article: number) =>
    statements.rows(
      'authors of article',
      () =>
        db
          .select({ name: articleAuthors.name, source: articleAuthors.source })
          .from(articleAuthors)
          .where(eq(articleAuthors.article, sql.placeholder('article')))
          .orderBy(articleAuthors.position),
      { article },
    );

  const toStored = async (row: typeof articles.$inferSelect): Promise<StoredArticle> => {
    const { key, version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...record } = row;
    return { key, record: { ...record, authors: await authorsOf(key) } };
  };

  return {
    now: log.at,

    async stored(ref) {
      const [found] = await db
        .select({ key: articles.key, id: articles.id, version: articles.version })
        .from(articles)
        .where(isId(ref) ? eq(articles.id, ref.toLowerCase()) : eq(articles.slug, ref));
      return found;
    },

    async state(id) {
      const state = (await states.article([id])).get(id);
      if (state === undefined) throw new Error('an article was asked for its state but is not there');
      return state;
    },

    async record(identity) {
      const { column, value } = identified(identity);
      const [row] = await statements.rows(
        `article ${column.name}`,
        () =>
          db
            .select(getTableColumns(articles))
            .from(articles)
            .where(eq(column, sql.placeholder('value'))),
        { value },
      );
      return row && toStored(row);
    },

    async due(limit) {
      const due = await db
        .select()
        .from(articles)
        .where(and(eq(articles.status, 'scheduled'), lte(articles.publishedAt, log.at)))
        .orderBy(articles.publishedAt, articles.id)
        .limit(limit);
      const stored: StoredArticle[] = [];
      for (const row of due) stored.push(await toStored(row));
      return stored;
    },

    async known(identity) {
      const { key, id, slug, headline } = articles;
      const { column, value } = identified(identity);
      const [row] = await statements.rows(
        `known article ${column.name}`,
        () =>
          db
            .select({ key, id, slug, headline })
            .from(articles)
            .where(eq(column, sql.placeholder('value'))),
        { value },
      );
      return row;
    },

    async text(key) {
      const { text, version } = articles;
      const [row] = await statements.rows(
        'text of article',
        () =>
          db
            .select({ text, version })
            .from(articles)
            .where(eq(articles.key, sql.placeholder('key'))),
        { key },
      );
      if (row === undefined) throw new Error('an article was asked for its text but is not there');
      return row;
    },

    async insert({ authors, ...record }, indexed) {
      const version = await log.begin('article', record.id);
      const [row] = await db
        .insert(articles)
        .values({ version, createdAt: log.at, updatedAt: log.at, ...record })
        .returning({ key: articles.key });
      if (row === undefined) throw new Error('an inserted article has no key');
      await addParts(row.key, { tags: record.tags, authors });
      await queue.add('articles', row.key, index.fieldsOf('articles', record, indexed));
      return { key: row.key, version };
    },

    async update(key, { authors, ...record }) {
      const [held] = await db
        .select({ version: articles.version })
        .from(articles)
        .where(eq(articles.key, key));
      const version = log.step('article', record.id, held?.version ?? 0);
      await db
        .update(articles)
        .set({ version, updatedAt: log.at, ...record })
        .where(eq(articles.key, key));
      await db.delete(articleTags).where(eq(articleTags.article, key));
      await db.delete(articleAuthors).where(eq(articleAuthors.article, key));
      await addParts(key, { tags: record.tags, authors });
      await queue.follow('articles', key);
    },

    async referrers(key, limit) {
      const rows = await db
        .selectDistinct({ id: claims.id, name: claims.text })
        .from(attributions)
        .innerJoin(claims, eq(claims.key, attributions.claim))
        .where(eq(attributions.article, key))
        .orderBy(claims.id)
        .limit(limit);
      return rows.map((row) => ({ what: 'claim', ...row }));
    },

    async remove({ key, id, version }) {
      const [row] = await db
        .select({ slug: articles.slug, status: articles.status })
        .from(articles)
        .where(eq(articles.key, key));
      const slug = row?.slug ?? null;
      await bury(db, tables, log, {
        type: 'article',
        id,
        slug,
        version,
        shown: row !== undefined && !(HIDDEN_STATUSES as Status[]).includes(row.status),
      });
      queue.drop('articles', key);
      await db.delete(articles).where(eq(articles.key, key));
    },
    ...reads.articles, // last: V8 is slow to add to what was spread
  };
}
