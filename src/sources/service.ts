/**
 * The rules of sources: how they are found, listed and saved.
 */
import { isDeepStrictEqual } from 'node:util';
import { ClaimwireError, createCollector, Moved } from '../kernel/errors.js';
import { LIST_LENGTH_MAX } from '../kernel/fields.js';
import { newId } from '../kernel/ids.js';
import {
  type AnsweredList,
  type AskedList,
  answerList,
  type ListRequest,
  resolveFilters,
} from '../kernel/page.js';
import { assertSameId, assertUnused, REFERRERS_TOLD_MAX, refusal, type Stored } from '../kernel/stored.js';
import { fold, nearest } from '../kernel/words.js';
import type { Source, SourceInput, SourceRef, SourceState } from './model.js';
import type { MovedReferences, SourceHandle, SourceReads, SourceRecord, SourceStore } from './store.js';

const RESOLVED_MAX = 5_000; // references of one transaction that are kept; some megabytes
const NEAREST_MAX = 3; // sources that are offered for a misspelt one
const NAMES_COMPARED_MAX = 20_000; // names looked through for a misspelt one: about 50 ms, and only on an error

const HINTS_MAX = 20; // misspelt names of one write that the nearest are looked for
const MERGED_MAX = 10_000; // references that one transaction moves: some seconds

/**
 * @param hintsMax how many unknown names are answered with the nearest known ones
 */
export function readSources(store: SourceReads, hintsMax = Number.POSITIVE_INFINITY) {
  let hints = 0;

  /** Throws what is to be said of a source that is not there: `not-found`, `gone`, or where it went. */
  async function refuseMissing(ref: string): Promise<never> {
    const successor = await store.successor(ref);
    if (successor !== undefined) throw new Moved(ref, successor.slug);
    if (await store.isGone(ref)) throw new ClaimwireError('gone', `The source “${ref}” was deleted.`);
    throw new ClaimwireError('not-found', `No source has the id or slug “${ref}”.`);
  }

  /**
   * The source that an id, slug, name or alias means. Throws `unknown-reference`, offering the slugs of those with
   * the nearest names, or `ambiguous-reference`, listing the slugs that share the name.
   */
  async function resolve(ref: string): Promise<SourceHandle> {
    const exact = (await store.find(ref)) ?? (await store.successor(ref));
    if (exact !== undefined) return exact;
    const named = await store.named(fold(ref));
    const [only] = named;
    if (only !== undefined && named.length === 1) return only;
    if (only !== undefined) {
      const slugs = named.map(({ slug }) => slug).join(', ');
      throw new ClaimwireError('ambiguous-reference', `“${ref}” fits several sources: ${slugs}.`);
    }
    hints += 1;
    const known = hints > hintsMax ? [] : await store.names(NAMES_COMPARED_MAX);
    const slugs = new Map(known.map(({ word, slug }) => [word, slug]));
    const near = [...new Set(nearest(ref, slugs.keys(), 2 * NEAREST_MAX).map((word) => slugs.get(word)))];
    const hint = near.length > 0 ? ` Nearest: ${near.slice(0, NEAREST_MAX).join(', ')}.` : '';
    throw new ClaimwireError('unknown-reference', `“${ref}” is no source’s id, slug or name.${hint}`);
  }

  const keyOf = async (ref: string): Promise<number> => (await resolve(ref)).key;

  /** A function that gives for each of these references the source whole. */
  async function including(refs: Iterable<SourceRef | null>) {
    const ids = new Set([...refs].flatMap((ref) => (ref === null ? [] : [ref.id])));
    const found = ids.size === 0 ? [] : await store.refs([...ids]);
    const byId = new Map(found.map((source) => [source.id, source]));
    return <Ref extends SourceRef | null>(ref: Ref): Ref =>
      ref === null ? ref : (((byId.get(ref.id) as Ref | undefined) ?? ref) as Ref);
  }

  return {
    resolve,
    refuseMissing,

    /** Sources. Throws `invalid-request` for an organisation that there is not. */
    async list({ request, include, summary }: AskedList): Promise<AnsweredList<Source>> {
      const answered = await answerList(store, await resolveFilters(request, ['memberOf'], keyOf), summary);
      if (!include.has('memberOf')) return answered;
      const whole = await including(answered.items.map(({ memberOf }) => memberOf));
      return {
        ...answered,
        items: answered.items.map((source) => ({ ...source, memberOf: whole(source.memberOf) })),
      };
    },

    including,

    /** The source with this id or slug. Throws what `refuseMissing` throws. */
    async get(ref: string, include: ReadonlySet<string> = new Set()): Promise<Source> {
      const source = await store.get(ref);
      if (source === undefined) return refuseMissing(ref);
      if (!include.has('memberOf')) return source;
      const whole = await including([source.memberOf]);
      return { ...source, memberOf: whole(source.memberOf) };
    },

    /** A handle on the source with this id or slug. Throws what `refuseMissing` throws. */
    async find(ref: string): Promise<SourceHandle> {
      return (await store.find(ref)) ?? (await refuseMissing(ref));
    },

    /** The request with the keys of what its filters on `fields` refer to. Throws `invalid-request` for no source. */
    resolveFilters: (request: ListRequest, fields: readonly string[]) =>
      resolveFilters(request, fields, keyOf),
  };
}

