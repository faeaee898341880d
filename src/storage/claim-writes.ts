/**
 * Claims in SQL, as writers change them. The parts of a claim that stay in their place keep their rows and ids.
 */
import { isDeepStrictEqual } from 'node:util';
import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { AnchorRecord, AttributionRecord, ClaimStore, Kept, RelationRecord } from '../claims/store.js';
import { isId } from '../kernel/ids.js';
import { inPowers } from './batches.js';
import { anchorColumns, toAnchor } from './claim-parts.js';
import { givenOfClaim } from './given.js';
import type { Tables } from './tables.js';
import { bury } from './tombstones.js';
import type { Writing } from './writer-reads.js';

const NO_ANCHOR = {
  exact: null,
  prefix: null,
  suffix: null,
  start: null,
  end: null,
  articleVersion: null,
  anchorState: null,
};

const anchorRow = (anchor: AnchorRecord | null) => {
  if (anchor === null) return NO_ANCHOR;
  const { state, ...row } = anchor;
  return { anchorState: state, ...row };
};

const attributionRow = ({ anchor, article, ...row }: Omit<AttributionRecord, 'id'>) => ({
  article,
  ...row,
  ...anchorRow(anchor),
});

/** What becomes of parts that are stored: the ids of those that go, those that are changed, and those that come. */
function compare<Part extends { readonly id?: string }>(
  held: readonly Kept<Part>[],
  records: readonly Part[],
) {
  const before = new Map(held.map((part) => [part.id, part]));
  const isKept = (part: Part): part is Kept<Part> => part.id !== undefined && before.has(part.id);
  const kept = records.filter(isKept);
  const ids = new Set(kept.map(({ id }) => id));
  return {
    gone: [...before.keys()].filter((id) => !ids.has(id)),
    changed: kept.filter((part) => !isDeepStrictEqual(part, before.get(part.id))),
    come: records.filter((part) => !isKept(part)),
  };
}

