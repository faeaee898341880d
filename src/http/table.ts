/**
 * Rows as a table: comma-separated values (RFC 4180), the columns made from the schema of a row. A field within a field
 * is a column with a dotted name, a list is JSON, null is an empty cell and an empty text is two quotation marks.
 */
import { stringify } from 'csv-stringify/sync';
import type { z } from 'zod';
import { type JsonSchema, toInlineSchema } from './json-schema.js';

/** A column: the path of a field in a row. */
export type Column = readonly string[];

/**
 * What a spreadsheet would run: a text that begins like a formula, as OWASP lists them. With quotation marks before it is
 * meant, too, so that a reader can always take one away.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/**
 * The columns of rows with this schema, in its order.
 * @param isWanted whether a field is among the rows' own; of one that is not, nothing is
 */
export function columnsOf(
  row: z.ZodType,
  isWanted: (path: string, isOptional: boolean) => boolean,
): Column[] {
  const visit = (schema: JsonSchema, path: Column): Column[] => {
    const { properties, required } = fieldsOf(schema);
    if (properties === undefined) return [path];
    return Object.entries(properties).flatMap(([name, part]) => {
      const inner = [...path, name];
      return isWanted(inner.join('.'), !required.includes(name)) ? visit(part, inner) : [];
    });
  };
  return visit(toInlineSchema(row), []);
}

interface ObjectSchema {
  readonly properties?: Record<string, JsonSchema>;
  readonly anyOf?: JsonSchema[];
  readonly required?: readonly string[];
}

/** The fields of an object, of one that may be null, too. */
function fieldsOf(schema: JsonSchema): {
  properties?: Record<string, JsonSchema>;
  required: readonly string[];
} {
  const { properties, anyOf = [], required = [] } = schema as ObjectSchema;
  const object =
    properties === undefined ? anyOf.find((branch) => branch.properties !== undefined) : undefined;
  return object === undefined ? { ...(properties && { properties }), required } : fieldsOf(object);
}

/** The first record: the names of the columns. */
export const headerOf = (columns: readonly Column[]): string =>
  write([columns.map((path) => path.join('.'))]);

/** A record for each row. */
export const recordsOf = (rows: readonly unknown[], columns: readonly Column[]): string =>
  write(rows.map((row) => columns.map((path) => cellOf(valueAt(row, path)))));

const write = (records: (string | null)[][]): string =>
  stringify(records, { record_delimiter: 'windows', quoted_match: /^$|[\r\n]/ });

function valueAt(row: unknown, path: Column): unknown {
  let value = row;
  for (const name of path) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return value;
}

function cellOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return FORMULA.test(value) ? `'${value}` : value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
