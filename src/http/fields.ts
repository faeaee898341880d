/**
 * `fields=` and `include=`: which parts of a thing are answered. A field is named by its path, `publisher.name`; a part
 * that only `include=` brings must be included to be named.
 */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { nearest } from '../kernel/words.js';
import { listed } from './filters.js';
import { type JsonSchema, toInlineSchema } from './json-schema.js';

const FIELDS_MAX = 100; // paths in one request; the largest thing has fewer
const NEAREST_AMONG_MAX = 500; // paths that a misspelt one is compared with

/** The parts that are wanted: of each name all of it, or the parts below. */
type FieldTree = { readonly [name: string]: FieldTree | true };

const SPARSE = 'view=fields';

/** How the contract tells such an answer from a whole one, so that types made from it stay those of whole answers. */
export const SPARSE_TYPE = `application/json; ${SPARSE}`;

/** Stands in the contract for what `fields` leaves of a thing. */
export const Sparse = z.looseObject({}).meta({
  id: 'Sparse',
  description: 'What `fields` asked for and nothing else, each part as it is in the whole.',
});

/** What each path of a thing needs to be included to be there; null for what always is. */
type Paths = ReadonlyMap<string, string | null>;

function pathsOf(item: z.ZodType, includes: readonly string[]): Paths {
  const paths = new Map<string, string | null>();
  const visit = (schema: JsonSchema, base: string, needed: string | null): void => {
    const {
      properties,
      items,
      anyOf,
      required = [],
    } = schema as {
      properties?: Record<string, JsonSchema>;
      items?: JsonSchema;
      anyOf?: JsonSchema[];
      required?: string[];
    };
    if (items !== undefined) visit(items, base, needed);
    for (const branch of anyOf ?? []) visit(branch, base, needed);
    for (const [name, part] of Object.entries(properties ?? {})) {
      const path = base === '' ? name : `${base}.${name}`;
      const own = required.includes(name) ? null : nearestInclude(path, includes);
      paths.set(path, own ?? needed);
      visit(part, path, own ?? needed);
    }
  };
  visit(toInlineSchema(item), '', null);
  return paths;
}

/** The longest include that a path stands at or below. */
const nearestInclude = (path: string, includes: readonly string[]): string | null =>
  [...includes]
    .sort((one, other) => other.length - one.length)
    .find((include) => path === include || path.startsWith(`${include}.`)) ?? null;

/** The parameters `fields` and, where there is anything to include, `include`. */
export function viewParameters(item: z.ZodType, includes: readonly string[]) {
  let known: Paths | undefined;
  const field = z.string().superRefine((path, context) => {
    known ??= pathsOf(item, includes);
    if (known.has(path)) return;
    const [near] = nearest(path, [...known.keys()].slice(0, NEAREST_AMONG_MAX));
    const offer = near === undefined ? '' : `; did you mean ${near}?`;
    context.addIssue({ code: 'custom', message: `names no field: “${path.slice(0, 100)}”${offer}` });
  });
  const fields = listed(field, FIELDS_MAX)
    .optional()
    .describe('Only these fields, separated by commas; parts of a field by dots, `publisher.name`.');
  const include = listed(z.enum(includes as [string, ...string[]]), includes.length)
    .optional()
    .describe('What to answer whole instead of by reference, or beside it, separated by commas.');
  return {
    shape: { fields, ...(includes.length === 0 ? {} : { include }) },
    /** What is wrong with the fields of a query that includes this; undefined if nothing. */
    missing(query: ViewQuery): string | undefined {
      known ??= pathsOf(item, includes);
      const included = withParents(query.include ?? []);
      const needed = query.fields?.flatMap((path) => {
        const include = known?.get(path) ?? null;
        return include !== null && !included.has(include) ? [`${path} needs include=${include}`] : [];
      });
      return needed?.[0];
    },
  };
}

export interface ViewQuery {
  readonly fields?: readonly string[] | undefined;
  readonly include?: readonly string[] | undefined;
}

/** What is included, and with each what it stands in: with `claims.attributions.source` the claims. */
export function withParents(includes: readonly string[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const include of includes)
    for (let end = include.length; end > 0; end = include.lastIndexOf('.', end - 1))
      all.add(include.slice(0, end));
  return all;
}

/** The tree of some paths. */
export function fieldTree(paths: readonly string[]): FieldTree {
  const root: Record<string, FieldTree | true> = {};
  for (const path of paths) {
    let at = root;
    const steps = path.split('.');
    for (const [index, step] of steps.entries()) {
      const held = at[step];
      if (held === true) break;
      if (index === steps.length - 1) at[step] = true;
      else {
        at[step] = held ?? {};
        at = at[step] as Record<string, FieldTree | true>;
      }
    }
  }
  return root;
}

/** Has this written as it is, whatever the handler gives: what `fields` left fits no compiled serialiser. */
export function onlyFields(reply: FastifyReply, body: unknown): void {
  reply.type(`application/json; charset=utf-8; ${SPARSE}`);
  reply.serializer(() => JSON.stringify(body));
}

/** What a tree leaves of a thing, in the thing's own order. */
export function pick(value: unknown, tree: FieldTree): unknown {
  if (Array.isArray(value)) return value.map((part) => pick(part, tree));
  if (typeof value !== 'object' || value === null) return value;
  const picked: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const wanted = Object.hasOwn(tree, name) ? tree[name] : undefined;
    if (wanted !== undefined) picked[name] = wanted === true ? part : pick(part, wanted);
  }
  return picked;
}