export function writeClaims({ db, tables, log, reads, queue }: Writing): ClaimStore {
  const { sources, claims, claimTags, attributions, relations, reviews } = tables;
  const { states, index, statements } = reads;

  const held = async (key: number) => {
    const [row] = await db
      .select({ id: claims.id, version: claims.version, visible: claims.visible })
      .from(claims)
      .where(eq(claims.key, key));
    if (row === undefined) throw new Error('a claim was changed but is not there');
    return row;
  };

  const step = async (key: number): Promise<{ version: number; updatedAt: string }> => {
    const { id, version } = await held(key);
    return { version: log.step('claim', id, version), updatedAt: log.at };
  };

  const touch = async (key: number) => {
    const { id, version } = await held(key);
    const next = log.step('claim', id, version);
    if (next === version) return; // it has taken its step in this transaction
    await db.update(claims).set({ version: next, updatedAt: log.at }).where(eq(claims.key, key));
  };

  const addTags = async (claim: number, tags: readonly string[]) => {
    if (tags.length > 0) await db.insert(claimTags).values(tags.map((tag) => ({ claim, tag })));
  };

  const isOfClaim = (column: AnySQLiteColumn) => eq(column, sql.placeholder('claim'));
  /** Of an attribution: whether it stands in one article, outside any (null), or of all (undefined). */
  const isWithin = (article: number | null | undefined): SQL | undefined => {
    if (article === undefined) return undefined;
    return article === null
      ? isNull(attributions.article)
      : eq(attributions.article, sql.placeholder('article'));
  };

  return {
    touch,

    async stored(id) {
      const [found] = await db
        .select({ key: claims.key, id: claims.id, version: claims.version })
        .from(claims)
        .where(eq(claims.id, id));
      return found;
    },

    async state(id) {
      const state = (await states.claim([id])).get(id);
      if (state === undefined) throw new Error('a claim was asked for its state but is not there');
      return state;
    },

    async find(ref) {
      const [handle] = await db
        .select({ key: claims.key, id: claims.id })
        .from(claims)
        .where(isId(ref) ? eq(claims.id, ref.toLowerCase()) : eq(claims.externalId, ref));
      return handle;
    },

    async known(identity) {
      const [column, value] =
        'id' in identity ? [claims.id, identity.id] : [claims.externalId, identity.externalId];
      const [handle] = await statements.rows(
        `known claim ${column.name}`,
        () =>
          db
            .select({ key: claims.key, id: claims.id })
            .from(claims)
            .where(eq(column, sql.placeholder('value'))),
        { value },
      );
      return handle;
    },

    async record(key) {
      const [record] = await statements.rows(
        'claim',
        () => db.select(givenOfClaim(claims)).from(claims).where(isOfClaim(claims.key)),
        { claim: key },
      );
      if (record === undefined) throw new Error('a claim was asked for but is not there');
      return record;
    },

    async insert(record, indexed) {
      const version = await log.begin('claim', record.id);
      const [row] = await db
        .insert(claims)
        .values({
          standing: 'unattributed',
          visible: true,
          version,
          createdAt: log.at,
          updatedAt: log.at,
          ...record,
        })
        .returning({ key: claims.key });
      if (row === undefined) throw new Error('an inserted claim has no key');
      await addTags(row.key, record.tags);
      await queue.add('claims', row.key, index.fieldsOf('claims', { visible: true, ...record }, indexed));
      return row.key;
    },

    async insertWhole(record, parts, indexed) {
      const claim = await this.insert(record, indexed);
      for (const { id = log.newId(), ...part } of parts.attributions)
        await db.insert(attributions).values({ id, claim, ...attributionRow(part) });
      for (const { id = log.newId(), ...part } of parts.relations)
        await db.insert(relations).values({ id, claim, ...part });
      for (const { id = log.newId(), ...part } of parts.reviews)
        await db.insert(reviews).values({ id, claim, ...part });
      for (const key of new Set(parts.relations.map(({ other }) => other))) await touch(key);
      return claim;
    },

    async update(key, record) {
      await db
        .update(claims)
        .set({ ...record, ...(await step(key)) })
        .where(eq(claims.key, key));
      await db.delete(claimTags).where(eq(claimTags.claim, key));
      await addTags(key, record.tags);
      await queue.follow('claims', key);
    },

    async attributions(claim, article) {
      const { id, article: stands, source, url, context, stance, mode, cue, saidAt } = attributions;
      const said = { id, article: stands, source, url, context, stance, mode, cue, saidAt };
      const place = article === undefined ? 'all' : article === null ? 'outside' : 'inside';
      const rows = await statements.rows(
        `attributions ${place}`,
        () =>
          db
            .select({ ...said, anchor: anchorColumns(tables) })
            .from(attributions)
            .where(and(isOfClaim(attributions.claim), isWithin(article)))
            .orderBy(attributions.key),
        { claim, article },
      );
      return rows.map(({ anchor, ...row }) => ({ ...row, anchor: toAnchor(anchor) }));
    },

    async setAttributions(claim, held, records) {
      const { gone, changed, come } = compare(held, records);
      if (gone.length > 0) await db.delete(attributions).where(inArray(attributions.id, gone));
      for (const { id, ...record } of changed)
        await db.update(attributions).set(attributionRow(record)).where(eq(attributions.id, id));
      for (const { id = log.newId(), ...record } of come)
        await db.insert(attributions).values({ id, claim, ...attributionRow(record) });
      await touch(claim);
    },

    async relations(claim) {
      const { id, kind, other, note, source } = relations;
      return statements.rows(
        'relations',
        () =>
          db
            .select({ id, kind, other, note, source })
            .from(relations)
            .where(isOfClaim(relations.claim))
            .orderBy(relations.key),
        { claim },
      );
    },

    async setRelations(claim, held, records) {
      const { gone, changed, come } = compare(held, records);
      // What a claim does to another is said once: what changes makes room first.
      const isSame = ({ id, kind, other }: Kept<RelationRecord>) =>
        held.some((one) => one.id === id && one.kind === kind && one.other === other);
      const moved = changed.filter((record) => !isSame(record));
      const leaving = [...gone, ...moved.map(({ id }) => id)];
      if (leaving.length > 0) await db.delete(relations).where(inArray(relations.id, leaving));
      for (const { id, note, source } of changed.filter(isSame))
        await db.update(relations).set({ note, source }).where(eq(relations.id, id));
      for (const { id = log.newId(), ...record } of [...moved, ...come])
        await db.insert(relations).values({ id, claim, ...record });
      const left = held.filter(({ id }) => leaving.includes(id));
      for (const key of new Set([claim, ...[...left, ...changed, ...come].map(({ other }) => other)]))
        await touch(key);
    },

    async reviews(claim) {
      const { id, reviewer, rating, verdict, url, title, summary, reviewedAt } = reviews;
      return statements.rows(
        'reviews',
        () =>
          db
            .select({ id, reviewer, rating, verdict, url, title, summary, reviewedAt })
            .from(reviews)
            .where(isOfClaim(reviews.claim))
            .orderBy(reviews.key),
        { claim },
      );
    },

    async setReviews(claim, held, records) {
      const { gone, changed, come } = compare(held, records);
      if (gone.length > 0) await db.delete(reviews).where(inArray(reviews.id, gone));
      for (const { id, ...record } of changed) await db.update(reviews).set(record).where(eq(reviews.id, id));
      for (const { id = log.newId(), ...record } of come)
        await db.insert(reviews).values({ id, claim, ...record });
      await touch(claim);
    },

    async takenIds(kind, ids) {
      const table = tables[kind] as Tables['reviews']; // each has the column
      const rows = await db
        .select({ id: table.id })
        .from(table)
        .where(inArray(table.id, [...ids]));
      return rows.map(({ id }) => id);
    },

    async referrers(key, limit) {
      const rows = await db
        .select({ id: claims.id, name: claims.text })
        .from(relations)
        .innerJoin(claims, eq(claims.key, relations.claim))
        .where(eq(relations.other, key))
        .orderBy(claims.id)
        .limit(limit);
      return rows.map((row) => ({ what: 'claim', ...row }));
    },

    async remove({ key, id, version }) {
      const [row] = await db.select({ visible: claims.visible }).from(claims).where(eq(claims.key, key));
      await bury(db, tables, log, { type: 'claim', id, slug: null, version, shown: row?.visible ?? false });
      queue.drop('claims', key);
      await db.delete(claims).where(eq(claims.key, key));
    },

    async anchorsIn(article) {
      const rows = await db
        .select({
          attribution: attributions.id,
          claim: claims.id,
          keys: { attribution: attributions.key, claim: claims.key },
          anchor: anchorColumns(tables),
        })
        .from(attributions)
        .innerJoin(claims, eq(claims.key, attributions.claim))
        .where(eq(attributions.article, article))
        .orderBy(attributions.key);
      return rows.flatMap(({ anchor, ...row }) => {
        const whole = toAnchor(anchor);
        return whole === null ? [] : [{ ...row, anchor: whole }];
      });
    },

    async moveAnchor(attribution, anchor) {
      await db.update(attributions).set(anchorRow(anchor)).where(eq(attributions.key, attribution));
    },

    async attributedIn(article) {
      const rows = await db
        .selectDistinct({ claim: attributions.claim })
        .from(attributions)
        .where(eq(attributions.article, article));
      return rows.map(({ claim }) => claim);
    },

    async attributedUnder(source) {
      const under = new Set([source]);
      for (let level = [source]; level.length > 0; ) {
        const members = await db
          .select({ key: sources.key })
          .from(sources)
          .where(inArray(sources.memberOf, level));
        level = members.map(({ key }) => key).filter((key) => !under.has(key));
        for (const key of level) under.add(key);
      }
      const rows = await db
        .selectDistinct({ claim: attributions.claim })
        .from(attributions)
        .where(inArray(attributions.source, [...under]));
      return rows.map(({ claim }) => claim);
    },

    async setStandings(all) {
      // Those that took their step in this transaction are many and alike.
      const alike = new Map<string, { derived: (typeof all)[number]['derived']; keys: number[] }>();
      for (const { key, id, version, derived } of all) {
        const next = log.step('claim', id, version);
        if (next !== version) {
          const set = { ...derived, version: next, updatedAt: log.at };
          await db.update(claims).set(set).where(eq(claims.key, key));
          continue;
        }
        const kind = `${derived.standing} ${derived.visible}`;
        const group = alike.get(kind) ?? { derived, keys: [] };
        group.keys.push(key);
        alike.set(kind, group);
      }
      for (const { derived, keys } of alike.values())
        for (const some of inPowers(keys))
          await db.update(claims).set(derived).where(inArray(claims.key, some));
      for (const { key, stored, derived } of all)
        if (derived.visible !== stored.visible) await queue.follow('claims', key);
    },
    ...reads.claims, // last: V8 is slow to add to what was spread
  };
}
