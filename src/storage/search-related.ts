/**
 * Articles that are most alike, for several articles at once in the same few statements: what shares their claims, what bears on
 * their claims, what has their tags, what has the words of their headline and standfirst, of each only the newest.
 */
import { aliasedTable, and, desc, eq, inArray, ne, type SQL, sql } from 'drizzle-orm';
import type { Search } from '../kernel/search-query.js';
import type { Database } from './database.js';
import { groupBy } from './lists.js';
import { hits } from './search-match.js';
import { SHOWN_STATUS } from './shown.js';
import type { Tables } from './tables.js';

const OTHERS_EACH_MAX = 50; // newest articles of a tag, or with a word
const LINKS_MAX = 5_000; // from claims to articles, for all that are asked for
const WORDS_MAX = 8; // of headline and standfirst, the longest: they are the rarest
const WORD_LENGTH_MIN = 4; // of an alphabet; a pair of letters has two
const PAIRED = /[\u2e80-\uffff]/;
const TAGS_MAX = 10; // of an article, the first
const LOOKUPS_AT_ONCE = 100; // SQLite joins at most 500 selects
const WEIGHED_MAX = 200; // of the others of an article, whose sources and section are looked at

// What each thing in common says. A claim is what the articles are about; a section is only where they stand.
const SAME_CLAIM = 6;
const RELATED_CLAIM = 4;
const SAME_SOURCE = 1.5;
const SAME_TAG = 1;
const SAME_WORD = 2; // of one that no other article has; the more have it, the less
const SAME_SECTION = 0.25;

/** Something that two articles have in common: `of` is the one that was asked for. */
interface Link {
  readonly of: number;
  readonly other: number;
  readonly weight: number;
}

