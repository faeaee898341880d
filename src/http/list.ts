/**
 * The grammar of lists: `field=a,b`, `field[gte]=`, `limit`, `after`, `before`. Each feature brings a table from word
 * to what it may hold; nothing is clamped or ignored in silence.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ClaimwireError } from '../kernel/errors.js';
import type { Filter, Key, Listing, ListRequest, Operator } from '../kernel/page.js';

export const LIMIT_DEFAULT = 20;
export const LIMIT_MAX = 100; // a page that is still quick to make and to draw
export const FILTER_VALUES_MAX = 50; // values of one word: a query plan must stay small
const CURSOR_LENGTH_MAX = 1_000; // a cursor of ours is under 200

/** What a word of the query may hold: one of several values, or a bound on a scale. */
export interface FilterWord {
  readonly value: z.ZodType<string, string>;
  readonly operators: readonly Operator[];
  readonly description: string;
}

export type FilterTable = Readonly<Record<string, FilterWord>>;

const parameterOf = (word: string, operator: Operator): string =>
  operator === 'in' ? word : `${word}[${operator}]`;

const boundWords: Record<Exclude<Operator, 'in'>, string> = {
  gte: 'At or after',
  gt: 'After',
  lte: 'At or before',
  lt: 'Before',
};

function filterParameter({ value, description }: FilterWord, operator: Operator): z.ZodType {
  if (operator !== 'in') return value.optional().describe(`${boundWords[operator]} this. ${description}`);
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(value).min(1).max(FILTER_VALUES_MAX))
    .optional()
    .describe(`Any of these, separated by commas. ${description}`);
}

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

/** What a valid query of a list holds besides its filters. */
export interface ListQuery {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

/** The query of a list: its filters, what else it takes, and its paging. */
export function listQuery<Extra extends z.ZodRawShape = Record<never, never>>(
  filters: FilterTable,
  extra?: Extra,
) {
  const words = Object.entries(filters).flatMap(([word, filter]) =>
    filter.operators.map(
      (operator) => [parameterOf(word, operator), filterParameter(filter, operator)] as const,
    ),
  );
  const schema = z
    .strictObject({
      ...Object.fromEntries(words),
      ...extra,
      limit,
      after: cursor('after', 'next'),
      before: cursor('before', 'prev'),
    })
    .refine(({ after, before }: Record<string, unknown>) => after === undefined || before === undefined, {
      path: ['before'],
      error: 'cannot be given together with `after`',
    });
  return schema as unknown as z.ZodType<ListQuery & z.output<z.ZodObject<Extra>>>;
}

/** The filters that a valid query holds. */
function toFilters(table: FilterTable, query: Readonly<Record<string, unknown>>): Filter[] {
  return Object.entries(table).flatMap(([field, { operators }]) =>
    operators.flatMap((operator) => {
      const value = query[parameterOf(field, operator)];
      if (value === undefined) return [];
      return [{ field, operator, values: operator === 'in' ? (value as string[]) : [value as string] }];
    }),
  );
}

/** Parameters that may change from page to page of one walk. */
const FREE_PARAMETERS = ['limit', 'after', 'before', 'body', 'format', 'marks'];

/** A short print of the list that a cursor belongs to: its path and its filters. */
function printOf(url: URL): string {
  const bound = [...url.searchParams].filter(([name]) => !FREE_PARAMETERS.includes(name)).sort();
  return createHash('sha256')
    .update(JSON.stringify([url.pathname, bound]))
    .digest('base64url')
    .slice(0, 8);
}

const urlOf = (request: FastifyRequest): URL => new URL(request.url, 'http://claimwire.invalid');

const seal = (print: string, key: Key): string =>
  Buffer.from(JSON.stringify([print, ...key])).toString('base64url');

function unseal(text: string, parameter: 'after' | 'before', print: string, place: z.ZodType<Key>): Key {
  const refuse = (detail: string) =>
    new ClaimwireError('invalid-cursor', undefined, { issues: [{ parameter, detail }] });
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw refuse('is not a cursor of this server; follow the links `next` and `prev` as they are');
  }
  const [given, ...rest] = Array.isArray(parts) ? parts : [];
  const key = place.safeParse(rest);
  if (typeof given !== 'string' || !key.success)
    throw refuse('is not a cursor of this list; follow the links `next` and `prev` as they are');
  if (given !== print) throw refuse('belongs to another list or to other filters; start again without it');
  return key.data;
}

/** The request for a page that a valid query makes. Throws `invalid-cursor`. */
export function toListRequest(
  request: FastifyRequest,
  table: FilterTable,
  place: z.ZodType<Key>,
): ListRequest {
  const query = request.query as ListQuery;
  const page = {
    limit: query.limit ?? LIMIT_DEFAULT,
    filters: toFilters(table, request.query as Record<string, unknown>),
  };
  if (query.after === undefined && query.before === undefined) return page;
  const print = printOf(urlOf(request));
  if (query.after !== undefined) return { ...page, after: unseal(query.after, 'after', print, place) };
  return { ...page, before: unseal(query.before ?? '', 'before', print, place) };
}

/** The body of a list: `{ data, next, prev }`. */
export const listOf = <Item extends z.ZodType>(item: Item, id: string, description: string) =>
  z
    .object({
      data: z.array(item),
      next: z.string().nullable().describe('URL of the page after this one; null on the last.'),
      prev: z.string().nullable().describe('URL of the page before this one; null on the first.'),
    })
    .meta({ id, description });

/** A page as its body, with the same links as a `Link` header (RFC 8288). */
export function toListBody<Item>(listing: Listing<Item>, request: FastifyRequest, reply: FastifyReply) {
  const url = urlOf(request);
  const print = printOf(url);
  const linkTo = (side: 'after' | 'before', key: Key | null): string | null => {
    if (key === null) return null;
    const link = new URL(url);
    link.searchParams.delete('after');
    link.searchParams.delete('before');
    link.searchParams.set(side, seal(print, key));
    return link.pathname + link.search;
  };
  const links = { next: linkTo('after', listing.next), prev: linkTo('before', listing.prev) };
  const header = Object.entries(links)
    .filter(([, link]) => link !== null)
    .map(([rel, link]) => `<${link}>; rel="${rel}"`);
  if (header.length > 0) reply.header('link', header.join(', '));
  return { data: listing.items, ...links };
}
