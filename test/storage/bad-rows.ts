/**
 * What the database must refuse: for each of its rules a row, or two, that break it and no other.
 */
import { idOf, NOW } from '../helper.js';

export type Row = Record<string, string | number | null>;

/** A row of each table that breaks no rule; keys refer to rows 1 and 2, which a test plants first. */
export const good: Record<string, Row> = {
  sources: {
    id: idOf(1),
    slug: 'a',
    kind: 'person',
    name: 'A',
    aliases: '[]',
    same_as: '[]',
    version: 1,
    created_at: NOW,
    updated_at: NOW,
  },
  source_names: { source: 1, folded: 'a' },
  articles: {
    id: idOf(2),
    slug: 'a',
    headline: 'A',
    markdown: '',
    html: '',
    text: '',
    language: 'en',
    tags: '[]',
    status: 'draft',
    corrections: '[]',
    word_count: 0,
    version: 1,
    created_at: NOW,
    updated_at: NOW,
  },
  article_tags: { article: 1, tag: 'a' },
  article_authors: { article: 1, position: 0, name: 'A' },
  claims: {
    id: idOf(3),
    text: 'A',
    language: 'en',
    tags: '[]',
    standing: 'unattributed',
    visible: 1,
    version: 1,
    created_at: NOW,
    updated_at: NOW,
  },
  claim_tags: { claim: 1, tag: 'a' },
  attributions: { id: idOf(4), claim: 1, source: 1, context: 'a speech', stance: 'asserts' },
  relations: { id: idOf(5), claim: 1, kind: 'refines', other: 2 },
  reviews: { id: idOf(6), claim: 1, reviewer: 1, rating: 'True', verdict: 'true', reviewed_at: NOW },
  article_search: { article: 1, headline: '', standfirst: '', body: '' },
  claim_search: { claim: 1, text: '' },
  source_search: { source: 1, name: '' },
  api_keys: { id: idOf(7), name: 'A', scope: 'write', hash: 'f'.repeat(64), created_at: NOW },
  changes: { at: NOW, type: 'claim', id: idOf(3), operation: 'create', version: 1 },
};

/** What makes an attribution one with an anchor. */
export const anchor = {
  article: 1,
  context: null,
  exact: 'a',
  prefix: '',
  suffix: '',
  start: 0,
  end: 1,
  article_version: 1,
  anchor_state: 'anchored',
};
const NO_TIME = '2024-10-18T14:00:00Z';

