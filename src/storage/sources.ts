/**
 * Sources in SQL.
 */
import { and, eq, inArray, type SQL } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core'; // the same for every dialect; its types are what the kit is typed as
import { isId } from '../kernel/ids.js';
import { type ListRequest, toListing } from '../kernel/page.js';
import type { SourceReads, SourceRecord, SourceStore } from '../sources/store.js';
import type { ChangeLog } from './changes.js';
import type { Database } from './database.js';
import { allOf, keyset, onColumn } from './lists.js';
import { indexSearch } from './search-index.js';
import type { Tables } from './tables.js';

/** The columns of a source where something refers to it. */
export const sourceRef = <Table extends { id: unknown; slug: unknown; name: unknown }>(table: Table) => ({
  id: table.id as Table['id'],
  slug: table.slug as Table['slug'],
  name: table.name as Table['name'],
});

export function readSources(db: Database, tables: Tables): SourceReads {
  const { sources, sourceNames } = tables;
  const organisation = alias(sources, 'organisation');
  const conditions = { kind: onColumn(sources.kind), country: onColumn(sources.country) };
  const byRef = (ref: string) => (isId(ref) ? eq(sources.id, ref.toLowerCase()) : eq(sources.slug, ref));
  const handle = { key: sources.key, ...sourceRef(sources) };

  const select = (where: SQL | undefined) =>
    db
      .select({
        id: sources.id,
        slug: sources.slug,
        kind: sources.kind,
        name: sources.name,
        aliases: sources.aliases,
        description: sources.description,
        role: sources.role,
        country: sources.country,
        url: sources.url,
        sameAs: sources.sameAs,
        memberOf: sourceRef(organisation),
        version: sources.version,
        createdAt: sources.createdAt,
        updatedAt: sources.updatedAt,
      })
      .from(sources)
      .leftJoin(organisation, eq(organisation.key, sources.memberOf))
      .where(where);

  return {
    async get(ref) {
      const [source] = await select(byRef(ref));
      return source;
    },

    async list(request: ListRequest) {
      const page = keyset([sources.id], 'desc', request);
      const rows = await select(and(allOf(request.filters, conditions), page.from))
        .orderBy(...page.order)
        .limit(page.limit);
      return toListing(
        rows.map((item) => ({ at: [item.id], item })),
        request,
      );
    },

    async find(ref) {
      const [found] = await db.select(handle).from(sources).where(byRef(ref));
      return found;
    },

    async named(folded) {
      return db
        .select(handle)
        .from(sources)
        .innerJoin(sourceNames, eq(sourceNames.source, sources.key))
        .where(eq(sourceNames.folded, folded))
        .orderBy(sources.id);
    },

    async names(limit) {
      const slugs = await db.select({ word: sources.slug }).from(sources).limit(limit);
      const names = await db.select({ word: sourceNames.folded }).from(sourceNames).limit(limit);
      return [...slugs, ...names].map(({ word }) => word);
    },

    async organisations(keys) {
      const above = new Map<number, number | null>();
      let wanted = [...new Set(keys)];
      while (wanted.length > 0) {
        const rows = await db
          .select({ key: sources.key, memberOf: sources.memberOf })
          .from(sources)
          .where(inArray(sources.key, wanted));
        for (const { key, memberOf } of rows) above.set(key, memberOf);
        wanted = rows.flatMap(({ memberOf }) => (memberOf === null || above.has(memberOf) ? [] : [memberOf]));
      }
      return new Map(keys.map((key) => [key, chain(key, above)]));
    },
  };
}

function chain(key: number, above: ReadonlyMap<number, number | null>): number[] {
  const passed: number[] = [];
  for (let at = above.get(key); at !== null && at !== undefined && !passed.includes(at); at = above.get(at))
    passed.push(at);
  return passed;
}

export function writeSources(db: Database, tables: Tables, log: ChangeLog): SourceStore {
  const { sources, sourceNames } = tables;
  const index = indexSearch(db, tables);

  const setNames = async (source: number, names: readonly string[]) => {
    await db.delete(sourceNames).where(eq(sourceNames.source, source));
    if (names.length > 0) await db.insert(sourceNames).values(names.map((folded) => ({ source, folded })));
  };

  return {
    ...readSources(db, tables),

    async record(where) {
      const [row] = await db
        .select()
        .from(sources)
        .where('id' in where ? eq(sources.id, where.id) : eq(sources.slug, where.slug));
      if (row === undefined) return undefined;
      const { key, version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...record } = row;
      return { key, record };
    },

    async insert(record: SourceRecord, names) {
      const version = log.step('source', record.id, 0);
      const [row] = await db
        .insert(sources)
        .values({ ...record, version, createdAt: log.at, updatedAt: log.at })
        .returning({ key: sources.key });
      if (row === undefined) throw new Error('an inserted source has no key');
      await setNames(row.key, names);
      await index.follow('sources', row.key);
      return row.key;
    },

    async update(key, record, names) {
      const [row] = await db.select({ version: sources.version }).from(sources).where(eq(sources.key, key));
      const version = log.step('source', record.id, row?.version ?? 0);
      await db
        .update(sources)
        .set({ ...record, version, updatedAt: log.at })
        .where(eq(sources.key, key));
      await setNames(key, names);
      await index.follow('sources', key);
    },
  };
}
