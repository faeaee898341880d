/**
 * What passes between the event loop and a thread that imports a body for it.
 */
import type { DatabaseConfig } from '../config.js';
import type { BodyOptions, ToldRow } from '../imports/body.js';
import type { ImportSummary } from '../imports/rows.js';
import type { PassedFailure } from '../kernel/passed.js';

/** What a thread begins with. */
export interface Job {
  readonly database: DatabaseConfig;
  readonly options: Omit<BodyOptions, 'signal' | 'onTold' | 'onBatch'>;
}

/** To the thread. */
export type Given =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'fault'; readonly failure: PassedFailure }
  | { readonly kind: 'go-on' }
  | { readonly kind: 'stop' };

/** From the thread, which asks for each chunk, and after each batch whether it may go on. */
export type Said =
  | { readonly kind: 'next' }
  | { readonly kind: 'told'; readonly rows: readonly ToldRow[] }
  | { readonly kind: 'batch' }
  | { readonly kind: 'done'; readonly summary: ImportSummary }
  | { readonly kind: 'failed'; readonly failure: PassedFailure };