/** Each check with its table and what breaks it, and it alone, in a good row. */
export const checks: [name: string, table: string, ...breaches: Row[]][] = [
  ['sources_kind_word', 'sources', { kind: 'people' }],
  ['sources_slug_filled', 'sources', { slug: '' }],
  ['sources_name_filled', 'sources', { name: '' }],
  ['sources_country_code', 'sources', { country: 'KOR' }, { country: '' }],
  ['sources_not_own_member', 'sources', { key: 9, member_of: 9 }],
  ['sources_version', 'sources', { version: 0 }],
  ['sources_created_at', 'sources', { created_at: NO_TIME }],
  ['sources_updated_at', 'sources', { updated_at: NO_TIME }],
  ['articles_status_word', 'articles', { status: 'live', published_at: NOW }],
  ['articles_slug_filled', 'articles', { slug: '' }],
  ['articles_headline_filled', 'articles', { headline: '' }],
  ['articles_dated', 'articles', { status: 'published' }, { status: 'retracted' }, { status: 'scheduled' }],
  ['articles_word_count', 'articles', { word_count: -1 }],
  ['articles_version', 'articles', { version: 0 }],
  ['articles_published_at', 'articles', { published_at: NO_TIME }],
  ['articles_modified_at', 'articles', { modified_at: NO_TIME }],
  ['articles_created_at', 'articles', { created_at: NO_TIME }],
  ['articles_updated_at', 'articles', { updated_at: NO_TIME }],
  ['article_authors_name_filled', 'article_authors', { name: '' }],
  ['claims_standing_word', 'claims', { standing: 'true' }],
  ['claims_text_filled', 'claims', { text: '' }],
  ['claims_version', 'claims', { version: 0 }],
  ['claims_created_at', 'claims', { created_at: NO_TIME }],
  ['claims_updated_at', 'claims', { updated_at: NO_TIME }],
  ['attributions_stance_word', 'attributions', { stance: 'says' }],
  ['attributions_mode_word', 'attributions', { mode: 'quoted' }],
  ['attributions_anchor_word', 'attributions', { ...anchor, anchor_state: 'lost' }],
  ['attributions_somebody', 'attributions', { source: null }],
  [
    'attributions_somewhere',
    'attributions',
    { context: null },
    { article: 1 },
    { article: 1, context: null, url: 'u' },
  ],
  [
    'attributions_anchor_whole',
    'attributions',
    { ...anchor, article: null, context: 'a speech' },
    ...Object.keys(anchor)
      .slice(2)
      .map((part) => ({ ...anchor, [part]: null })),
  ],
  ['attributions_anchor_span', 'attributions', { ...anchor, end: 0 }, { ...anchor, start: -1 }],
  ['attributions_said_at', 'attributions', { said_at: NO_TIME }],
  ['relations_kind_word', 'relations', { kind: 'denies' }],
  ['relations_not_itself', 'relations', { other: 1 }],
  ['reviews_verdict_word', 'reviews', { verdict: 'right' }],
  ['reviews_rating_filled', 'reviews', { rating: '' }],
  ['reviews_reviewed_at', 'reviews', { reviewed_at: NO_TIME }],
  ['api_keys_name_filled', 'api_keys', { name: '' }],
  ['api_keys_scope_word', 'api_keys', { scope: 'read' }],
  ['api_keys_hash', 'api_keys', { hash: 'f' }],
  ['api_keys_created_at', 'api_keys', { created_at: NO_TIME }],
  ['api_keys_expires_at', 'api_keys', { expires_at: NO_TIME }],
  ['api_keys_revoked_at', 'api_keys', { revoked_at: NO_TIME }],
  ['changes_type_word', 'changes', { type: 'review' }],
  ['changes_operation_word', 'changes', { operation: 'delete' }],
  ['changes_version_positive', 'changes', { version: 0 }],
  ['changes_at', 'changes', { at: NO_TIME }],
];

/** What may stand once only: each table with its columns, and what else must differ for the two to be two. */
export const uniques: [columns: string, apart: Row, shared?: Row][] = [
  ['sources.id', { slug: 'b' }],
  ['sources.slug', { id: idOf(9) }],
  ['source_names.source, source_names.folded', {}],
  ['articles.id', { slug: 'b' }],
  ['articles.slug', { id: idOf(9) }],
  ['articles.external_id', { id: idOf(9), slug: 'b' }, { external_id: 'x' }],
  ['articles.canonical_url', { id: idOf(9), slug: 'b' }, { canonical_url: 'https://example.org/' }],
  ['article_tags.article, article_tags.tag', {}],
  ['article_authors.article, article_authors.position', { name: 'B' }],
  ['claims.id', {}],
  ['claims.external_id', { id: idOf(9) }, { external_id: 'x' }],
  ['claim_tags.claim, claim_tags.tag', {}],
  ['attributions.id', { source: 2 }],
  ['relations.id', { kind: 'repeats' }],
  ['relations.claim, relations.other, relations.kind', { id: idOf(9) }],
  ['reviews.id', { reviewer: 2 }],
  ['api_keys.id', { name: 'B' }],
  ['changes.type, changes.id, changes.version', { operation: 'update' }],
];

export const references = [
  ...['sources.member_of', 'source_names.source', 'articles.publisher', 'article_tags.article'],
  ...['article_authors.article', 'article_authors.source', 'claim_tags.claim', 'attributions.claim'],
  ...[
    'attributions.source',
    'attributions.article',
    'relations.claim',
    'relations.other',
    'relations.source',
  ],
  ...['reviews.claim', 'reviews.reviewer'],
  ...['article_search.article', 'claim_search.claim', 'source_search.source'],
];
