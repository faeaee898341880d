/**
 * The parts of a claim as they are to be stored, made from what a writer gives: each reference found, each quote in its
 * place, each part known again that was there before.
 */
import { createCollector } from '../kernel/errors.js';
import { refusal } from '../kernel/stored.js';
import { anchorOf } from './anchor.js';
import type { AttributionInput, PlacedQuote, QuoteInput, WholeClaimInput } from './model.js';
import {
  assertIdsOnce,
  assertOnce,
  assertPlaced,
  matchParts,
  matchRelation,
  matchSame,
  type Naming,
} from './parts.js';
import type {
  AnchorRecord,
  AttributionRecord,
  ClaimHandle,
  ClaimStore,
  Kept,
  RelationRecord,
  ReviewRecord,
} from './store.js';

const HINTS_MAX = 20; // quotes of one write that the nearest passage is looked for, each in the whole text

/** An attribution as it is given, and the article that it stands in. */
export interface PlacedInput extends Omit<AttributionInput, 'quote'> {
  readonly id?: string | undefined;
  readonly within: { readonly key: number } | null;
  readonly quote: PlacedQuote | null;
}

type PartKind = Parameters<ClaimStore['takenIds']>[0];

export interface PartRecordsOptions {
  readonly store: Pick<ClaimStore, 'takenIds'>;
  /** The key of a source; null for none. Throws what resolving one throws. */
  keyOf(ref: string | null): Promise<number | null>;
  /** The plain text of an article, and the version that it belongs to. */
  textOf(article: number): Promise<{ readonly text: string; readonly version: number }>;
  /** The claim that another is related to. Throws `unknown-reference`, and `conflict` where it is the same. */
  otherThan(claim: Partial<ClaimHandle>, ref: string): Promise<ClaimHandle>;
}

/** Made anew for each transaction. Each function throws all that is wrong with the parts at once, told by their places. */
export function partRecords({ store, keyOf, textOf, otherThan }: PartRecordsOptions) {
  let hints = 0;

  /**
   * The ids, of those that parts are given and that no part of this claim has, that they can have. Throws `invalid-request`
   * for one that is given twice, and `conflict` for one that another claim’s part has, unless it is only wished for.
   */
  const freeIds = async (
    kind: PartKind,
    held: readonly { readonly id: string }[],
    given: readonly { readonly id?: string | undefined }[],
    naming: Naming,
  ): Promise<ReadonlySet<string>> => {
    assertIdsOnce(given);
    const own = new Set(held.map(({ id }) => id));
    const unknown = given.flatMap(({ id }) => (id === undefined || own.has(id) ? [] : [id]));
    const taken = unknown.length === 0 ? [] : await store.takenIds(kind, unknown);
    if (taken[0] !== undefined && naming === 'required')
      throw refusal('conflict', {
        pointer: `/${given.findIndex(({ id }) => id === taken[0])}/id`,
        detail: 'belongs to a part of another claim',
      });
    const free = new Set(unknown);
    for (const id of taken) free.delete(id);
    return free;
  };

  /** Reviews as they are to be stored. */
  const reviews = async (
    held: readonly Kept<ReviewRecord>[],
    inputs: WholeClaimInput['reviews'],
    naming: Naming,
  ): Promise<ReviewRecord[]> => {
    const free = await freeIds('reviews', held, inputs, naming);
    const kept = matchParts<ReviewRecord>(held, inputs);
    const collector = createCollector();
    const records: ReviewRecord[] = [];
    for (const [place, { id = kept[place]?.id, reviewer, ...review }] of inputs.entries()) {
      const key = await collector.attempt(`/${place}/reviewer`, () => keyOf(reviewer));
      if (key !== null) records.push({ ...(id && { id }), reviewer: key, ...review });
    }
    collector.done();
    return naming === 'wished' ? matchSame(held, records, free) : records;
  };

  /** Attributions as they are to be stored. */
  const attributions = async (
    held: readonly Kept<AttributionRecord>[],
    inputs: readonly PlacedInput[],
    naming: Naming,
  ): Promise<AttributionRecord[]> => {
    const free = await freeIds('attributions', held, inputs, naming);
    const kept = matchParts<AttributionRecord>(held, inputs);
    const collector = createCollector();
    const records: AttributionRecord[] = [];
    for (const [place, input] of inputs.entries()) {
      const { id = kept[place]?.id, within, quote, source, ...rest } = input;
      const article = within?.key ?? null;
      const text = article === null ? undefined : await textOf(article);
      const before = kept[place]?.article === article ? (kept[place]?.anchor ?? null) : null;
      await collector.attempt(`/${place}`, () => assertPlaced(input, within === null));
      records.push({
        article,
        source: await collector.attempt(`/${place}/source`, () => keyOf(source)),
        anchor: await collector.attempt(`/${place}/quote`, () => {
          if (quote === null || text === undefined) return null;
          if (input.id !== undefined && isOrphanOf(before, quote)) return before;
          try {
            return anchorOf(quote, text, before, hints < HINTS_MAX);
          } catch (error) {
            hints += 1;
            throw error;
          }
        }),
        ...rest,
        ...(id && { id }),
      });
    }
    collector.done();
    return naming === 'wished' ? matchSame(held, records, free) : records;
  };

  /** Relations as they are to be stored, of a claim that is stored, or is to be. */
  const relations = async (
    claim: { readonly id: string; readonly key?: number },
    held: readonly Kept<RelationRecord>[],
    inputs: WholeClaimInput['relations'],
    naming: Naming,
  ): Promise<RelationRecord[]> => {
    const free = await freeIds('relations', held, inputs, naming);
    const collector = createCollector();
    const records: RelationRecord[] = [];
    for (const [place, { id, kind, claim: ref, note, source: sourceRef }] of inputs.entries()) {
      const other = await collector.attempt(`/${place}/claim`, () => otherThan(claim, ref));
      const source = await collector.attempt(`/${place}/source`, () => keyOf(sourceRef));
      if (other === null) continue;
      await collector.attempt(`/${place}`, () => assertOnce(kind, other.key, records));
      const said = { kind, other: other.key, note, source };
      const isForeign = naming === 'wished' && !held.some((one) => one.id === id);
      const known = matchRelation(held, isForeign ? said : { ...(id && { id }), ...said })?.id;
      const name = known ?? (naming === 'required' || free.has(id ?? '') ? id : undefined);
      records.push({ ...(name && { id: name }), ...said });
    }
    collector.done();
    return records;
  };

  return { attributions, relations, reviews };
}

/** Whether an anchor is of these words and stands nowhere: it stays as it is until its words or its article change. */
const isOrphanOf = (anchor: AnchorRecord | null, { exact, prefix, suffix }: QuoteInput): boolean =>
  anchor?.state === 'orphaned' &&
  anchor.exact === exact &&
  (prefix ?? '') === anchor.prefix &&
  (suffix ?? '') === anchor.suffix;
