/**
 * The rules of claims: who is said to have put them forward and where, and what follows for where they stand.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Article } from '../articles/model.js';
import type { ArticleChange, ArticleReader, ArticleWriter } from '../articles/service.js';
import type { ArticleHandle } from '../articles/store.js';
import { ClaimwireError, createCollector } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { IndexedClaim } from '../kernel/indexed.js';
import {
  type AnsweredList,
  type AskedList,
  answerList,
  type Filter,
  type Key,
  type Listing,
  type ListRequest,
} from '../kernel/page.js';
import {
  assertSameId,
  assertUnused,
  type FollowedAnchors,
  type OrphanedAnchor,
  REFERRERS_TOLD_MAX,
  refusal,
  type Stored,
} from '../kernel/stored.js';
import type { SourceReader } from '../sources/service.js';
import type { MovedReferences } from '../sources/store.js';
import { resolveAnchor } from './anchor.js';
import { articleGraph, writeGraph } from './json-ld.js';
import { markQuotes, quotesIn } from './marks.js';
import type {
  ArticleWithClaims,
  AttributionInput,
  Claim,
  ClaimInput,
  ClaimState,
  RelationInput,
  WholeClaimInput,
} from './model.js';
import { type PlacedInput, partRecords } from './part-records.js';
import type { Naming } from './parts.js';
import { standingOf } from './standing.js';
import type {
  AttributionRecord,
  ClaimHandle,
  ClaimParts,
  ClaimReads,
  ClaimRecord,
  ClaimStore,
  Kept,
  RelationRecord,
  ReviewRecord,
} from './store.js';

export interface ClaimReaderOptions {
  readonly store: ClaimReads;
  readonly sources: SourceReader;
  readonly articles: Pick<ArticleReader, 'find' | 'get' | 'resolveFilters' | 'summaries'>;
}

export const CLAIMS_IN_ONE_ARTICLE_MAX = 500; // told or marked whole with it; the longest explainers have fewer than 100

const CLAIMS_READ_AT_ONCE = 100;
const CLAIMS_SETTLED_AT_ONCE = 500; // a statement takes 32,766 values
const CLAIMS_INCLUDED_MAX = 50; // in each article of a page; more are behind a link

const SOURCE_FIELDS = ['source', 'reviewer'];
/** What is included to know whether a source is a person or an organisation. */
const SOURCES_OF_ARTICLE = new Set(['publisher', 'authors.source']);
const SOURCES_OF_CLAIM = new Set(['attributions.source', 'reviews.reviewer']);

