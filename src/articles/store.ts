/**
 * What storage promises about articles. Readers see published ones only. `key` is the inner number of a row.
 */
import type { Listing, ListRequest, Summary, SummaryRequest } from '../kernel/page.js';
import type { Referrer, Stored } from '../kernel/stored.js';
import type { Article, ArticleRef, ArticleState, BodyFormat } from './model.js';

export interface ArticleHandle {
  readonly key: number;
  readonly id: string;
  readonly slug: string;
  readonly headline: string;
}

/** The plain text of an article and the version that it belongs to. */
export interface ArticleText {
  readonly text: string;
  readonly version: number;
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
  /** The published article with this id or slug, its body in this form. */
  get(ref: string, body: BodyFormat): Promise<Article | undefined>;
  /** Published articles. Filters and sorts: see `articleGrammar`; what refers to a source holds its key. */
  list(request: ListRequest, body: BodyFormat): Promise<Listing<Article>>;
  /** What the whole list holds, counted up to a bound. */
  summarise(request: ListRequest, wanted: SummaryRequest): Promise<Summary>;
  /** The published articles with these ids, without text and authors, in no order. */
  refs(ids: readonly string[]): Promise<ArticleRef[]>;
  /** The published article with this id or slug. */
  find(ref: string): Promise<ArticleHandle | undefined>;
  /** Whether an article with this id or slug was deleted. */
  isGone(ref: string): Promise<boolean>;
}

/** To writers every article is there, whatever its status. */
export interface ArticleStore extends ArticleReads {
  /** The article with this id or slug. */
  stored(ref: string): Promise<Stored | undefined>;
  /** All that is stored of an article. */
  state(id: string): Promise<ArticleState>;
  record(identity: ArticleIdentity): Promise<{ key: number; record: ArticleRecord } | undefined>;
  text(key: number): Promise<ArticleText>;
  insert(record: ArticleRecord): Promise<number>;
  update(key: number, record: ArticleRecord): Promise<void>;
  /** Up to `limit` claims that stand in the article. */
  referrers(key: number, limit: number): Promise<Referrer[]>;
  remove(article: Stored): Promise<void>;
}
