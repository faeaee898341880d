/**
 * Lists over HTTP: one grammar for all of them. A list says what it may be filtered and sorted by, what may be included
 * and counted; nothing that is asked for is clamped or ignored in silence.
 */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isWithoutTwins } from '../kernel/fields.js';
import { isId } from '../kernel/ids.js';
import { type AskedList, type Key, RELEVANCE, type RowNames } from '../kernel/page.js';
import type { NameRow, RowKind } from '../kernel/rows.js';
import { type Search, searchText } from '../kernel/search-query.js';
import { CURSOR_LENGTH_MAX, printOf, unseal } from './cursor.js';
import { type ViewQuery, viewParameters, withParents } from './fields.js';
import { type FilterTable, filterParameters, listed, toFilters, without } from './filters.js';

const LIMIT_DEFAULT = 20;
export const LIMIT_MAX = 100; // a page that is still quick to make and to draw
const IDS_MAX = LIMIT_MAX; // a batch is one page

export interface ListGrammar {
  /** What an item of the list is, with all that can be included. */
  readonly item: z.ZodType;
  /** Names every row that an item shows, for whoever keeps a copy of the answer. */
  readonly nameRows: (item: never, name: NameRow) => void;
  /** The kinds of rows that the list depends on, also where none is shown. */
  readonly collections: readonly RowKind[];
  /** The kinds that it depends on besides where one of these filters or includes is asked for. */
  readonly collectionsOf?: Readonly<Record<string, readonly RowKind[]>>;
  readonly filters: FilterTable;
  /** Each word to sort by, with the form of a row's place in that order. */
  readonly sorts: Readonly<Record<string, z.ZodType<Key>>>;
  /** The order of the list, such as `-publishedAt`. */
  readonly sort: string;
  readonly includes: readonly string[];
  /** The most rows of a page that these can be included in. */
  readonly includedRowsMax?: Readonly<Record<string, number>>;
  readonly facets: readonly string[];
  /** What can be searched for words, if it can; then it can be sorted by relevance, too. */
  readonly searchFields?: string;
  /** What names one row, for `ids=`, where the list can be asked for rows by name. */
  readonly ids?: z.ZodType<string, string>;
}

/** A grammar without the words that a path says already: neither to be filtered by nor to be counted. */
export const withoutWords = (grammar: ListGrammar, ...words: readonly string[]): ListGrammar => ({
  ...grammar,
  filters: without(grammar.filters, ...words),
  facets: grammar.facets.filter((facet) => !words.includes(facet)),
});

const LIMIT_ERROR = { error: `must be a whole number from 1 to ${LIMIT_MAX}` };
const limit = z
  .string()
  .regex(/^\d{1,9}$/, LIMIT_ERROR)
  .transform(Number)
  .pipe(z.int().min(1, LIMIT_ERROR).max(LIMIT_MAX, LIMIT_ERROR))
  .optional()
  .meta({ default: LIMIT_DEFAULT })
  .describe('Rows of a page, at most.');

const cursor = (side: 'after' | 'before', link: 'next' | 'prev') =>
  z
    .string()
    .max(CURSOR_LENGTH_MAX)
    .optional()
    .describe(`Rows ${side} this cursor. Taken from \`${link}\`; not to be made or changed.`);

const paging = { limit, after: cursor('after', 'next'), before: cursor('before', 'prev') };

function refuseBoth({ after, before }: ListQuery, context: z.RefinementCtx): void {
  if (after === undefined || before === undefined) return;
  context.addIssue({ code: 'custom', path: ['before'], message: 'cannot be given together with `after`' });
}

/** What a valid query of a list holds besides its filters. */
export interface ListQuery extends ViewQuery {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly sort?: string | undefined;
  readonly q?: Search | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly count?: 'capped' | undefined;
  readonly facets?: readonly string[] | undefined;
}

/** What a batch by `ids` leaves no room for, since it has the order and the length that it was given. */
const NOT_WITH_IDS = ['sort', 'limit', 'after', 'before'] as const;

const relevancePlace = z.tuple([z.int().min(0), z.uuid()]);

const wordsOf = ({ sorts, searchFields }: ListGrammar): string[] => [
  ...Object.keys(sorts).flatMap((word) => [word, `-${word}`]),
  ...(searchFields === undefined ? [] : [RELEVANCE]),
];

const searchParameter = (fields: string) =>
  searchText
    .optional()
    .describe(
      `Words that must all be found. \`"…"\` for a phrase, \`-\` before what must not be found, \`word*\` for a beginning, ${fields} before what must stand there. The best answers come first unless \`sort\` says otherwise.`,
    );

const rowsOf = ({ ids, limit }: ListQuery): number => ids?.length ?? limit ?? LIMIT_DEFAULT;

