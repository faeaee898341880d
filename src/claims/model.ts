/**
 * What a claim is to a client: one proposition that somebody put forward, with who said it, where it stands in the
 * text, who disputes it and what fact-checkers found.
 */
import { z } from 'zod';
import { Article, ArticleRef, nameArticleRows } from '../articles/model.js';
import {
  Highlight,
  id,
  idInput,
  instant,
  instantInput,
  LIST_LENGTH_MAX,
  language,
  line,
  prose,
  ref,
  tags,
  verbatim,
  webUrl,
} from '../kernel/fields.js';
import type { NameRow } from '../kernel/rows.js';
import { SourceRef } from '../sources/model.js';

export const CLAIM_LENGTH_MAX = 2_000; // one proposition; the longest checked claim seen is under 1,000
export const QUOTE_LENGTH_MAX = 5_000; // a quoted passage may run over paragraphs
export const CONTEXT_LENGTH_MAX = 100; // what stands before and after a quote, enough to tell two places apart

export const Standing = z
  .enum([
    'verified',
    'refuted',
    'mixed',
    'unproven',
    'disputed',
    'corroborated',
    'single-source',
    'unattributed',
  ])
  .meta({
    id: 'Standing',
    description:
      'Where the claim stands, derived from all that is known of it: reviews decide first (`verified`, `refuted`, `mixed`, `unproven`); else it is `disputed` where somebody denies or questions it or a claim of another source contradicts it; else `corroborated` where two independent sources assert it; else `single-source`; else `unattributed`.',
  });
export type Standing = z.infer<typeof Standing>;

export const Stance = z
  .enum(['asserts', 'denies', 'questions'])
  .meta({ id: 'Stance', description: 'What the source does with the claim.' });
export type Stance = z.infer<typeof Stance>;

export const Mode = z.enum(['direct', 'indirect', 'mixed']).meta({
  id: 'Mode',
  description: 'Whether the article gives the source’s own words, a report of them, or both.',
});
export type Mode = z.infer<typeof Mode>;

export const AnchorState = z
  .enum(['anchored', 'orphaned'])
  .meta({ id: 'AnchorState', description: '`orphaned` means that the quote no longer stands in the text.' });
export type AnchorState = z.infer<typeof AnchorState>;

export const RelationKind = z
  .enum(['repeats', 'supports', 'contradicts', 'refines'])
  .meta({ id: 'RelationKind', description: 'What one claim does to another.' });
export type RelationKind = z.infer<typeof RelationKind>;

export const RelationDirection = z.enum(['outgoing', 'incoming']).meta({
  id: 'RelationDirection',
  description: '`outgoing`: this claim does it to the other; `incoming`: the other does it to this one.',
});

export const Verdict = z
  .enum(['true', 'mostly-true', 'mixed', 'mostly-false', 'false', 'unproven'])
  .meta({ id: 'Verdict', description: 'A reviewer’s rating on the one scale that all reviews share.' });
export type Verdict = z.infer<typeof Verdict>;

const Anchor = z
  .object({
    exact: z.string().describe('The quoted words, letter for letter.'),
    prefix: z.string().describe('The text just before.'),
    suffix: z.string().describe('The text just after.'),
    start: z
      .int()
      .nullable()
      .describe('First position, in UTF-16 code units of `body=text`; null when orphaned.'),
    end: z.int().nullable().describe('Position after the last; null when orphaned.'),
    articleVersion: z.int().describe('The version of the article in which the quote was last looked for.'),
    state: AnchorState,
  })
  .meta({
    id: 'Anchor',
    description: 'Where a statement stands in the plain text of its article (W3C Web Annotation selectors).',
  });

export const Attribution = z
  .object({
    id,
    source: SourceRef.nullable().describe('Who put the claim forward; null is the article’s own voice.'),
    article: ArticleRef.nullable().describe('The article that reports it; null outside any article.'),
    url: z.string().nullable().describe('Where it was said, outside any article.'),
    context: z.string().nullable().describe('The occasion, outside any article: "a speech in Ohio".'),
    stance: Stance,
    mode: Mode.nullable(),
    cue: z.string().nullable().describe('The words that attribute it: "said", "according to".'),
    saidAt: instant.nullable(),
    anchor: Anchor.nullable(),
  })
  .meta({ id: 'Attribution', description: 'Who put a claim forward, and where.' });

const summaryFields = {
  language: z.string().describe('BCP 47.'),
  tags: z.array(z.string()),
  standing: Standing,
  version: z.int().describe('Rises by one with each change, a change of standing among them.'),
  createdAt: instant,
  updatedAt: instant,
};

export const ClaimRef = z
  .object({
    id,
    text: z.string(),
    sources: z.array(SourceRef).describe('Who asserts it.'),
    ...z.object(summaryFields).partial().shape,
  })
  .meta({
    id: 'ClaimRef',
    description:
      'A claim where another refers to it: id, text and who asserts it; the rest where it is included.',
  });
export type ClaimRef = z.infer<typeof ClaimRef>;

export const Relation = z
  .object({
    id,
    kind: RelationKind,
    direction: RelationDirection,
    claim: ClaimRef,
    note: z.string().nullable(),
    source: SourceRef.nullable().describe('Who says that the claims are so related; null is the newsroom.'),
  })
  .meta({ id: 'Relation', description: 'How this claim and another one bear on each other.' });