export function relatedArticles(db: Database, tables: Tables) {
  const { articles, articleTags, articleSearch, attributions, relations } = tables;
  const there = aliasedTable(attributions, 'there');

  const throughClaims = async (keys: number[]): Promise<Link[]> => {
    const columns = { of: attributions.article, other: there.article, claim: there.claim };
    const apart = and(inArray(attributions.article, keys), ne(there.article, attributions.article));
    const newest = [desc(there.article), desc(there.claim), desc(attributions.article)];
    const same = await db
      .selectDistinct(columns)
      .from(attributions)
      .innerJoin(there, eq(there.claim, attributions.claim))
      .where(apart)
      .orderBy(...newest)
      .limit(LINKS_MAX);
    const links = same.map((link) => ({ ...link, weight: SAME_CLAIM }));
    for (const [here, beyond] of [
      [relations.claim, relations.other],
      [relations.other, relations.claim],
    ] as const) {
      const related = await db
        .selectDistinct(columns)
        .from(attributions)
        .innerJoin(relations, eq(here, attributions.claim))
        .innerJoin(there, eq(there.claim, beyond))
        .where(apart)
        .orderBy(...newest)
        .limit(LINKS_MAX);
      links.push(...related.map((link) => ({ ...link, weight: RELATED_CLAIM })));
    }
    return links.flatMap(({ of, other, weight }) =>
      of === null || other === null ? [] : [{ of, other, weight }],
    );
  };

  /** What each of some lookups finds, in as few statements as the engine takes. Each gives keys, the newest first. */
  const lookUp = async (lookups: readonly SQL[]): Promise<number[][]> => {
    const found: number[][] = lookups.map(() => []);
    for (let start = 0; start < lookups.length; start += LOOKUPS_AT_ONCE) {
      const parts = lookups
        .slice(start, start + LOOKUPS_AT_ONCE)
        .map(
          (lookup, at) =>
            sql`select ${sql.raw(String(start + at))} as place, ${articles.key} as found from ${articles} where ${articles.key} in ${lookup}`,
        );
      // Drizzle joins no list of selects; the numbers are ours, and the values bound.
      const union = sql.join(parts, sql` union all `);
      const rows = await db
        .select({ place: sql`place`.mapWith(Number), found: sql`found`.mapWith(Number) })
        .from(sql`(${union}) as lookups`);
      for (const { place, found: key } of rows) found[place]?.push(key);
    }
    return found;
  };

  /** Links from what each article has to the others that a lookup finds by it. */
  const throughLookups = async (
    had: readonly { of: number; what: string }[],
    lookUpOf: (what: string) => SQL,
    weightOf: (others: number) => number,
  ): Promise<Link[]> => {
    const whats = [...new Set(had.map(({ what }) => what))];
    const found = await lookUp(whats.map(lookUpOf));
    const others = new Map(whats.map((what, at) => [what, found[at] ?? []]));
    return had.flatMap(({ of, what }) => {
      const keys = others.get(what) ?? [];
      return keys.flatMap((other) => (other === of ? [] : [{ of, other, weight: weightOf(keys.length) }]));
    });
  };

  const throughTags = async (keys: number[]): Promise<Link[]> => {
    const rows = await db
      .select({ of: articleTags.article, what: articleTags.tag })
      .from(articleTags)
      .where(inArray(articleTags.article, keys))
      .orderBy(articleTags.article, articleTags.tag);
    const had = [...groupBy(rows, ({ of }) => of).values()].flatMap((tags) => tags.slice(0, TAGS_MAX));
    return throughLookups(
      had,
      (tag) =>
        sql`(select ${articleTags.article} from ${articleTags} where ${articleTags.tag} = ${tag} order by ${articleTags.article} desc limit ${OTHERS_EACH_MAX})`,
      () => SAME_TAG,
    );
  };

  const throughWords = async (keys: number[]): Promise<Link[]> => {
    const rows = await db
      .select({
        of: articleSearch.article,
        headline: articleSearch.headline,
        standfirst: articleSearch.standfirst,
      })
      .from(articleSearch)
      .where(inArray(articleSearch.article, keys))
      .orderBy(articleSearch.article);
    const had = rows.flatMap(({ of, headline, standfirst }) =>
      longestWords([headline, standfirst]).map((what) => ({ of, what })),
    );
    return throughLookups(
      had,
      (word) => hits(tables, 'articles', wordSearch(word), { limit: OTHERS_EACH_MAX }) ?? sql`(select 0)`,
      (others) => SAME_WORD / (1 + Math.log2(others)),
    );
  };

  const sourcesOf = async (keys: number[]) => {
    const rows = await db
      .selectDistinct({ article: attributions.article, source: attributions.source })
      .from(attributions)
      .where(inArray(attributions.article, keys));
    return groupBy(
      rows.filter(({ source }) => source !== null),
      ({ article }) => article,
    );
  };

  return async (keys: readonly number[], limit: number): Promise<{ of: number; ids: string[] }[]> => {
    const wanted = [...new Set(keys)];
    if (wanted.length === 0) return [];
    const links = groupBy(
      [...(await throughClaims(wanted)), ...(await throughTags(wanted)), ...(await throughWords(wanted))],
      ({ of }) => of,
    );
    const weighed = new Map(wanted.map((of) => [of, heaviest(links.get(of) ?? [])]));
    const everyone = [
      ...new Set([...wanted, ...[...weighed.values()].flatMap((others) => [...others.keys()])]),
    ];
    const { key, id, section, publishedAt } = articles;
    const rows = await db
      .select({ key, id, section, publishedAt })
      .from(articles)
      .where(and(eq(articles.status, SHOWN_STATUS), inArray(articles.key, everyone)));
    const shown = new Map(rows.map((row) => [row.key, row]));
    const sources = await sourcesOf(everyone);

    return wanted.map((of) => {
      const own = new Set((sources.get(of) ?? []).map(({ source }) => source));
      const ranked = [...(weighed.get(of) ?? [])].flatMap(([other, weight]) => {
        const row = shown.get(other);
        if (row === undefined) return [];
        const shared = (sources.get(other) ?? []).filter(({ source }) => own.has(source)).length;
        const inSection = row.section !== null && row.section === shown.get(of)?.section;
        const score = weight + shared * SAME_SOURCE + (inSection ? SAME_SECTION : 0);
        return [{ id: row.id, publishedAt: row.publishedAt ?? '', score: Math.round(score * 1_000) }];
      });
      ranked.sort(
        (a, b) => b.score - a.score || compare(b.publishedAt, a.publishedAt) || compare(b.id, a.id),
      );
      return { of, ids: ranked.slice(0, limit).map(({ id }) => id) };
    });
  };
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** The others that most is shared with, with how much; of equals those with the newest key. */
function heaviest(links: readonly Link[]): Map<number, number> {
  const weights = new Map<number, number>();
  for (const { other, weight } of links) weights.set(other, (weights.get(other) ?? 0) + weight);
  return new Map([...weights].sort((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, WEIGHED_MAX));
}

/** The longest terms of indexed texts, in an order that is the same everywhere; the forms behind the first gap are none. */
function longestWords(texts: readonly string[]): string[] {
  const terms = new Set(texts.flatMap((text) => (text.split(' ¶ ', 1)[0] ?? '').split(' ')));
  const words = [...terms].filter((term) => term.length >= (PAIRED.test(term) ? 2 : WORD_LENGTH_MIN));
  return words.sort((a, b) => b.length - a.length || compare(a, b)).slice(0, WORDS_MAX);
}

const wordSearch = (word: string): Search => ({
  terms: [{ field: null, isNegated: false, isPrefix: false, variants: [[word]] }],
  whole: null,
});
