/**
 * Writing articles over HTTP, with the claims in them where they are new.
 */
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { Anchors, type Resource, resourceRoutes } from '../http/resource.js';
import { dryExample, type Writing } from '../http/write-route.js';
import { refusal } from '../kernel/stored.js';
import type { ArticleInput } from './model.js';
import { type ArticlePartServices, articlePartRoutes } from './part-writes.js';
import type { SavedArticle } from './service.js';

type GivenArticle = Omit<ArticleInput, 'externalId'>;

/** What stands to the right of articles and is written with them. */
export interface WrittenBesideArticles {
  /** An article as it is given, with its claims. */
  readonly body: z.ZodType<
    GivenArticle & {
      readonly claims?: readonly unknown[] | undefined;
      readonly bodyFormat?: 'markdown' | undefined;
    }
  >;
  /** An article as it is read. */
  readonly item: z.ZodObject;
}

type Services = ArticlePartServices & {
  /** Makes claims, as a body gives them, that stand in an article. Throws with pointers below `/claims`. */
  readonly makeClaims: (article: SavedArticle, language: string, claims: readonly unknown[]) => Promise<void>;
};

const given = {
  id: '0192b000-0000-7000-8000-000000000002',
  slug: 'harbour-opens',
  headline: 'The harbour opens',
  body: 'The harbour opens on Monday, *Harbour Watch* said.',
  language: 'en',
  publisher: 'claimwire-reader',
  publishedAt: '2024-10-20T09:00:00Z',
};

const claim = {
  id: '0192b000-0000-7000-8000-000000000003',
  text: 'The harbour opens on Monday.',
  attributions: [
    {
      id: '0192b000-0000-7000-8000-000000000004',
      source: 'claimwire-desk',
      mode: 'indirect',
      cue: 'said',
      quote: { exact: 'The harbour opens on Monday' },
    },
  ],
};

export function articleWrites(
  app: FastifyInstance,
  writing: Writing<Services>,
  { body, item }: WrittenBesideArticles,
): void {
  const written = item.extend({ anchors: Anchors.optional() }).meta({
    id: 'WrittenArticle',
    description: 'An article that was written, and what became of the anchors in it.',
  });
  const resource: Resource<Services, z.output<typeof body> & { version?: number }> = {
    kind: 'article',
    one: 'an article',
    path: '/v1/articles',
    parameter: 'ref',
    item,
    written,
    body,
    kept: ['wordCount'],
    stored: ({ articles }, ref) => articles.stored(ref),
    state: ({ articles }, stored) => articles.state(stored),
    async create({ articles, makeClaims }, { claims = [], bodyFormat: _bodyFormat, ...article }) {
      const saved = await articles.create(article);
      await makeClaims(saved, article.language, claims);
      return saved;
    },
    async replace({ articles }, stored, { claims, bodyFormat: _bodyFormat, ...article }) {
      if (claims !== undefined)
        throw refusal('invalid-request', {
          pointer: '/claims',
          detail: 'has a place only where the article is made; claims are written at /v1/claims',
        });
      return articles.replace(stored, article);
    },
    remove: ({ articles }, stored) => articles.remove(stored),
    get: ({ articles }, id) => articles.get(id, 'html'),
    refuseMissing: ({ articles }, ref) => articles.refuseMissing(ref),
    problems: ['unknown-reference', 'ambiguous-reference', 'quote-not-found', 'quote-ambiguous'],
    examples: {
      create: [
        dryExample('POST', 'An article with a claim in it', '/v1/articles', { ...given, claims: [claim] }),
        dryExample('POST', 'A quote that is not in the text', '/v1/articles', {
          ...given,
          claims: [{ ...claim, attributions: [{ quote: { exact: 'the harbour will open on Monday' } }] }],
        }),
      ],
      replace: [dryExample('PUT', 'By the slug that it is to have', '/v1/articles/harbour-opens', given)],
      patch: [
        dryExample('PATCH', 'Another section, and no tags', '/v1/articles/where-seoul-draws-the-line', {
          section: 'opinion',
          tags: null,
        }),
      ],
      delete: [dryExample('DELETE', 'One that claims stand in', '/v1/articles/where-seoul-draws-the-line')],
    },
  };
  resourceRoutes(app, writing, resource);
  articlePartRoutes(app, writing, { item, written });
}
