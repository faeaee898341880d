/** The tables in PostgreSQL's dialect, each under its own name as drizzle-kit wants them. */
import { postgresKit } from '../columns.js';
import { defineTables } from '../tables.js';

export const tables = defineTables(postgresKit);
export const {
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
} = tables;
