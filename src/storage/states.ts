/**
 * What is stored of things, each in the shape in which a writer gives it: what is patched, kept as a revision and can be
 * stored again. References are ids.
 */
import { aliasedTable, eq, inArray } from 'drizzle-orm';
import type { ArticleState } from '../articles/model.js';
import type { ClaimState } from '../claims/model.js';
import type { SourceState } from '../sources/model.js';
import { padded } from './batches.js';
import type { ChangeType } from './changes.js';
import type { Database } from './database.js';
import { groupBy } from './lists.js';
import { givenColumns } from './sources.js';
import type { Tables } from './tables.js';

export interface States {
  readonly article: ArticleState;
  readonly claim: ClaimState;
  readonly source: SourceState;
}

export type StateReader = {
  /** The states of the things with these ids, by id; each thing in the same few queries, however many. */
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

  const authorsOf = async (keys: number[]) => {
    const rows = await db
      .select({ article: articleAuthors.article, name: articleAuthors.name, source: sources.id })
      .from(articleAuthors)
      .leftJoin(sources, eq(sources.key, articleAuthors.source))
      .where(inArray(articleAuthors.article, keys))
      .orderBy(articleAuthors.article, articleAuthors.position);
    return groupBy(rows, ({ article }) => article);
  };

  const attributionsOf = async (keys: number[]) => {
    const rows = await db
      .select({
        claim: attributions.claim,
        id: attributions.id,
        source: sources.id,
        article: articles.id,
        url: attributions.url,
        context: attributions.context,
        stance: attributions.stance,
        mode: attributions.mode,
        cue: attributions.cue,
        saidAt: attributions.saidAt,
        exact: attributions.exact,
        prefix: attributions.prefix,
        suffix: attributions.suffix,
      })
      .from(attributions)
      .leftJoin(sources, eq(sources.key, attributions.source))
      .leftJoin(articles, eq(articles.key, attributions.article))
      .where(inArray(attributions.claim, keys))
      .orderBy(attributions.key);
    const quoted = rows.map(({ exact, prefix, suffix, ...row }) => ({
      ...row,
      quote: quoteOf({ exact, prefix, suffix }),
    }));
    return groupBy(quoted, ({ claim }) => claim);
  };

  const relationsOf = async (keys: number[]) => {
    const rows = await db
      .select({
        of: relations.claim,
        id: relations.id,
        kind: relations.kind,
        claim: other.id,
        note: relations.note,
        source: sources.id,
      })
      .from(relations)
      .innerJoin(other, eq(other.key, relations.other))
      .leftJoin(sources, eq(sources.key, relations.source))
      .where(inArray(relations.claim, keys))
      .orderBy(relations.key);
    return groupBy(rows, ({ of }) => of);
  };

  const reviewsOf = async (keys: number[]) => {
    const rows = await db
      .select({
        claim: reviews.claim,
        id: reviews.id,
        reviewer: sources.id,
        rating: reviews.rating,
        verdict: reviews.verdict,
        url: reviews.url,
        title: reviews.title,
        summary: reviews.summary,
        reviewedAt: reviews.reviewedAt,
      })
      .from(reviews)
      .innerJoin(sources, eq(sources.key, reviews.reviewer))
      .where(inArray(reviews.claim, keys))
      .orderBy(reviews.key);
    return groupBy(rows, ({ claim }) => claim);
  };

  return {
    async source(ids) {
      const rows = await db
        .select({
          ...givenColumns(sources),
          memberOf: organisation.id,
        })
        .from(sources)
        .leftJoin(organisation, eq(organisation.key, sources.memberOf))
        .where(inArray(sources.id, padded(ids)));
      return byId(rows);
    },

    async article(ids) {
      const rows = await db
        .select({
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
          publisher: sources.id,
          canonicalUrl: articles.canonicalUrl,
          image: articles.image,
          disclaimer: articles.disclaimer,
          status: articles.status,
          retraction: articles.retraction,
          publishedAt: articles.publishedAt,
          modifiedAt: articles.modifiedAt,
          corrections: articles.corrections,
        })
        .from(articles)
        .leftJoin(sources, eq(sources.key, articles.publisher))
        .where(inArray(articles.id, padded(ids)));
      const authors = await authorsOf(padded(rows.map(({ key }) => key)));
      return byId(
        rows.map(({ key, tags, ...row }) => ({
          ...row,
          tags,
          authors: (authors.get(key) ?? []).map(({ name, source }) => ({ name, source })),
        })),
      );
    },

    async claim(ids) {
      const rows = await db
        .select({
          key: claims.key,
          id: claims.id,
          externalId: claims.externalId,
          text: claims.text,
          language: claims.language,
          tags: claims.tags,
        })
        .from(claims)
        .where(inArray(claims.id, padded(ids)));
      const keys = padded(rows.map(({ key }) => key));
      const attributed = await attributionsOf(keys);
      const related = await relationsOf(keys);
      const reviewed = await reviewsOf(keys);
      return byId(
        rows.map(({ key, ...row }) => ({
          ...row,
          attributions: (attributed.get(key) ?? []).map(({ claim: _claim, ...part }) => part),
          relations: (related.get(key) ?? []).map(({ of: _of, ...part }) => part),
          reviews: (reviewed.get(key) ?? []).map(({ claim: _claim, ...part }) => part),
        })),
      );
    },
  };
}
