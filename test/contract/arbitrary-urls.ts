/**
 * Requests that nobody thought of, made from the contract itself: each of its paths and parameters with values that fit
 * and values that do not, parameters that are unknown or repeated, and whatever else can stand in a URL.
 */
import * as fc from 'fast-check';

/** A JSON Schema, as far as a value can be made from it. */
interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly items?: Schema;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Record<string, { readonly value?: unknown }>;
}

export interface Document {
  readonly paths: Record<
    string,
    {
      readonly get?: {
        readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
        readonly responses: Record<string, { readonly content?: Record<string, unknown> }>;
      };
    }
  >;
  readonly components: { readonly schemas: Record<string, Schema>; readonly parameters?: object };
}

/** What is known of the content that is served. */
export interface Known {
  /** Words, slugs, ids, names. */
  readonly words: readonly string[];
  /** Ids and slugs by the path that they stand in: `/v1/articles`. */
  readonly refs: Readonly<Record<string, readonly string[]>>;
  /** Cursors of each path. */
  readonly cursors: Readonly<Record<string, readonly string[]>>;
}

export interface ArbitraryRequest {
  readonly url: string;
  readonly headers: Record<string, string>;
}

const ODD = [
  '',
  ' ',
  '0',
  '-1',
  '1e3',
  'null',
  '*',
  ',',
  ',,',
  'a,',
  '"',
  '"a b',
  '-',
  "' or 1=1 --",
  '../..',
  '<b>',
  '%',
  '\u0000',
  '\ud800',
  '\u200f',
  '👩‍👩‍👧',
  'é',
  'مرحبا',
  '国',
  '😀'.repeat(60),
  'x'.repeat(2_000),
  '2024-02-30T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  'now-30d',
  '99999999999999999999',
  '__proto__',
  'constructor',
];
const INSTANTS = [
  '2024-10-18T12:00:00Z',
  '2024-10-18T12:00:00.123+02:00',
  '2026-11-22T00:00:00Z',
  '0001-01-01T00:00:00Z',
];
const ENDINGS = ['', '/', '//', '?', '#x', '%20', '%zz', ';a=b'];
const CODINGS = 'br;q=0, gzip;q=0, zstd;q=0, identity'; // a body that can be read as it is

const encoded = (text: string): string => {
  try {
    return encodeURIComponent(text);
  } catch {
    return '%ED%A0%80'; // what broken clients make of half a surrogate pair
  }
};

/**
 * Requests for a server of this contract over this content: any, and one for each parameter of each path that holds
 * nothing else, with a value that fits.
 */
