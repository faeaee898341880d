/**
 * Search over HTTP.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { BodyFormat } from '../articles/model.js';
import { pageQuery, toAskedList } from '../http/list.js';
import { namePage, plainListOf, toListBody } from '../http/list-body.js';
import { refParameters } from '../http/parameters.js';
import { type For, readRoute } from '../http/route.js';
import { searchText } from '../kernel/search-query.js';
import { relatedGrammar, searchGrammar } from './grammar.js';
import { SearchKind } from './model.js';
import type { SearchReader } from './service.js';

const q = searchText.describe(
  'Words that must all be found. `"…"` for a phrase, `-` before what must not be found, `word*` for a beginning, ' +
    '`headline:`, `standfirst:`, `body:` (articles), `text:` (claims) or `name:` (sources) before what must stand there.',
);

const kind = z
  .string()
  .transform((text) => [...new Set(text.split(','))])
  .pipe(z.array(SearchKind).min(1))
  .default([...SearchKind.options])
  .describe('Any of these, separated by commas; all of them if not given.');

const SearchList = plainListOf(searchGrammar.item)
  .extend({
    partial: z
      .boolean()
      .describe('Whether more was found than could be ranked: then only the newest of it was.'),
  })
  .meta({ id: 'SearchList', description: 'A page of what was found.' });

const RELATED_DEFAULT = 5;
const RELATED_MAX = 20; // more are hardly alike
const RELATED_ERROR = { error: `must be a whole number from 1 to ${RELATED_MAX}` };

const relatedLimit = z
  .string()
  .regex(/^\d{1,9}$/, RELATED_ERROR)
  .transform(Number)
  .pipe(z.int().min(1, RELATED_ERROR).max(RELATED_MAX, RELATED_ERROR))
  .default(RELATED_DEFAULT)
  .describe('Articles, at most.');

const RelatedList = plainListOf(relatedGrammar.item).meta({
  id: 'RelatedArticleList',
  description: 'Articles that are alike, on one page.',
});

export function searchRoutes(app: FastifyInstance, read: For<{ search: SearchReader }>): void {
  readRoute(app, {
    url: '/v1/search',
    operationId: 'listSearchHits',
    summary: 'Search everything',
    description:
      'Articles, claims and sources together, the best answers first: words in a headline count above those in a ' +
      'standfirst, and those above words in the text. English, Russian, Ukrainian and Arabic words are found whatever their ' +
      'ending; accents and case make no difference.',
    tag: 'search',
    answer: 'A page of what was found.',
    problems: ['invalid-request', 'invalid-cursor'],
    examples: [
      { summary: 'Two words', url: '/v1/search?q=korean+soldiers&limit=3' },
      { summary: 'A phrase, among claims', url: '/v1/search?q=%22no+evidence%22&kind=claims' },
      { summary: 'Nothing to look for', url: '/v1/search?q=-' },
    ],
    query: pageQuery(searchGrammar, { q, kind }),
    body: SearchList,
    handler: async (request, reply) => {
      const { search } = await read(request);
      const { q, kind } = request.query;
      const asked = toAskedList(request, searchGrammar).request;
      const listing = await search.list({ ...asked, search: q, kinds: kind });
      namePage(listing, request, reply, searchGrammar);
      return { ...toListBody(listing, request, reply), partial: listing.isPartial };
    },
  });

  readRoute(app, {
    url: '/v1/articles/:ref/related',
    operationId: 'listRelatedArticles',
    summary: 'List related articles',
    description:
      'The published articles that are most like one, the most alike first: they share its claims, bear on them, quote its ' +
      'sources, have its tags, or tell of the same in the same words.',
    tag: 'articles',
    answer: 'The articles; there is one page of them.',
    problems: ['invalid-request', 'not-found', 'gone'],
    examples: [
      { summary: 'The most alike', url: '/v1/articles/ten-thousand-more-or-no-evidence/related?limit=1' },
    ],
    parameters: refParameters('article'),
    query: z.strictObject({
      limit: relatedLimit,
      body: BodyFormat.default('none').describe('The form of the text; `none` leaves it out.'),
    }),
    body: RelatedList,
    handler: async (request, reply) => {
      const { search } = await read(request);
      const { limit, body } = request.query;
      const items = await search.related(request.params.ref, limit, body);
      namePage({ items }, request, reply, relatedGrammar);
      return { data: items, next: null, prev: null };
    },
  });
}