export function readClaims({ store, sources, articles }: ClaimReaderOptions) {
  const resolve = async (request: ListRequest): Promise<ListRequest> =>
    articles.resolveFilters(await sources.resolveFilters(request, SOURCE_FIELDS), ['article']);

  /** The claims, whose sources are whole already, with what else is included. */
  async function including(claims: Claim[], include: ReadonlySet<string>): Promise<Claim[]> {
    const isArticle = include.has('attributions.article');
    if ((!isArticle && !include.has('relations.claim')) || claims.length === 0) return claims;
    const all = <Part>(path: string, parts: (claim: Claim) => Part[]): Part[] =>
      include.has(path) ? claims.flatMap(parts) : [];
    const article = await articles.summaries(
      all('attributions.article', ({ attributions }) => attributions).map(({ article }) => article),
    );
    const related = all('relations.claim', ({ relations }) => relations).map(({ claim }) => claim.id);
    const others = new Map(
      (related.length === 0 ? [] : await store.refs([...new Set(related)])).map((claim) => [claim.id, claim]),
    );
    return claims.map((claim) => ({
      ...claim,
      attributions: claim.attributions.map((attribution) => ({
        ...attribution,
        article: isArticle ? article(attribution.article) : attribution.article,
      })),
      relations: claim.relations.map((relation) => ({
        ...relation,
        claim: { ...relation.claim, ...others.get(relation.claim.id) },
      })),
    }));
  }

  async function answer(
    { request, include, summary }: AskedList,
    own: readonly Filter[],
    list: (request: ListRequest) => Promise<Listing<Claim>>,
  ): Promise<AnsweredList<Claim>> {
    const resolved = await resolve(request);
    const whole = { ...resolved, filters: [...resolved.filters, ...own] };
    const answered = await answerList({ list, summarise: store.summarise }, whole, summary);
    return { ...answered, items: await including(answered.items, include) };
  }

  /** Throws what is to be said of a claim that is not there: `not-found` or `gone`. */
  async function refuseMissing(id: string): Promise<never> {
    if (await store.isGone(id)) throw new ClaimwireError('gone', `The claim “${id}” was deleted.`);
    throw new ClaimwireError('not-found', `No published claim has the id “${id}”.`);
  }

  /** All claims in an article, in the order of its text, with their attributions there. In a retracted one none count. */
  async function allInArticle(id: string, include?: ReadonlySet<string>): Promise<Claim[]> {
    const { key, status } = await articles.find(id);
    if (status === 'retracted') return [];
    const claims: Claim[] = [];
    for (let after: Key | null | undefined; after !== null; ) {
      const place = after === undefined ? {} : { after };
      const request = { limit: CLAIMS_READ_AT_ONCE, filters: [], ...place };
      const page = await store.listInArticle(key, request, include);
      claims.push(...page.items);
      if (claims.length > CLAIMS_IN_ONE_ARTICLE_MAX) throw tooMany(id);
      after = page.next;
    }
    return claims;
  }

  return {
    /**
     * The article and its claims as JSON-LD, at a server of this address. Throws `not-found`, and `invalid-request` where
     * it holds more than CLAIMS_IN_ONE_ARTICLE_MAX claims.
     */
    async graph(ref: string, base: string): Promise<{ text: string; article: ArticleWithClaims }> {
      const article = await articles.get(ref, 'text', SOURCES_OF_ARTICLE);
      const claims = await allInArticle(article.id, SOURCES_OF_CLAIM);
      return { text: writeGraph(articleGraph({ article, claims, base })), article: { ...article, claims } };
    },

    /** The HTML of an article with the quotes of its claims marked. Throws as `graph` does, and as `markQuotes`. */
    async mark(article: Article): Promise<{ html: string; claims: Claim[] }> {
      const claims = await allInArticle(article.id);
      return { html: markQuotes(article.body ?? '', quotesIn(article, claims)), claims };
    },

    /** Claims that readers may see. Throws `invalid-request` for a source or article that there is not. */
    list: (asked: AskedList) => answer(asked, [], (request) => store.list(request, asked.include)),

    /**
     * The claims in an article, with their attributions there; none in one that is retracted. Throws `not-found`, and
     * what `list` throws.
     */
    async listInArticle(ref: string, asked: AskedList) {
      const { key, status } = await articles.find(ref);
      const isByPosition = (asked.request.sort?.field ?? 'position') === 'position';
      return answer(asked, [{ field: 'article', operator: 'in', values: [key] }], async (request) => {
        if (status === 'retracted') return nothing(request);
        return isByPosition
          ? store.listInArticle(key, request, asked.include)
          : store.list(request, asked.include, key);
      });
    },

    /** The claims that are attributed to a source. Throws `not-found`, and what `list` throws. */
    async listOfSource(ref: string, asked: AskedList) {
      const { key } = await sources.find(ref);
      return answer(asked, [{ field: 'source', operator: 'in', values: [key] }], (request) =>
        store.list(request, asked.include),
      );
    },

    /**
     * The first CLAIMS_INCLUDED_MAX claims in each of these articles, by article id, and whether there are more.
     * `include` is of claims: `attributions.source`.
     */
    async inArticles(ids: readonly string[], include: ReadonlySet<string>) {
      const found = await store.inArticles(ids, CLAIMS_INCLUDED_MAX, include);
      const all = await including(
        [...found.values()].flatMap(({ claims }) => claims),
        include,
      );
      let at = 0;
      return new Map(
        [...found].map(([article, { claims, isMore }]) => {
          at += claims.length;
          return [article, { claims: all.slice(at - claims.length, at), isMore }];
        }),
      );
    },

    refuseMissing,

    /** Whether readers do not find the claim with this id, or not all of it, or did not when it was deleted. */
    async isHidden(id: string): Promise<boolean> {
      return (await store.isHidden(id)) || ((await store.get(id)) === undefined && store.isGone(id));
    },

    /** Throws `not-found` and `gone`. */
    async get(id: string, include: ReadonlySet<string> = new Set()): Promise<Claim> {
      const claim = await store.get(id, include);
      if (claim === undefined) return refuseMissing(id);
      const [whole] = await including([claim], include);
      return whole ?? claim;
    },
  };
}

