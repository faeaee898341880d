/**
 * Lists and things as they are answered: their bodies, the links between pages, and what is told of them to whoever keeps
 * a copy.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AnsweredList, Facet, Key } from '../kernel/page.js';
import { MINUTE_MS, startOfMinute } from '../kernel/time.js';
import { printOf, seal } from './cursor.js';
import { fieldTree, onlyFields, pick, type ViewQuery } from './fields.js';
import { expiresAt, nameCollections, nameVersion, rowNamer } from './freshness.js';
import { type ListGrammar, type ListQuery, parametersOf, pathOf } from './list.js';

/** Says which version of a thing an answer is, and which rows it shows. */
export function nameItem(
  item: { readonly version: number },
  reply: FastifyReply,
  { nameRows }: Pick<ListGrammar, 'nameRows'>,
): void {
  nameVersion(reply, item.version);
  nameRows(item as never, rowNamer(reply));
}

/** A thing as its body, or what `fields` leaves of it. */
export function toItemBody<Item>(item: Item, { query }: FastifyRequest, reply: FastifyReply): Item {
  const { fields } = query as ViewQuery;
  if (fields !== undefined) onlyFields(reply, pick(item, fieldTree(fields)));
  return item;
}

const FacetBody = z
  .object({
    values: z.array(
      z.object({
        value: z.string(),
        name: z.string().nullable().describe('What it is called, where `value` is the slug of something.'),
        count: z.int(),
        selected: z.boolean(),
        url: z.string().describe('The list with this value added to its filter, or taken from it.'),
      }),
    ),
    truncated: z.boolean().describe('There are more values than these.'),
    capped: z.boolean().describe('Only the first rows of the list were counted.'),
  })
  .meta({
    id: 'Facet',
    description: 'How many rows have each value: selected ones first, then the most frequent.',
  });

/** The body of a list of which nothing else can be asked: `{ data, next, prev }`. */
export const plainListOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    next: z.string().nullable().describe('URL of the page after this one; null on the last.'),
    prev: z.string().nullable().describe('URL of the page before this one; null on the first.'),
  });

/** The body of a list: `{ data, next, prev }`, and what else was asked for. */
export const listOf = ({ item, facets, searchFields }: ListGrammar, id: string, description: string) =>
  plainListOf(item)
    .extend({
      count: z
        .object({ total: z.int(), capped: z.boolean().describe('There are more than `total`.') })
        .optional()
        .describe('How many rows the list has; with `count=capped`.'),
      ...(facets.length > 0 && {
        facets: z
          .object(Object.fromEntries(facets.map((name) => [name, FacetBody.optional()])))
          .optional()
          .describe('The counts of each facet that was asked for.'),
      }),
      ...(searchFields !== undefined && {
        partial: z
          .boolean()
          .optional()
          .describe(
            'Whether more was found than could be looked at: then only the newest of it was; with `q`.',
          ),
      }),
      missing: z.array(z.string()).optional().describe('Those of `ids` that are not there.'),
    })
    .meta({ id, description });

/** Whether a bound counts from the present, so that the list is another in a while. */
const isRelative = ({ url }: FastifyRequest): boolean =>
  NOW.test(url) && [...parametersOf(url).values()].some((text) => text.startsWith('now'));

/** What stands in every URL with such a bound: the word, or one of its letters as no client need write it. */
const NOW = /now|%6[ef]|%77/i;

/** Says which kinds an answer depends on by what is asked for. */
export function nameAsked(
  { query }: FastifyRequest,
  reply: FastifyReply,
  { collectionsOf = {} }: Pick<ListGrammar, 'collectionsOf'>,
): void {
  const { include = [] } = query as ViewQuery;
  const asked = [...Object.keys(query as object).map((name) => name.replace(/\[\w+\]$/, '')), ...include];
  for (const word of asked) nameCollections(reply, ...(collectionsOf[word] ?? []));
}

