/**
 * What writers read by: made once for a handle, since to build its statements costs many times what it costs to run them.
 */
import { readArticles } from './articles.js';
import type { ChangeLog } from './changes.js';
import { readClaims } from './claims.js';
import type { Database } from './database.js';
import { indexSearch } from './search-index.js';
import type { SearchQueue } from './search-queue.js';
import { readSources } from './sources.js';
import { readStandings } from './standings.js';
import { createStatements } from './statements.js';
import { readStates } from './states.js';
import type { Tables } from './tables.js';

export type WriterReads = ReturnType<typeof readForWriters>;

export const readForWriters = (db: Database, tables: Tables) => ({
  /** For what is asked of every row that is written. */
  statements: createStatements(),
  states: readStates(db, tables),
  index: indexSearch(db, tables),
  sources: readSources(db, tables),
  articles: readArticles(db, tables, 'all'),
  claims: { ...readClaims(db, tables, 'all'), ...readStandings(db, tables) },
});

/** What the stores of a transaction are made of. */
export interface Writing {
  readonly db: Database;
  readonly tables: Tables;
  readonly log: ChangeLog;
  readonly reads: WriterReads;
  readonly queue: SearchQueue;
}
