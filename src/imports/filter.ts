/**
 * What of everything is moved out, as it is asked for: on the command line and in a URL alike.
 */
import { z } from 'zod';
import { ArticleStatus } from '../articles/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { instantBound, language, ref, slug } from '../kernel/fields.js';
import { rowKinds } from './model.js';
import type { ExchangeFilter, Snapshot } from './store.js';

/** Words with commas between them. */
const oneOrMore = <Word extends string>(word: z.ZodEnum<Record<Word, Word>>) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(word));

const RowKindWord = z.enum(rowKinds);

/** Each field as it is typed. */
export const ExportFilter = z.strictObject({
  kind: oneOrMore(RowKindWord as never)
    .optional()
    .describe('Only rows of these kinds: source, article, claim.'),
  status: oneOrMore(ArticleStatus as never)
    .optional()
    .describe('Only articles of these statuses: draft, scheduled, published, retracted.'),
  publisher: ref.optional().describe('Only articles of this publisher, by id or slug.'),
  section: slug.optional().describe('Only articles of this section.'),
  language: language.optional().describe('Only articles in this language.'),
  tag: slug.optional().describe('Only articles with this tag.'),
  from: instantBound.optional().describe('Only articles published at this time or later.'),
  to: instantBound.optional().describe('Only articles published before this time.'),
});
export type ExportFilter = z.output<typeof ExportFilter>;

/** The filter as storage takes it. Throws `unknown-reference` for a publisher that there is not. */
export async function resolveFilter(
  snapshot: Pick<Snapshot, 'sourceKey'>,
  { kind, status, publisher, ...rest }: ExportFilter,
): Promise<ExchangeFilter> {
  const key = publisher === undefined ? undefined : await snapshot.sourceKey(publisher);
  if (publisher !== undefined && key === undefined)
    throw new ClaimwireError('unknown-reference', `“${publisher}” is no source’s id or slug.`);
  return {
    ...(kind && { kinds: kind as NonNullable<ExchangeFilter['kinds']> }),
    ...(status && { statuses: status as NonNullable<ExchangeFilter['statuses']> }),
    ...(key === undefined ? {} : { publisher: key }),
    ...(rest as Omit<ExchangeFilter, 'kinds' | 'statuses' | 'publisher'>),
  };
}
