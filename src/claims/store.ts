/**
 * What storage promises about claims. Readers see only what is published: a claim that stands in unpublished articles
 * alone, and an attribution in one, are not there. `key` is the inner number of a row.
 */
import type { IndexedClaim } from '../kernel/indexed.js';
import type { Listing, ListRequest, Summary, SummaryRequest } from '../kernel/page.js';
import type { OrphanedAnchor, Referrer, Stored } from '../kernel/stored.js';
import type {
  AnchorState,
  Claim,
  ClaimRef,
  ClaimState,
  Mode,
  RelationKind,
  Review,
  Stance,
  Standing,
} from './model.js';
import type { StandingFacts } from './standing.js';

export interface ClaimHandle {
  readonly key: number;
  readonly id: string;
}

/** A claim as it is stored, apart from its parts and what storage itself keeps. */
export interface ClaimRecord {
  readonly id: string;
  readonly externalId: string | null;
  readonly text: string;
  readonly language: string;
  readonly tags: string[];
}

/** Where a quote stands, or last stood. */
export interface AnchorRecord {
  readonly exact: string;
  readonly prefix: string;
  readonly suffix: string;
  readonly start: number;
  readonly end: number;
  readonly articleVersion: number;
  readonly state: AnchorState;
}

/** What a part is called that is stored, or is to be: a new part without an id is given one. */
interface PartIdentity {
  readonly id?: string;
}

export interface AttributionRecord extends PartIdentity {
  readonly article: number | null;
  readonly source: number | null;
  readonly url: string | null;
  readonly context: string | null;
  readonly stance: Stance;
  readonly mode: Mode | null;
  readonly cue: string | null;
  readonly saidAt: string | null;
  readonly anchor: AnchorRecord | null;
}

export interface RelationRecord extends PartIdentity {
  readonly kind: RelationKind;
  readonly other: number;
  readonly note: string | null;
  readonly source: number | null;
}

export interface ReviewRecord extends PartIdentity, Omit<Review, 'id' | 'reviewer'> {
  readonly reviewer: number;
}

/** All that belongs to a new claim, in its order. */
export interface ClaimParts {
  readonly attributions: readonly AttributionRecord[];
  readonly relations: readonly RelationRecord[];
  readonly reviews: readonly ReviewRecord[];
}

export interface ClaimsInArticle {
  readonly claims: Claim[];
  readonly isMore: boolean;
}

export interface ClaimReads {
  /** The sources of attributions and reviews are whole where they are included. */
  get(id: string, include?: ReadonlySet<string>): Promise<Claim | undefined>;
  /**
   * Claims that readers may see, as in `get`. Filters and sorts: see `claimGrammar`; `source`, `reviewer` and `article` by key. With
   * `within`, the key of an article, each claim has its attributions there and no others.
   */
  list(request: ListRequest, include?: ReadonlySet<string>, within?: number): Promise<Listing<Claim>>;
  /** What the whole list holds, counted up to a bound. */
  summarise(request: ListRequest, wanted: SummaryRequest): Promise<Summary>;
  /** The claims with these ids, without their parts, in no order. */
  refs(ids: readonly string[]): Promise<Omit<ClaimRef, 'sources'>[]>;
  /** The claims in an article with their attributions there, in the order of its text, by `[position, id]`. */
  listInArticle(
    article: number,
    request: ListRequest,
    include?: ReadonlySet<string>,
  ): Promise<Listing<Claim>>;
  /** The first `limit` claims in each of these articles, given by id, as in `listInArticle`, and whether there are more. */
  inArticles(
    ids: readonly string[],
    limit: number,
    include?: ReadonlySet<string>,
  ): Promise<Map<string, ClaimsInArticle>>;
  /** Whether a claim with this id was deleted. */
  isGone(id: string): Promise<boolean>;
  /** Whether some of the claim with this id, or all of it, is not published: an attribution, or a claim that it relates to. */
  isHidden(id: string): Promise<boolean>;
}

