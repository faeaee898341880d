/**
 * What passes between the event loop and the thread that reads for it.
 */
import type { PassedFailure } from '../../kernel/passed.js';
import type { ReadStores } from '../storage.js';

export interface Call {
  readonly id: number;
  readonly store: keyof ReadStores;
  readonly call: string;
  readonly parameters: readonly unknown[];
}

export type Answer =
  | { readonly id: number; readonly failure: null; readonly result: unknown }
  | { readonly id: number; readonly failure: PassedFailure };
