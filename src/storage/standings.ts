/**
 * What the standing of a set of claims follows from, in the same few queries whatever the set.
 */
import { and, eq, inArray, or } from 'drizzle-orm';
import type { ClaimStore } from '../claims/store.js';
import type { Database } from './database.js';
import { groupBy } from './lists.js';
import { SHOWN_STATUS } from './shown.js';
import { readSources } from './sources.js';
import type { Tables } from './tables.js';

interface Voiced {
  readonly source: number | null;
  readonly article: number | null;
  readonly publisher: number | null;
}

/** Who speaks: the source, else the article's publisher, else the article itself. */
const voiceOf = ({ source, article, publisher }: Voiced): string =>
  source !== null ? `source ${source}` : publisher !== null ? `source ${publisher}` : `article ${article}`;

/** The sources of which one may belong to another: of a claim that has a single one, none. */
function partiesOf(attributions: readonly { readonly source: number | null }[]): number[] {
  const sources = new Set(attributions.flatMap(({ source }) => (source === null ? [] : [source])));
  return sources.size < 2 ? [] : [...sources];
}

interface Pair {
  readonly one: number;
  readonly other: number;
}

export function readStandings(db: Database, tables: Tables): Pick<ClaimStore, 'standings'> {
  const { claims, attributions, relations, reviews, articles } = tables;
  const sources = readSources(db, tables);

  const attributionsOf = async (keys: number[]) => {
    const rows = await db
      .select({
        claim: attributions.claim,
        source: attributions.source,
        article: attributions.article,
        publisher: articles.publisher,
        status: articles.status,
        stance: attributions.stance,
      })
      .from(attributions)
      .leftJoin(articles, eq(articles.key, attributions.article))
      .where(inArray(attributions.claim, keys))
      .orderBy(attributions.key);
    const seen = rows.map((row) => ({
      isShown: row.article === null || row.status === SHOWN_STATUS,
      ...row,
    }));
    return groupBy(seen, ({ claim }) => claim);
  };

  /** The claims of which one contradicts the other, of those that one of these is part of. */
  const pairsOf = (keys: number[]): PromiseLike<Pair[]> =>
    db
      .select({ one: relations.claim, other: relations.other })
      .from(relations)
      .where(
        and(
          eq(relations.kind, 'contradicts'),
          or(inArray(relations.claim, keys), inArray(relations.other, keys)),
        ),
      );

  const contradictionsOf = async (pairs: readonly Pair[]) => {
    if (pairs.length === 0) return new Map<number, { voices: string[] }[]>();
    const sided = pairs.flatMap(({ one, other }) => [
      { claim: one, by: other },
      { claim: other, by: one },
    ]);
    const attributed = await attributionsOf([...new Set(sided.map(({ by }) => by))]);
    const voices = new Map(
      [...attributed].map(([claim, rows]) => [
        claim,
        rows.filter(({ stance, isShown }) => isShown && stance === 'asserts').map(voiceOf),
      ]),
    );
    return groupBy(
      sided.map(({ claim, by }) => ({ claim, voices: voices.get(by) ?? [] })),
      ({ claim }) => claim,
    );
  };

  return {
    async standings(changed) {
      const near = await pairsOf([...changed]);
      const keys = [...new Set([...changed, ...near.flatMap(({ one, other }) => [one, other])])];
      const pairs = near.length === 0 ? near : await pairsOf(keys);
      const stored = await db
        .select({
          key: claims.key,
          id: claims.id,
          version: claims.version,
          stored: { standing: claims.standing, visible: claims.visible },
        })
        .from(claims)
        .where(inArray(claims.key, keys));
      const attributed = await attributionsOf(keys);
      const contradicted = await contradictionsOf(pairs);
      const reviewed = groupBy(
        await db
          .select({
            claim: reviews.claim,
            reviewer: reviews.reviewer,
            verdict: reviews.verdict,
            reviewedAt: reviews.reviewedAt,
            order: reviews.key,
          })
          .from(reviews)
          .where(inArray(reviews.claim, keys)),
        ({ claim }) => claim,
      );
      const parties = [...attributed.values()].flatMap(partiesOf);
      const organisations = await sources.organisations(parties);
      return stored.map((claim) => {
        const all = attributed.get(claim.key) ?? [];
        const shown = all.filter(({ isShown }) => isShown);
        return {
          claim,
          visible: all.length === 0 || shown.length > 0,
          facts: {
            attributions: shown.map((row) => ({
              source: row.source,
              voice: voiceOf(row),
              stance: row.stance,
            })),
            reviews: reviewed.get(claim.key) ?? [],
            contradictions: (contradicted.get(claim.key) ?? []).map(({ voices }) => voices),
            organisations,
          },
        };
      });
    },
  };
}
