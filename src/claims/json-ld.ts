/**
 * An article in the words of schema.org, with its claims, what fact-checkers found of them and who is quoted: one graph,
 * in which each thing stands once and is referred to by its `@id`.
 */
import type {
  ClaimLeaf,
  ClaimReviewLeaf,
  CorrectionCommentLeaf,
  Graph,
  ImageObjectLeaf,
  NewsArticleLeaf,
  OrganizationLeaf,
  PersonLeaf,
  QuotationLeaf,
  RatingLeaf,
} from 'schema-dts';
import type { Article } from '../articles/model.js';
import type { Source, SourceRef } from '../sources/model.js';
import type { Claim, Review, Verdict } from './model.js';

/**
 * What a graph is made of. A source whose kind is not told is taken for a person, a publisher or reviewer for an
 * organisation.
 */
export interface GraphParts {
  /** With its body as plain text. */
  readonly article: Article;
  /** Its claims, each with its attributions there. */
  readonly claims: readonly Claim[];
  /** The address of the server without a slash at the end, or nothing for addresses on the server that is asked. */
  readonly base: string;
}

const RATING_BEST = 5;
const RATING_WORST = 1;

/** Verdicts on the scale from RATING_WORST to RATING_BEST. To call something unproven is to put it nowhere on it. */
const ratingValues: Record<Verdict, number | undefined> = {
  true: 5,
  'mostly-true': 4,
  mixed: 3,
  'mostly-false': 2,
  false: 1,
  unproven: undefined,
};

/** The graph: first the article, then its claims in the order of its text, each before its reviews and quotations. */
export function articleGraph(parts: GraphParts): Graph {
  const nodes = parts.claims.map((claim) => {
    const quotations = quotationsOf(claim, parts);
    const reviews = claim.reviews.map((review) => reviewOf(review, claim, parts));
    return { claim: claimOf(claim, reviews, parts), reviews, quotations };
  });
  const quotations = nodes.flatMap((node) => node.quotations);
  return {
    '@context': 'https://schema.org',
    '@graph': [
      articleOf(parts, quotations),
      ...nodes.flatMap(({ claim, reviews, quotations }) => [claim, ...reviews, ...quotations]),
    ],
  };
}

/** A graph as JSON that may stand in a `<script>` as it is: no markup of HTML is in it. */
export const writeGraph = (graph: Graph): string => JSON.stringify(graph).replaceAll('<', '\\u003c');

const isDocument = ({ kind }: SourceRef) => kind === 'document';
const articleId = ({ article, base }: GraphParts) => `${base}/v1/articles/${article.id}`;
const claimId = ({ id }: Claim, { base }: GraphParts) => `${base}/v1/claims/${id}`;
const refTo = ({ '@id': id }: { '@id'?: string }) => ({ '@id': String(id) });

/** A node without the fields that say nothing. */
function stated<Node extends object>(fields: { [Name in keyof Node]: Node[Name] | null }): Node {
  const isStated = (value: unknown) =>
    value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isStated(value))) as Node;
}

function articleOf(parts: GraphParts, quotations: readonly QuotationLeaf[]): NewsArticleLeaf {
  const { article, claims } = parts;
  const id = articleId(parts);
  const { image } = article;
  return stated<NewsArticleLeaf>({
    '@type': 'NewsArticle',
    '@id': id,
    identifier: `urn:uuid:${article.id}`,
    url: article.canonicalUrl ?? id,
    mainEntityOfPage: article.canonicalUrl ?? id,
    headline: article.headline,
    description: article.standfirst,
    articleBody: article.body,
    wordCount: article.wordCount,
    inLanguage: article.language,
    articleSection: article.section,
    keywords: article.tags,
    author: article.authors.map(({ name, source }) =>
      source === null ? { '@type': 'Person', name } : { ...agentOf(source, parts, 'person'), name },
    ),
    publisher: article.publisher && organizationOf(article.publisher, parts),
    image:
      image &&
      stated<ImageObjectLeaf>({
        '@type': 'ImageObject',
        url: image.url,
        contentUrl: image.url,
        description: image.alt,
        caption: image.caption,
        creditText: image.credit,
        width: image.width === null ? null : `${image.width} px`,
        height: image.height === null ? null : `${image.height} px`,
      }),
    datePublished: article.publishedAt,
    dateModified: article.modifiedAt,
    creativeWorkStatus: statuses[article.status],
    correction: correctionsOf(article),
    usageInfo: article.disclaimer === null ? null : { '@type': 'CreativeWork', text: article.disclaimer },
    version: article.version,
    mentions: claims.map((claim) => ({ '@id': claimId(claim, parts) })),
    hasPart: quotations.map(refTo),
  });
}

