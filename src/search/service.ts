/**
 * The rules of search, and of what is like something else.
 */
import type { Article, BodyFormat } from '../articles/model.js';
import type { ArticleReader } from '../articles/service.js';
import type { SearchReads, SearchRequest } from './store.js';

export interface SearchReaderOptions {
  readonly store: SearchReads;
  readonly articles: Pick<ArticleReader, 'find' | 'get'>;
}

export function readSearch({ store, articles }: SearchReaderOptions) {
  return {
    /** What answers a search, of all kinds together, the best first. */
    list: (request: SearchRequest) => store.list(request),

    /** The published articles that are most like one, the most alike first. Throws `not-found`. */
    async related(ref: string, limit: number, body: BodyFormat): Promise<Article[]> {
      const { key } = await articles.find(ref);
      const [related] = await store.related([key], limit);
      return Promise.all((related?.ids ?? []).map((id) => articles.get(id, body)));
    },

    /** The same for several articles by their keys: the ids of what is most like each. */
    relatedOf: store.related,
  };
}

export type SearchReader = ReturnType<typeof readSearch>;
