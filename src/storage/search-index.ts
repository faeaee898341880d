/**
 * Keeps the rows that search finds by: the indexed form of what readers may see, in the transaction that changes it.
 */
import { and, asc, eq, gt, inArray, isNull, type SQL } from 'drizzle-orm';
import { indexedArticle, indexedClaim, toIndexed } from '../kernel/indexed.js';
import type { SearchKind } from '../search/model.js';
import { inPowers } from './batches.js';
import type { Database } from './database.js';
import { NO_LANGUAGE, searchTables } from './search-kinds.js';
import { SHOWN_STATUS } from './shown.js';
import type { Tables } from './tables.js';

const ROWS_AT_ONCE = 200; // of articles some megabytes, and a transaction that others need not wait long for

interface ArticleTexts {
  readonly status: string;
  readonly language: string;
  readonly headline: string;
  readonly standfirst: string | null;
  readonly text: string;
}

interface ClaimTexts {
  readonly visible: boolean;
  readonly language: string;
  readonly text: string;
}

interface SourceTexts {
  readonly name: string;
  readonly aliases: readonly string[];
}

interface Indexed {
  readonly key: number;
  /** The indexed fields, or null for what readers may not see. */
  readonly fields: IndexedFields | null;
}

export type IndexedFields = Readonly<Record<string, string>>;

export type SearchIndex = ReturnType<typeof indexSearch>;

export function indexSearch(db: Database, tables: Tables) {
  const { articles, claims, sources } = tables;

  /** The indexed fields of each kind, or null for what readers may not see. */
  const indexed = {
    articles: (row: ArticleTexts, prepared = indexedArticle) =>
      row.status === SHOWN_STATUS ? prepared(row) : null,
    claims: (row: ClaimTexts, prepared = indexedClaim) => (row.visible ? prepared(row) : null),
    sources: ({ name, aliases }: SourceTexts) => ({ name: toIndexed([name, ...aliases], NO_LANGUAGE) }),
  };

  const readers: Record<SearchKind, (where: SQL) => Promise<Indexed[]>> = {
    async articles(where) {
      const { key, status, language, headline, standfirst, text } = articles;
      const rows = await db
        .select({ key, status, language, headline, standfirst, text })
        .from(articles)
        .where(where);
      return rows.map(({ key, ...row }) => ({ key, fields: indexed.articles(row) }));
    },
    async claims(where) {
      const { key, visible, language, text } = claims;
      const rows = await db.select({ key, visible, language, text }).from(claims).where(where);
      return rows.map(({ key, ...row }) => ({ key, fields: indexed.claims(row) }));
    },
    async sources(where) {
      const { key, name, aliases } = sources;
      const rows = await db.select({ key, name, aliases }).from(sources).where(where);
      return rows.map(({ key, ...row }) => ({ key, fields: indexed.sources(row) }));
    },
  };

  const insert = async (kind: SearchKind, rows: Iterable<[key: number, IndexedFields]>) => {
    const { rows: table } = searchTables(tables)[kind];
    const values = Array.from(rows, ([key, fields]) => ({ [kind.slice(0, -1)]: key, ...fields }));
    for (const some of inPowers(values)) await db.insert(table).values(some as never[]);
  };

  const store = async (kind: SearchKind, { key, fields }: Indexed): Promise<void> => {
    const { key: column } = searchTables(tables)[kind];
    const rows = searchTables(tables)[kind].rows as Tables['claimSearch']; // the columns are those of the fields
    const [held] = await db.select().from(rows).where(eq(column, key));
    if (fields === null) {
      if (held !== undefined) await db.delete(rows).where(eq(column, key));
      return;
    }
    const isHeld = Object.entries(fields).every(([name, text]) => held?.[name as 'text'] === text);
    if (isHeld) return;
    const row = { [kind.slice(0, -1)]: key, ...fields } as typeof rows.$inferInsert;
    // Another process may be filling in the same rows meanwhile.
    await db.insert(rows).values(row).onConflictDoUpdate({ target: column, set: row });
  };

  return {
    /** What a row is found by, made of it where that is not known; null where readers may not see it. */
    fieldsOf<Kind extends SearchKind>(
      kind: Kind,
      row: Parameters<(typeof indexed)[Kind]>[0],
      known?: NonNullable<ReturnType<(typeof indexed)[Kind]>>,
    ): IndexedFields | null {
      const make = indexed[kind] as (row: object, made?: () => object) => IndexedFields | null;
      return known === undefined ? make(row) : make(row, () => known);
    },

    /** Makes rows be found that were not, by these fields. */
    insert,

    /** Makes a row be found by what it says now, or not at all where readers may not see it. */
    async follow(kind: SearchKind, key: number): Promise<void> {
      for (const indexed of await readers[kind](eq(searchTables(tables)[kind].owner.key, key)))
        await store(kind, indexed);
    },

    /**
     * Indexes some rows behind `after` that are not; gives the last of them, or null where there are no more. Work that was
     * cut off is gone on with by starting again.
     */
    async fill(kind: SearchKind, after: number): Promise<number | null> {
      const { key, rows, owner } = searchTables(tables)[kind];
      const shown = {
        articles: eq(articles.status, SHOWN_STATUS),
        claims: eq(claims.visible, true),
        sources: undefined,
      };
      const missing = await db
        .select({ key: (owner as Tables['claims']).key })
        .from(owner as Tables['claims'])
        .leftJoin(rows as Tables['claimSearch'], eq(key, owner.key))
        .where(and(gt(owner.key, after), isNull(key), shown[kind]))
        .orderBy(asc(owner.key))
        .limit(ROWS_AT_ONCE);
      const keys = missing.map((row) => row.key);
      if (keys.length > 0)
        for (const indexed of await readers[kind](inArray(owner.key, keys))) await store(kind, indexed);
      return keys.at(-1) ?? null;
    },
  };
}

/** Indexes whatever is not yet: what was stored before there was a search. Each piece is a transaction of its own. */
export async function fillSearch(
  tables: Tables,
  transaction: (work: (db: Database) => Promise<number | null>) => Promise<number | null>,
): Promise<void> {
  for (const kind of ['articles', 'claims', 'sources'] as const)
    for (let after: number | null = 0; after !== null; ) {
      const last: number = after;
      after = await transaction((db) => indexSearch(db, tables).fill(kind, last));
    }
}
