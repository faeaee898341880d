/**
 * The sentence for one fault that zod found, phrased to follow a field's name: what would be right, then what was found.
 * Only issues.ts speaks these; it knows where the fault lies.
 */
import { z } from 'zod';
import { nearest } from './words.js';

export type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;

/** Stands for the faulty value where nobody handed it in. */
export const UNKNOWN: unique symbol = Symbol('the input was not handed in');

const typeNames: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with fields',
  record: 'an object with fields',
  null: 'null',
};

const formatNames: Record<string, string> = {
  uuid: 'must be an id (a UUID)',
  lowercase: 'must be in lower case',
  url: 'must be an absolute URL',
  email: 'must be an e-mail address',
  datetime: 'must be an RFC 3339 time in UTC such as 2024-10-18T14:00:00.000Z',
  date: 'must be a date such as 2024-10-18',
};

/** `places` are the schemas that the value had to meet; they know bounds that the fault does not name. */
export function sentence(issue: Issue, input: unknown, places: Schema[]): string {
  const missing = input === undefined || (input === UNKNOWN && issue.message.endsWith('received undefined'));
  if (missing && issue.code === 'invalid_type') return 'is required';
  if (missing && issue.code === 'invalid_value')
    return `is required: one of ${issue.values.map(String).join(', ')}`;
  const size = issue.code === 'too_big' || issue.code === 'too_small' ? bounds(issue, places) : null;
  // A message of a whole schema ("must be a URL") says nothing of a length; the size does.
  if (isOwn(issue.message) && !(size && speaksForAll(issue, places))) return issue.message;
  if (size) return size;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${wholeRange(places) ?? typeName(issue.expected)}${found(input)}`;
    case 'invalid_value': {
      const [near] = typeof input === 'string' ? nearest(input, issue.values.map(String)) : [];
      const words =
        issue.values.length === 1
          ? `must be ${String(issue.values[0])}`
          : `must be one of ${issue.values.map(String).join(', ')}`;
      return near === undefined ? words : `${words}; nearest: ${near}`;
    }
    case 'invalid_format':
      return formatNames[issue.format] ?? `must be a valid ${issue.format.replaceAll('_', ' ')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    default:
      return 'is not valid';
  }
}

function bounds(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall, places: Schema[]): string {
  const big = issue.code === 'too_big';
  const bound = big ? issue.maximum : issue.minimum;
  const words = issue.exact ? 'exactly' : big ? 'at most' : 'at least';
  if (issue.origin === 'string') {
    return !big && bound === 1
      ? 'must not be empty'
      : `must be ${words} ${bound} character${bound === 1 ? '' : 's'}`;
  }
  if (issue.origin === 'array') return `must have ${words} ${bound} ${bound === 1 ? 'entry' : 'entries'}`;
  const comparison = issue.inclusive === false ? (big ? 'less than' : 'more than') : words;
  return `must be ${wholeRange(places) ?? `${comparison} ${bound}`}`;
}

function wholeRange(places: Schema[]): string | null {
  for (const place of places) {
    if (!(place instanceof z.ZodNumber) || !place.format?.includes('int')) continue;
    const { minValue: min, maxValue: max } = place;
    if (min !== null && max !== null && Number.MIN_SAFE_INTEGER < min && max < Number.MAX_SAFE_INTEGER) {
      return `a whole number from ${min} to ${max}`;
    }
  }
  return null;
}

/** Whether a schema wrote the message. Our sentences begin in lower case, to follow a name; the validator's begin with a capital. */
export const isOwn = (message: string): boolean => /^[^\p{Lu}]/u.test(message);

const speaksForAll = (issue: Issue, places: Schema[]): boolean =>
  places.some((place) => place._zod.def.error?.(issue as never) === issue.message);

export const typeName = (type: string): string => typeNames[type] ?? type;

export function found(input: unknown): string {
  if (input === UNKNOWN) return '';
  const type = input === null ? 'null' : Array.isArray(input) ? 'array' : typeof input;
  return `; found ${type === 'boolean' ? String(input) : typeName(type)}`;
}
