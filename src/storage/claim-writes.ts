/**
 * Claims in SQL, as writers change them. The parts of a claim that stay in their place keep their rows and ids.
 */
import { isDeepStrictEqual } from 'node:util';
import { and, eq, inArray, isNull, or, type SQL } from 'drizzle-orm';
import type { AnchorRecord, AttributionRecord, ClaimStore, RelationRecord } from '../claims/store.js';
import { isId } from '../kernel/ids.js';
import type { ChangeLog } from './changes.js';
import { anchorColumns, toAnchor } from './claim-parts.js';
import { readClaims } from './claims.js';
import type { Database } from './database.js';
import { indexSearch } from './search-index.js';
import { readStandings } from './standings.js';
import type { Tables } from './tables.js';

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
  return { ...row, anchorState: state };
};

const attributionRow = ({ anchor, ...row }: AttributionRecord) => ({ ...row, ...anchorRow(anchor) });

export function writeClaims(db: Database, tables: Tables, log: ChangeLog): ClaimStore {
  const { sources, claims, claimTags, attributions, relations, reviews } = tables;
  const index = indexSearch(db, tables);

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

  type Parts = Tables['attributions'] | Tables['relations'] | Tables['reviews'];
  /** The id that a new part is to have, unless another part has it; else a new one. */
  const freeId = async (table: Parts, id: string | undefined): Promise<string> => {
    if (id === undefined) return log.newId();
    const parts = table as Tables['reviews']; // only what all have in common is used
    const [held] = await db.select({ key: parts.key }).from(parts).where(eq(parts.id, id));
    return held === undefined ? id : log.newId();
  };

  const within = (claim: number, article: number | null): SQL | undefined =>
    and(
      eq(attributions.claim, claim),
      article === null ? isNull(attributions.article) : eq(attributions.article, article),
    );

  return {
    ...readClaims(db, tables),
    ...readStandings(db, tables),
    touch,

    async find(ref) {
      const [handle] = await db
        .select({ key: claims.key, id: claims.id })
        .from(claims)
        .where(isId(ref) ? eq(claims.id, ref.toLowerCase()) : eq(claims.externalId, ref));
      return handle;
    },

    async known(identity) {
      const [handle] = await db
        .select({ key: claims.key, id: claims.id })
        .from(claims)
        .where('id' in identity ? eq(claims.id, identity.id) : eq(claims.externalId, identity.externalId));
      return handle;
    },

    async articlesOf(claim) {
      const rows = await db
        .selectDistinct({ article: attributions.article })
        .from(attributions)
        .where(eq(attributions.claim, claim));
      return rows.map(({ article }) => article);
    },

    async record(key) {
      const [record] = await db
        .select({
          id: claims.id,
          externalId: claims.externalId,
          text: claims.text,
          language: claims.language,
          tags: claims.tags,
        })
        .from(claims)
        .where(eq(claims.key, key));
      if (record === undefined) throw new Error('a claim was asked for but is not there');
      return record;
    },

    async insert(record) {
      const version = log.step('claim', record.id, 0);
      const [row] = await db
        .insert(claims)
        .values({
          ...record,
          standing: 'unattributed',
          visible: true,
          version,
          createdAt: log.at,
          updatedAt: log.at,
        })
        .returning({ key: claims.key });
      if (row === undefined) throw new Error('an inserted claim has no key');
      await addTags(row.key, record.tags);
      await index.add('claims', row.key, { ...record, visible: true });
      return row.key;
    },

    async insertWhole(record, { attributions: attributed, relations: related, reviews: reviewed }) {
      const claim = await this.insert(record);
      for (const { id, article, ...part } of attributed)
        await db
          .insert(attributions)
          .values({ id: await freeId(attributions, id), claim, article, ...attributionRow(part) });
      for (const { id, ...part } of related)
        await db.insert(relations).values({ id: await freeId(relations, id), claim, ...part });
      for (const { id, ...part } of reviewed)
        await db.insert(reviews).values({ id: await freeId(reviews, id), claim, ...part });
      for (const key of new Set(related.map(({ other }) => other))) await touch(key);
      return claim;
    },

    async update(key, record) {
      await db
        .update(claims)
        .set({ ...record, ...(await step(key)) })
        .where(eq(claims.key, key));
      await db.delete(claimTags).where(eq(claimTags.claim, key));
      await addTags(key, record.tags);
      await index.follow('claims', key);
    },

    async attributions(claim, article) {
      const rows = await db
        .select({
          source: attributions.source,
          url: attributions.url,
          context: attributions.context,
          stance: attributions.stance,
          mode: attributions.mode,
          cue: attributions.cue,
          saidAt: attributions.saidAt,
          anchor: anchorColumns(tables),
        })
        .from(attributions)
        .where(within(claim, article))
        .orderBy(attributions.key);
      return rows.map(({ anchor, ...row }) => ({ ...row, anchor: toAnchor(anchor) }));
    },

    async setAttributions(claim, article, records) {
      const held = await db
        .select({ key: attributions.key })
        .from(attributions)
        .where(within(claim, article))
        .orderBy(attributions.key);
      for (const [place, { id, ...record }] of records.entries()) {
        const row = attributionRow(record);
        const kept = held[place];
        if (kept === undefined)
          await db
            .insert(attributions)
            .values({ id: await freeId(attributions, id), claim, article, ...row });
        else await db.update(attributions).set(row).where(eq(attributions.key, kept.key));
      }
      const surplus = held.slice(records.length).map(({ key }) => key);
      if (surplus.length > 0) await db.delete(attributions).where(inArray(attributions.key, surplus));
      await touch(claim);
    },

    async relations(claim) {
      return db
        .select({
          kind: relations.kind,
          other: relations.other,
          note: relations.note,
          source: relations.source,
        })
        .from(relations)
        .where(eq(relations.claim, claim))
        .orderBy(relations.key);
    },

    async setRelations(claim, records) {
      const held = await this.relations(claim);
      const bare = ({ kind, other, note, source }: RelationRecord) => ({ kind, other, note, source });
      const lacks = (list: readonly RelationRecord[]) => (one: RelationRecord) =>
        !list.some((other) => isDeepStrictEqual(bare(one), bare(other)));
      const gone = held.filter(lacks(records));
      const come = records.filter(lacks(held));
      for (const { kind, other } of gone)
        if (!records.some((record) => record.kind === kind && record.other === other))
          await db
            .delete(relations)
            .where(and(eq(relations.claim, claim), eq(relations.other, other), eq(relations.kind, kind)));
      for (const { id, ...record } of come)
        await db
          .insert(relations)
          .values({ id: await freeId(relations, id), claim, ...record })
          .onConflictDoUpdate({
            target: [relations.claim, relations.other, relations.kind],
            set: { note: record.note, source: record.source },
          });
      for (const key of new Set([claim, ...[...gone, ...come].map(({ other }) => other)])) await touch(key);
    },

    async reviews(claim) {
      return db
        .select({
          reviewer: reviews.reviewer,
          rating: reviews.rating,
          verdict: reviews.verdict,
          url: reviews.url,
          title: reviews.title,
          summary: reviews.summary,
          reviewedAt: reviews.reviewedAt,
        })
        .from(reviews)
        .where(eq(reviews.claim, claim))
        .orderBy(reviews.key);
    },

    async setReviews(claim, records) {
      const held = await db
        .select({ key: reviews.key })
        .from(reviews)
        .where(eq(reviews.claim, claim))
        .orderBy(reviews.key);
      for (const [place, { id, ...record }] of records.entries()) {
        const kept = held[place];
        if (kept === undefined)
          await db.insert(reviews).values({ id: await freeId(reviews, id), claim, ...record });
        else await db.update(reviews).set(record).where(eq(reviews.key, kept.key));
      }
      const surplus = held.slice(records.length).map(({ key }) => key);
      if (surplus.length > 0) await db.delete(reviews).where(inArray(reviews.key, surplus));
      await touch(claim);
    },

    async anchorsIn(article) {
      const rows = await db
        .select({ attribution: attributions.key, claim: attributions.claim, anchor: anchorColumns(tables) })
        .from(attributions)
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

    async withContradictions(keys) {
      const wanted = [...keys];
      const rows = await db
        .select({ one: relations.claim, other: relations.other })
        .from(relations)
        .where(
          and(
            eq(relations.kind, 'contradicts'),
            or(inArray(relations.claim, wanted), inArray(relations.other, wanted)),
          ),
        );
      return [...new Set([...wanted, ...rows.flatMap(({ one, other }) => [one, other])])];
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
        await db.update(claims).set(derived).where(inArray(claims.key, keys));
      for (const { key, stored, derived } of all)
        if (derived.visible !== stored.visible) await index.follow('claims', key);
    },
  };
}
