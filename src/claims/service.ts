/**
 * The rules of claims: who is said to have put them forward and where, and what follows for where they stand.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Article } from '../articles/model.js';
import type { ArticleChange, ArticleReader, ArticleWriter } from '../articles/service.js';
import type { ArticleHandle } from '../articles/store.js';
import { ClaimwireError, createCollector } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import {
  type AnsweredList,
  type AskedList,
  answerList,
  type Filter,
  type Key,
  type Listing,
  type ListRequest,
} from '../kernel/page.js';
import type { SourceReader } from '../sources/service.js';
import { anchorOf, resolveAnchor } from './anchor.js';
import { articleGraph, writeGraph } from './json-ld.js';
import { markQuotes, quotesIn } from './marks.js';
import type { ArticleWithClaims, AttributionInput, Claim, ClaimInput, RelationInput } from './model.js';
import { standingOf } from './standing.js';
import type {
  AttributionRecord,
  ClaimHandle,
  ClaimReads,
  ClaimStore,
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
export const CLAIMS_INCLUDED_MAX = 50; // in each article of a page; more are behind a link

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

  /** All claims in a published article, in the order of its text, with their attributions there. */
  async function allInArticle(id: string, include?: ReadonlySet<string>): Promise<Claim[]> {
    const { key } = await articles.find(id);
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

    /** The claims in a published article, with their attributions there. Throws `not-found`, and what `list` throws. */
    async listInArticle(ref: string, asked: AskedList) {
      const { key } = await articles.find(ref);
      const isByPosition = (asked.request.sort?.field ?? 'position') === 'position';
      return answer(asked, [{ field: 'article', operator: 'in', values: [key] }], (request) =>
        isByPosition
          ? store.listInArticle(key, request, asked.include)
          : store.list(request, asked.include, key),
      );
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

    /** Throws `not-found`. */
    async get(id: string, include: ReadonlySet<string> = new Set()): Promise<Claim> {
      const claim = await store.get(id, include);
      if (claim === undefined)
        throw new ClaimwireError('not-found', `No published claim has the id “${id}”.`);
      const [whole] = await including([claim], include);
      return whole ?? claim;
    },
  };
}

export type ClaimReader = ReturnType<typeof readClaims>;

export interface ClaimWriterOptions extends ClaimReaderOptions {
  readonly store: ClaimStore;
  readonly articles: Pick<ArticleWriter, 'find' | 'get' | 'resolveFilters' | 'summaries' | 'text'>;
}

