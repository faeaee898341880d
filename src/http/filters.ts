/**
 * Filters of lists in a URL: `field=a,b`, `field[not]=a`, `field[gte]=…`. Each feature brings a table from word to what it
 * may hold.
 */
import { z } from 'zod';
import { yesOrNo } from '../kernel/fields.js';
import type { Filter, FilterValue, Operator } from '../kernel/page.js';

const FILTER_VALUES_MAX = 50; // values of one word: a query plan must stay small

/** The operators of a word that names things, of one that is a scale, and of one that is true or false. */
export const WORDS = ['in', 'not'] as const;
export const SCALE = ['gte', 'gt', 'lte', 'lt'] as const;
const FLAG = ['is'] as const;

/** What a bound on a time may be, in the contract's words. */
export const TIME = 'RFC 3339, or relative to the present minute as now-30d (m, h, d, w).';

/** What a word of the query may hold. */
export interface FilterWord {
  readonly value: z.ZodType<FilterValue, string>;
  readonly operators: readonly Operator[];
  readonly description: string;
}

export type FilterTable = Readonly<Record<string, FilterWord>>;

/** A word that is true or false. */
export const flag = (description: string): FilterWord => ({
  value: yesOrNo,
  operators: FLAG,
  description: `Whether it is so. ${description}`,
});

const parameterOf = (word: string, operator: Operator): string =>
  operator === 'in' || operator === 'is' ? word : `${word}[${operator}]`;

const lead: Readonly<Record<Operator, string>> = {
  in: 'Any of these, separated by commas.',
  not: 'None of these, separated by commas.',
  is: '',
  gte: 'At least this.',
  gt: 'More than this.',
  lte: 'At most this.',
  lt: 'Less than this.',
};

/** Several values, separated by commas. */
export const listed = <Value extends z.ZodType<unknown, string>>(value: Value, max: number) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(value).min(1).max(max));

function parameter({ value, description }: FilterWord, operator: Operator): z.ZodType {
  const isList = operator === 'in' || operator === 'not';
  return (isList ? listed(value, FILTER_VALUES_MAX) : value)
    .optional()
    .describe(`${lead[operator]} ${description}`.trim());
}

/** The parameters of a table, by name. */
export const filterParameters = (table: FilterTable): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries(table).flatMap(([word, filter]) =>
      filter.operators.map((operator) => [parameterOf(word, operator), parameter(filter, operator)] as const),
    ),
  );

/** The filters that a valid query holds. */
export function toFilters(table: FilterTable, query: Readonly<Record<string, unknown>>): Filter[] {
  const filters: Filter[] = [];
  for (const { parameter, field, operator } of parametersIn(table)) {
    const value = query[parameter];
    if (value === undefined) continue;
    filters.push({ field, operator, values: (Array.isArray(value) ? value : [value]) as Filter['values'] });
  }
  return filters;
}

const known = new WeakMap<FilterTable, ReturnType<typeof namesIn>>();

/** The parameters of a table, which are many: named once. */
function parametersIn(table: FilterTable) {
  const held = known.get(table) ?? namesIn(table);
  known.set(table, held);
  return held;
}

const namesIn = (table: FilterTable) =>
  Object.entries(table).flatMap(([field, { operators }]) =>
    operators.map((operator) => ({ parameter: parameterOf(field, operator), field, operator })),
  );

/** A table without some of its words. */
export const without = (table: FilterTable, ...words: readonly string[]): FilterTable =>
  Object.fromEntries(Object.entries(table).filter(([word]) => !words.includes(word)));
