/**
 * What can be asked of a list of claims.
 */
import { z } from 'zod';
import { type FilterTable, flag, SCALE, TIME, WORDS } from '../http/filters.js';
import { type ListGrammar, withoutWords } from '../http/list.js';
import { idInput, instant, instantBound, language, ref, slug } from '../kernel/fields.js';
import { AnchorState, Claim, nameClaimRows, Stance, Standing, Verdict } from './model.js';

const filters: FilterTable = {
  source: {
    value: ref,
    operators: WORDS,
    description: 'Ids, slugs or names of sources that the claim is attributed to.',
  },
  article: {
    value: ref,
    operators: WORDS,
    description: 'Ids or slugs of articles that the claim stands in.',
  },
  stance: {
    value: Stance,
    operators: WORDS,
    description:
      'What somebody does with the claim; together with `source` or `article`, what that source does, or somebody there.',
  },
  anchor: {
    value: AnchorState,
    operators: WORDS,
    description:
      'Whether a quote still stands in its article; together with `source` or `article`, one of that source, or there.',
  },
  standing: { value: Standing, operators: WORDS, description: 'Where the claim stands.' },
  verdict: { value: Verdict, operators: WORDS, description: 'What a reviewer found.' },
  reviewer: { value: ref, operators: WORDS, description: 'Ids, slugs or names of sources that reviewed it.' },
  hasReviews: flag('Whether anybody reviewed it.'),
  language: { value: language, operators: WORDS, description: 'BCP 47 tags, matched whole.' },
  tag: { value: slug, operators: WORDS, description: 'Slugs of tags.' },
  createdAt: { value: instantBound, operators: SCALE, description: TIME },
  updatedAt: { value: instantBound, operators: SCALE, description: TIME },
};

const sorts = {
  id: z.tuple([z.uuid()]),
  updatedAt: z.tuple([instant, z.uuid()]),
};

export const claimGrammar: ListGrammar = {
  item: Claim,
  nameRows: nameClaimRows,
  collections: ['claim', 'article', 'source'],
  filters,
  sorts,
  sort: '-id',
  includes: ['attributions.source', 'attributions.article', 'reviews.reviewer', 'relations.claim'],
  facets: ['standing', 'stance', 'source', 'verdict', 'language', 'tag'],
  searchFields: '`text:`',
  ids: idInput,
};

/** The claims in an article are in the order of its text. */
export const claimGrammarInArticle: ListGrammar = {
  ...withoutWords(claimGrammar, 'article'),
  sorts: { position: z.tuple([z.int().min(0), z.uuid()]), ...sorts },
  sort: 'position',
};

export const claimGrammarOfSource = withoutWords(claimGrammar, 'source');
