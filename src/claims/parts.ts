/**
 * The parts of a claim as they are given, against those that are stored: which is which, and what none may be.
 */
import { ClaimwireError } from '../kernel/errors.js';
import { refusal } from '../kernel/stored.js';
import type { AttributionInput } from './model.js';
import type { AttributionRecord, Kept, RelationRecord, ReviewRecord } from './store.js';

interface Identified {
  readonly id?: string | undefined;
}

/**
 * The stored part that each given one is: the one of its id, or, without an id, the next that none of the ids names;
 * undefined for one that is new.
 */
export function matchParts<Part extends Identified>(
  held: readonly Kept<Part & { id?: string }>[],
  given: readonly Identified[],
): (Kept<Part & { id?: string }> | undefined)[] {
  const byId = new Map(held.map((part) => [part.id, part]));
  const named = new Set(given.map(({ id }) => id));
  const others = held.filter(({ id }) => !named.has(id));
  return given.map(({ id }) => (id === undefined ? others.shift() : byId.get(id)));
}

/** The same for relations: without an id, the one that does the same to the same claim. */
export function matchRelation(
  held: readonly Kept<RelationRecord>[],
  { id, kind, other }: RelationRecord,
): Kept<RelationRecord> | undefined {
  if (id !== undefined) return held.find((one) => one.id === id);
  return held.find((one) => one.kind === kind && one.other === other);
}

/**
 * Whether a part must have the id that it is given, or has it only where it is new and nothing else has it: what a file
 * brings may have been stored here under another id before.
 */
export type Naming = 'required' | 'wished';

/** What a part says, in this order, whatever it is called and whichever version of an article it was found in. */
const SAYING = [
  ...(['article', 'source', 'url', 'context', 'stance', 'mode', 'cue', 'saidAt', 'anchor'] as const),
  ...(['exact', 'prefix', 'suffix', 'start', 'state'] as const), // of an anchor
  ...(['reviewer', 'rating', 'verdict', 'title', 'summary', 'reviewedAt'] as const),
] satisfies (keyof AttributionRecord | keyof ReviewRecord | keyof NonNullable<AttributionRecord['anchor']>)[];

/**
 * The records, of which those whose id no stored part has are the stored ones that say the same, if there are; else they have
 * their id only where it is in `free`.
 */
export function matchSame<Part extends AttributionRecord | ReviewRecord>(
  held: readonly Kept<Part>[],
  records: readonly Part[],
  free: ReadonlySet<string>,
): Part[] {
  const own = new Set(held.map(({ id }) => id));
  const named = new Set(records.map(({ id }) => id));
  const others = new Map<string, Kept<Part>[]>();
  const saying = (part: Part) => JSON.stringify(part, SAYING);
  for (const part of held)
    if (!named.has(part.id)) others.set(saying(part), [...(others.get(saying(part)) ?? []), part]);
  return records.map((record) => {
    if (record.id === undefined || own.has(record.id)) return record;
    const same = others.get(saying(record))?.shift();
    if (same !== undefined) return same;
    const { id, ...rest } = record;
    return free.has(id) ? record : (rest as Part);
  });
}

/** Refuses an id that is given twice. Throws `invalid-request`. */
export function assertIdsOnce(given: readonly Identified[]): void {
  const seen = new Set<string>();
  for (const [place, { id }] of given.entries()) {
    if (id === undefined) continue;
    if (seen.has(id)) throw refusal('invalid-request', { pointer: `/${place}/id`, detail: 'is given twice' });
    seen.add(id);
  }
}

/** Refuses an attribution that says where twice or not at all, or that nobody makes. */
export function assertPlaced(
  { source, url, context, quote }: Pick<AttributionInput, 'source' | 'url' | 'context' | 'quote'>,
  isOutside: boolean,
): void {
  const problem = isOutside
    ? source === null
      ? 'needs a source, since there is no article to speak in its own voice'
      : url === null && context === null
        ? 'needs `url` or `context` to say where it was said, since no article does'
        : quote !== null && 'cannot have a quote without an article to stand in'
    : (url !== null || context !== null) && 'stands in an article, so `url` and `context` have no place';
  if (problem) throw new ClaimwireError('invalid-request', `The attribution ${problem}.`);
}

/** Refuses a relation that stands among these already, since what a claim does to another is said once. */
export function assertOnce(
  kind: RelationRecord['kind'],
  other: number,
  records: readonly RelationRecord[],
): void {
  if (records.some((record) => record.kind === kind && record.other === other))
    throw new ClaimwireError('invalid-request', `The relation is given twice: \`${kind}\` and this claim.`);
}