/** The query of a list: its filters, what else it takes, and its paging. */
export function listQuery<Extra extends z.ZodRawShape = Record<never, never>>(
  grammar: ListGrammar,
  extra?: Extra,
) {
  const { filters, includes, facets, ids, item, searchFields } = grammar;
  const view = viewParameters(item, includes);
  const schema = z
    .strictObject({
      ...filterParameters(filters),
      ...(ids && {
        ids: listed(ids, IDS_MAX)
          .refine(isWithoutTwins, { error: 'must not name a row twice' })
          .optional()
          .describe(
            'These rows and no others, in this order, separated by commas; `missing` tells which are not there.',
          ),
      }),
      ...(searchFields !== undefined && { q: searchParameter(searchFields) }),
      ...extra,
      sort: z
        .enum(wordsOf(grammar) as [string, ...string[]])
        .optional()
        .meta({ default: grammar.sort })
        .describe('The order; `-` for the largest or newest first.'),
      ...view.shape,
      ...(facets.length > 0 && {
        facets: listed(z.enum(facets as [string, ...string[]]), facets.length)
          .refine(isWithoutTwins, { error: 'must not name a facet twice' })
          .optional()
          .describe('Values to count among the rows that fit the other filters, separated by commas.'),
      }),
      count: z.enum(['capped']).optional().describe('Count the rows of the whole list, up to a bound.'),
      ...paging,
    })
    .superRefine((given, context) => {
      const query = given as ListQuery;
      const refuse = (name: string, message: string) =>
        context.addIssue({ code: 'custom', path: [name], message });
      refuseBoth(query, context);
      if (query.sort === RELEVANCE && query.q === undefined) refuse('sort', 'needs `q` to be relevant to');
      if (query.ids !== undefined)
        for (const name of NOT_WITH_IDS)
          if (query[name] !== undefined) refuse(name, 'cannot be given together with `ids`');
      for (const [include, max] of Object.entries(grammar.includedRowsMax ?? {}))
        if (withParents(query.include ?? []).has(include) && rowsOf(query) > max)
          refuse(
            query.ids === undefined ? 'limit' : 'ids',
            `must be at most ${max} rows with include=${include}`,
          );
      const missing = view.missing(query);
      if (missing !== undefined) refuse('fields', missing);
    });
  return schema as unknown as z.ZodType<ListQuery & z.output<z.ZodObject<Extra>>>;
}

export const parametersOf = (url: string): URLSearchParams => {
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
};

export const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

const namesOf = (refs: readonly string[]): RowNames => ({
  refs,
  ids: refs.filter(isId).map((ref) => ref.toLowerCase()),
  slugs: refs.filter((ref) => !isId(ref)),
});

/** The query of pages of a list in its own order, with nothing but its filters. */
export function pageQuery<Extra extends z.ZodRawShape = Record<never, never>>(
  { filters }: Pick<ListGrammar, 'filters'>,
  extra?: Extra,
) {
  const schema = z
    .strictObject({ ...filterParameters(filters), ...extra, ...paging })
    .superRefine((query, context) => refuseBoth(query as ListQuery, context));
  return schema as unknown as z.ZodType<ListQuery & z.output<z.ZodObject<Extra>>>;
}

/** The query of a single thing: what else it takes, and what is wanted of it. */
export function itemQuery<Extra extends z.ZodRawShape = Record<never, never>>(
  { item, includes }: Pick<ListGrammar, 'item' | 'includes'>,
  extra?: Extra,
) {
  const view = viewParameters(item, includes);
  const schema = z.strictObject({ ...extra, ...view.shape }).superRefine((query, context) => {
    const message = view.missing(query as ViewQuery);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['fields'], message });
  });
  return schema as unknown as z.ZodType<ViewQuery & z.output<z.ZodObject<Extra>>>;
}

/** What is asked of a list by a valid query. Throws `invalid-cursor`. */
export function toAskedList(request: FastifyRequest, grammar: ListGrammar): AskedList {
  const query = request.query as ListQuery;
  const word = query.sort ?? (query.q === undefined ? grammar.sort : RELEVANCE);
  const field = word.replace(/^-/, '');
  const place = field === RELEVANCE ? relevancePlace : (grammar.sorts[field] as z.ZodType<Key>);
  const cursorOf = (side: 'after' | 'before'): { after?: Key; before?: Key } => {
    const text = query[side];
    if (text === undefined) return {};
    return { [side]: unseal(text, side, printOf(pathOf(request.url), parametersOf(request.url)), place) };
  };
  return {
    request: {
      limit: rowsOf(query),
      filters: toFilters(grammar.filters, request.query as Record<string, unknown>),
      sort: { field, isDescending: word.startsWith('-') || field === RELEVANCE },
      ...(query.ids && { named: namesOf(query.ids) }),
      ...(query.q && { search: query.q }),
      ...cursorOf('after'),
      ...cursorOf('before'),
    },
    include: withParents(query.include ?? []),
    summary: { count: query.count !== undefined, facets: query.facets ?? [] },
  };
}
