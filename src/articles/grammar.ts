/**
 * What can be asked of a list of articles.
 */
import { z } from 'zod';
import { type FilterTable, flag, SCALE, TIME, WORDS } from '../http/filters.js';
import type { ListGrammar } from '../http/list.js';
import { countBound, instant, instantBound, language, month, ref, slug, webUrl } from '../kernel/fields.js';

const RELATED_PAGE_MAX = 20; // articles of a page with what is like each
const CLAIMS_PAGE_MAX = 20; // articles of a page with their claims: a thousand claims at most

/** What stands to the right of articles and is asked for with them. */
export interface BesideArticleGrammar {
  /** An article as it is answered, with all that can be included. */
  readonly item: z.ZodType;
  /** Names every row that it shows. */
  readonly nameRows: ListGrammar['nameRows'];
  /** Where a claim can stand. */
  readonly standing: z.ZodType<string, string>;
}

const filters = (standing: z.ZodType<string, string>): FilterTable => ({
  section: { value: slug, operators: WORDS, description: 'Slugs of sections.' },
  tag: { value: slug, operators: WORDS, description: 'Slugs of tags.' },
  language: { value: language, operators: WORDS, description: 'BCP 47 tags, matched whole.' },
  publisher: { value: ref, operators: WORDS, description: 'Ids, slugs or names of sources.' },
  author: { value: ref, operators: WORDS, description: 'Ids, slugs or names of sources that wrote it.' },
  mentions: {
    value: ref,
    operators: WORDS,
    description: 'Ids, slugs or names of sources that something in it is attributed to.',
  },
  'claim.standing': { value: standing, operators: WORDS, description: 'Where a claim in it stands.' },
  hasClaims: flag('Whether any claim stands in it.'),
  url: { value: webUrl, operators: ['in'], description: 'Canonical addresses, letter for letter.' },
  month: { value: month, operators: WORDS, description: 'Months of publication, UTC: 2024-10.' },
  publishedAt: { value: instantBound, operators: SCALE, description: TIME },
  modifiedAt: { value: instantBound, operators: SCALE, description: TIME },
  wordCount: { value: countBound, operators: SCALE, description: 'Words of the plain text.' },
});

/** What lists of articles can be asked for that feeds cannot. */
export const statusFilter = (statuses: readonly string[]): FilterTable => ({
  status: {
    value: z.enum(statuses as [string, ...string[]]),
    operators: ['is'],
    description: 'Articles of this status in place of published ones.',
  },
});

/** A time, or the place of drafts that have none. */
const dated = z.union([instant, z.literal('')]);

export const articleGrammar = ({ item, nameRows, standing }: BesideArticleGrammar): ListGrammar => ({
  item,
  nameRows,
  collections: ['article', 'source'],
  collectionsOf: {
    mentions: ['claim'],
    'claim.standing': ['claim'],
    hasClaims: ['claim'],
    claims: ['claim'],
    'claims.attributions.source': ['claim'],
    marks: ['claim'],
    related: ['article', 'claim'],
  },
  filters: filters(standing),
  sorts: {
    publishedAt: z.tuple([dated, z.uuid()]),
    modifiedAt: z.tuple([dated, z.uuid()]),
    headline: z.tuple([z.string(), z.uuid()]),
    wordCount: z.tuple([z.int(), z.uuid()]),
    id: z.tuple([z.uuid()]),
  },
  sort: '-publishedAt',
  includes: ['publisher', 'authors.source', 'claims', 'claims.attributions.source', 'related'],
  includedRowsMax: { claims: CLAIMS_PAGE_MAX, related: RELATED_PAGE_MAX },
  facets: ['section', 'tag', 'publisher', 'language', 'month'],
  searchFields: '`headline:`, `standfirst:` or `body:`',
  ids: ref,
});
