/**
 * Search over all kinds: ranked together, then only the rows of the page are read, with what to mark in them.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { inArray } from 'drizzle-orm';
import { highlight, type Span, snippet } from '../kernel/highlight.js';
import { type Placed, toListing } from '../kernel/page.js';
import type { Search } from '../kernel/search-query.js';
import type { Highlight, SearchHit, SearchKind } from '../search/model.js';
import type { SearchReads } from '../search/store.js';
import type { Database } from './database.js';
import { NO_LANGUAGE } from './search-kinds.js';
import { pageOfRanked, type RankedHit, rank } from './search-rank.js';
import { relatedArticles } from './search-related.js';
import { sourceRef } from './sources.js';
import type { Tables } from './tables.js';

type Shown = Omit<SearchHit, 'score'>;
type Show = (search: Search) => Shown;

const nothing = { article: null, claim: null, source: null, snippet: null };

const marks = (field: Highlight['field'], spans: readonly Span[]): Highlight[] =>
  spans.map((span) => ({ field, ...span }));

export function readSearch(db: Database, tables: Tables): SearchReads {
  const { articles, claims, sources } = tables;

  /** How the rows of a kind are shown, by key. */
  const readers: Record<SearchKind, (keys: number[]) => Promise<[number, Show][]>> = {
    async articles(keys) {
      const { key, id, slug, headline, standfirst, text, language } = articles;
      const rows = await db
        .select({ key, id, slug, headline, standfirst, text, language })
        .from(articles)
        .where(inArray(key, keys));
      return rows.map(({ key, standfirst, text, language, ...article }) => [
        key,
        (search) => {
          const summary = standfirst === null ? null : snippet(standfirst, language, search, 'standfirst');
          const inSummary = summary?.terms ?? 0;
          const body = snippet(text, language, search, 'body');
          const shown = summary !== null && inSummary >= body.terms ? summary : body;
          return {
            ...nothing,
            kind: 'article',
            article,
            snippet: shown.text === '' ? null : shown.text,
            highlights: [
              ...marks('headline', highlight(article.headline, language, search, 'headline')),
              ...marks('snippet', shown.spans),
            ],
          };
        },
      ]);
    },
    async claims(keys) {
      const { key, id, text, language, standing } = claims;
      const rows = await db
        .select({ key, id, text, language, standing })
        .from(claims)
        .where(inArray(key, keys));
      return rows.map(({ key, language, ...claim }) => [
        key,
        (search) => ({
          ...nothing,
          kind: 'claim',
          claim,
          highlights: marks('text', highlight(claim.text, language, search, 'text')),
        }),
      ]);
    },
    async sources(keys) {
      const { key, aliases } = sources;
      const rows = await db
        .select({ key, aliases, ref: sourceRef(sources) })
        .from(sources)
        .where(inArray(key, keys));
      return rows.map(({ key, aliases, ref: source }) => [
        key,
        (search) => {
          const spans = highlight(source.name, NO_LANGUAGE, search, 'name');
          const others = aliases.map((alias) => ({
            alias,
            spans: highlight(alias, NO_LANGUAGE, search, 'name'),
          }));
          const other = others.find(({ spans }) => spans.length > 0);
          const found = spans.length > 0 ? undefined : other;
          return {
            ...nothing,
            kind: 'source',
            source,
            snippet: found?.alias ?? null,
            highlights: [...marks('name', spans), ...marks('snippet', found?.spans ?? [])],
          };
        },
      ]);
    },
  };

  return {
    related: relatedArticles(db, tables),

    async list({ search, kinds, ...page }) {
      const ranked: { kind: SearchKind; hit: RankedHit }[] = [];
      let isPartial = false;
      for (const kind of kinds) {
        const ranking = await rank({ db, tables }, kind, search);
        ranked.push(...ranking.hits.map((hit) => ({ kind, hit })));
        isPartial ||= ranking.isPartial;
      }
      const ordered = pageOfRanked(ranked, ({ hit }) => hit, page);
      const shows = new Map<string, Show>();
      for (const kind of kinds) {
        const keys = ordered.flatMap((each) => (each.kind === kind ? [each.hit.key] : []));
        if (keys.length > 0)
          for (const [key, show] of await readers[kind](keys)) shows.set(`${kind} ${key}`, show);
      }
      const rows: Placed<SearchHit>[] = [];
      for (const { kind, hit } of ordered) {
        const shown = shows.get(`${kind} ${hit.key}`)?.(search);
        if (shown !== undefined) rows.push({ at: [hit.score, hit.id], item: { ...shown, score: hit.score } });
        await turn(); // a row is up to 2 ms of work
      }
      return { ...toListing(rows, page), isPartial };
    },
  };
}
