/**
 * What storage promises about articles. Lists show published ones unless asked for others. `key` is the inner number of a row.
 */
import type { IndexedArticle } from '../kernel/indexed.js';
import type { Listing, ListRequest, PageRequest, Sort, Summary, SummaryRequest } from '../kernel/page.js';
import type { Referrer, Stored } from '../kernel/stored.js';
import type { Article, ArticleRef, ArticleState, BodyFormat } from './model.js';

export interface ArticleHandle {
  readonly key: number;
  readonly id: string;
  readonly slug: string;
  readonly headline: string;
}

/** An article that was found, and whether others than those who may see drafts see it. */
export interface FoundArticle extends ArticleHandle {
  readonly status: Article['status'];
}

/** The plain text of an article and the version that it belongs to. */
export interface ArticleText {
  readonly text: string;
  readonly version: number;
}

/** An article as it is stored, and the key of its row. */
export interface StoredArticle {
  readonly key: number;
  readonly record: ArticleRecord;
}

/** An article as it is stored, apart from what storage itself keeps: key, version and times. */
export type ArticleRecord = Omit<
  Article,
  'body' | 'bodyFormat' | 'authors' | 'publisher' | 'version' | 'related' | 'snippet' | 'highlights'
> & {
  externalId: string | null;
  markdown: string;
  html: string;
  text: string;
  authors: { name: string; source: number | null }[];
  publisher: number | null;
};

/** What an article can be known again by. */
export type ArticleIdentity =
  | { id: string }
  | { slug: string }
  | { externalId: string }
  | { canonicalUrl: string };

export interface ArticleReads {
  /** The published or retracted article with this id or slug, its body in this form, its sources whole where they are included. */
  get(ref: string, body: BodyFormat, include?: ReadonlySet<string>): Promise<Article | undefined>;
  /**
   * Published articles, or those of the one status that a filter names, as in `get`. Filters and sorts: see
   * `articleGrammar`; what refers to a source holds its key.
   */
  list(request: ListRequest, body: BodyFormat, include?: ReadonlySet<string>): Promise<Listing<Article>>;
  /** What the whole list holds, counted up to a bound. */
  summarise(request: ListRequest, wanted: SummaryRequest): Promise<Summary>;
  /** The published articles with these ids, without text and authors, in no order. */
  refs(ids: readonly string[]): Promise<ArticleRef[]>;
  /** The published or retracted article with this id or slug. */
  find(ref: string): Promise<FoundArticle | undefined>;
  /** The versions of the article with this id, by their numbers, which are all that is sorted by. */
  revisions(id: string, request: PageRequest & { readonly sort?: Sort }): Promise<Listing<RevisionRecord>>;
  /** A version of an article, and what the article was then. */
  revision(id: string, version: number): Promise<{ record: RevisionRecord; state: ArticleState } | undefined>;
  /** Whether an article with this id or slug was deleted. */
  isGone(ref: string): Promise<boolean>;
  /** When the first of the scheduled articles is due; null where none is scheduled. */
  nextDue(): Promise<string | null>;
}

/** What this database alone knows. */
export interface SecretReads {
  find(name: string): Promise<string | undefined>;
}

export interface SecretStore extends SecretReads {
  /** The secret of this name, which is made where there is none. */
  findOrMake(name: string, make: () => string): Promise<string>;
}

/** What is told of a version of an article besides what it was. */
export interface RevisionRecord {
  readonly version: number;
  readonly at: string;
  /** The id of the key that it was written with. */
  readonly by: string | null;
  readonly operation: 'create' | 'update' | 'delete';
  readonly note: string | null;
}

/** To writers every article is there, whatever its status. */
export interface ArticleStore extends ArticleReads {
  /** The instant of the transaction. */
  readonly now: string;
  /** The article with this id or slug. */
  stored(ref: string): Promise<Stored | undefined>;
  /** All that is stored of an article. */
  state(id: string): Promise<ArticleState>;
  record(identity: ArticleIdentity): Promise<StoredArticle | undefined>;
  /** The article that is known by this, published or not. */
  known(identity: ArticleIdentity): Promise<ArticleHandle | undefined>;
  /** The first `limit` of the scheduled articles whose time has come. */
  due(limit: number): Promise<StoredArticle[]>;
  text(key: number): Promise<ArticleText>;
  /** `indexed` is what it is found by, where that is known. */
  insert(record: ArticleRecord, indexed?: IndexedArticle): Promise<{ key: number; version: number }>;
  update(key: number, record: ArticleRecord): Promise<void>;
  /** Up to `limit` claims that stand in the article. */
  referrers(key: number, limit: number): Promise<Referrer[]>;
  remove(article: Stored): Promise<void>;
}