export const Review = z
  .object({
    id,
    reviewer: SourceRef,
    rating: z.string().describe('The reviewer’s own words.'),
    verdict: Verdict,
    url: z.string().nullable(),
    title: z.string().nullable(),
    summary: z.string().nullable(),
    reviewedAt: instant,
  })
  .meta({ id: 'Review', description: 'A fact-check of the claim (schema.org ClaimReview).' });
export type Review = z.infer<typeof Review>;

export const Claim = z
  .object({
    id,
    text: z.string(),
    language: summaryFields.language,
    tags: summaryFields.tags,
    standing: summaryFields.standing,
    attributions: z.array(Attribution),
    relations: z.array(Relation),
    reviews: z.array(Review),
    version: summaryFields.version,
    createdAt: summaryFields.createdAt,
    updatedAt: summaryFields.updatedAt,
    highlights: z.array(Highlight).optional().describe('What to mark in the text; with `q`.'),
  })
  .meta({ id: 'Claim', description: 'One proposition that somebody put forward.' });
export type Claim = z.infer<typeof Claim>;

/** Names every row that a claim shows. */
export function nameClaimRows(claim: Partial<Claim>, name: NameRow): void {
  const { id, attributions = [], relations = [], reviews = [] } = claim;
  if (id !== undefined) name('claim', id);
  for (const { source, article } of attributions) {
    if (source != null) name('source', source.id);
    if (article != null) name('article', article.id);
    if (article?.publisher != null) name('source', article.publisher.id);
  }
  for (const { claim: other, source } of relations) {
    name('claim', other.id);
    for (const { id } of other.sources) name('source', id);
    if (source != null) name('source', source.id);
  }
  for (const { reviewer } of reviews) name('source', reviewer.id);
}

/** An article as it is answered, with the claims in it where they are included. */
export const ArticleWithClaims = Article.extend({
  claims: z
    .array(Claim)
    .optional()
    .describe(
      'The first claims in its text, with their attributions and anchors there; with `include=claims`.',
    ),
  moreClaims: z
    .boolean()
    .optional()
    .describe('Whether the text has more claims than these; `/v1/articles/{ref}/claims` lists them all.'),
}).meta({ id: 'Article', description: 'A news article.' });
export type ArticleWithClaims = z.infer<typeof ArticleWithClaims>;

/** What articles show of claims, for the house of articles, which does not know them. */
export const besideArticles = {
  item: ArticleWithClaims,
  standing: Standing,
  /** Names every row that an article with its claims shows. */
  nameRows(article: Partial<ArticleWithClaims>, name: NameRow): void {
    nameArticleRows(article, name);
    for (const claim of article.claims ?? []) nameClaimRows(claim, name);
  },
};

/** A quote as a writer gives it. `prefix` and `suffix` are needed only where the words stand in the text twice. */
export const QuoteInput = z.strictObject({
  exact: verbatim(QUOTE_LENGTH_MAX),
  prefix: verbatim(CONTEXT_LENGTH_MAX).optional(),
  suffix: verbatim(CONTEXT_LENGTH_MAX).optional(),
});
export type QuoteInput = z.output<typeof QuoteInput>;

/** A quote that was placed before: where it stood, or that it is known not to stand in the text. */
export interface PlacedQuote extends QuoteInput {
  readonly start?: number | undefined;
  readonly state?: z.output<typeof AnchorState> | undefined;
}

/**
 * Who put a claim forward, as a writer gives it. `source` is an id, a slug or a name; without it the article speaks in
 * its own voice. `url` and `context` say where it was said outside any article.
 */
export const AttributionInput = z.strictObject({
  source: ref.nullable().default(null),
  url: webUrl.nullable().default(null),
  context: prose().nullable().default(null),
  stance: Stance.default('asserts'),
  mode: Mode.nullable().default(null),
  cue: line().nullable().default(null),
  saidAt: instantInput.nullable().default(null),
  quote: QuoteInput.nullable().default(null),
});
export type AttributionInput = z.output<typeof AttributionInput>;

export const ReviewInput = z.strictObject({
  reviewer: ref,
  rating: line(),
  verdict: Verdict,
  url: webUrl.nullable().default(null),
  title: line().nullable().default(null),
  summary: prose().nullable().default(null),
  reviewedAt: instantInput,
});
export type ReviewInput = z.output<typeof ReviewInput>;

/** How a claim bears on another, as a writer gives it. `claim` is an id or the key that a seed file gave it. */
export const RelationInput = z.strictObject({
  kind: RelationKind,
  claim: ref,
  note: prose().nullable().default(null),
  source: ref.nullable().default(null),
});
export type RelationInput = z.output<typeof RelationInput>;

/** A claim as a writer gives it, apart from who put it forward and what it does to other claims. */
export const ClaimInput = z.strictObject({
  id: idInput.optional(),
  externalId: line().nullable().default(null),
  text: prose(CLAIM_LENGTH_MAX),
  language,
  tags: tags.default([]),
  reviews: z.array(ReviewInput).max(LIST_LENGTH_MAX).default([]),
});
export type ClaimInput = z.output<typeof ClaimInput>;

/** A claim with all that belongs to it, as a writer gives it. A part with an `id` is the one that has it, or is to have it. */
export interface WholeClaimInput extends Omit<ClaimInput, 'reviews'> {
  readonly attributions: (AttributionInput & {
    readonly id?: string | undefined;
    readonly article: string | null;
  })[];
  readonly relations: (RelationInput & { readonly id?: string | undefined })[];
  readonly reviews: (ReviewInput & { readonly id?: string | undefined })[];
}

/** All that is stored of a claim, as a writer would give it. */
export type ClaimState = WholeClaimInput & { readonly id: string };
