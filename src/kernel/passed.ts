/**
 * Failures in a form in which they pass between threads: an error that is cloned loses what it is.
 */
import { ClaimwireError, type ErrorCode, type Issue } from './errors.js';

export type PassedFailure =
  | {
      readonly code: ErrorCode;
      readonly detail: string;
      readonly issues: readonly Issue[];
      readonly cause: string;
    }
  | { readonly code: null; readonly detail: string; readonly stack: string };

export function toPassed(error: unknown): PassedFailure {
  if (error instanceof ClaimwireError)
    return {
      code: error.code,
      detail: error.message,
      issues: error.issues,
      cause: String(error.cause ?? ''),
    };
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return { code: null, detail: message, stack };
}

export function fromPassed(failure: PassedFailure): Error {
  if (failure.code !== null)
    return new ClaimwireError(failure.code, failure.detail, { issues: failure.issues, cause: failure.cause });
  const error = new Error(failure.detail);
  error.stack = failure.stack;
  return error;
}