/** Says which rows a page shows, what it depends on beside them, and how long it holds. */
export function namePage<Item>(
  { items }: Pick<AnsweredList<Item>, 'items'>,
  request: FastifyRequest,
  reply: FastifyReply,
  grammar: Pick<ListGrammar, 'nameRows' | 'collections' | 'collectionsOf'>,
): void {
  nameCollections(reply, ...grammar.collections);
  nameAsked(request, reply, grammar);
  const name = rowNamer(reply);
  for (const item of items) grammar.nameRows(item as never, name);
  if (isRelative(request)) expiresAt(reply, startOfMinute(Date.now()) + MINUTE_MS);
}

type LinkTo = (changes: Readonly<Record<string, string | null>>) => string;

/** Makes links to the list of a request with some parameters changed, all in one order, and without its place. */
function linksFrom({ url }: FastifyRequest, given = parametersOf(url)): LinkTo {
  const path = pathOf(url);
  for (const name of ['after', 'before']) given.delete(name);
  return (changes) => {
    const parameters = new URLSearchParams(given);
    for (const [name, value] of Object.entries(changes))
      if (value === null) parameters.delete(name);
      else parameters.set(name, value);
    parameters.sort();
    return parameters.size === 0 ? path : `${path}?${parameters}`;
  };
}

/** The links from a page to those beside it, which it is sent with as a `Link` header, too (RFC 8288). */
export function linkPage(
  { next, prev }: Pick<AnsweredList<unknown>, 'next' | 'prev'>,
  request: FastifyRequest,
  reply: FastifyReply,
): { next: string | null; prev: string | null } {
  if (next === null && prev === null) return { next, prev };
  const given = parametersOf(request.url);
  const print = printOf(pathOf(request.url), given);
  const linkTo = linksFrom(request, given);
  const pageLink = (side: 'after' | 'before', key: Key | null): string | null =>
    key === null ? null : linkTo({ [side]: seal(print, key) });
  const links = { next: pageLink('after', next), prev: pageLink('before', prev) };
  const header = Object.entries(links)
    .filter(([, link]) => link !== null)
    .map(([rel, link]) => `<${link}>; rel="${rel}"`);
  reply.header('link', header.join(', '));
  return links;
}

/** A page as its body, with the same links as a `Link` header. */
export function toListBody<Item>(answered: AnsweredList<Item>, request: FastifyRequest, reply: FastifyReply) {
  const links = linkPage(answered, request, reply);
  const { count, facets, missing, isPartial } = answered;
  const body = {
    data: answered.items,
    ...links,
    ...(count && { count: { total: count.total, capped: count.isCapped } }),
    ...(facets && { facets: toFacetBodies(facets, linksFrom(request)) }),
    ...(isPartial !== undefined && { partial: isPartial }),
    ...(missing && { missing: [...missing] }),
  };
  const { fields } = request.query as ListQuery;
  if (fields !== undefined) {
    const tree = fieldTree(fields);
    onlyFields(reply, { ...body, data: pick(body.data, tree) });
  }
  return body;
}

const toFacetBodies = (facets: Readonly<Record<string, Facet>>, linkTo: LinkTo) =>
  Object.fromEntries(Object.entries(facets).map(([name, facet]) => [name, toFacetBody(name, facet, linkTo)]));

function toFacetBody(name: string, { values, isTruncated, isCapped }: Facet, linkTo: LinkTo) {
  const selected = values.filter(({ isSelected }) => isSelected).map(({ value }) => value);
  return {
    values: values.map(({ value, name: called, count, isSelected }) => {
      const wanted = isSelected ? selected.filter((other) => other !== value) : [...selected, value];
      return {
        value,
        name: called,
        count,
        selected: isSelected,
        url: linkTo({ [name]: wanted.length === 0 ? null : wanted.join(',') }),
      };
    }),
    truncated: isTruncated,
    capped: isCapped,
  };
}