export type SourceReader = ReturnType<typeof readSources>;

/** What others must follow, in the transaction of the change. */
export interface SourceFollowers {
  /** Told of a source whose organisation changed, since that decides who is independent. */
  onMembershipChanged(source: number): Promise<void>;
  /** Told of what refers to another source now. */
  onMoved(moved: MovedReferences): Promise<void>;
}

export function writeSources(store: SourceStore, { onMembershipChanged, onMoved }: SourceFollowers) {
  const { resolve: resolveAnew, ...reader } = readSources(store, HINTS_MAX);

  /** The organisation that `ref` means, which may be neither the source itself nor one below it. */
  const organisationOf = async (ref: string | null, member: number | undefined): Promise<number | null> => {
    if (ref === null) return null;
    const { key } = await resolveAnew(ref);
    const above = member === undefined ? [] : [key, ...((await store.organisations([key])).get(key) ?? [])];
    if (member !== undefined && above.includes(member))
      throw new ClaimwireError('invalid-request', '`memberOf` leads back to the source itself');
    return key;
  };

  const resolved = new Map<string, SourceHandle>();
  /** As a reader resolves, each reference once: nothing but this writer changes what it means. */
  const resolve = async (ref: string): Promise<SourceHandle> => {
    const known = resolved.get(ref);
    if (known !== undefined) return known;
    const handle = await resolveAnew(ref);
    if (resolved.size >= RESOLVED_MAX) resolved.clear();
    resolved.set(ref, handle);
    return handle;
  };

  /** Refuses an id or a slug that leads to the source that another became part of. */
  const assertLeadsNowhere = async (ref: string): Promise<void> => {
    const successor = await store.successor(ref);
    if (successor !== undefined)
      throw new ClaimwireError(
        'conflict',
        `“${ref}” leads to the source “${successor.slug}”, which that source became part of.`,
      );
  };

  const assertNew = async (pointer: '/id' | '/slug', ref: string | undefined): Promise<void> => {
    const held = ref === undefined ? undefined : await store.stored(ref);
    if (held !== undefined)
      throw refusal('conflict', { pointer, detail: `“${ref}” belongs to the source ${held.id}` });
  };

  /** Creates the source or makes the stored one equal to it. */
  async function save(input: SourceInput, isNew = false): Promise<SourceHandle> {
    resolved.clear();
    const bySlug = isNew ? undefined : await store.record({ slug: input.slug });
    const stored =
      (input.id === undefined || isNew || input.id === bySlug?.record.id
        ? undefined
        : await store.record({ id: input.id })) ?? bySlug;
    if (
      bySlug !== undefined &&
      stored !== undefined &&
      (bySlug.key !== stored.key || isOther(input.id, stored.record.id))
    )
      throw new ClaimwireError(
        'conflict',
        `The slug “${input.slug}” belongs to the source ${bySlug.record.id}.`,
      );

    const collector = createCollector();
    if (stored === undefined && input.id !== undefined) await assertLeadsNowhere(input.id);
    if (stored?.record.slug !== input.slug) await assertLeadsNowhere(input.slug);
    const memberOf = await collector.attempt('/memberOf', () => organisationOf(input.memberOf, stored?.key));
    collector.done();
    const record: SourceRecord = { ...input, id: stored?.record.id ?? input.id ?? newId(), memberOf };
    const names = [...new Set([input.name, ...input.aliases].map(fold))];
    if (stored === undefined) return toHandle(await store.insert(record, names), record);
    if (!isDeepStrictEqual(stored.record, record)) {
      await store.update(stored.key, record, names);
      if (stored.record.memberOf !== memberOf) await onMembershipChanged(stored.key);
    }
    return toHandle(stored.key, record);
  }

  return {
    resolve,
    /** Lets go of what references were found to mean. To be called where some of what was written is undone. */
    forget: () => resolved.clear(),
    /** The source with this id or slug. */
    known: store.find,

    /**
     * Creates the source or makes the stored one (of this id, else of this slug) equal to it; writes nothing where it
     * is equal already. `isNew` says that nothing of its id or slug is stored, as the caller has seen in this transaction. Throws `conflict` where the id and the slug belong to different sources, or the slug to
     * another, `invalid-request` where it would come to belong to itself, and what resolving `memberOf` throws.
     */
    save,

    /** The source with this id or slug, or undefined where there never was one. Throws `gone` and `Moved`. */
    async stored(ref: string): Promise<Stored | undefined> {
      const held = await store.stored(ref);
      if (held !== undefined) return held;
      return reader.refuseMissing(ref).catch((error) => {
        if (error instanceof ClaimwireError && error.code === 'not-found') return undefined;
        throw error;
      });
    },

    /** All that is stored of a source, as a writer would give it. */
    state: ({ id }: Stored): Promise<SourceState> => store.state(id),

    /** Creates a source. Throws `conflict` where its id or slug belongs to another, and what `save` throws. */
    async create(input: SourceInput): Promise<SourceHandle> {
      const collector = createCollector();
      await collector.attempt('', () => assertNew('/id', input.id));
      await collector.attempt('', () => assertNew('/slug', input.slug));
      collector.done();
      return save(input);
    },

    /** Makes a source equal to what is given. Throws what `save` throws. */
    async replace(held: Stored, input: SourceInput): Promise<SourceHandle> {
      assertSameId(held, input.id);
      return save({ ...input, id: held.id });
    },

    /** Deletes a source. Throws `in-use` where something refers to it. */
    async remove(held: Stored): Promise<void> {
      assertUnused(await store.referrers(held.key, REFERRERS_TOLD_MAX + 1));
      resolved.clear();
      await store.remove(held);
    },

    /**
     * Makes a source part of another: all that refers to it refers to that, which also takes over its names and addresses.
     * Throws `conflict` for one that the other belongs to, where the lists would be too long, or where more than
     * MERGED_MAX references would move.
     */
    async merge(from: Stored, into: Stored): Promise<SourceHandle> {
      if (from.key === into.key)
        throw refusal('conflict', { pointer: '/into', detail: 'is the source itself' });
      const above = (await store.organisations([into.key])).get(into.key) ?? [];
      if (above.includes(from.key))
        throw refusal('conflict', {
          pointer: '/into',
          detail: 'belongs to the source; take it out of it first',
        });
      if ((await store.countReferences(from.key, MERGED_MAX + 1)) > MERGED_MAX)
        throw new ClaimwireError('conflict', `More than ${MERGED_MAX} things refer to the source.`);

      const [gone, kept] = [await store.state(from.id), await store.state(into.id)];
      const known = new Set([kept.name, ...kept.aliases].map(fold));
      const names = [gone.name, ...gone.aliases].filter((name) => !known.has(fold(name)));
      const merged = {
        aliases: [...kept.aliases, ...names],
        sameAs: [...new Set([...kept.sameAs, ...gone.sameAs])],
      };
      for (const [field, list] of Object.entries(merged))
        if (list.length > LIST_LENGTH_MAX)
          throw new ClaimwireError(
            'conflict',
            `Together they have ${list.length} entries in \`${field}\`; a source has at most ${LIST_LENGTH_MAX}.`,
          );
      const moved = await store.moveReferences(from, into);
      await store.remove(from);
      const handle = await save({ ...kept, ...merged });
      for (const member of moved.members) await onMembershipChanged(member);
      await onMoved(moved);
      return handle;
    },
    ...reader, // last: V8 is slow to add to what was spread
  };
}

export type SourceWriter = ReturnType<typeof writeSources>;

const isOther = (given: string | undefined, held: string): boolean => given !== undefined && given !== held;

const toHandle = (key: number, { id, slug, name }: SourceRecord): SourceHandle => ({ key, id, slug, name });
