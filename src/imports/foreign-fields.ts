/**
 * How the values of foreign front matter are read: each reader gives the value in our form, or undefined where it is
 * empty or cannot be used. What is wrong beyond doubt, a date that is none, is refused instead.
 */
import { type ArticleInput, ArticleStatus } from '../articles/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { nearest, slugify } from '../kernel/words.js';
import { REAL_DATE, writtenInstant } from './dates.js';
import { decodeEntities } from './entities.js';
import type { ReaderOptions } from './model.js';

/** A field of the file: its name and value, what the file does not say, and where to report an entry that is left out. */
export interface Field {
  readonly name: string;
  readonly value: unknown;
  readonly options: ReaderOptions;
  readonly ignore: (name: string) => void;
}

export type Read<T> = (field: Field) => T | undefined;

export const plainText: Read<string> = ({ value }) => textOf(value);

/** Prose in which character references may be left over from HTML. */
export const htmlText: Read<string> = ({ value }) => decodeEntities(textOf(value) ?? '').trim() || undefined;

/** The same on one line. */
export const htmlLine: Read<string> = (field) => htmlText(field)?.replace(/\s+/gu, ' ');

export const slugOf: Read<string> = ({ value }) => slugify(textOf(value) ?? '') || undefined;

/** An absolute http or https address; a path or another scheme is of no use outside the site. */
export const webAddress: Read<string> = ({ value }) => {
  const text = textOf(value);
  return text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
};

export const instantOf: Read<string> = ({ name, value, options }) => {
  if (isEmpty(value)) return undefined;
  const text = textOf(value);
  const instant = text === undefined ? null : writtenInstant(text, options.timezone);
  if (instant !== null) return instant;
  throw refusal(`${name} to be ${REAL_DATE}`, value);
};

export const tagsOf: Read<string[]> = ({ name, value, ignore }) => {
  const slugs = listOf(value).map((entry, at) => {
    const slug = slugify(textOf(entry) ?? '');
    if (slug === '' && !isEmpty(entry)) ignore(`${name}[${at}]`);
    return slug;
  });
  return unlessEmpty([...new Set(slugs.filter((slug) => slug !== ''))]);
};

/** Authors are names, or objects with a name. */
export const authorsOf: Read<{ name: string }[]> = (field) =>
  unlessEmpty(
    listOf(field.value).flatMap((entry, at) => {
      const author = htmlLine({ ...field, value: isRecord(entry) ? entry.name : entry });
      if (author === undefined && !isEmpty(entry)) field.ignore(`${field.name}[${at}]`);
      return author === undefined ? [] : [{ name: author }];
    }),
  );

export const imageOf: Read<{
  url: string;
  alt: string | null;
  caption: string | null;
  credit: string | null;
}> = (field) => {
  const given = isRecord(field.value) ? field.value : { url: field.value };
  const url = webAddress({ ...field, value: given.url });
  if (url === undefined) return undefined;
  const part = (value: unknown) => htmlText({ ...field, value }) ?? null;
  return { url, alt: part(given.alt), caption: part(given.caption), credit: part(given.credit) };
};

export const statusOf: Read<(typeof ArticleStatus.options)[number]> = ({ value }) => {
  if (isEmpty(value)) return undefined;
  const words = ArticleStatus.options;
  const word = words.find((known) => known === value);
  if (word) return word;
  const [near] = nearest(textOf(value) ?? '', words);
  throw refusal(`status to be one of ${words.join(', ')}${near ? ` (nearest: ${near})` : ''}`, value);
};

/** Why an article was withdrawn: a note, or one with its time as `at`. */
export const retractionOf: Read<ArticleInput['retraction']> = (field) => {
  const { value } = field;
  if (isEmpty(value)) return undefined;
  const { at, note } = isRecord(value) ? value : { at: null, note: value };
  const text = htmlText({ ...field, name: 'retraction', value: note });
  if (text === undefined) throw refusal('retraction to be a note, or one with its time: { at, note }', value);
  return { at: instantOf({ ...field, name: 'retraction.at', value: at }) ?? null, note: text };
};

/** A draft by mistake is a nuisance, a publication by mistake is not undone: so nothing here is guessed. */
export const draftOf: Read<boolean> = ({ value }) => {
  if (isEmpty(value)) return undefined;
  if (typeof value === 'boolean') return value;
  throw refusal('draft to be true or false', value);
};

/** Whether a field says nothing: absent, null, white space, an empty list or object. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isEmpty);
  return value === undefined || value === null;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The refusal of a file, in the one form of this room: what was expected, what was found. */
export function refusal(expected: string, value: unknown): ClaimwireError {
  const found = textOf(value) ?? (isEmpty(value) ? 'nothing' : Array.isArray(value) ? 'a list' : 'an object');
  return new ClaimwireError(
    'unreadable-file',
    `expected ${expected}, found ${found.replace(/\s+/g, ' ').slice(0, 60)}`,
  );
}

/** Text, or a number that YAML made of it. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

const unlessEmpty = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
