/**
 * What the driver throws, in the house's words: a database that does not answer is `unavailable`; a broken rule is a
 * fault of ours and stays what it is.
 */
import Driver from 'better-sqlite3';
import { ClaimwireError } from '../../kernel/errors.js';
import { driverError } from '../failures.js';

const GONE = /^SQLITE_(BUSY|LOCKED|IOERR|CORRUPT|NOTADB|CANTOPEN|FULL|READONLY|PROTOCOL|PERM|NOMEM)/;
const NO_SCHEMA = /^no such table/; // an empty file stands where the database was
const GONE_WORDS =
  /^(The database connection is not open|Cannot open database because the directory does not exist)$/;

export function toFailure(thrown: unknown): unknown {
  const error = driverError(thrown);
  const isGone =
    (error instanceof Driver.SqliteError && (GONE.test(error.code) || NO_SCHEMA.test(error.message))) ||
    (error instanceof TypeError && GONE_WORDS.test(error.message));
  return isGone ? new ClaimwireError('unavailable', undefined, { cause: error }) : error;
}

/** What `work` gives; what it throws is put in the house's words. */
export async function guarded<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toFailure(error);
  }
}
