/**
 * The columns of things that a writer gives and that refer to nothing: what is shown, kept as a revision and moved out has
 * them in this order, each with references of its own kind beside them.
 */
import type { Tables } from './tables.js';

export const givenOfSource = (sources: Tables['sources']) => ({
  id: sources.id,
  slug: sources.slug,
  kind: sources.kind,
  name: sources.name,
  aliases: sources.aliases,
  description: sources.description,
  role: sources.role,
  country: sources.country,
  url: sources.url,
  sameAs: sources.sameAs,
});

/** Those before its references, and those after. */
export const givenOfArticle = (articles: Tables['articles']) => ({
  before: {
    id: articles.id,
    externalId: articles.externalId,
    slug: articles.slug,
    headline: articles.headline,
    standfirst: articles.standfirst,
    body: articles.markdown,
    language: articles.language,
    section: articles.section,
  },
  after: {
    canonicalUrl: articles.canonicalUrl,
    image: articles.image,
    disclaimer: articles.disclaimer,
    status: articles.status,
    retraction: articles.retraction,
    publishedAt: articles.publishedAt,
    modifiedAt: articles.modifiedAt,
    corrections: articles.corrections,
  },
});

export const givenOfClaim = (claims: Tables['claims']) => ({
  id: claims.id,
  externalId: claims.externalId,
  text: claims.text,
  language: claims.language,
  tags: claims.tags,
});

/** Behind its id and references, before its quote. */
export const givenOfAttribution = (attributions: Tables['attributions']) => ({
  url: attributions.url,
  context: attributions.context,
  stance: attributions.stance,
  mode: attributions.mode,
  cue: attributions.cue,
  saidAt: attributions.saidAt,
});

/** Behind its id and reviewer. */
export const givenOfReview = (reviews: Tables['reviews']) => ({
  rating: reviews.rating,
  verdict: reviews.verdict,
  url: reviews.url,
  title: reviews.title,
  summary: reviews.summary,
  reviewedAt: reviews.reviewedAt,
});
