/**
 * What refers to a source: who it is, and how all of it comes to refer to another.
 */
import { eq, inArray, or, sql } from 'drizzle-orm';
import type { Referrer, Stored } from '../kernel/stored.js';
import type { MovedReferences } from '../sources/store.js';
import type { ChangeLog } from './changes.js';
import type { Database } from './database.js';
import type { Tables } from './tables.js';

const KEYS_AT_ONCE = 1_000; // a statement takes 32,766 values

export function sourceReferences(db: Database, tables: Tables, log: ChangeLog) {
  const { sources, articles, articleAuthors, claims, attributions, relations, reviews, sourceAliases } =
    tables;

  /** The keys of the articles and claims that refer to a source, and of its members; some more than once. */
  const refer = (key: number, limit = -1) => {
    const bounded = <Rows>(query: { limit(count: number): Rows } & Rows): Rows =>
      limit < 0 ? query : query.limit(limit);
    return {
      members: () =>
        bounded(db.select({ key: sources.key }).from(sources).where(eq(sources.memberOf, key)).$dynamic()),
      published: () =>
        bounded(
          db.select({ key: articles.key }).from(articles).where(eq(articles.publisher, key)).$dynamic(),
        ),
      written: () =>
        bounded(
          db
            .select({ key: articleAuthors.article })
            .from(articleAuthors)
            .where(eq(articleAuthors.source, key))
            .$dynamic(),
        ),
      attributed: () =>
        bounded(
          db
            .select({ key: attributions.claim })
            .from(attributions)
            .where(eq(attributions.source, key))
            .$dynamic(),
        ),
      related: () =>
        bounded(
          db.select({ key: relations.claim }).from(relations).where(eq(relations.source, key)).$dynamic(),
        ),
      reviewed: () =>
        bounded(db.select({ key: reviews.claim }).from(reviews).where(eq(reviews.reviewer, key)).$dynamic()),
    };
  };

  const keysOf = async (query: PromiseLike<{ key: number }[]>): Promise<number[]> =>
    (await query).map(({ key }) => key);

  const referring = async (key: number, limit?: number) => {
    const { members, published, written, attributed, related, reviewed } = refer(key, limit);
    return {
      members: await keysOf(members()),
      articles: [...(await keysOf(published())), ...(await keysOf(written()))],
      claims: [...(await keysOf(attributed())), ...(await keysOf(related())), ...(await keysOf(reviewed()))],
    };
  };

  /** Announces a change of each of these rows: a step of its version. */
  const touchAll = async (
    kind: 'articles' | 'claims' | 'sources',
    keys: readonly number[],
  ): Promise<void> => {
    const table = tables[kind] as Tables['sources']; // only what all have in common is used
    const type = ({ articles: 'article', claims: 'claim', sources: 'source' } as const)[kind];
    for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
      const rows = await db
        .select({ key: table.key, id: table.id, version: table.version })
        .from(table)
        .where(inArray(table.key, keys.slice(start, start + KEYS_AT_ONCE)));
      for (const { key, id, version } of rows)
        await db
          .update(table)
          .set({ version: log.step(type, id, version), updatedAt: log.at })
          .where(eq(table.key, key));
    }
  };

  return {
    async referrers(key: number, limit: number): Promise<Referrer[]> {
      const found = await referring(key, limit);
      const unique = (keys: number[]) => [...new Set(keys)].slice(0, limit);
      const rows = {
        article: await db
          .select({ id: articles.id, name: articles.headline })
          .from(articles)
          .where(inArray(articles.key, unique(found.articles)))
          .orderBy(articles.id),
        claim: await db
          .select({ id: claims.id, name: claims.text })
          .from(claims)
          .where(inArray(claims.key, unique(found.claims)))
          .orderBy(claims.id),
        source: await db
          .select({ id: sources.id, name: sources.name })
          .from(sources)
          .where(inArray(sources.key, unique(found.members)))
          .orderBy(sources.id),
      };
      return (['article', 'claim', 'source'] as const)
        .flatMap((what) => rows[what].map((row) => ({ what, ...row })))
        .slice(0, limit);
    },

    async countReferences(key: number, max: number): Promise<number> {
      const { members, articles: inArticles, claims: inClaims } = await referring(key, max);
      return Math.min(max, members.length + inArticles.length + inClaims.length);
    },

    async moveReferences(from: Stored, into: Stored): Promise<MovedReferences> {
      const found = await referring(from.key);
      const moved = {
        members: [...new Set(found.members)],
        articles: [...new Set(found.articles)],
        claims: [...new Set(found.claims)],
      };
      const source = into.key;
      await db.update(sources).set({ memberOf: source }).where(eq(sources.memberOf, from.key));
      await db.update(articles).set({ publisher: source }).where(eq(articles.publisher, from.key));
      await db.update(articleAuthors).set({ source }).where(eq(articleAuthors.source, from.key));
      await db.update(attributions).set({ source }).where(eq(attributions.source, from.key));
      await db.update(relations).set({ source }).where(eq(relations.source, from.key));
      await db.update(reviews).set({ reviewer: source }).where(eq(reviews.reviewer, from.key));
      await touchAll('sources', moved.members);
      await touchAll('articles', moved.articles);
      await touchAll('claims', moved.claims);
      await db.update(sourceAliases).set({ source }).where(eq(sourceAliases.source, from.key));
      const [held] = await db.select({ slug: sources.slug }).from(sources).where(eq(sources.key, from.key));
      const refs = [from.id, ...(held === undefined ? [] : [held.slug])];
      await db.delete(sourceAliases).where(or(...refs.map((ref) => eq(sourceAliases.ref, ref)), sql`false`));
      await db.insert(sourceAliases).values(refs.map((ref) => ({ ref, source })));
      return moved;
    },
  };
}
