/**
 * The rules of search, and of what is like something else.
 */
import type { Article, BodyFormat } from '../articles/model.js';
import type { ArticleReader } from '../articles/service.js';
import type { SearchReads, SearchRequest } from './store.js';

const RELATED_INCLUDED = 5; // what a reader is offered below an article

export interface SearchReaderOptions {
  readonly store: SearchReads;
  readonly articles: Pick<ArticleReader, 'find' | 'named' | 'summaries'>;
}

export function readSearch({ store, articles }: SearchReaderOptions) {
  return {
    /** What answers a search, of all kinds together, the best first. */
    list: (request: SearchRequest) => store.list(request),

    /** The published articles that are most like one, the most alike first. Throws `not-found`. */
    async related(ref: string, limit: number, body: BodyFormat): Promise<Article[]> {
      const { key } = await articles.find(ref);
      const [related] = await store.related([key], limit);
      return articles.named(related?.ids ?? [], body);
    },

    /** The articles with what is most like each: RELATED_INCLUDED of them, by reference. */
    async withRelated(shown: readonly Article[]): Promise<Article[]> {
      const alike = await store.relatedByIds(
        shown.map(({ id }) => id),
        RELATED_INCLUDED,
      );
      const whole = await articles.summaries(
        [...alike.values()].flat().map((id) => ({ id, slug: '', headline: '' })),
      );
      const named = (id: string) => whole({ id, slug: '', headline: '' });
      return shown.map((article) => ({
        ...article,
        related: (alike.get(article.id) ?? []).flatMap((id) => named(id) ?? []),
      }));
    },
  };
}

export type SearchReader = ReturnType<typeof readSearch>;
