/**
 * Sources in SQL.
 */
import { and, eq, inArray, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core'; // the same for every dialect; its types are what the kit is typed as
import { isId } from '../kernel/ids.js';
import { type Key, type ListRequest, type Sort, toListing } from '../kernel/page.js';
import type { Source } from '../sources/model.js';
import type { SourceReads, SourceRecord, SourceStore } from '../sources/store.js';
import type { Database } from './database.js';
import { givenOfSource } from './given.js';
import { allOf, isFoundFromFew, isNamed, keyset, onColumn, type SortTable } from './lists.js';
import { matches } from './search-match.js';
import { searched } from './searched.js';
import { sourceReferences } from './source-references.js';
import { bind, bindKeys, createStatements } from './statements.js';
import { summaries } from './summaries.js';
import type { Tables } from './tables.js';
import { bury, readTombstones } from './tombstones.js';
import type { Writing } from './writer-reads.js';

/** The columns of a source where something refers to it. */
export const sourceRef = <Table extends { id: unknown; slug: unknown; name: unknown }>(table: Table) => ({
  id: table.id as Table['id'],
  slug: table.slug as Table['slug'],
  name: table.name as Table['name'],
});

/** The columns of a source by itself. */
const ownColumns = (sources: Tables['sources']) => ({
  ...givenOfSource(sources),
  version: sources.version,
  createdAt: sources.createdAt,
  updatedAt: sources.updatedAt,
});

/** The columns of a source where something else refers to it: of all of it where it is included. */
export const sourceIn = (sources: Tables['sources'], isIncluded: boolean) =>
  isIncluded ? ownColumns(sources) : sourceRef(sources);

/** The order of the list where a request names none. */
const NEWEST: Sort = { field: 'id', isDescending: true };

export function readSources(db: Database, tables: Tables): SourceReads {
  const { sources, sourceNames, sourceAliases } = tables;
  const organisation = alias(sources, 'organisation');
  const { rows, page: pageRows } = createStatements();
  const conditions = {
    kind: onColumn(sources.kind),
    country: onColumn(sources.country),
    memberOf: onColumn(sources.memberOf),
    createdAt: onColumn(sources.createdAt),
    updatedAt: onColumn(sources.updatedAt),
  };
  const sorts: SortTable = {
    id: [sources.id],
    name: [sources.name, sources.id],
    updatedAt: [sources.updatedAt, sources.id],
  };
  const byRef = (ref: string, value: SQLWrapper) => eq(isId(ref) ? sources.id : sources.slug, value);
  const handle = { key: sources.key, ...sourceRef(sources) };
  const own = ownColumns(sources);
  const whole = { ...own, memberOf: sourceRef(organisation) };
  const select = () =>
    db.select(whole).from(sources).leftJoin(organisation, eq(organisation.key, sources.memberOf));

  const where = ({ filters, named, search }: ListRequest): SQL | undefined =>
    and(
      isNamed(named, sources.id, sources.slug),
      allOf(filters, conditions),
      search && matches(tables, 'sources', search),
    );

  const listOf = async (request: ListRequest) => {
    const sort = request.sort ?? NEWEST;
    const isFew = await isFoundFromFew(db, request, {});
    const asked = bind(request);
    const build = () => {
      const wanted = asked.request();
      const page = keyset(sorts, sort, wanted, isFew);
      return select()
        .where(and(where(wanted), page.from))
        .orderBy(...page.order)
        .limit(page.limit);
    };
    const found = await pageRows(`list ${sort.field} ${sort.isDescending} ${isFew}`, build, asked);
    const placeOf = places[sort.field] as (source: Source) => Key;
    return toListing(
      found.map((item) => ({ at: placeOf(item), item })),
      request,
    );
  };

  const answerSearch = searched<Source>({
    db,
    tables,
    kind: 'sources',
    where,
    marks: ({ snippet, highlights }) => ({ snippet, highlights }),
  });

  return {
    ...summaries(db, tables, {
      kind: 'sources',
      table: sources,
      order: [sources.id],
      related: {},
      where,
      facets: {
        kind: { table: sources, row: sources.key, value: sources.kind },
        country: { table: sources, row: sources.key, value: sources.country },
      },
    }),

    async get(ref) {
      const [source] = await rows(
        `get ${isId(ref)}`,
        () => select().where(byRef(ref, sql.placeholder('ref'))),
        { ref: isId(ref) ? ref.toLowerCase() : ref },
      );
      return source;
    },

    list: answerSearch(listOf),

    async refs(ids) {
      const { keys, values, shape } = bindKeys(ids);
      return rows(
        `refs ${shape}`,
        () => db.select(own).from(sources).where(inArray(sources.id, keys)),
        values,
      );
    },

    async find(ref) {
      const [found] = await rows(
        `find ${isId(ref)}`,
        () =>
          db
            .select(handle)
            .from(sources)
            .where(byRef(ref, sql.placeholder('ref'))),
        { ref: isId(ref) ? ref.toLowerCase() : ref },
      );
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
      const { slug } = sources;
      const slugs = await db.select({ word: slug, slug }).from(sources).limit(limit);
      const names = await db
        .select({ word: sourceNames.folded, slug })
        .from(sourceNames)
        .innerJoin(sources, eq(sources.key, sourceNames.source))
        .limit(limit);
      return [...slugs, ...names];
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

    isGone: readTombstones(db, tables, 'source', 'all'),

    async successor(ref) {
      const [found] = await db
        .select(handle)
        .from(sourceAliases)
        .innerJoin(sources, eq(sources.key, sourceAliases.source))
        .where(eq(sourceAliases.ref, isId(ref) ? ref.toLowerCase() : ref));
      return found;
    },
  };
}

/** The place of a source in each order. */
const places: Readonly<Record<string, (source: Source) => Key>> = {
  id: ({ id }) => [id],
  name: ({ name, id }) => [name, id],
  updatedAt: ({ updatedAt, id }) => [updatedAt, id],
};

function chain(key: number, above: ReadonlyMap<number, number | null>): number[] {
  const passed: number[] = [];
  for (let at = above.get(key); at !== null && at !== undefined && !passed.includes(at); at = above.get(at))
    passed.push(at);
  return passed;
}

export function writeSources({ db, tables, log, reads, queue }: Writing): SourceStore {
  const { sources, sourceNames } = tables;
  const { states, index } = reads;

  const addNames = async (source: number, names: readonly string[]) => {
    if (names.length > 0) await db.insert(sourceNames).values(names.map((folded) => ({ source, folded })));
  };

  return {
    async stored(ref) {
      const [found] = await db
        .select({ key: sources.key, id: sources.id, version: sources.version })
        .from(sources)
        .where(isId(ref) ? eq(sources.id, ref.toLowerCase()) : eq(sources.slug, ref));
      return found;
    },

    async state(id) {
      const state = (await states.source([id])).get(id);
      if (state === undefined) throw new Error('a source was asked for its state but is not there');
      return state;
    },

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
      const version = await log.begin('source', record.id);
      const [row] = await db
        .insert(sources)
        .values({ ...record, version, createdAt: log.at, updatedAt: log.at })
        .returning({ key: sources.key });
      if (row === undefined) throw new Error('an inserted source has no key');
      await addNames(row.key, names);
      await queue.add('sources', row.key, index.fieldsOf('sources', record));
      return row.key;
    },

    async update(key, record, names) {
      const [row] = await db.select({ version: sources.version }).from(sources).where(eq(sources.key, key));
      const version = log.step('source', record.id, row?.version ?? 0);
      await db
        .update(sources)
        .set({ ...record, version, updatedAt: log.at })
        .where(eq(sources.key, key));
      await db.delete(sourceNames).where(eq(sourceNames.source, key));
      await addNames(key, names);
      await queue.follow('sources', key);
    },

    async remove({ key, id, version }) {
      const [row] = await db.select({ slug: sources.slug }).from(sources).where(eq(sources.key, key));
      await bury(db, tables, log, { type: 'source', id, slug: row?.slug ?? null, version, shown: true });
      queue.drop('sources', key);
      await db.delete(sources).where(eq(sources.key, key));
    },
    ...reads.sources, // last: V8 is slow to add to what was spread
    ...sourceReferences(db, tables, log),
  };
}