/** Made anew for each transaction: `settle` must be its last call. */
export function writeClaims({ store, sources, articles }: ClaimWriterOptions) {
  const unsettled = new Set<number>();

  const keyOf = async (ref: string | null): Promise<number | null> =>
    ref === null ? null : (await sources.resolve(ref)).key;

  const resolve = async (ref: string): Promise<ClaimHandle> => {
    const found = await store.find(ref);
    if (found === undefined)
      throw new ClaimwireError('unknown-reference', `“${ref}” is no claim’s id or key.`);
    return found;
  };

  const otherThan = async (claim: ClaimHandle, ref: string): Promise<ClaimHandle> => {
    const other = await resolve(ref);
    if (other.key === claim.key) throw new ClaimwireError('conflict', 'A claim cannot relate to itself.');
    return other;
  };

  return {
    ...readClaims({ store, sources, articles }),
    resolve,

    /**
     * Creates the claim or makes the stored one (of this external id, else of this id) equal to it, its reviews
     * included; writes nothing where it is equal already. Throws `conflict` where id and external id belong to
     * different claims, and what resolving a source throws.
     */
    async save(input: ClaimInput): Promise<ClaimHandle> {
      const { reviews: reviewInputs, id, ...rest } = input;
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

      const collector = createCollector();
      const reviews: ReviewRecord[] = [];
      for (const [place, { reviewer, ...review }] of reviewInputs.entries()) {
        const key = await collector.attempt(
          `/reviews/${place}/reviewer`,
          async () => (await sources.resolve(reviewer)).key,
        );
        if (key !== null) reviews.push({ reviewer: key, ...review });
      }
      collector.done();
      const record = { ...rest, id: stored?.id ?? id ?? newId() };

      const key = stored?.key ?? (await store.insert(record));
      if (stored === undefined) unsettled.add(key);
      else if (!isDeepStrictEqual(await store.record(key), record)) await store.update(key, record);
      if (!isDeepStrictEqual(await store.reviews(key), reviews)) {
        await store.setReviews(key, reviews);
        unsettled.add(key);
      }
      return { key, id: record.id };
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
      const within = article === null ? null : await articles.text(article.key);
      const held = await store.attributions(claim.key, article?.key ?? null);
      const collector = createCollector();
      const records: AttributionRecord[] = [];
      for (const [place, input] of inputs.entries()) {
        const { quote, source, ...rest } = input;
        await collector.attempt(`/${place}`, () => assertPlaced(input, article));
        records.push({
          ...rest,
          source: await collector.attempt(`/${place}/source`, () => keyOf(source)),
          anchor: await collector.attempt(`/${place}/quote`, () =>
            quote === null || within === null ? null : anchorOf(quote, within, held[place]?.anchor ?? null),
          ),
        });
      }
      collector.done();
      if (isDeepStrictEqual(held, records)) return;
      await store.setAttributions(claim.key, article?.key ?? null, records);
      unsettled.add(claim.key);
    },

    /**
     * Says what the claim does to others: this and nothing else. Throws what resolving a claim or source throws, and
     * `invalid-request` where it does the same to another twice.
     */
    async relate(claim: ClaimHandle, inputs: readonly RelationInput[]): Promise<void> {
      const collector = createCollector();
      const records: RelationRecord[] = [];
      for (const [place, { kind, claim: ref, note, source: sourceRef }] of inputs.entries()) {
        const other = await collector.attempt(`/${place}/claim`, () => otherThan(claim, ref));
        const source = await collector.attempt(`/${place}/source`, () => keyOf(sourceRef));
        if (other === null) continue;
        await collector.attempt(`/${place}`, () => assertOnce(kind, other.key, records));
        records.push({ kind, other: other.key, note, source });
      }
      collector.done();
      const held = await store.relations(claim.key);
      const isHeld = (record: RelationRecord) => held.some((one) => isDeepStrictEqual(one, record));
      if (held.length === records.length && records.every(isHeld)) return;
      await store.setRelations(claim.key, records);
      for (const { other } of [...held, ...records]) unsettled.add(other);
      unsettled.add(claim.key);
    },

    /** Follows an article: looks for each quote again in a changed text; its publication decides what is seen. */
    async followArticle({ key, isTextChanged, isPublicationChanged }: ArticleChange): Promise<void> {
      if (isTextChanged) {
        const within = await articles.text(key);
        for (const { attribution, claim, anchor } of await store.anchorsIn(key)) {
          await store.moveAnchor(attribution, resolveAnchor(anchor, within));
          await store.touch(claim);
        }
      }
      if (!isPublicationChanged) return;
      for (const claim of await store.attributedIn(key)) {
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
        const affected = await store.withContradictions(changed.slice(start, start + CLAIMS_SETTLED_AT_ONCE));
        for (const { claim, stored, visible, facts } of await store.standings(affected)) {
          const derived = { standing: standingOf(facts), visible };
          if (!isDeepStrictEqual(stored, derived)) await store.setStanding(claim, derived);
        }
      }
    },
  };
}

export type ClaimWriter = ReturnType<typeof writeClaims>;

const tooMany = (article: string) =>
  new ClaimwireError(
    'invalid-request',
    `This article holds more than ${CLAIMS_IN_ONE_ARTICLE_MAX} claims; read them as a list at /v1/articles/${article}/claims.`,
  );

/** Refuses an attribution that says where twice or not at all, or that nobody makes. */
function assertPlaced(
  { source, url, context, quote }: AttributionInput,
  article: ArticleHandle | null,
): void {
  const isOutside = article === null;
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
function assertOnce(kind: RelationRecord['kind'], other: number, records: readonly RelationRecord[]): void {
  if (records.some((record) => record.kind === kind && record.other === other))
    throw new ClaimwireError('invalid-request', `The relation is given twice: \`${kind}\` and this claim.`);
}
