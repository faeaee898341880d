/**
 * Requests are checked by their zod schema, answers written by a serialiser compiled from theirs.
 */
import type { FastifyInstance, FastifySchema } from 'fastify';
import type { z } from 'zod';
import { ClaimwireError, type Issue } from '../kernel/errors.js';
import { explainIssues, fieldName } from '../kernel/issues.js';
import { compileSerializer } from './json-schema.js';

/** A parameter that stands in the URL twice arrives as a list. */
function repeated(data: unknown): Issue[] {
  return Object.entries(data as Record<string, unknown>).flatMap(([parameter, value]) =>
    Array.isArray(value)
      ? [
          {
            parameter,
            detail: `is given ${value.length} times; give it once, several values separated by commas`,
          },
        ]
      : [],
  );
}

/** An issue at a place of some part of a request. */
export function toIssue(httpPart: string | undefined, path: (string | number)[], detail: string): Issue {
  if (httpPart === 'body')
    return { pointer: path.map((step) => `/${escapePointer(String(step))}`).join(''), detail };
  return { parameter: fieldName(path.slice(0, 1)), detail };
}

const escapePointer = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

const REMEMBERED_MAX = 500; // queries of a route that are answered without being checked again
const REMEMBERED_LENGTH_MAX = 500; // characters of one
/** Begins what counts from the present: it means something else in a while. */
const RELATIVE = ':"now';

/** The same check, for which a query that passed once has passed: to check one costs more than some answers do. */
function remembering(check: Check): Check {
  const passed = new Map<string, Checked>();
  return (data) => {
    const key = JSON.stringify(data);
    const known = passed.get(key);
    if (known !== undefined) return known;
    const checked = check(data);
    if ('error' in checked || key.length > REMEMBERED_LENGTH_MAX || key.includes(RELATIVE)) return checked;
    if (passed.size >= REMEMBERED_MAX) passed.clear();
    passed.set(key, { value: Object.freeze(checked.value) });
    return checked;
  };
}

type Checked = { readonly value: unknown } | { readonly error: ClaimwireError };
type Check = (data: unknown) => Checked;

export function validateWithZod(app: FastifyInstance): void {
  app.setValidatorCompiler<FastifySchema>(({ schema, httpPart }) => {
    const shape = schema as unknown as z.ZodType;
    const check: Check = (data) => {
      const twice = httpPart === 'querystring' ? repeated(data) : [];
      const singles =
        twice.length === 0
          ? data
          : Object.fromEntries(Object.entries(data as object).filter(([, value]) => !Array.isArray(value)));
      const result = shape.safeParse(singles, { reportInput: true });
      if (result.success && twice.length === 0) return { value: result.data };
      const faults = result.success
        ? []
        : explainIssues(result.error, shape, singles).map(({ path, detail }) =>
            toIssue(httpPart, path, detail),
          );
      return { error: new ClaimwireError('invalid-request', undefined, { issues: [...twice, ...faults] }) };
    };
    return httpPart === 'querystring' ? remembering(check) : check;
  });
  app.setSerializerCompiler(({ schema }) => compileSerializer(schema as unknown as z.ZodType));
}
