/**
 * Sources as they are moved out: an organisation before its members.
 */
import { aliasedTable, and, asc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm';
import type { ExchangeFilter, ExchangeRow } from '../imports/store.js';
import type { Database } from './database.js';
import { conditionsOf, pagesOf, ROWS_AT_ONCE } from './exchange-filter.js';
import { givenOfSource } from './given.js';
import { jsonOf } from './json.js';
import { createStatements } from './statements.js';
import type { Tables } from './tables.js';

export function exchangeSources(db: Database, tables: Tables) {
  const { sources, articles, articleAuthors, claims, attributions, relations, reviews } = tables;
  const organisation = aliasedTable(sources, 'organisation');

  /** How many organisations stand above a source. Recursive, which drizzle has no word for; the columns are ours. */
  const depth = sql`(with recursive above(key) as (select ${sources.memberOf} union all select up.member_of from ${sources} up join above on up.key = above.key where up.member_of is not null) select count(above.key) from above)`;

  /** The keys of the sources that anything in the filter refers to, and of the organisations above those. */
  const wantedSources = async (filter: ExchangeFilter): Promise<Set<number>> => {
    const { ofArticle, ofAttribution, claims: ofClaims } = conditionsOf(tables, filter);
    const found = new Set<number>();
    const take = (rows: readonly { key: number | null }[]) => {
      for (const { key } of rows) if (key !== null) found.add(key);
    };
    take(await db.selectDistinct({ key: articles.publisher }).from(articles).where(ofArticle));
    take(
      await db
        .selectDistinct({ key: articleAuthors.source })
        .from(articleAuthors)
        .innerJoin(articles, eq(articles.key, articleAuthors.article))
        .where(ofArticle),
    );
    take(
      await db
        .selectDistinct({ key: attributions.source })
        .from(attributions)
        .innerJoin(claims, eq(claims.key, attributions.claim))
        .leftJoin(articles, eq(articles.key, attributions.article))
        .where(and(ofClaims, ofAttribution)),
    );
    take(
      await db
        .selectDistinct({ key: relations.source })
        .from(relations)
        .innerJoin(claims, eq(claims.key, relations.claim))
        .where(ofClaims),
    );
    take(
      await db
        .selectDistinct({ key: reviews.reviewer })
        .from(reviews)
        .innerJoin(claims, eq(claims.key, reviews.claim))
        .where(ofClaims),
    );
    const above = await db
      .select({ key: sources.key, memberOf: sources.memberOf })
      .from(sources)
      .where(isNotNull(sources.memberOf));
    const organisationOf = new Map(above.map(({ key, memberOf }) => [key, memberOf]));
    for (const key of [...found])
      for (let at = organisationOf.get(key); at != null; at = organisationOf.get(at)) found.add(at);
    return found;
  };

  async function* pages(filter: ExchangeFilter): AsyncGenerator<ExchangeRow[]> {
    const { rows } = createStatements();
    const wanted = conditionsOf(tables, filter).isOfSourcesToo ? await wantedSources(filter) : null;
    const columns = {
      key: sources.key,
      id: sources.id,
      value: jsonOf(db).bytes({ ...givenOfSource(sources), memberOf: organisation.slug }),
    };
    for (let level = 0, count = 1; count > 0; level += 1) {
      count = 0;
      const read = (after: string) =>
        rows(
          level === 0 ? 'top' : 'members',
          () =>
            db
              .select(columns)
              .from(sources)
              .leftJoin(organisation, eq(organisation.key, sources.memberOf))
              .where(
                and(
                  gt(sources.id, sql.placeholder('after')),
                  level === 0
                    ? isNull(sources.memberOf)
                    : and(isNotNull(sources.memberOf), sql`${depth} = ${sql.placeholder('level')}`),
                ),
              )
              .orderBy(asc(sources.id))
              .limit(ROWS_AT_ONCE),
          level === 0 ? { after } : { after, level },
        );
      for await (const page of pagesOf(read)) {
        count += page.length;
        yield page.flatMap(({ key, value }) =>
          wanted === null || wanted.has(key) ? [{ kind: 'source' as const, value }] : [],
        );
      }
    }
  }

  return { pages, wantedSources };
}
