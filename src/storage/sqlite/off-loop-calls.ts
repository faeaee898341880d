/**
 * What passes between the event loop and the thread that reads for it, errors in a form that can pass.
 */
import { ClaimwireError, type ErrorCode, type Issue } from '../../kernel/errors.js';
import type { ReadStores } from '../storage.js';

export interface Call {
  readonly id: number;
  readonly store: keyof ReadStores;
  readonly call: string;
  readonly parameters: readonly unknown[];
}

type Failure =
  | {
      readonly code: ErrorCode;
      readonly detail: string;
      readonly issues: readonly Issue[];
      readonly cause: string;
    }
  | { readonly code: null; readonly detail: string; readonly stack: string };

export type Answer =
  | { readonly id: number; readonly failure: null; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

export function toFailure(error: unknown): Failure {
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

export function fromFailure(failure: Failure): Error {
  if (failure.code !== null)
    return new ClaimwireError(failure.code, failure.detail, { issues: failure.issues, cause: failure.cause });
  const error = new Error(failure.detail);
  error.stack = failure.stack;
  return error;
}
