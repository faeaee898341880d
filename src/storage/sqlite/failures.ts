/**
 * What the driver throws, in the house's words: a database that does not answer is `unavailable`; a broken rule is a
 * fault of ours and stays what it is.
 */
import Driver from 'better-sqlite3';
import { ClaimwireError } from '../../kernel/errors.js';

const GONE = /^SQLITE_(BUSY|LOCKED|IOERR|CORRUPT|NOTADB|CANTOPEN|FULL|READONLY|PROTOCOL|PERM|NOMEM|ERROR)/;

function toFailure(error: unknown): unknown {
  const isGone =
    (error instanceof Driver.SqliteError && GONE.test(error.code)) ||
    (error instanceof TypeError && error.message === 'The database connection is not open');
  return isGone ? new ClaimwireError('unavailable', undefined, { cause: error }) : error;
}

/** What `work` gives; what it throws is put in the house's words. */
export async function guarded<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toFailure(unwrap(error));
  }
}

/** Drizzle wraps what the driver throws. */
const unwrap = (error: unknown): unknown =>
  error instanceof Error && error.cause instanceof Error && error.name === 'DrizzleQueryError'
    ? error.cause
    : error;

/** A store whose every function is guarded. */
export function guardAll<Store extends object>(store: Store): Store {
  const guardedEntries = Object.entries(store).map(([name, call]) => [
    name,
    (...parameters: unknown[]) => guarded(() => call.apply(store, parameters)),
  ]);
  return Object.fromEntries(guardedEntries);
}
