/**
 * Claims, and articles with claims in them, as they are given over HTTP: what was answered may be sent back.
 */
import { z } from 'zod';
import { articleBodyFields, withArticleRules } from '../articles/model.js';
import { givenRef, idInput, instant, kept, LIST_LENGTH_MAX, language, verbatim } from '../kernel/fields.js';
import {
  AnchorState,
  AttributionInput,
  ClaimInput,
  CONTEXT_LENGTH_MAX,
  QUOTE_LENGTH_MAX,
  QuoteInput,
  RelationDirection,
  RelationInput,
  ReviewInput,
  Standing,
} from './model.js';

/** An anchor as it was answered, for a quote. */
const AnchorGiven = z.strictObject({
  exact: verbatim(QUOTE_LENGTH_MAX),
  prefix: z.string().max(CONTEXT_LENGTH_MAX).optional(),
  suffix: z.string().max(CONTEXT_LENGTH_MAX).optional(),
  start: z.int().nullable().optional(),
  end: z.int().nullable().optional(),
  articleVersion: z.int().optional(),
  state: AnchorState.optional(),
});

const partId = idInput
  .optional()
  .describe(
    'The id that it has, or is to have; without one, a part takes the next place of those that are there.',
  );

const { quote: _quote, url: placeUrl, context: occasion, ...voiceFields } = AttributionInput.shape;

const placedFields = {
  id: partId,
  ...voiceFields,
  source: givenRef
    .nullable()
    .default(null)
    .describe('An id, a slug or a name; without it the article speaks in its own voice.'),
  quote: QuoteInput.nullable().optional().describe('Words of the article, letter for letter.'),
  anchor: AnchorGiven.nullable()
    .optional()
    .describe('In place of `quote`: an anchor as it was answered, of which the words count.'),
};

interface Quoting {
  readonly quote?: QuoteInput | null | undefined;
  readonly anchor?: z.output<typeof AnchorGiven> | null | undefined;
}

/** The quote that is meant, whether it is given as one or as an anchor. */
function toQuote({ quote, anchor }: Quoting): QuoteInput | null {
  if (anchor == null) return quote ?? null;
  const { exact, prefix, suffix } = anchor;
  return { exact, ...(prefix && { prefix }), ...(suffix && { suffix }) };
}

const QUOTED_ONCE = {
  path: ['quote'],
  error: 'must not be given together with `anchor`, which says the same',
};
const isQuotedOnce = ({ quote, anchor }: Quoting) => quote == null || anchor == null;

const withQuote = <Given extends Quoting>({ quote: _quote, anchor: _anchor, ...given }: Given) => given;

/** Who put a claim forward, and where, as it is given over HTTP. */
export const AttributionBody = z
  .strictObject({
    ...placedFields,
    url: placeUrl,
    context: occasion,
    article: givenRef.nullable().default(null).describe('The id or slug of the article that reports it.'),
  })
  .refine(isQuotedOnce, QUOTED_ONCE)
  .transform((given) => ({ ...withQuote(given), quote: toQuote(given) }))
  .meta({ id: 'AttributionInput', description: 'Who put a claim forward, and where, as a writer gives it.' });

/** The same within an article that is given with its claims. */
const AttributionInArticle = z
  .strictObject(placedFields)
  .refine(isQuotedOnce, QUOTED_ONCE)
  .transform((given) => ({
    ...withQuote(given),
    url: null,
    context: null,
    article: null,
    quote: toQuote(given),
  }))
  .meta({ id: 'ArticleAttributionInput', description: 'Who put a claim forward in the article.' });

export const RelationBody = RelationInput.extend({
  id: partId,
  claim: givenRef.describe('The id of the other claim.'),
  source: givenRef.nullable().default(null).describe('An id, a slug or a name.'),
  direction: RelationDirection.optional().describe('`incoming` ones are kept by the other claim.'),
}).meta({ id: 'RelationInput', description: 'How a claim bears on another, as a writer gives it.' });

export const ReviewBody = ReviewInput.extend({
  id: partId,
  reviewer: givenRef.describe('An id, a slug or a name.'),
}).meta({ id: 'ReviewInput', description: 'A fact-check of a claim, as a writer gives it.' });

const { externalId: _externalId, reviews: _reviews, ...claimFields } = ClaimInput.shape;

const wholeFields = {
  ...claimFields,
  relations: z.array(RelationBody).max(LIST_LENGTH_MAX).default([]),
  reviews: z.array(ReviewBody).max(LIST_LENGTH_MAX).default([]),
};

/** A claim as it is given over HTTP, with all that belongs to it: what was answered may be sent back. */
export const ClaimBody = z
  .strictObject({
    ...wholeFields,
    attributions: z.array(AttributionBody).max(LIST_LENGTH_MAX).default([]),
    standing: kept(Standing),
    version: kept(z.int()),
    createdAt: kept(instant),
    updatedAt: kept(instant),
  })
  .meta({ id: 'ClaimInput', description: 'A claim as a writer gives it, with all that belongs to it.' });
export type ClaimBody = z.output<typeof ClaimBody>;

const ATTRIBUTIONS_AT_ONCE_MAX = 500; // each is looked for in the whole text of its article

const ClaimInArticle = z
  .strictObject({
    ...wholeFields,
    language: language.optional().describe('That of the article, if it is not given.'),
    attributions: z.array(AttributionInArticle).min(1).max(LIST_LENGTH_MAX),
  })
  .meta({
    id: 'ArticleClaimInput',
    description: 'A claim that stands in the article that it is given with.',
  });

/** An article as it is given over HTTP, with claims in it where it is new. */
export const ArticleBody = withArticleRules(
  z.strictObject({
    ...articleBodyFields,
    claims: z
      .array(ClaimInArticle)
      .max(LIST_LENGTH_MAX)
      .refine(
        (claims) =>
          claims.reduce((sum, { attributions }) => sum + attributions.length, 0) <= ATTRIBUTIONS_AT_ONCE_MAX,
        { error: `must have at most ${ATTRIBUTIONS_AT_ONCE_MAX} attributions together` },
      )
      .optional()
      .describe(
        'Claims in its text, which are made with it; of one that there is, they are written by themselves.',
      ),
  }),
).meta({ id: 'ArticleInput', description: 'An article as a writer gives it.' });
export type ArticleBody = z.output<typeof ArticleBody>;
