/** The thread that makes rows ready, for `ahead.ts`. */
import { parentPort } from 'node:worker_threads';
import { prepareArticle } from '../articles/text.js';
import { indexedClaim } from '../kernel/indexed.js';
import { check } from '../kernel/issues.js';
import { rowSchemas } from './exchange.js';
import type { ImportRow, ReadyRow } from './model.js';

export type Made = Pick<ReadyRow, 'checked' | 'prepared'>;
type Asked = Pick<ImportRow, 'kind' | 'value'>;

export interface Task {
  readonly rows: readonly (Asked | null)[];
  /** Whether more is made of them than that they are checked. */
  readonly isNews: boolean;
}

const makers = {
  source: () => undefined,
  article: prepareArticle,
  claim: indexedClaim,
} as const;

function make({ kind, value }: Asked, isNews: boolean): Made {
  const checked = check(rowSchemas[kind], value);
  if (checked.value === null || !isNews) return { checked };
  return { checked, prepared: makers[kind](checked.value as never) };
}

parentPort?.on('message', ({ rows, isNews }: Task) =>
  parentPort?.postMessage(rows.map((row): Made => (row === null ? {} : make(row, isNews)))),
);