/** The words of schema.org's own examples; a retraction has none there. */
const statuses: Record<Article['status'], string | null> = {
  draft: 'Draft',
  scheduled: 'Draft',
  published: null,
  retracted: 'Retracted',
};

/** What was put right; the last of it that nothing of the article holds, where it is retracted. */
function correctionsOf({ corrections, retraction }: Article): CorrectionCommentLeaf[] {
  const notes = corrections.map(({ at, text }) => ({ datePublished: at, text }));
  const withdrawn =
    retraction === null ? [] : [{ name: 'Retraction', datePublished: retraction.at, text: retraction.note }];
  return [...notes, ...withdrawn].map((note) => ({ '@type': 'CorrectionComment', ...note }));
}

function claimOf(claim: Claim, reviews: readonly ClaimReviewLeaf[], parts: GraphParts): ClaimLeaf {
  const { publisher } = parts.article;
  const asserting = claim.attributions.filter(({ stance }) => stance === 'asserts');
  const named = uniqueById(asserting.flatMap(({ source }) => source ?? []));
  const isOwnVoice = asserting.some(({ source }) => source === null);
  const isReported = claim.attributions.some(({ mode }) => mode === 'indirect' || mode === 'mixed');
  const own = isOwnVoice && publisher ? [organizationOf(publisher, parts)] : [];
  return stated<ClaimLeaf>({
    '@type': 'Claim',
    '@id': claimId(claim, parts),
    identifier: `urn:uuid:${claim.id}`,
    url: claimId(claim, parts),
    text: claim.text,
    inLanguage: claim.language,
    keywords: claim.tags,
    creativeWorkStatus: claim.standing,
    appearance: { '@id': articleId(parts) },
    author: [
      ...named.filter((source) => !isDocument(source)).map((source) => agentOf(source, parts, 'person')),
      ...own,
    ],
    isBasedOn: named.filter(isDocument).map(({ id, name }) => ({
      '@type': 'CreativeWork',
      '@id': `${parts.base}/v1/sources/${id}`,
      name,
    })),
    claimInterpreter: isReported && publisher ? organizationOf(publisher, parts) : null,
    review: reviews.map(refTo),
    version: claim.version,
  });
}

function reviewOf(review: Review, claim: Claim, parts: GraphParts): ClaimReviewLeaf {
  const value = ratingValues[review.verdict];
  const rating: RatingLeaf = {
    '@type': 'Rating',
    name: review.verdict,
    alternateName: review.rating,
    ...(value === undefined ? {} : { ratingValue: value }),
    bestRating: RATING_BEST,
    worstRating: RATING_WORST,
  };
  const id = `${claimId(claim, parts)}#${review.id}`;
  return stated<ClaimReviewLeaf>({
    '@type': 'ClaimReview',
    '@id': id,
    url: review.url ?? id,
    name: review.title,
    reviewBody: review.summary,
    claimReviewed: claim.text,
    itemReviewed: { '@type': 'Claim', '@id': claimId(claim, parts) },
    author: agentOf(review.reviewer, parts, 'organization'),
    datePublished: review.reviewedAt,
    reviewRating: rating,
  });
}

/** The sources' own words that stand in the article's text. */
function quotationsOf(claim: Claim, parts: GraphParts): QuotationLeaf[] {
  return claim.attributions.flatMap(({ id, mode, anchor, source, saidAt }): QuotationLeaf[] => {
    if (mode !== 'direct' || anchor === null || anchor.state === 'orphaned') return [];
    const isSpoken = source !== null && !isDocument(source);
    return [
      stated<QuotationLeaf>({
        '@type': 'Quotation',
        '@id': `${claimId(claim, parts)}#${id}`,
        text: anchor.exact,
        inLanguage: parts.article.language,
        spokenByCharacter: isSpoken ? agentOf(source, parts, 'person') : null,
        dateCreated: saidAt,
        about: { '@id': claimId(claim, parts) },
        isPartOf: { '@id': articleId(parts) },
      }),
    ];
  });
}

/** A source as schema.org has those who say or write something: a person or an organisation. */
function agentOf(
  source: SourceRef,
  parts: GraphParts,
  fallback: Source['kind'],
): OrganizationLeaf | PersonLeaf {
  const kind = source.kind ?? fallback;
  if (kind === 'publisher' || kind === 'organization') return organizationOf(source, parts);
  return { '@type': 'Person', '@id': `${parts.base}/v1/sources/${source.id}`, name: source.name };
}

const organizationOf = ({ id, name }: SourceRef, { base }: GraphParts): OrganizationLeaf => ({
  '@type': 'Organization',
  '@id': `${base}/v1/sources/${id}`,
  name,
});

const uniqueById = (sources: readonly SourceRef[]): SourceRef[] => [
  ...new Map(sources.map((source) => [source.id, source])).values(),
];
