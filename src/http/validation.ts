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

export function validateWithZod(app: FastifyInstance): void {
  app.setValidatorCompiler<FastifySchema>(({ schema, httpPart }) => {
    const shape = schema as unknown as z.ZodType;
    return (data: unknown) => {
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
  });
  app.setSerializerCompiler(({ schema }) => compileSerializer(schema as unknown as z.ZodType));
}
