/** The tables in SQLite's dialect, each under its own name as drizzle-kit wants them. */
import { sqliteKit } from '../columns.js';
import { defineTables } from '../tables.js';

export const tables = defineTables(sqliteKit);
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
