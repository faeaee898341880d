/**
 * Markdown with front matter as Claimwire itself writes an article: read to the letter, nothing guessed and nothing
 * left out. The key `claimwire` tells it from the files of others.
 */
import { z } from 'zod';
import { FORM_KEY, FORM_NUMBER } from '../articles/front-matter.js';
import { ArticleInput } from '../articles/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { idInput, LIST_LENGTH_MAX, line, slug } from '../kernel/fields.js';
import { check, fieldName } from '../kernel/issues.js';
import { SourceInput } from '../sources/model.js';
import type { FrontMatter } from './front-matter.js';
import type { ImportedArticle } from './model.js';

const NamedSource = z.strictObject({
  id: idInput,
  slug,
  name: line(),
  kind: SourceInput.shape.kind,
});

const { externalId: _externalId, ...fields } = ArticleInput.shape;

const OwnArticle = z.strictObject({
  [FORM_KEY]: z.literal(FORM_NUMBER, {
    error: `must be ${FORM_NUMBER}, the one form that this release reads`,
  }),
  ...fields,
  id: idInput,
  body: fields.body.optional(),
  authors: z
    .array(z.strictObject({ name: line(), source: NamedSource.nullable().default(null) }))
    .max(LIST_LENGTH_MAX)
    .default([]),
  publisher: NamedSource.nullable().default(null),
});

/** Whether front matter is in Claimwire's own form. */
export const isOwn = (data: Record<string, unknown>): boolean => Object.hasOwn(data, FORM_KEY);

/** Throws ClaimwireError `unreadable-file`, with the line of the file for each fault. */
export function readOwnMarkdown({ data, body, lineOf }: FrontMatter): ImportedArticle {
  const { value, issues } = check(OwnArticle, data);
  if (value === null) {
    const faults = issues.map(({ path, detail }) => ({
      detail: `line ${lineOf(path)}: ${fieldName(path) || 'the front matter'} ${detail}`,
    }));
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
    throw new ClaimwireError('unreadable-file', `${faults[0]?.detail}${more}`, { issues: faults });
  }
  const { [FORM_KEY]: _form, publisher, authors, body: stated, ...article } = value;
  return {
    article: {
      ...article,
      body: stated ?? body,
      authors: authors.map(({ name, source }) => ({ name, source: source?.id ?? null })),
    },
    publisher: publisher?.id ?? null,
    sources: [...authors.flatMap(({ source }) => source ?? []), ...(publisher === null ? [] : [publisher])],
    ignored: [],
    isStatusStated: true,
  };
}
