/**
 * What is to be told of a row that the services refuse.
 */
import { ClaimwireError, type Issue } from '../kernel/errors.js';

/** Whether an error is about what was given, and not about the database or a fault of ours. */
export const isRefusal = (error: unknown): error is ClaimwireError =>
  error instanceof ClaimwireError && error.code !== 'unavailable' && error.code !== 'internal';

/** What a refusal says, piece by piece. */
export const issuesOf = (error: ClaimwireError): readonly Issue[] =>
  error.issues.length > 0 ? error.issues : [{ detail: error.message }];
