/**
 * The tables, written once over the column kit. The rules stand here too, as keys and checks, so that no fault in the
 * code above can store nonsense. A row holds what is shown; a side table holds what is searched.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { ArticleStatus, type Image, type Retraction } from '../articles/model.js';
import { AnchorState, Mode, RelationKind, Stance, Standing, Verdict } from '../claims/model.js';
import { scopes } from '../kernel/caller.js';
import { SourceKind } from '../sources/model.js';
import type { Kit } from './columns.js';

type Column = AnySQLiteColumn;

/** Words come from the code's own lists, never from a caller, and DDL takes no parameters: hence raw. */
const oneOf = (column: Column, words: readonly string[]): SQL =>
  sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`;
const isInstant = (column: Column): SQL => sql`${column} like '____-__-__T__:__:__.___Z'`;
const isFilled = (column: Column): SQL => sql`length(${column}) > 0`;
const isPositive = (column: Column): SQL => sql`${column} >= 1`;

export const changeTypes = ['source', 'article', 'claim'] as const;
export const changeOperations = ['create', 'update', 'delete'] as const;

export function defineTables(kit: Kit) {
  const { table, key, text, word, int, bool, json, index, uniqueIndex, primaryKey, check } = kit;

  const sources = table(
    'sources',
    {
      key: key(),
      id: text().notNull(),
      slug: text().notNull(),
      kind: word(SourceKind.options).notNull(),
      name: text().notNull(),
      aliases: json<string[]>().notNull(),
      description: text(),
      role: text(),
      country: text(),
      url: text(),
      sameAs: json<string[]>().notNull(),
      memberOf: int().references((): Column => sources.key),
      version: int().notNull(),
      createdAt: text().notNull(),
      updatedAt: text().notNull(),
    },
    (t) => [
      uniqueIndex('sources_id').on(t.id), // by id; also the order of every list of sources
      uniqueIndex('sources_slug').on(t.slug), // by slug
      index('sources_kind').on(t.kind, t.id), // kind=
      index('sources_country').on(t.country, t.id), // country=
      index('sources_name').on(t.name, t.id), // sort=name
      index('sources_updated').on(t.updatedAt, t.id), // sort=updatedAt
      index('sources_member_of').on(t.memberOf), // who is independent of whom
      check('sources_kind_word', oneOf(t.kind, SourceKind.options)),
      check('sources_slug_filled', isFilled(t.slug)),
      check('sources_name_filled', isFilled(t.name)),
      check('sources_country_code', sql`length(${t.country}) = 2`),
      check('sources_not_own_member', sql`${t.memberOf} <> ${t.key}`),
      check('sources_version', isPositive(t.version)),
      check('sources_created_at', isInstant(t.createdAt)),
      check('sources_updated_at', isInstant(t.updatedAt)),
    ],
  );

  const sourceNames = table(
    'source_names',
    {
      source: int()
        .notNull()
        .references(() => sources.key, { onDelete: 'cascade' }),
      folded: text().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.source, t.folded] }),
      index('source_names_folded').on(t.folded), // a source by name or alias
    ],
  );

  const articles = table(
    'articles',
    {
      key: key(),
      id: text().notNull(),
      externalId: text(),
      slug: text().notNull(),
      headline: text().notNull(),
      standfirst: text(),
      markdown: text().notNull(),
      html: text().notNull(),
      text: text().notNull(),
      language: text().notNull(),
      section: text(),
      tags: json<string[]>().notNull(),
      publisher: int().references(() => sources.key),
      canonicalUrl: text(),
      image: json<Image>(),
      disclaimer: text(),
      status: word(ArticleStatus.options).notNull(),
      retraction: json<Retraction>(),
      publishedAt: text(),
      modifiedAt: text(),
      corrections: json<{ at: string; text: string }[]>().notNull(),
      wordCount: int().notNull(),
      version: int().notNull(),
      createdAt: text().notNull(),
      updatedAt: text().notNull(),
    },
    (t) => [
      uniqueIndex('articles_id').on(t.id), // by id
      uniqueIndex('articles_slug').on(t.slug), // by slug
      uniqueIndex('articles_external_id').on(t.externalId), // a file imported again
      uniqueIndex('articles_canonical_url').on(t.canonicalUrl), // a page imported again
      index('articles_newest').on(t.status, t.publishedAt, t.id), // the list
      index('articles_status').on(t.status, t.id), // sort=id, of those that are few among all
      index('articles_section').on(t.status, t.section, t.publishedAt, t.id), // section=
      index('articles_language').on(t.status, t.language, t.publishedAt, t.id), // language=
      index('articles_headline').on(t.status, t.headline, t.id), // sort=headline
      index('articles_word_count').on(t.status, t.wordCount, t.id), // sort=wordCount
      // sort=modifiedAt: articles_modified, over an expression, which drizzle-kit cannot write; it stands in 0001_sorts.sql
      index('articles_publisher').on(t.publisher, t.status, t.publishedAt, t.id), // publisher=
      check('articles_status_word', oneOf(t.status, ArticleStatus.options)),
      check('articles_slug_filled', isFilled(t.slug)),
      check('articles_headline_filled', isFilled(t.headline)),
      check('articles_dated', sql`${t.status} = 'draft' or ${t.publishedAt} is not null`),
      check('articles_retraction', sql`${t.retraction} is null or ${t.status} = 'retracted'`),
      check('articles_word_count', sql`${t.wordCount} >= 0`),
      check('articles_version', isPositive(t.version)),
      check('articles_published_at', isInstant(t.publishedAt)),
      check('articles_modified_at', isInstant(t.modifiedAt)),
      check('articles_created_at', isInstant(t.createdAt)),
      check('articles_updated_at', isInstant(t.updatedAt)),
    ],
  );

  const articleTags = table(
    'article_tags',
    {
      article: int()
        .notNull()
        .references(() => articles.key, { onDelete: 'cascade' }),
      tag: text().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.article, t.tag] }),
      index('article_tags_tag').on(t.tag, t.article), // tag=
    ],
  );

  const articleAuthors = table(
    'article_authors',
    {
      article: int()
        .notNull()
        .references(() => articles.key, { onDelete: 'cascade' }),
      position: int().notNull(),
      name: text().notNull(),
      source: int().references(() => sources.key),
    },
    (t) => [
      primaryKey({ columns: [t.article, t.position] }),
      index('article_authors_source').on(t.source), // what refers to a source
      check('article_authors_name_filled', isFilled(t.name)),
    ],
  );

  const claims = table(
    'claims',
    {
      key: key(),
      id: text().notNull(),
      externalId: text(),
      text: text().notNull(),
      language: text().notNull(),
      tags: json<string[]>().notNull(),
      /** Derived: where the claim stands. */
      standing: word(Standing.options).notNull(),
      /** Derived: false while all that attributes the claim is unpublished. */
      visible: bool().notNull(),
      version: int().notNull(),
      createdAt: text().notNull(),
      updatedAt: text().notNull(),
    },
    (t) => [
      uniqueIndex('claims_id').on(t.id), // by id
      uniqueIndex('claims_external_id').on(t.externalId), // a seed file's key
      index('claims_newest').on(t.visible, t.id), // the list
      index('claims_updated').on(t.visible, t.updatedAt, t.id), // sort=updatedAt
      index('claims_standing').on(t.visible, t.standing, t.id), // standing=
      index('claims_language').on(t.visible, t.language, t.id), // language=
      check('claims_standing_word', oneOf(t.standing, Standing.options)),
      check('claims_text_filled', isFilled(t.text)),
      check('claims_version', isPositive(t.version)),
      check('claims_created_at', isInstant(t.createdAt)),
      check('claims_updated_at', isInstant(t.updatedAt)),
    ],
  );

  const claimTags = table(
    'claim_tags',
    {
      claim: int()
        .notNull()
        .references(() => claims.key, { onDelete: 'cascade' }),
      tag: text().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.claim, t.tag] }),
      index('claim_tags_tag').on(t.tag, t.claim), // tag=
    ],
  );

  const attributions = table(
    'attributions',
    {
      key: key(),
      id: text().notNull(),
      claim: int()
        .notNull()
        .references(() => claims.key, { onDelete: 'cascade' }),
      source: int().references(() => sources.key),
      article: int().references(() => articles.key),
      url: text(),
      context: text(),
      stance: word(Stance.options).notNull(),
      mode: word(Mode.options),
      cue: text(),
      saidAt: text(),
      exact: text(),
      prefix: text(),
      suffix: text(),
      start: int(),
      end: int(),
      articleVersion: int(),
      anchorState: word(AnchorState.options),
    },
    (t) => [
      uniqueIndex('attributions_id').on(t.id),
      index('attributions_claim').on(t.claim), // the attributions of a page of claims
      index('attributions_source').on(t.source, t.claim), // source=
      index('attributions_article').on(t.article, t.start, t.claim), // an article's claims, in the order of its text
      index('attributions_anchor').on(t.anchorState, t.claim), // anchor=
      check('attributions_stance_word', oneOf(t.stance, Stance.options)),
      check('attributions_mode_word', oneOf(t.mode, Mode.options)),
      check('attributions_anchor_word', oneOf(t.anchorState, AnchorState.options)),
      check('attributions_somebody', sql`${t.source} is not null or ${t.article} is not null`),
      check(
        'attributions_somewhere',
        sql`(${t.article} is not null and ${t.url} is null and ${t.context} is null) or (${t.article} is null and (${t.url} is not null or ${t.context} is not null))`,
      ),
      check(
        'attributions_anchor_whole',
        sql`(${t.exact} is null and ${t.prefix} is null and ${t.suffix} is null and ${t.start} is null and ${t.end} is null and ${t.articleVersion} is null and ${t.anchorState} is null) or (${t.article} is not null and ${t.exact} is not null and ${t.prefix} is not null and ${t.suffix} is not null and ${t.start} is not null and ${t.end} is not null and ${t.articleVersion} is not null and ${t.anchorState} is not null)`,
      ),
      check('attributions_anchor_span', sql`${t.start} >= 0 and ${t.end} > ${t.start}`),
      check('attributions_said_at', isInstant(t.saidAt)),
    ],
  );

  const relations = table(
    'relations',
    {
      key: key(),
      id: text().notNull(),
      claim: int()
        .notNull()
        .references(() => claims.key, { onDelete: 'cascade' }),
      kind: word(RelationKind.options).notNull(),
      other: int()
        .notNull()
        .references(() => claims.key, { onDelete: 'cascade' }),
      note: text(),
      source: int().references(() => sources.key),
    },
    (t) => [
      uniqueIndex('relations_id').on(t.id),
      uniqueIndex('relations_once').on(t.claim, t.other, t.kind), // what a claim does to another is said once
      index('relations_other').on(t.other), // what others do to a claim
      index('relations_source').on(t.source), // what refers to a source
      check('relations_kind_word', oneOf(t.kind, RelationKind.options)),
      check('relations_not_itself', sql`${t.claim} <> ${t.other}`),
    ],
  );

  const reviews = table(
    'reviews',
    {
      key: key(),
      id: text().notNull(),
      claim: int()
        .notNull()
        .references(() => claims.key, { onDelete: 'cascade' }),
      reviewer: int()
        .notNull()
        .references(() => sources.key),
      rating: text().notNull(),
      verdict: word(Verdict.options).notNull(),
      url: text(),
      title: text(),
      summary: text(),
      reviewedAt: text().notNull(),
    },
    (t) => [
      uniqueIndex('reviews_id').on(t.id),
      index('reviews_claim').on(t.claim), // the reviews of a page of claims
      index('reviews_reviewer').on(t.reviewer), // what refers to a source; reviewer=
      index('reviews_verdict').on(t.verdict, t.claim), // verdict=
      check('reviews_verdict_word', oneOf(t.verdict, Verdict.options)),
      check('reviews_rating_filled', isFilled(t.rating)),
      check('reviews_reviewed_at', isInstant(t.reviewedAt)),
    ],
  );

  // What is found by its words: the indexed form of the fields of what readers may see, and of nothing else. Each engine's
  // index follows these rows by itself, as its migrations say.
  const articleSearch = table('article_search', {
    article: int()
      .primaryKey()
      .references(() => articles.key, { onDelete: 'cascade' }),
    headline: text().notNull(),
    standfirst: text().notNull(),
    body: text().notNull(),
  });

  const claimSearch = table('claim_search', {
    claim: int()
      .primaryKey()
      .references(() => claims.key, { onDelete: 'cascade' }),
    text: text().notNull(),
  });

  const sourceSearch = table('source_search', {
    source: int()
      .primaryKey()
      .references(() => sources.key, { onDelete: 'cascade' }),
    name: text().notNull(),
  });

  // Who may call. The secret itself is stored nowhere.
  const apiKeys = table(
    'api_keys',
    {
      key: key(),
      id: text().notNull(),
      name: text().notNull(),
      scope: word(scopes).notNull(),
      hash: text().notNull(),
      createdAt: text().notNull(),
      expiresAt: text(),
      revokedAt: text(),
    },
    (t) => [
      uniqueIndex('api_keys_id').on(t.id), // to be revoked
      check('api_keys_name_filled', isFilled(t.name)),
      check('api_keys_scope_word', oneOf(t.scope, scopes)),
      check('api_keys_hash', sql`length(${t.hash}) = 64`),
      check('api_keys_created_at', isInstant(t.createdAt)),
      check('api_keys_expires_at', isInstant(t.expiresAt)),
      check('api_keys_revoked_at', isInstant(t.revokedAt)),
    ],
  );

  const changes = table(
    'changes',
    {
      seq: key(),
      at: text().notNull(),
      type: word(changeTypes).notNull(),
      id: text().notNull(),
      operation: word(changeOperations).notNull(),
      version: int().notNull(),
      /** The id of the key that it was written with; no reference, so that what was done stays told whatever becomes of the key. */
      by: text(),
    },
    (t) => [
      uniqueIndex('changes_version').on(t.type, t.id, t.version), // each version is announced once
      check('changes_type_word', oneOf(t.type, changeTypes)),
      check('changes_operation_word', oneOf(t.operation, changeOperations)),
      check('changes_version_positive', isPositive(t.version)),
      check('changes_at', isInstant(t.at)),
    ],
  );

  /** Every version that a thing ever had, in the shape in which a writer gives it. Of a deleted thing the last is what it was. */
  const revisions = table(
    'revisions',
    {
      type: word(changeTypes).notNull(),
      id: text().notNull(),
      version: int().notNull(),
      at: text().notNull(),
      by: text(),
      operation: word(changeOperations).notNull(),
      note: text(),
      state: json<unknown>().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.type, t.id, t.version] }),
      check('revisions_type_word', oneOf(t.type, changeTypes)),
      check('revisions_operation_word', oneOf(t.operation, changeOperations)),
      check('revisions_version', isPositive(t.version)),
      check('revisions_at', isInstant(t.at)),
    ],
  );

  /** What was deleted, and the version at which it was. */
  const tombstones = table(
    'tombstones',
    {
      type: word(changeTypes).notNull(),
      id: text().notNull(),
      slug: text(),
      version: int().notNull(),
      at: text().notNull(),
      /** Whether readers could see it: to them nothing else was ever there. */
      shown: bool().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.type, t.id] }),
      index('tombstones_slug').on(t.type, t.slug), // by slug
      check('tombstones_type_word', oneOf(t.type, changeTypes)),
      check('tombstones_slug_filled', isFilled(t.slug)),
      check('tombstones_version', isPositive(t.version)),
      check('tombstones_at', isInstant(t.at)),
    ],
  );

  /** Ids and slugs of sources that became part of another. */
  const sourceAliases = table(
    'source_aliases',
    {
      ref: text().primaryKey(),
      source: int()
        .notNull()
        .references(() => sources.key, { onDelete: 'cascade' }),
    },
    (t) => [
      index('source_aliases_source').on(t.source), // what goes with a source
      check('source_aliases_ref_filled', isFilled(t.ref)),
    ],
  );

  /** Answers to writes, by the key that each was sent with: kept for a day, so that a retry is answered alike. */
  const idempotencyKeys = table(
    'idempotency_keys',
    {
      name: text().primaryKey(),
      print: text().notNull(),
      at: text().notNull(),
      answer: json<unknown>().notNull(),
    },
    (t) => [
      index('idempotency_keys_at').on(t.at), // what is old enough to be forgotten
      check('idempotency_keys_name_filled', isFilled(t.name)),
      check('idempotency_keys_at_instant', isInstant(t.at)),
    ],
  );

  /** What this database alone knows, made once: what signs the links to drafts. */
  const secrets = table(
    'secrets',
    {
      name: text().primaryKey(),
      value: text().notNull(),
      at: text().notNull(),
    },
    (t) => [
      check('secrets_name_filled', isFilled(t.name)),
      check('secrets_value_filled', isFilled(t.value)),
      check('secrets_at', isInstant(t.at)),
    ],
  );

  return {
    sources,
    sourceNames,
    articles,
    articleTags,
    articleAuthors,
    claims,
    claimTags,
    attributions,
    relations,
    reviews,
    articleSearch,
    claimSearch,
    sourceSearch,
    apiKeys,
    changes,
    revisions,
    tombstones,
    sourceAliases,
    idempotencyKeys,
    secrets,
  };
}

export type Tables = ReturnType<typeof defineTables>;
