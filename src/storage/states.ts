/**
 * What is stored of things, each in the shape in which a writer gives it: what is patched, kept as a revision and can be
 * stored again. References are ids.
 */
import { aliasedTable, eq, inArray } from 'drizzle-orm';
import type { ArticleState } from '../articles/model.js';
import type { ClaimState } from '../claims/model.js';
import type { SourceState } from '../sources/model.js';
import type { ChangeType } from './changes.js';
import type { Database } from './database.js';
import { givenOfArticle, givenOfAttribution, givenOfClaim, givenOfReview, givenOfSource } from './given.js';
import { nested } from './nested.js';
import { bindKeys, createStatements } from './statements.js';
import type { Tables } from './tables.js';

export interface States {
  readonly article: ArticleState;
  readonly claim: ClaimState;
  readonly source: SourceState;
}

export type StateReader = {
  /** The states of the things with these ids, by id; each kind in one query, however many. */
  readonly [Type in ChangeType]: (ids: readonly string[]) => Promise<Map<string, States[Type]>>;
};

const byId = <State extends { id: string }>(states: readonly State[]): Map<string, State> =>
  new Map(states.map((state) => [state.id, state]));

interface Quoted {
  readonly exact: string | null;
  readonly prefix: string | null;
  readonly suffix: string | null;
}

const quoteOf = ({ exact, prefix, suffix }: Quoted): ClaimState['attributions'][number]['quote'] =>
  exact === null ? null : { exact, ...(prefix && { prefix }), ...(suffix && { suffix }) };

export function readStates(db: Database, tables: Tables): StateReader {
  const { sources, articles, articleAuthors, claims, attributions, relations, reviews } = tables;
  const organisation = aliasedTable(sources, 'organisation');
  const other = aliasedTable(claims, 'other');
  const { rows } = createStatements();

  const sourceState = { ...givenOfSource(sources), memberOf: organisation.id };

  const given = givenOfArticle(articles);
  const articleState = {
    ...given.before,
    publisher: sources.id,
    ...given.after,
    tags: articles.tags,
  };
  const writers = aliasedTable(sources, 'writers');
  const authorsOf = () =>
    nested<ArticleState['authors'][number]>(db, {
      fields: { name: articleAuthors.name, source: writers.id },
      order: articleAuthors.position,
      select: (rows) =>
        db
          .select({ rows })
          .from(articleAuthors)
          .leftJoin(writers, eq(writers.key, articleAuthors.source))
          .where(eq(articleAuthors.article, articles.key)),
    });

  const attributionsOf = () =>
    nested<Omit<ClaimState['attributions'][number], 'quote'> & Quoted>(db, {
      fields: {
        id: attributions.id,
        source: sources.id,
        article: articles.id,
        ...givenOfAttribution(attributions),
        exact: attributions.exact,
        prefix: attributions.prefix,
        suffix: attributions.suffix,
      },
      order: attributions.key,
      select: (rows) =>
        db
          .select({ rows })
          .from(attributions)
          .leftJoin(sources, eq(sources.key, attributions.source))
          .leftJoin(articles, eq(articles.key, attributions.article))
          .where(eq(attributions.claim, claims.key)),
    });
  const relationsOf = () =>
    nested<ClaimState['relations'][number]>(db, {
      fields: {
        id: relations.id,
        kind: relations.kind,
        claim: other.id,
        note: relations.note,
        source: sources.id,
      },
      order: relations.key,
      select: (rows) =>
        db
          .select({ rows })
          .from(relations)
          .innerJoin(other, eq(other.key, relations.other))
          .leftJoin(sources, eq(sources.key, relations.source))
          .where(eq(relations.claim, claims.key)),
    });
  const reviewsOf = () =>
    nested<ClaimState['reviews'][number]>(db, {
      fields: {
        id: reviews.id,
        reviewer: sources.id,
        ...givenOfReview(reviews),
      },
      order: reviews.key,
      select: (rows) =>
        db
          .select({ rows })
          .from(reviews)
          .innerJoin(sources, eq(sources.key, reviews.reviewer))
          .where(eq(reviews.claim, claims.key)),
    });

  return {
    async source(ids) {
      const { keys, values, shape } = bindKeys(ids);
      const build = () =>
        db
          .select(sourceState)
          .from(sources)
          .leftJoin(organisation, eq(organisation.key, sources.memberOf))
          .where(inArray(sources.id, keys));
      return byId(await rows(`source ${shape}`, build, values));
    },

    async article(ids) {
      const { keys, values, shape } = bindKeys(ids);
      const build = () =>
        db
          .select({ ...articleState, authors: authorsOf() })
          .from(articles)
          .leftJoin(sources, eq(sources.key, articles.publisher))
          .where(inArray(articles.id, keys));
      return byId(await rows(`article ${shape}`, build, values));
    },

    async claim(ids) {
      const { keys, values, shape } = bindKeys(ids);
      const build = () =>
        db
          .select({
            ...givenOfClaim(claims),
            attributions: attributionsOf(),
            relations: relationsOf(),
            reviews: reviewsOf(),
          })
          .from(claims)
          .where(inArray(claims.id, keys));
      const found = await rows(`claim ${shape}`, build, values);
      return byId(
        found.map(({ id, externalId, text, language, tags, attributions, relations, reviews }) => ({
          id,
          externalId,
          text,
          language,
          tags,
          attributions: attributions.map(({ exact, prefix, suffix, ...part }) => ({
            ...part,
            quote: quoteOf({ exact, prefix, suffix }),
          })),
          relations,
          reviews,
        })),
      );
    },
  };
}
