/**
 * In which form an answer is given: the one that `format=` names, else the one that the `Accept` header prefers
 * (RFC 9110 section 12.5.1). A parameter that has a place in some forms only leaves only those to choose from.
 */
import accepts from 'accepts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ClaimwireError } from '../kernel/errors.js';
import type { JsonSchema } from './json-schema.js';

/** A form in which a route can answer. */
export interface Form {
  /** Its word for `format=`. */
  readonly name: string;
  readonly mediaType: string;
  /** Parameters that it has no place for. */
  readonly without?: readonly string[];
  /** What a body in this form is, for the contract; the schema of the route if not given. */
  readonly schema?: JsonSchema;
}

const JSON_FORM: Form = { name: 'json', mediaType: 'application/json' };

/** The only form of a route that names no other. */
export const onlyForm = (mediaType = JSON_FORM.mediaType): readonly Form[] => [{ name: 'json', mediaType }];

/** The forms of an article. */
export const articleForms: readonly Form[] = [
  JSON_FORM,
  {
    name: 'jsonld',
    mediaType: 'application/ld+json',
    without: ['body', 'marks', 'fields', 'include'],
    schema: {
      type: 'object',
      required: ['@context', '@graph'],
      properties: {
        '@context': { type: 'string', const: 'https://schema.org' },
        '@graph': {
          type: 'array',
          description:
            'A NewsArticle; then each Claim in it, followed by its ClaimReviews and by the Quotations of those who made it.',
          items: { type: 'object', additionalProperties: true },
        },
      },
    },
  },
  {
    name: 'markdown',
    mediaType: 'text/markdown',
    without: ['body', 'marks', 'fields', 'include'],
    schema: {
      type: 'string',
      description: 'CommonMark below YAML front matter; `claimwire import` reads the same article back.',
    },
  },
  {
    name: 'html',
    mediaType: 'text/html',
    without: ['body', 'fields', 'include'],
    schema: { type: 'string', description: 'The text as a fragment of sanitised HTML.' },
  },
];

/** The forms of a list. */
export const listForms: readonly Form[] = [
  JSON_FORM,
  {
    name: 'ndjson',
    mediaType: 'application/x-ndjson',
    without: ['count', 'facets'],
    schema: {
      type: 'string',
      description:
        'A line of JSON for each row, as it stands in `data`; without `limit` to the end of the list.',
    },
  },
  {
    name: 'csv',
    mediaType: 'text/csv',
    without: ['count', 'facets'],
    schema: {
      type: 'string',
      description:
        "A header, then a record for each row (RFC 4180); without `limit` to the end of the list. Fields within fields are columns with dots; a list is JSON. Text that a spreadsheet would take for a formula has a `'` before it.",
    },
  },
];

/** What is sent as `Content-Type`. */
export const contentTypeOf = ({ mediaType }: Form): string =>
  `${mediaType}; charset=utf-8${mediaType === 'text/csv' ? '; header=present' : ''}`;

/** The parameter `format` of a route with these forms. */
export const formatParameter = (forms: readonly Form[]) => ({
  format: z
    .enum(forms.map(({ name }) => name) as [string, ...string[]])
    .optional()
    .describe('The form of the answer; else the `Accept` header decides.'),
});

/** The query of a route, which refuses with a `format` the parameters that it has no place for. */
export function withForms<Query extends z.ZodType>(query: Query, forms: readonly Form[]): Query {
  if (forms.length === 1) return query;
  return query.superRefine((given, context) => {
    const asked = given as Record<string, unknown>;
    const form = forms.find(({ name }) => name === asked.format);
    for (const name of form?.without ?? [])
      if (asked[name] !== undefined)
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `cannot be given together with \`format=${form?.name}\``,
        });
  });
}

export const ACCEPT_RANGES_MAX = 100; // a browser sends ten; each is compared with every form

/** What narrows a media type in `Accept`, such as a charset: all that is here is in UTF-8 and of no profile. */
const PARAMETER = /;(?!\s*q\s*=)\s*[^;,="]+(?:=(?:"[^"]*"|[^;,"]*))?/gi;

/**
 * The form of the answer to a request, not validated yet, at a route with these forms. Throws `not-acceptable` where the
 * caller takes none of them, `headers-too-large` where it names more than ACCEPT_RANGES_MAX.
 */
function chooseForm(
  { query, headers }: Pick<FastifyRequest, 'query' | 'headers'>,
  forms: readonly Form[],
): Form {
  const [first = JSON_FORM] = forms;
  const asked = query as Record<string, unknown>;
  const { accept } = headers;
  if (forms.length > 1 && asked.format !== undefined)
    return forms.find(({ name }) => name === asked.format) ?? first; // another word is refused with the query
  if (accept === undefined || accept === '*/*' || accept === first.mediaType) return first;
  const ranges = accept.split(',').length;
  if (ranges > ACCEPT_RANGES_MAX)
    throw new ClaimwireError(
      'headers-too-large',
      `The Accept header names ${ranges} media ranges; this server reads ${ACCEPT_RANGES_MAX}.`,
    );
  const fitting = forms.filter(({ without = [] }) => !without.some((name) => Object.hasOwn(asked, name)));
  const types = fitting.map(({ mediaType }) => mediaType);
  const chosen = accepts({ headers: { accept: accept.replace(PARAMETER, '') } } as never).type(types);
  const form = fitting.find(({ mediaType }) => mediaType === chosen);
  if (form === undefined)
    throw new ClaimwireError(
      'not-acceptable',
      `This URL${types.length < forms.length ? ' with these parameters' : ''} answers with ${types.join(', ')}.`,
    );
  return form;
}

/** The form of the answer to a request; null where the contract says nothing of the route. Throws as `chooseForm`. */
export function formFor(request: FastifyRequest): Form | null {
  const { contract } = request.routeOptions.config;
  if (contract === undefined) return null;
  return contract.ignoresAccept ? (contract.forms[0] ?? null) : chooseForm(request, contract.forms);
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The form in which it is to be answered; null where nothing is chosen. */
    form: Form | null;
  }
}
