/**
 * What can be asked of a search over everything, and of what is like an article.
 */
import { z } from 'zod';
import type { Article } from '../articles/model.js';
import { besideArticles } from '../claims/model.js';
import type { ListGrammar } from '../http/list.js';
import type { NameRow } from '../kernel/rows.js';
import { SearchHit } from './model.js';

export const searchGrammar: ListGrammar = {
  item: SearchHit,
  nameRows({ article, claim, source }: SearchHit, name: NameRow) {
    if (article !== null) name('article', article.id);
    if (claim !== null) name('claim', claim.id);
    if (source !== null) name('source', source.id);
  },
  collections: ['article', 'claim', 'source'],
  filters: {},
  sorts: { relevance: z.tuple([z.int().min(0), z.uuid()]) },
  sort: '-relevance',
  includes: [],
  facets: [],
};

export const relatedGrammar: Pick<ListGrammar, 'item' | 'nameRows' | 'collections'> = {
  item: besideArticles.item,
  nameRows: (article: Article, name: NameRow) => besideArticles.nameRows(article, name),
  collections: ['article', 'claim', 'source'],
};
