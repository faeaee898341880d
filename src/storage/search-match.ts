/**
 * Searches as conditions of each engine. What they mean is said in kernel/matching.ts: a term stands in a field if one of
 * its patterns is part of the field's indexed form. SQLite's FTS5 holds the places of words and so answers that by itself;
 * PostgreSQL's GIN index finds the rows that have the words, and each row's text says whether they stand together.
 */
import { and, inArray, is, not, or, type Placeholder, type SQL, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { patternsOf } from '../kernel/matching.js';
import type { Search, SearchField, SearchTerm } from '../kernel/search-query.js';
import type { SearchKind } from '../search/model.js';
import type { Database } from './database.js';
import { searchTables, weighed } from './search-kinds.js';
import type { Tables } from './tables.js';

/**
 * Newest hits that a list in an order of its own, a count or a facet is made of: what a count stops at, and some
 * milliseconds of any index.
 */
const SEARCH_HITS_MAX = 10_000;

export interface HitsOptions {
  /** The newest of them. */
  readonly limit?: number;
  /** Only those where each wanted term stands in the title. */
  readonly isTitled?: boolean;
}

/**
 * A subquery of the keys of what matches, newest key first, for `inArray(table.key, …)`; null where nothing of this kind can
 * match.
 */
export function hits(
  tables: Tables,
  kind: SearchKind,
  search: Search,
  options: HitsOptions = {},
): SQL | null {
  const { limit = SEARCH_HITS_MAX } = options;
  const terms = termsIn(kind, search, options);
  if (terms === null) return null;
  if (is(tables.articles, PgTable)) return postgresHits(tables, kind, terms, limit);
  return sqliteHits(kind, terms, limit, sqliteMatch(terms));
}

export interface BoundHits {
  readonly keys: SQL;
  /** Of the placeholders in it. */
  readonly values: Readonly<Record<string, string>>;
  /** What tells the statement from others, or null where it is one of its own. */
  readonly shape: string | null;
}

/** The same for a statement that may be built before the search is known. */
export function boundHits(
  tables: Tables,
  kind: SearchKind,
  search: Search,
  { limit, isTitled }: Required<HitsOptions>,
): BoundHits | null {
  const terms = termsIn(kind, search, { isTitled });
  if (terms === null) return null;
  // PostgreSQL plans each search by the words that it is for.
  if (is(tables.articles, PgTable))
    return { keys: postgresHits(tables, kind, terms, limit), values: {}, shape: null };
  return {
    keys: sqliteHits(kind, terms, limit, sql.placeholder('match')),
    values: { match: sqliteMatch(terms) },
    shape: `${kind} ${isOfTitles(kind, terms)} ${limit}`,
  };
}

/** The terms as they are looked for in the fields of a kind; null where one is wanted that cannot stand there. */
function termsIn(kind: SearchKind, search: Search, { isTitled = false }: HitsOptions): SearchTerm[] | null {
  const fields: readonly SearchField[] = weighed[kind].map(({ name }) => name);
  const [title] = fields;
  const fits = ({ field }: SearchTerm): boolean => field === null || fields.includes(field);
  if (search.terms.some((term) => !term.isNegated && !fits(term))) return null;
  if (
    isTitled &&
    search.terms.some(({ field, isNegated }) => !isNegated && field !== null && field !== title)
  )
    return null;
  return search.terms.filter(fits).map((term) => {
    if (!isTitled || term.isNegated || title === undefined) return term;
    return { ...term, field: title };
  });
}

/** The condition that a row of this kind matches, within the newest SEARCH_HITS_MAX that do. */
export function matches(tables: Tables, kind: SearchKind, search: Search): SQL {
  const keys = hits(tables, kind, search);
  return keys === null ? sql`1 = 0` : inArray(searchTables(tables)[kind].owner.key, keys);
}

/** Whether more match than `matches` lets through. */
export async function hasMoreHits(
  { db, tables }: { db: Database; tables: Tables },
  kind: SearchKind,
  search: Search,
  max = SEARCH_HITS_MAX,
): Promise<boolean> {
  const keys = hits(tables, kind, search, { limit: max + 1 });
  if (keys === null) return false;
  const [row] = await db.select({ count: sql`count(*)`.mapWith(Number) }).from(sql`${keys} as found`);
  return (row?.count ?? 0) > max;
}

/** Tokens are letters, marks and digits alone, so quotes can neither be left nor be missed. */
const quoted = (words: string): string => `"${words}"`;

/** Whether terms are looked for in titles alone, which have an index of their own. */
const isOfTitles = (kind: SearchKind, terms: readonly SearchTerm[]): boolean =>
  weighed[kind].length > 1 && terms.every(({ field }) => field === weighed[kind][0].name);

/** A search in the words of FTS5. */
function sqliteMatch(terms: readonly SearchTerm[]): string {
  const expressionOf = ({ field, isPrefix, variants }: SearchTerm): string => {
    const any = variants.map((tokens) => `${quoted(tokens.join(' '))}${isPrefix ? ' *' : ''}`).join(' OR ');
    return `${field === null ? '' : `{${field}} : `}(${any})`;
  };
  const wanted = terms.filter(({ isNegated }) => !isNegated).map(expressionOf);
  const unwanted = terms.filter(({ isNegated }) => isNegated).map(expressionOf);
  return [`(${wanted.join(' AND ')})`, ...unwanted].join(' NOT ');
}

function sqliteHits(
  kind: SearchKind,
  terms: readonly SearchTerm[],
  limit: number,
  match: string | Placeholder,
): SQL {
  // Tables that drizzle cannot know, named by the kind alone.
  const index = sql.identifier(`__${kind.slice(0, -1)}_${isOfTitles(kind, terms) ? 'titles' : 'terms'}`);
  return sql`(select rowid from ${index} where ${index} match ${match} order by rowid desc limit ${limit})`;
}

function postgresHits(tables: Tables, kind: SearchKind, terms: readonly SearchTerm[], limit: number): SQL {
  const { rows, key, texts } = searchTables(tables)[kind];
  const fields = weighed[kind];
  const isTitle = (field: SearchField | null) => field === fields[0].name && fields.length > 1;
  const columnsOf = (field: SearchField | null) =>
    texts.filter((_, at) => field === null || fields[at]?.name === field);

  /** The rows that have all words of a term, by the index. */
  const lexemesOf = ({ field, isPrefix, variants }: SearchTerm): string => {
    const mark = isTitle(field) ? ':' : '';
    const all = variants.map((tokens) => {
      const words = tokens.map(
        (token, at) => `'${mark}${token}'${isPrefix && at === tokens.length - 1 ? ':*' : ''}`,
      );
      return `(${words.join(' & ')})`;
    });
    return `(${all.join(' | ')})`;
  };
  const standsIn = (term: SearchTerm): SQL | undefined =>
    or(
      ...columnsOf(term.field).flatMap((column) =>
        patternsOf(term).map((pattern) => sql`strpos(${column}, ${pattern}) > 0`),
      ),
    );
  /** Whether the index alone knows: one word, anywhere or in the title. */
  const isIndexed = ({ field, variants }: SearchTerm): boolean =>
    (variants[0]?.length ?? 0) === 1 && (field === null || isTitle(field) || fields.length === 1);

  const wanted = terms.filter(({ isNegated }) => !isNegated);
  const unwanted = terms.filter(({ isNegated }) => isNegated);
  const lexemes = [
    ...wanted.map(lexemesOf),
    ...unwanted.filter(isIndexed).map((term) => `!${lexemesOf(term)}`),
  ];
  const texted = (list: readonly SearchTerm[]) => list.filter((term) => !isIndexed(term)).map(standsIn);
  const condition = and(
    // A column that only PostgreSQL has, hence raw.
    sql`${rows}."terms" @@ ${lexemes.join(' & ')}::tsquery`,
    ...texted(wanted),
    ...texted(unwanted).map((stands) => stands && not(stands)),
  );
  return sql`(select ${key} from ${rows} where ${condition} order by ${key} desc limit ${limit})`;
}
