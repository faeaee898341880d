/**
 * Imports of long bodies in threads of their own, so that requests do not wait for rows, and what the rows take of memory is
 * bounded and given back.
 */
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { DatabaseConfig } from '../config.js';
import type { ImportBody } from '../imports/body.js';
import type { ImportSummary } from '../imports/rows.js';
import { ClaimwireError } from '../kernel/errors.js';
import { fromPassed, toPassed } from '../kernel/passed.js';
import type { Given, Job, Said } from './import-thread-calls.js';

const THREAD = new URL('./import-thread.js', import.meta.url);

/**
 * A batch of the longest articles takes a quarter of it, and what one transaction has changed a third of a kilobyte a row. An
 * ordinary one takes no more of the machine for it.
 */
const LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

/** An import asks nothing of replicas. */
const withoutReplicas = (database: DatabaseConfig): DatabaseConfig =>
  database.engine === 'postgres' ? { ...database, replicaUrls: [] } : database;

const TOO_MUCH = 'What is in it, or is to be one transaction, takes more memory than an import may take.';

/** What a thread is said to have broken down of: what it was given, or what it runs on. */
const breakdown = (cause: NodeJS.ErrnoException): ClaimwireError =>
  cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new ClaimwireError('payload-too-large', TOO_MUCH, { cause })
    : new ClaimwireError('unavailable', undefined, { cause });

/**
 * Brings bodies into a database that processes can share. Throws `payload-too-large` for what takes more memory than `limits`
 * allow, which ends its thread alone.
 */
export const importBodyInThread =
  (database: DatabaseConfig, limits: ResourceLimits = LIMITS): ImportBody =>
  async (chunks, { signal, onTold, onBatch, ...options }) => {
    const thread = new Worker(THREAD, {
      workerData: { database: withoutReplicas(database), options } satisfies Job,
      resourceLimits: limits,
    });
    const give = (given: Given): void => thread.postMessage(given);
    const stop = (): void => give({ kind: 'stop' });
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();

    const source = chunks[Symbol.asyncIterator]();
    let isReading = false;
    const giveNext = async (): Promise<void> => {
      isReading = true;
      try {
        const { done, value } = await source.next();
        give(done ? { kind: 'end' } : { kind: 'chunk', bytes: Uint8Array.from(value) });
      } catch (error) {
        give({ kind: 'fault', failure: toPassed(error) });
      }
      isReading = false;
    };

    let summary: ImportSummary | undefined;
    let failure: unknown;
    thread.on('message', (said: Said) => {
      if (said.kind === 'next') void giveNext();
      else if (said.kind === 'told') onTold(said.rows);
      else if (said.kind === 'batch') void onBatch().then(() => give({ kind: 'go-on' }));
      else if (said.kind === 'done') summary = said.summary;
      else failure = fromPassed(said.failure);
    });
    thread.on('error', (cause) => {
      failure = breakdown(cause);
    });
    await new Promise<void>((resolve) => thread.once('exit', () => resolve()));

    signal?.removeEventListener('abort', stop);
    const closed = source.return?.();
    // One that was asked for a chunk ends when that comes, which may be never.
    if (isReading) closed?.catch(() => {});
    else await closed;
    if (failure !== undefined) throw failure;
    if (summary === undefined) throw new ClaimwireError('unavailable');
    return summary;
  };