export function arbitraryRequests(
  document: Document,
  known: Known,
): { any: fc.Arbitrary<ArbitraryRequest>; each: fc.Arbitrary<ArbitraryRequest>[] } {
  const resolve = <Part extends object>(part: Part | { readonly $ref: string }): Part => {
    if (!('$ref' in part) || part.$ref === undefined) return part as Part;
    const steps = part.$ref.slice(2).split('/');
    return resolve(steps.reduce((at: unknown, step) => (at as never)[step], document) as Part);
  };

  const oneOf = (values: readonly string[]) => fc.constantFrom(...(values.length > 0 ? values : ['']));
  const word = oneOf(known.words);
  const words = fc
    .array(fc.tuple(oneOf(['', '', '', '-', '"', 'headline:']), word, oneOf(['', '', '', '*', '"'])), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => parts.map((part) => part.join('')).join(' '));
  const odd = fc.oneof(oneOf(ODD), fc.string({ unit: 'binary', maxLength: 20 }));

  const fitting = (given: Schema): fc.Arbitrary<string> => {
    const schema = resolve<Schema>(given);
    const [part] = schema.allOf ?? schema.anyOf ?? [];
    if (part !== undefined) return fitting(part);
    if (schema.const !== undefined) return fc.constant(String(schema.const));
    if (schema.enum !== undefined) return oneOf(schema.enum);
    if (schema.type === 'array' && schema.items !== undefined)
      return fc.array(fitting(schema.items), { minLength: 1, maxLength: 4 }).map((items) => items.join(','));
    if (schema.type === 'boolean') return oneOf(['true', 'false']);
    if (schema.type === 'integer' || schema.type === 'number')
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000 }).map(String);
    if (schema.format === 'date-time') return oneOf(INSTANTS);
    return fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: words });
  };
  const unfitting = (given: Schema): fc.Arbitrary<string> => {
    const { minimum = 0, maximum = 1_000 } = resolve<Schema>(given);
    return fc.oneof(odd, word, oneOf([String(minimum - 1), String(maximum + 1), '1.5']));
  };

  const valueFor = (path: string, { name, schema, example, examples = {} }: Parameter) => {
    const shown = [example, ...Object.values(examples).map(({ value }) => value)]
      .filter((value) => value !== undefined)
      .map(String);
    const cursors = ['after', 'before'].includes(name) ? (known.cursors[path] ?? []) : [];
    const fit = cursors.length > 0 ? oneOf(cursors) : fitting(schema);
    return fc.oneof(
      { weight: 12, arbitrary: fit },
      { weight: shown.length > 0 ? 6 : 0, arbitrary: oneOf(shown) },
      { weight: 2, arbitrary: unfitting(schema) },
    );
  };

  const operation = (path: string): fc.Arbitrary<ArbitraryRequest> => {
    const get = document.paths[path]?.get;
    const parameters = (get?.parameters ?? []).map((parameter) => resolve<Parameter>(parameter));
    const inQuery = parameters.filter((parameter) => parameter.in === 'query');
    const all = Object.values(known.refs).flat();
    const refs = known.refs[path.split('/{')[0] ?? ''] ?? all;
    const ref = fc.oneof(
      { weight: 8, arbitrary: oneOf(refs) },
      { weight: 1, arbitrary: oneOf(all) },
      { weight: 1, arbitrary: odd },
    );
    const pair = (parameter: Parameter) =>
      valueFor(path, parameter).map((value): [string, string] => [parameter.name, value]);
    const none = fc.constant<[string, string][]>([]);
    const unknown = fc.tuple(fc.oneof(oneOf(inQuery.map(({ name }) => name.slice(1))), odd), odd);
    const pairs = inQuery.length === 0 ? unknown : fc.oneof(...inQuery.map(pair));
    const query = fc.oneof(
      {
        weight: 8,
        arbitrary:
          inQuery.length === 0 ? none : fc.uniqueArray(pairs, { maxLength: 4, selector: ([name]) => name }),
      },
      { weight: 1, arbitrary: fc.array(pairs, { maxLength: 6 }) }, // repeated ones among them
      { weight: 1, arbitrary: fc.array(unknown, { minLength: 1, maxLength: 2 }) },
    );
    const types = Object.keys(get?.responses[200]?.content ?? {});
    const accept = fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: oneOf(types) },
      {
        weight: 1,
        arbitrary: oneOf(['*/*', 'text/*;q=0.5, application/json', 'image/png', 'x', ';;,', '*/*;q=0']),
      },
    );
    const condition = fc.oneof(
      { weight: 8, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: oneOf(['*', '"x"', 'W/"x"', 'x', '"']) },
    );
    return fc
      .record({
        ref,
        query,
        accept,
        condition,
        ending: fc.oneof({ weight: 9, arbitrary: fc.constant('') }, oneOf(ENDINGS)),
      })
      .map(({ ref, query, accept, condition, ending }) => ({
        url:
          path.replace(/\{\w+\}/, () => encoded(ref)) +
          (query.length === 0 ? '' : `?${query.map((pair) => pair.map(encoded).join('=')).join('&')}`) +
          ending,
        headers: {
          'accept-encoding': CODINGS,
          ...(accept === undefined ? {} : { accept }),
          ...(condition === undefined ? {} : { 'if-none-match': condition }),
        },
      }));
  };
  const alone = (path: string, parameter: Parameter): fc.Arbitrary<ArbitraryRequest> => {
    const refs = known.refs[path.split('/{')[0] ?? ''] ?? [];
    return fc.tuple(oneOf(refs), fitting(parameter.schema)).map(([ref, value]) => ({
      url: `${path.replace(/\{\w+\}/, () => encoded(ref))}?${encoded(parameter.name)}=${encoded(value)}`,
      headers: { 'accept-encoding': CODINGS },
    }));
  };
  const each = Object.entries(document.paths).flatMap(([path, { get }]) =>
    (get?.parameters ?? [])
      .map((parameter) => resolve<Parameter>(parameter))
      .filter((parameter) => parameter.in === 'query')
      .map((parameter) => alone(path, parameter)),
  );
  return { any: fc.oneof(...Object.keys(document.paths).map(operation)), each };
}
