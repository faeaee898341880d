/**
 * What is wrong with given data, in sentences that a person can act on: one per fault, each with the path of the
 * field, each phrased to follow the field's name. No word of the validator reaches a caller.
 */
import type { z } from 'zod';
import { found, isOwn, type Schema, sentence, typeName, UNKNOWN } from './sentences.js';
import { nearest } from './words.js';

export interface ExplainedIssue {
  readonly path: (string | number)[];
  readonly detail: string;
}

type Issue = z.core.$ZodIssue;
type Definition = z.core.$ZodTypeDef & {
  readonly innerType?: Schema;
  readonly in?: Schema;
  readonly options?: readonly Schema[];
  readonly shape?: Record<string, Schema>;
  readonly element?: Schema;
  readonly valueType?: Schema;
};

/**
 * Checks data against a schema: the parsed value, or every fault in the order of the schema, of more than `max` the first
 * ones. `issues` is empty exactly when there is a value.
 */
export function check<T extends z.ZodType>(
  schema: T,
  data: unknown,
  max = Number.POSITIVE_INFINITY,
): { value: z.output<T>; issues: [] } | { value: null; issues: ExplainedIssue[] } {
  const result = schema.safeParse(data, { reportInput: true });
  return result.success
    ? { value: result.data, issues: [] }
    : { value: null, issues: explainIssues(result.error, schema, data, max) };
}

/**
 * The sentences for a validation error. The schema lets unknown keys be answered with the nearest known one and
 * bounds be named together; the data (or a parse with `reportInput`) tells a missing value from a wrong one.
 */
export function explainIssues(
  error: z.core.$ZodError,
  schema?: Schema,
  data: unknown = UNKNOWN,
  max = Number.POSITIVE_INFINITY,
): ExplainedIssue[] {
  const explained: ExplainedIssue[] = [];
  for (const issue of error.issues) {
    if (explained.length >= max) break;
    for (const one of explain(issue, [], schema, data)) explained.push(one);
  }
  return explained.slice(0, max);
}

/** A path as people write it: `claims[1].attributions[0].quote`; empty for the whole. */
export const fieldName = (path: readonly (string | number)[]): string =>
  path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');

function explain(
  issue: Issue,
  base: (string | number)[],
  schema: Schema | undefined,
  data: unknown,
): ExplainedIssue[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const input = 'input' in issue ? issue.input : data === UNKNOWN ? UNKNOWN : valueAt(data, path);
  const places = schema ? schemasAt(schema, path) : [];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = places.flatMap(({ _zod: { def } }) => Object.keys((def as Definition).shape ?? {}));
      return issue.keys.map((key) => ({ path: [...path, key], detail: unknownKey(key, known) }));
    }
    case 'invalid_union':
      return explainUnion(issue, input, path, schema, data);
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => explain(inner, path, schema, data));
    default:
      return [{ path, detail: sentence(issue, input, places) }];
  }
}

/** Of a union, the faults of the branch that was meant: one whose outer type fits, with the fewest faults. */
function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  input: unknown,
  path: (string | number)[],
  schema: Schema | undefined,
  data: unknown,
): ExplainedIssue[] {
  if (isOwn(issue.message)) return [{ path, detail: issue.message }];
  if (input === undefined) return [{ path, detail: 'is required' }];
  const wrongTypes = (branch: Issue[]) =>
    branch.flatMap((fault) =>
      fault.code === 'invalid_type' && fault.path.length === 0 ? [fault.expected] : [],
    );
  const branches: Issue[][] = [...issue.errors].sort((a, b) => a.length - b.length);
  const meant = branches.find((branch) => wrongTypes(branch).length === 0);
  if (meant) return meant.flatMap((fault) => explain(fault, path, schema, data));
  const types = [...new Set(issue.errors.flatMap(wrongTypes).map(typeName))];
  if (types.length > 0) return [{ path, detail: `must be ${types.join(' or ')}${found(input)}` }];
  const options =
    'options' in issue && issue.options ? `must be one of ${issue.options.join(', ')}` : 'is not valid';
  return [{ path, detail: options }];
}

function unknownKey(key: string, known: string[]): string {
  const bounds = known.filter((name) => name.startsWith(`${key}[`)); // a scale, which has only its operators
  if (bounds.length > 0)
    return `is not known here; did you mean ${bounds.map((name) => `\`${name}\``).join(', ')}?`;
  const [near] = nearest(key, known);
  if (near !== undefined) return `is not known here; did you mean \`${near}\`?`;
  // `kind` stands for `kind[not]` too: the list must stay one that a person reads.
  const words = [...new Set(known.map((name) => name.replace(/\[\w+\]$/, '')))];
  return words.length === 0 ? 'is not known here' : `is not known here; known are ${words.join(', ')}`;
}

function valueAt(data: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    data,
  );
}

/** Every schema that a value at the path may have to meet, wrappers and the branches of unions taken apart. */
function schemasAt(schema: Schema, path: (string | number)[]): Schema[] {
  const step = (place: Schema, key: string | number): Schema[] => {
    const { shape, element, valueType } = place._zod.def as Definition;
    const next =
      typeof key === 'number' ? element : shape && Object.hasOwn(shape, key) ? shape[key] : valueType;
    return next ? unwrap(next) : [];
  };
  return path.reduce<Schema[]>((places, key) => places.flatMap((place) => step(place, key)), unwrap(schema));
}

function unwrap(schema: Schema): Schema[] {
  const { innerType, in: input, options } = schema._zod.def as Definition;
  if (innerType) return unwrap(innerType);
  if (input) return unwrap(input);
  return options ? options.flatMap(unwrap) : [schema];
}
