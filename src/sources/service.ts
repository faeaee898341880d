/**
 * The rules of sources: how they are found, listed and saved.
 */
import { isDeepStrictEqual } from 'node:util';
import { ClaimwireError, createCollector } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import {
  type AnsweredList,
  type AskedList,
  answerList,
  type ListRequest,
  resolveFilters,
} from '../kernel/page.js';
import { fold, nearest } from '../kernel/words.js';
import type { Source, SourceInput, SourceRef } from './model.js';
import type { SourceHandle, SourceReads, SourceRecord, SourceStore } from './store.js';

const RESOLVED_MAX = 5_000; // references of one transaction that are kept; some megabytes
const NAMES_COMPARED_MAX = 20_000; // names looked through for a misspelt one: about 50 ms, and only on an error

export function readSources(store: SourceReads) {
  const missing = (ref: string) => new ClaimwireError('not-found', `No source has the id or slug “${ref}”.`);

  /**
   * The source that an id, slug, name or alias means. Throws `unknown-reference`, offering the nearest names, or
   * `ambiguous-reference`, listing the slugs that share the name.
   */
  async function resolve(ref: string): Promise<SourceHandle> {
    const exact = await store.find(ref);
    if (exact !== undefined) return exact;
    const named = await store.named(fold(ref));
    const [only] = named;
    if (only !== undefined && named.length === 1) return only;
    if (only !== undefined) {
      const slugs = named.map(({ slug }) => slug).join(', ');
      throw new ClaimwireError('ambiguous-reference', `“${ref}” fits several sources: ${slugs}.`);
    }
    const near = nearest(ref, new Set(await store.names(NAMES_COMPARED_MAX)));
    const hint = near.length > 0 ? ` Nearest: ${near.join(', ')}.` : '';
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

    /** The source with this id or slug. Throws `not-found`. */
    async get(ref: string, include: ReadonlySet<string> = new Set()): Promise<Source> {
      const source = await store.get(ref);
      if (source === undefined) throw missing(ref);
      if (!include.has('memberOf')) return source;
      const whole = await including([source.memberOf]);
      return { ...source, memberOf: whole(source.memberOf) };
    },

    /** A handle on the source with this id or slug. Throws `not-found`. */
    async find(ref: string): Promise<SourceHandle> {
      const handle = await store.find(ref);
      if (handle === undefined) throw missing(ref);
      return handle;
    },

    /** The request with the keys of what its filters on `fields` refer to. Throws `invalid-request` for no source. */
    resolveFilters: (request: ListRequest, fields: readonly string[]) =>
      resolveFilters(request, fields, keyOf),
  };
}

export type SourceReader = ReturnType<typeof readSources>;

/**
 * @param onMembershipChanged told of a source whose organisation changed, since that decides who is independent
 */
export function writeSources(store: SourceStore, onMembershipChanged: (source: number) => Promise<void>) {
  const reader = readSources(store);

  /** The organisation that `ref` means, which may be neither the source itself nor one below it. */
  const organisationOf = async (ref: string | null, member: number | undefined): Promise<number | null> => {
    if (ref === null) return null;
    const { key } = await reader.resolve(ref);
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
    const handle = await reader.resolve(ref);
    if (resolved.size >= RESOLVED_MAX) resolved.clear();
    resolved.set(ref, handle);
    return handle;
  };

  return {
    ...reader,
    resolve,
    /** The source with this id or slug. */
    known: store.find,

    /**
     * Creates the source or makes the stored one (of this id, else of this slug) equal to it; writes nothing where it
     * is equal already. `isNew` says that nothing of its id or slug is stored, as the caller has seen in this transaction. Throws `conflict` where the id and the slug belong to different sources, or the slug to
     * another, `invalid-request` where it would come to belong to itself, and what resolving `memberOf` throws.
     */
    async save(input: SourceInput, isNew = false): Promise<SourceHandle> {
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
      const memberOf = await collector.attempt('/memberOf', () =>
        organisationOf(input.memberOf, stored?.key),
      );
      collector.done();
      const record: SourceRecord = { ...input, id: stored?.record.id ?? input.id ?? newId(), memberOf };
      const names = [...new Set([input.name, ...input.aliases].map(fold))];
      if (stored === undefined) return toHandle(await store.insert(record, names), record);
      if (!isDeepStrictEqual(stored.record, record)) {
        await store.update(stored.key, record, names);
        if (stored.record.memberOf !== memberOf) await onMembershipChanged(stored.key);
      }
      return toHandle(stored.key, record);
    },
  };
}

export type SourceWriter = ReturnType<typeof writeSources>;

const isOther = (given: string | undefined, held: string): boolean => given !== undefined && given !== held;

const toHandle = (key: number, { id, slug, name }: SourceRecord): SourceHandle => ({ key, id, slug, name });