/** The page of a list in which nothing is. */
const nothing = ({ search }: ListRequest): Listing<Claim> => ({
  items: [],
  next: null,
  prev: null,
  ...(search && { isPartial: false }),
});

export type ClaimReader = ReturnType<typeof readClaims>;

export interface ClaimWriterOptions extends ClaimReaderOptions {
  readonly store: ClaimStore;
  readonly articles: Pick<
    ArticleWriter,
    'find' | 'get' | 'resolveFilters' | 'summaries' | 'text' | 'resolve' | 'refuseMissing'
  >;
}

/** A claim without its attributions; without `relations` those that are stored are left as they are. */
interface WholeClaim extends Omit<WholeClaimInput, 'attributions' | 'relations'> {
  readonly id: string;
  readonly relations?: WholeClaimInput['relations'] | undefined;
}

/** A claim as a file brings it; the ids of its parts are wishes. */
interface BroughtClaim extends Omit<WholeClaim, 'id'> {
  readonly id?: string | undefined;
  readonly attributions: readonly PlacedInput[];
}

/** A claim as it is given over HTTP, where no file has a name for it. */
type GivenClaim = Omit<WholeClaimInput, 'externalId'>;

/** A claim as it is given with the article that it stands in, whose language it has unless it says otherwise. */
type ClaimInArticle = Omit<GivenClaim, 'language'> & { readonly language?: string | undefined };

