/**
 * JSON-LD as web pages and data feeds carry it (schema.org, JSON-LD 1.1): the things in it, found by their type, whether
 * they stand alone, in a list, in `@graph` or within one another, and what their properties say. No context is fetched.
 */
import { isRecord } from './foreign-fields.js';

export type Thing = Readonly<Record<string, unknown>>;

const THINGS_MAX = 100_000; // of one document; a feed of all reviews of a fact-checker has some thousands
const VALUE_DEPTH_MAX = 8; // of lists and names within one property

export interface Graph {
  /** All things, those that hold others before them. */
  readonly things: readonly Thing[];
  /** Where a thing stands in its document: a JSON Pointer (RFC 6901). */
  pointerOf(thing: Thing): string;
  /** The things that a property holds; a thing that is named by its `@id` alone is found where it is described. */
  of(thing: Thing, ...properties: string[]): Thing[];
}

/** Reads documents that belong together, such as the scripts of one page. */
export function readGraph(documents: readonly unknown[]): Graph {
  const places = new Map<Thing, string>();
  const known = new Map<string, Thing>();
  const waiting: { readonly value: object; readonly pointer: string }[] = [];
  const look = (value: unknown, pointer: string) => {
    if (typeof value === 'object' && value !== null) waiting.push({ value, pointer });
  };
  for (const document of [...documents].reverse()) look(document, '');
  for (let next = waiting.pop(); next !== undefined && places.size < THINGS_MAX; next = waiting.pop()) {
    const { value, pointer } = next;
    if (isRecord(value)) {
      places.set(value, pointer);
      const id = value['@id'];
      if (typeof id === 'string' && Object.keys(value).length > 1 && !known.has(id)) known.set(id, value);
    }
    for (const [key, part] of Object.entries(value).reverse())
      look(part, `${pointer}/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`);
  }
  return {
    things: [...places.keys()],
    pointerOf: (thing) => places.get(thing) ?? '',
    of: (thing, ...properties) =>
      properties
        .flatMap((property) => thing[property] ?? [])
        .flatMap((value) => {
          if (typeof value === 'string') return [known.get(value) ?? { name: value }];
          if (!isRecord(value)) return [];
          const id = value['@id'];
          const isReference = typeof id === 'string' && Object.keys(value).length === 1;
          return [isReference ? (known.get(id) ?? {}) : value];
        }),
  };
}

/** The types of a thing, without the address of the vocabulary. */
export const typesOf = (thing: Thing): string[] =>
  [thing['@type']]
    .flat()
    .flatMap((type) =>
      typeof type === 'string' ? [type.replace(/^(?:https?:\/\/schema\.org\/|schema:)/i, '')] : [],
    );

/** The first text that one of these properties says; of a thing its name. */
export const textOf = (thing: Thing, ...properties: string[]): string | undefined =>
  textsOf(thing, ...properties)[0];

/** All texts that these properties say. */
export const textsOf = (thing: Thing, ...properties: string[]): string[] =>
  properties.flatMap((property) => texts(thing[property], VALUE_DEPTH_MAX));

function texts(value: unknown, depth: number): string[] {
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  if (depth === 0) return [];
  if (Array.isArray(value)) return value.flatMap((part) => texts(part, depth - 1));
  if (!isRecord(value)) return [];
  return texts(value['@value'] ?? value.name ?? value.url ?? value['@id'], depth - 1);
}

/** A whole number that a property says, as it does or with a unit (`600 px`). */
export function numberOf(thing: Thing, property: string): number | undefined {
  const text = textOf(thing, property);
  const found = text === undefined ? null : /^-?\d+(?:\.\d+)?/.exec(text);
  return found === null ? undefined : Number(found[0]);
}
