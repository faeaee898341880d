/**
 * What a feed and a sitemap hold, before they are written in a format.
 */
import { z } from 'zod';
import type { Article } from '../articles/model.js';
import { SourceRef } from '../sources/model.js';

/** How many claims readers find in an article, and how many of them are disputed. */
export interface ClaimCount {
  readonly claims: number;
  readonly disputed: number;
}

export interface FeedEntry extends ClaimCount {
  /** With its text as HTML. */
  readonly article: Article;
}

/** A page of a feed. Every address is absolute. */
export interface Feed {
  /** The same for all pages, and for as long as the feed is asked for by the same filters. */
  readonly id: string;
  readonly title: string;
  /** Of all entries, where the filters say so. */
  readonly language: string | null;
  /** When an entry of this page last changed. */
  readonly updatedAt: string;
  readonly entries: readonly FeedEntry[];
  /** Where the server stands, without a slash at its end, and its host alone. */
  readonly base: string;
  readonly site: string;
  readonly self: string;
  readonly first: string;
  readonly next: string | null;
  readonly previous: string | null;
  /** The same articles as the API gives them. */
  readonly list: string;
  /** The WebSub hub that tells of new entries. */
  readonly hub: string | null;
}

/** An article as a sitemap names it. */
export interface SitemapEntry {
  readonly slug: string;
  readonly modifiedAt: string | null;
  readonly updatedAt: string;
}

/** A new article as a news sitemap names it. */
export interface NewsEntry extends SitemapEntry {
  readonly headline: string;
  readonly language: string;
  /** What its publisher is called. */
  readonly publisher: string | null;
  readonly publishedAt: string;
}

const address = z.string();

const Item = z
  .object({
    id: z.string().describe('The id of the article as a URN.'),
    url: address,
    title: z.string(),
    content_html: z.string().optional(),
    content_text: z.string().optional().describe('Where the article has no text of its own.'),
    summary: z.string().optional(),
    image: address.optional(),
    date_published: z.iso.datetime(),
    date_modified: z.iso.datetime(),
    authors: z.array(z.object({ name: z.string(), url: address.optional() })).optional(),
    tags: z.array(z.string()).optional().describe('Section and tags.'),
    language: z.string(),
    _claimwire: z
      .object({
        article: address.describe('The article as the API gives it.'),
        claims: address.describe('The claims in the article.'),
        claimCount: z.int(),
        disputed: z.int().describe('How many of the claims are disputed.'),
        publisher: SourceRef.nullable(),
        corrections: z.array(z.object({ at: z.iso.datetime(), text: z.string() })),
      })
      .describe('What JSON Feed has no words for.'),
  })
  .meta({ id: 'JsonFeedItem', description: 'An article as an item of a JSON Feed.' });

export const JsonFeed = z
  .object({
    version: z.literal('https://jsonfeed.org/version/1.1'),
    title: z.string(),
    home_page_url: address,
    feed_url: address,
    next_url: address.optional().describe('The items after these.'),
    language: z.string().optional(),
    hubs: z.array(z.object({ type: z.literal('WebSub'), url: address })).optional(),
    items: z.array(Item),
  })
  .meta({
    id: 'JsonFeed',
    description: 'A JSON Feed 1.1; what there is not is left out, as its rules have it.',
  });
export type JsonFeed = z.infer<typeof JsonFeed>;
