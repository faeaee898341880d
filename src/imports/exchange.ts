/**
 * The exchange format: everything that a database holds as lines of JSON, which can be brought in again unchanged. First a
 * line that names the format, then sources, an organisation before its members, then articles, then claims, at last a line
 * that says that nothing is missing. See docs/moving-content.md.
 */
import { z } from 'zod';
import { FORM_KEY, FORM_NUMBER } from '../articles/front-matter.js';
import { MovedArticle } from '../articles/model.js';
import {
  AnchorState,
  AttributionInput,
  ClaimInput,
  QuoteInput,
  RelationInput,
  ReviewInput,
} from '../claims/model.js';
import { idInput, LIST_LENGTH_MAX, ref } from '../kernel/fields.js';
import { SourceInput } from '../sources/model.js';
import { type RowKind, rowKinds } from './model.js';
import type { ExchangeRow } from './store.js';

/** What a claim of the newsroom's archive may hold of each kind of part: a much-repeated one has hundreds. */
export const PARTS_MAX = 10_000;

/** A quote with where it stands, so that one that stands in its text twice is found again. */
const ExchangeQuote = QuoteInput.extend({
  start: z.int().min(0).optional().describe('Where it stood, in UTF-16 code units of the plain text.'),
  state: AnchorState.optional().describe('`orphaned` where the words are known not to stand in the text.'),
});

const part = { id: idInput.optional() };

/** A claim with all that belongs to it. What is left out is empty: a row says what the claim is, whole. */
export const ExchangeClaim = z.strictObject({
  ...ClaimInput.shape,
  attributions: z
    .array(
      z.strictObject({
        ...part,
        ...AttributionInput.shape,
        article: ref.nullable().default(null),
        quote: ExchangeQuote.nullable().default(null),
      }),
    )
    .max(PARTS_MAX)
    .default([]),
  relations: z
    .array(z.strictObject({ ...part, ...RelationInput.shape }))
    .max(PARTS_MAX)
    .default([]),
  reviews: z
    .array(z.strictObject({ ...part, ...ReviewInput.shape }))
    .max(LIST_LENGTH_MAX)
    .default([]),
});
export type ExchangeClaim = z.output<typeof ExchangeClaim>;

/** What a row of each kind is checked by. */
export const rowSchemas = { source: SourceInput, article: MovedArticle, claim: ExchangeClaim } as const;

export type RowCounts = Record<RowKind, number>;

export const noRows = (): RowCounts => ({ source: 0, article: 0, claim: 0 });

/** The first line. */
export const HEAD = `${JSON.stringify({ [FORM_KEY]: FORM_NUMBER })}\n`;
export { FORM_KEY, FORM_NUMBER };

/** The line of a row, in pieces. */
export const lineOf = ({ kind, value }: ExchangeRow): readonly Uint8Array[] => [BEFORE[kind], value, BEHIND];

const before = (kind: RowKind) => Buffer.from(`{"${kind}":`);
const BEFORE = { source: before('source'), article: before('article'), claim: before('claim') };
const BEHIND = Buffer.from('}\n');

/** The last line: how many rows of each kind went before, and the SHA-256 of every byte before it, in hexadecimal. */
export const endOf = (counts: RowCounts, sha256: string): string =>
  `${JSON.stringify({ end: { sources: counts.source, articles: counts.article, claims: counts.claim, sha256 } })}\n`;

const count = z.int().min(0);

export const End = z.strictObject({
  sources: count,
  articles: count,
  claims: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be a SHA-256 in hexadecimal' }),
});

/** A line, for the contract. */
export const ExchangeLine = z.union([
  z.strictObject({ source: SourceInput.meta({ id: 'SourceRow', description: 'A source, whole.' }) }),
  z.strictObject({ article: MovedArticle.meta({ id: 'ArticleRow', description: 'An article, whole.' }) }),
  z.strictObject({
    claim: ExchangeClaim.meta({ id: 'ClaimRow', description: 'A claim with all that belongs to it, whole.' }),
  }),
  z.strictObject({ [FORM_KEY]: z.literal(FORM_NUMBER) }).describe('The first line of an export.'),
  z.strictObject({ end: End }).describe('The last line of an export.'),
]);

/** The words that a line may have as its one field. */
export const lineWords: readonly string[] = [...rowKinds, FORM_KEY, 'end'];
