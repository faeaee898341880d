/**
 * How what was found is shown: a reference, the words around, and what to mark in both.
 */
import { inArray } from 'drizzle-orm';
import { highlight, type Span, snippet } from '../kernel/highlight.js';
import type { Search } from '../kernel/search-query.js';
import type { SearchHit, SearchKind } from '../search/model.js';
import type { Database } from './database.js';
import { NO_LANGUAGE } from './search-kinds.js';
import { sourceRef } from './sources.js';
import { bindKeys, createStatements } from './statements.js';
import type { Tables } from './tables.js';

type Shown = Omit<SearchHit, 'score'>;
export type Show = (search: Search) => Shown;

const nothing = { article: null, claim: null, source: null, snippet: null };

const marks = (
  field: SearchHit['highlights'][number]['field'],
  spans: readonly Span[],
): SearchHit['highlights'] => spans.map((span) => ({ field, ...span }));

/** Reads rows of each kind, by key, so that they can be shown for a search. */
export function readShown(
  db: Database,
  { articles, claims, sources }: Tables,
): Record<SearchKind, (keys: readonly number[]) => Promise<[number, Show][]>> {
  const { rows: read } = createStatements();

  return {
    async articles(wanted) {
      const { key, id, slug, headline, standfirst, text, language } = articles;
      const { keys, values, shape } = bindKeys(wanted);
      const build = () =>
        db
          .select({ key, id, slug, headline, standfirst, text, language })
          .from(articles)
          .where(inArray(key, keys));
      const rows = await read(`articles ${shape}`, build, values);
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
    async claims(wanted) {
      const { key, id, text, language, standing } = claims;
      const { keys, values, shape } = bindKeys(wanted);
      const build = () =>
        db.select({ key, id, text, language, standing }).from(claims).where(inArray(key, keys));
      const rows = await read(`claims ${shape}`, build, values);
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
    async sources(wanted) {
      const { key, aliases } = sources;
      const { keys, values, shape } = bindKeys(wanted);
      const build = () =>
        db
          .select({ key, aliases, ref: sourceRef(sources) })
          .from(sources)
          .where(inArray(key, keys));
      const rows = await read(`sources ${shape}`, build, values);
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
}