/** Made anew for each transaction: `settle` must be called after its last change. */
export function writeClaims({ store, sources, articles }: ClaimWriterOptions) {
  const reader = readClaims({ store, sources, articles });
  const unsettled = new Set<number>();

  const keyOf = async (ref: string | null): Promise<number | null> =>
    ref === null ? null : (await sources.resolve(ref)).key;

  const resolve = async (ref: string): Promise<ClaimHandle> => {
    const found = await store.find(ref);
    if (found === undefined)
      throw new ClaimwireError('unknown-reference', `“${ref}” is no claim’s id or key.`);
    return found;
  };

  /** Of a claim that is not stored yet, only its id can be meant. */
  const otherThan = async (claim: Partial<ClaimHandle>, ref: string): Promise<ClaimHandle> => {
    const other = ref === claim.id ? claim : await resolve(ref);
    if (other.key === claim.key) throw new ClaimwireError('conflict', 'A claim cannot relate to itself.');
    return other as ClaimHandle;
  };

  const recordsOf = partRecords({ store, keyOf, textOf: articles.text, otherThan });

  const keepReviews = async (
    claim: number,
    held: readonly Kept<ReviewRecord>[],
    records: readonly ReviewRecord[],
  ): Promise<void> => {
    if (isSame(held, records)) return;
    await store.setReviews(claim, held, records);
    unsettled.add(claim);
  };

  /** Makes the reviews of a claim these. */
  const setReviews = async (claim: number, inputs: WholeClaimInput['reviews']): Promise<void> => {
    const held = await store.reviews(claim);
    await keepReviews(claim, held, await recordsOf.reviews(held, inputs, 'required'));
  };

  const keepAttributions = async (
    claim: number,
    held: readonly Kept<AttributionRecord>[],
    records: readonly AttributionRecord[],
  ): Promise<void> => {
    if (isSame(held, records)) return;
    await store.setAttributions(claim, held, records);
    unsettled.add(claim);
  };

  /** Makes the attributions of a claim in `held` these. */
  const setAttributions = async (
    claim: number,
    held: readonly Kept<AttributionRecord>[],
    inputs: readonly PlacedInput[],
  ): Promise<void> => keepAttributions(claim, held, await recordsOf.attributions(held, inputs, 'required'));

  const keepRelations = async (
    claim: number,
    held: readonly Kept<RelationRecord>[],
    records: readonly RelationRecord[],
  ): Promise<void> => {
    if (isSame(held, records)) return;
    await store.setRelations(claim, held, records);
    for (const { other } of [...held, ...records]) unsettled.add(other);
    unsettled.add(claim);
  };

  const setRelations = async (claim: ClaimHandle, inputs: WholeClaimInput['relations']): Promise<void> => {
    const held = await store.relations(claim.key);
    await keepRelations(claim.key, held, await recordsOf.relations(claim, held, inputs, 'required'));
  };

  /** Makes what a claim says of itself this, and gives its key. */
  const setRecord = async (record: ClaimRecord, stored: number | undefined): Promise<number> => {
    if (stored === undefined) {
      const key = await store.insert(record);
      unsettled.add(key);
      return key;
    }
    if (!isDeepStrictEqual(await store.record(stored), record)) await store.update(stored, record);
    return stored;
  };

  /**
   * Makes a claim all of this, its parts included, or creates it where it is not stored; `placed` says where its attributions
   * stand. Nothing is written before all of it is known to be right.
   */
  const saveWhole = async (
    { relations, reviews, ...record }: WholeClaim,
    placed: () => Promise<readonly PlacedInput[]> | readonly PlacedInput[],
    stored: ClaimHandle | undefined,
    naming: Naming,
    indexed?: IndexedClaim,
  ): Promise<ClaimHandle> => {
    const held =
      stored === undefined
        ? { attributions: [], relations: [], reviews: [] }
        : {
            attributions: await store.attributions(stored.key),
            relations: await store.relations(stored.key),
            reviews: await store.reviews(stored.key),
          };
    const collector = createCollector();
    const parts = {
      attributions: await collector.attempt('/attributions', async () =>
        recordsOf.attributions(held.attributions, await placed(), naming),
      ),
      relations:
        relations === undefined
          ? held.relations
          : await collector.attempt('/relations', () =>
              recordsOf.relations(stored ?? { id: record.id }, held.relations, relations, naming),
            ),
      reviews: await collector.attempt('/reviews', () => recordsOf.reviews(held.reviews, reviews, naming)),
    };
    collector.done();
    const whole = parts as { [Kind in keyof ClaimParts]: ClaimParts[Kind][number][] };
    if (stored === undefined) {
      const key = await store.insertWhole(record, whole, indexed);
      for (const { other } of whole.relations) unsettled.add(other);
      unsettled.add(key);
      return { key, id: record.id };
    }
    await setRecord(record, stored.key);
    await keepAttributions(stored.key, held.attributions, whole.attributions);
    await keepRelations(stored.key, held.relations, whole.relations);
    await keepReviews(stored.key, held.reviews, whole.reviews);
    return stored;
  };

  /** Where the attributions of a claim stand, as references say. Throws what resolving an article throws. */
  const placedIn = (attributions: GivenClaim['attributions']) => async (): Promise<PlacedInput[]> => {
    const placed: PlacedInput[] = [];
    const collector = createCollector();
    for (const [place, { article, ...input }] of attributions.entries()) {
      const within = await collector.attempt(`/${place}/article`, async () =>
        article === null ? null : articles.resolve(article),
      );
      placed.push({ ...input, within });
    }
    collector.done();
    return placed;
  };

  const assertNew = async (id: string | undefined): Promise<void> => {
    const held = id === undefined ? undefined : await store.stored(id);
    if (held !== undefined)
      throw refusal('conflict', { pointer: '/id', detail: `“${id}” belongs to a claim already` });
  };

  return {
    resolve,
    /** The claim that is known by this. */
    known: store.known,

    /** The claim with this id, or undefined where there never was one. Throws `gone`. */
    async stored(id: string): Promise<Stored | undefined> {
      const held = await store.stored(id);
      if (held === undefined && (await store.isGone(id))) await reader.refuseMissing(id);
      return held;
    },

    /** All that is stored of a claim, as a writer would give it. */
    state: ({ id }: Stored): Promise<ClaimState> => store.state(id),

    /**
     * Creates a claim with all that belongs to it. Throws `conflict` where its id or that of a part belongs to another,
     * `quote-not-found` or `quote-ambiguous`, and what resolving a source, an article or a claim throws.
     */
    async create(input: GivenClaim): Promise<ClaimHandle> {
      await assertNew(input.id);
      const { attributions, ...whole } = input;
      const record = { ...whole, externalId: null, id: input.id ?? newId() };
      return saveWhole(record, placedIn(attributions), undefined, 'required');
    },

    /** Makes a claim equal to what is given, its parts included. Throws as `create` does. */
    async replace(held: Stored, input: GivenClaim): Promise<ClaimHandle> {
      assertSameId(held, input.id);
      const { externalId } = await store.record(held.key);
      const { attributions, ...whole } = input;
      return saveWhole({ ...whole, externalId, id: held.id }, placedIn(attributions), held, 'required');
    },

    /** Creates claims that stand in an article. They may relate to each other. Throws as `create` does. */
    async createInArticle(
      article: ArticleHandle,
      language: string,
      inputs: readonly ClaimInArticle[],
    ): Promise<void> {
      const collector = createCollector();
      const handles: (ClaimHandle | null)[] = [];
      for (const [place, input] of inputs.entries())
        handles[place] = await collector.attempt(`/claims/${place}`, async () => {
          await assertNew(input.id);
          const {
            id = newId(),
            language: own = language,
            attributions,
            relations: _relations,
            ...rest
          } = input;
          const whole = { id, language: own, externalId: null, relations: [], ...rest };
          const inside = attributions.map(({ article: _article, ...part }) => ({ within: article, ...part }));
          return saveWhole(whole, () => inside, undefined, 'required');
        });
      collector.done(); // a claim that cannot be made is no reason to refuse what relates to it
      for (const [place, { relations }] of inputs.entries()) {
        const claim = handles[place];
        if (claim && relations.length > 0)
          await collector.attempt(`/claims/${place}/relations`, () => setRelations(claim, relations));
      }
      collector.done();
    },

    /** Deletes a claim with all that belongs to it. Throws `in-use` where another claim relates to it. */
    async remove(held: Stored): Promise<void> {
      assertUnused(await store.referrers(held.key, REFERRERS_TOLD_MAX + 1));
      await setRelations(held, []);
      const { version = held.version } = (await store.stored(held.id)) ?? {};
      await store.remove({ ...held, version });
      unsettled.delete(held.key);
    },

    /**
     * Creates the claim or makes the stored one (of this external id, else of this id) equal to it, its reviews
     * included; writes nothing where it is equal already. Throws `conflict` where id and external id belong to
     * different claims, and what resolving a source throws.
     */
    async save(input: ClaimInput): Promise<ClaimHandle> {
      const { reviews, id, ...rest } = input;
      const byKey = input.externalId === null ? undefined : await store.find(input.externalId);
      const byId = id === undefined ? undefined : await store.find(id);
      const stored = byId ?? byKey;
      const isTaken =
        stored !== undefined &&
        (byKey !== undefined ? byKey.key !== stored.key || (id ?? byKey.id) !== byKey.id : false);
      if (isTaken)
        throw new ClaimwireError(
          'conflict',
          `The key “${input.externalId}” belongs to the claim ${byKey?.id}.`,
        );
      const record = { ...rest, id: stored?.id ?? id ?? newId() };
      const key = await setRecord(record, stored?.key);
      const collector = createCollector();
      await collector.attempt('/reviews', () => setReviews(key, reviews));
      collector.done();
      return { key, id: record.id };
    },

    /**
     * Brings in a claim with all that belongs to it: makes the stored one equal to it, or creates it where nothing is stored
     * of its id or external id, as the caller has seen in this transaction. Without `relations` those that are stored are
     * left as they are; `indexed` is what it is found by, where that is known. Throws what `create` throws, but nothing of ids of parts, before anything is written.
     */
    bring(
      { attributions, id = newId(), ...rest }: BroughtClaim,
      stored: ClaimHandle | undefined,
      indexed?: IndexedClaim,
    ): Promise<ClaimHandle> {
      return saveWhole({ ...rest, id: stored?.id ?? id }, () => attributions, stored, 'wished', indexed);
    },

    /**
     * Says who puts the claim forward in an article, or (null) outside any: these and no others. Throws
     * `quote-not-found` or `quote-ambiguous`, and what resolving a source throws, with a pointer into `inputs`.
     */
    async attribute(
      claim: ClaimHandle,
      article: ArticleHandle | null,
      inputs: readonly AttributionInput[],
    ): Promise<void> {
      const held = await store.attributions(claim.key, article?.key ?? null);
      const placed = inputs.map((input) => ({ ...input, within: article }));
      await setAttributions(claim.key, held, placed);
    },

    /**
     * Says what the claim does to others: this and nothing else. Throws what resolving a claim or source throws, and
     * `invalid-request` where it does the same to another twice.
     */
    relate: (claim: ClaimHandle, inputs: readonly RelationInput[]): Promise<void> =>
      setRelations(claim, [...inputs]),

    /**
     * Follows an article: looks for each quote again in a changed text, and tells what became of it; its publication
     * decides what is seen.
     */
    async followArticle({
      key,
      isTextChanged,
      isPublicationChanged,
    }: ArticleChange): Promise<FollowedAnchors> {
      let moved = 0;
      const orphaned: OrphanedAnchor[] = [];
      if (isTextChanged) {
        const within = await articles.text(key);
        for (const { keys, claim, attribution, anchor } of await store.anchorsIn(key)) {
          const found = resolveAnchor(anchor, within);
          await store.moveAnchor(keys.attribution, found);
          await store.touch(keys.claim);
          if (found.state === 'orphaned') orphaned.push({ claim, attribution, exact: found.exact });
          else if (found.start !== anchor.start || anchor.state === 'orphaned') moved += 1;
        }
      }
      if (isPublicationChanged)
        for (const claim of await store.attributedIn(key)) {
          await store.touch(claim);
          unsettled.add(claim);
        }
      return { moved, orphaned };
    },

    /** Follows what refers to another source now: the voices of claims are to be judged again. */
    async followMoved({ articles: moved, claims }: MovedReferences): Promise<void> {
      for (const claim of claims) unsettled.add(claim);
      for (const article of moved)
        for (const claim of await store.attributedIn(article)) {
          await store.touch(claim);
          unsettled.add(claim);
        }
    },

    /** Follows a source whose organisation changed: who is independent of whom is to be judged again. */
    async followSource(source: number): Promise<void> {
      for (const claim of await store.attributedUnder(source)) unsettled.add(claim);
    },

    /** Derives again where the changed claims stand, and those that they contradict. */
    async settle(): Promise<void> {
      const changed = [...unsettled];
      unsettled.clear();
      for (let start = 0; start < changed.length; start += CLAIMS_SETTLED_AT_ONCE) {
        const standings = await store.standings(changed.slice(start, start + CLAIMS_SETTLED_AT_ONCE));
        await store.setStandings(
          standings.flatMap(({ claim, visible, facts }) => {
            const derived = { standing: standingOf(facts), visible };
            return isDeepStrictEqual(claim.stored, derived) ? [] : [{ derived, ...claim }];
          }),
        );
      }
    },
    ...reader, // last: V8 is slow to add to what was spread
  };
}

export type ClaimWriter = ReturnType<typeof writeClaims>;

const tooMany = (article: string) =>
  new ClaimwireError(
    'invalid-request',
    `This article holds more than ${CLAIMS_IN_ONE_ARTICLE_MAX} claims; read them as a list at /v1/articles/${article}/claims.`,
  );

/** Whether the stored parts are just these. */
function isSame<Part extends { readonly id?: string }>(
  held: readonly Kept<Part>[],
  records: readonly Part[],
): boolean {
  if (held.length !== records.length) return false;
  const byId = new Map(held.map((part) => [part.id, part]));
  return records.every((record) => record.id !== undefined && isDeepStrictEqual(record, byId.get(record.id)));
}
