/**
 * Fields that every feature shares, each with its bounds and the sentence that a caller reads when they are broken.
 */
import { z } from 'zod';
import { isId } from './ids.js';
import { relativeInstant } from './time.js';
import { SLUG_LENGTH_MAX } from './words.js';

export const NAME_LENGTH_MAX = 300; // the longest real headline seen is under 250
export const SUMMARY_LENGTH_MAX = 5_000; // standfirsts, notes, disclaimers: prose, but never a body
export const URL_LENGTH_MAX = 2_000; // what browsers and proxies carry safely
export const LIST_LENGTH_MAX = 100; // aliases, tags, authors: more is a mistake, and a row must stay small

/** Control characters other than tab and line ends; NUL among them, which PostgreSQL cannot store. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether a text can be stored on every engine: no control characters, no broken surrogate pairs. */
export const isClean = (text: string) => !CONTROL.test(text) && !LONE_SURROGATE.test(text);
/** Whether a list names nothing twice. */
export const isWithoutTwins = (all: readonly unknown[]): boolean => new Set(all).size === all.length;
const CLEAN = { error: 'must be text without control characters or broken surrogate pairs' };

/** One line of text, trimmed, 1 to `max` UTF-16 units. */
export const line = (max = NAME_LENGTH_MAX) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => isClean(text) && !/[\n\r\u2028\u2029]/.test(text), {
      error: 'must be one line of text without control characters or broken surrogate pairs',
    });

/** Text of several lines, trimmed, `min` to `max` UTF-16 units. */
export const prose = (max = SUMMARY_LENGTH_MAX, min = 1) =>
  z.string().trim().min(min).max(max).refine(isClean, CLEAN);

/** Text kept to the letter, for quotes and their surroundings. */
export const verbatim = (max: number) => z.string().min(1).max(max).refine(isClean, CLEAN);

/** An id as it is shown. */
export const id = z.uuid();

/** An id as it is given, in either case. The nil and the max UUID are no ids. */
export const idInput = z
  .uuid({ error: 'must be a UUID', abort: true })
  .refine(isId, { error: 'must be a UUID' })
  .toLowerCase();

/** An instant as it is shown: RFC 3339, UTC, milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });

/** An instant as it is given: RFC 3339 with any offset and precision; becomes UTC with milliseconds. */
export const instantInput = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time such as 2024-10-18T14:00:00Z' })
  .transform((text, context) => {
    const time = new Date(text);
    if (!Number.isNaN(time.getTime())) return time.toISOString();
    context.addIssue({ code: 'custom', message: 'must be a time that exists' });
    return z.NEVER;
  })
  .pipe(instant);

const BOUND_ERROR =
  'must be an RFC 3339 time such as 2024-10-18T14:00:00Z, or relative as now-30d (m, h, d, w)';
/** A bound with a space where a URL had a `+`. */
const LOST_PLUS = /^now \d|\d \d\d:\d\d$/;

/** A bound on a time: as `instantInput`, or relative to the present minute. */
export const instantBound = z
  .string()
  .transform((text, context) => {
    const instant = relativeInstant(text) ?? instantInput.safeParse(text).data;
    if (instant !== undefined) return instant;
    context.addIssue({
      code: 'custom',
      message: LOST_PLUS.test(text) ? `${BOUND_ERROR}; in a URL \`+\` is written %2B` : BOUND_ERROR,
    });
    return z.NEVER;
  })
  .pipe(z.string());

/** A month of the calendar, UTC. */
export const month = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, { error: 'must be a month such as 2024-10' });

/** A bound on a number of things. */
export const countBound = z
  .string()
  .regex(/^\d{1,9}$/, { error: 'must be a whole number from 0 to 999999999' })
  .transform(Number)
  .pipe(z.int());

/** What stands in a URL for a thing: letters and digits of any script, in lower case, joined by single hyphens. */
export const slug = z
  .string()
  .max(SLUG_LENGTH_MAX)
  .regex(/^[\p{Ll}\p{Lm}\p{Lo}\p{M}\p{N}]+(?:-[\p{Ll}\p{Lm}\p{Lo}\p{M}\p{N}]+)*$/u, {
    error: 'must be a slug: lower-case letters and digits, joined by single hyphens',
  })
  .refine((text) => !isId(text), { error: 'must not look like an id' });

/** A BCP 47 language tag in its canonical case, `pt-BR`. */
export const language = z
  .string()
  .max(35)
  .transform((tag, context) => {
    try {
      const [canonical] = Intl.getCanonicalLocales(tag);
      if (canonical !== undefined) return canonical;
    } catch {}
    context.addIssue({ code: 'custom', message: 'must be a BCP 47 language tag such as en or pt-BR' });
    return z.NEVER;
  })
  .pipe(z.string());

/** An absolute http or https address. */
export const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })
  .max(URL_LENGTH_MAX)
  .refine((url) => url.length > URL_LENGTH_MAX || Buffer.byteLength(url) <= URL_LENGTH_MAX, {
    error: `must be at most ${URL_LENGTH_MAX} bytes`,
  })
  .refine(isClean, CLEAN);

/** An absolute URI of any scheme, as in schema.org `sameAs`. */
export const uri = z.url({ error: 'must be an absolute URI' }).max(URL_LENGTH_MAX).refine(isClean, CLEAN);

/** A reference to something stored: an id, a slug or, for sources, a name. */
export const ref = line();

/** The same in a body: what an answer shows in its place will do, of which the id counts. */
export const givenRef = z.union([ref, z.looseObject({ id: idInput }).transform(({ id: given }) => given)]);

/** A field of a body that the server keeps itself: whoever sends back what was answered must send it unchanged. */
export const kept = <Field extends z.ZodType>(field: Field) =>
  field
    .optional()
    .describe('Kept by the server. May be sent back as it was answered; another value is refused.');

export const tags = z.array(slug).max(LIST_LENGTH_MAX).refine(isWithoutTwins, {
  error: 'must not name a tag twice',
});

export const Highlight = z
  .object({
    field: z.enum(['headline', 'standfirst', 'text', 'name', 'snippet']).describe('Where to mark it.'),
    start: z.int().describe('First position, in UTF-16 code units of the field.'),
    end: z.int().describe('Position after the last.'),
  })
  .meta({ id: 'Highlight', description: 'Words of the search in a field that is shown.' });
export type Highlight = z.infer<typeof Highlight>;

export const snippet = z.string().nullable().describe('The words around what was found; with `q`.');

/** A word of a URL that is true or false. */
export const yesOrNo = z
  .enum(['true', 'false'])
  .transform((word) => word === 'true')
  .pipe(z.boolean());
