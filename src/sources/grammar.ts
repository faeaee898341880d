/**
 * What can be asked of a list of sources.
 */
import { z } from 'zod';
import { type FilterTable, SCALE, TIME, WORDS } from '../http/filters.js';
import type { ListGrammar } from '../http/list.js';
import { instant, instantBound, ref } from '../kernel/fields.js';
import { country, nameSourceRows, Source, SourceKind } from './model.js';

const filters: FilterTable = {
  kind: { value: SourceKind, operators: WORDS, description: 'The kind of source.' },
  country: { value: country, operators: WORDS, description: 'ISO 3166-1 alpha-2 codes.' },
  memberOf: { value: ref, operators: WORDS, description: 'Ids, slugs or names of organisations.' },
  createdAt: { value: instantBound, operators: SCALE, description: TIME },
  updatedAt: { value: instantBound, operators: SCALE, description: TIME },
};

export const sourceGrammar: ListGrammar = {
  item: Source,
  nameRows: nameSourceRows,
  collections: ['source'],
  filters,
  sorts: {
    id: z.tuple([z.uuid()]),
    name: z.tuple([z.string(), z.uuid()]),
    updatedAt: z.tuple([instant, z.uuid()]),
  },
  sort: '-id',
  includes: ['memberOf'],
  facets: ['kind', 'country'],
  searchFields: '`name:`',
  ids: ref,
};