/** A part as it is stored. */
export type Kept<Part extends PartIdentity> = Part & { readonly id: string };

/** An anchor in an article, with what it belongs to. */
export interface PlacedAnchor extends Omit<OrphanedAnchor, 'exact'> {
  /** The inner keys of the same. */
  readonly keys: { readonly claim: number; readonly attribution: number };
  readonly anchor: AnchorRecord;
}

/** What a claim can be known again by. */
type ClaimIdentity = { id: string } | { externalId: string };

/** To writers every claim is there, whether readers see it or not. */
export interface ClaimStore extends ClaimReads {
  stored(id: string): Promise<Stored | undefined>;
  /** All that is stored of a claim. */
  state(id: string): Promise<ClaimState>;
  find(ref: string): Promise<ClaimHandle | undefined>;
  /** The claim that is known by this. */
  known(identity: ClaimIdentity): Promise<ClaimHandle | undefined>;
  record(key: number): Promise<ClaimRecord>;
  /** `indexed` is what it is found by, where that is known. */
  insert(record: ClaimRecord, indexed?: IndexedClaim): Promise<number>;
  update(key: number, record: ClaimRecord): Promise<void>;
  /** A new claim with all that belongs to it; what it does to others is announced of them, too. */
  insertWhole(record: ClaimRecord, parts: ClaimParts, indexed?: IndexedClaim): Promise<number>;
  /** Announces a change of a claim's parts: a step of its version, once in a transaction. */
  touch(key: number): Promise<void>;

  /** The attributions of a claim in an article, or (null) outside any, or (undefined) all, in their order. */
  attributions(claim: number, article?: number | null): Promise<Kept<AttributionRecord>[]>;
  /** Makes those in `held` these: by their ids; those without one are new, and what has its id no longer is gone. */
  setAttributions(
    claim: number,
    held: readonly Kept<AttributionRecord>[],
    records: readonly AttributionRecord[],
  ): Promise<void>;
  relations(claim: number): Promise<Kept<RelationRecord>[]>;
  setRelations(
    claim: number,
    held: readonly Kept<RelationRecord>[],
    records: readonly RelationRecord[],
  ): Promise<void>;
  reviews(claim: number): Promise<Kept<ReviewRecord>[]>;
  setReviews(
    claim: number,
    held: readonly Kept<ReviewRecord>[],
    records: readonly ReviewRecord[],
  ): Promise<void>;
  /** Those of these ids that parts of a kind have, of any claim. */
  takenIds(kind: 'attributions' | 'relations' | 'reviews', ids: readonly string[]): Promise<string[]>;
  /** Up to `limit` claims that say what they do to this one. */
  referrers(key: number, limit: number): Promise<Referrer[]>;
  remove(claim: Stored): Promise<void>;

  /** Every anchor in an article. */
  anchorsIn(article: number): Promise<PlacedAnchor[]>;
  moveAnchor(attribution: number, anchor: AnchorRecord): Promise<void>;

  /** The claims that are attributed in an article. */
  attributedIn(article: number): Promise<number[]>;
  /** The claims that a source, or one that belongs to it, is a party to. */
  attributedUnder(source: number): Promise<number[]>;
  /**
   * What the standing of each of these claims, and of those that stand in contradiction to one of them, follows from, and
   * what is stored of it now.
   */
  standings(
    claims: readonly number[],
  ): Promise<{ claim: StoredClaim; visible: boolean; facts: StandingFacts }[]>;
  setStandings(claims: readonly (StoredClaim & { readonly derived: Derived })[]): Promise<void>;
}

/** What is stored of a claim, as far as it follows from everything else. */
export interface StoredClaim extends ClaimHandle {
  readonly version: number;
  readonly stored: Derived;
}

/** What follows from everything else that is known of a claim. */
export interface Derived {
  readonly standing: Standing;
  readonly visible: boolean;
}
