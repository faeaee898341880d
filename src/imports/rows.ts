/**
 * Brings in rows, a batch in a transaction, each created, made equal to what is stored, left as it is, or rejected with its
 * reasons, alone. A row that refers to what is not there yet waits until the others are in. Done again, it changes nothing;
 * cut off anywhere, it is finished by being done again.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { z } from 'zod';
import { HalfDone } from '../kernel/errors.js';
import { isId } from '../kernel/ids.js';
import type { Services, ServiceWriteOptions, WriteServices } from '../services.js';
import { untilAborted } from './abort.js';
import { madeReady } from './ahead.js';
import { closedAmong, type Referring } from './circles.js';
import { createDecider, type Reach, type RowResult, TURN_MS } from './decide.js';
import { ExchangeClaim } from './exchange.js';
import { type AnyRow, type ImportRows, type ReadyRow, rowKinds } from './model.js';
import { type RowOutcome, rowOutcomes, type ImportSummary as Summary } from './report.js';
import type { Spool } from './store.js';
import type { OnConflict } from './upsert.js';

const BATCH_ROWS = 500;
const BATCH_BYTES = 8 * 1_048_576; // and never less than one row
const ROW_BYTES = 4_000; // of one whose reader does not say
const PASSES_MAX = 4; // over the rows that wait; what waits then goes in circles, or leads nowhere

export type ImportSummary = z.output<typeof Summary>;

export interface RowsOptions {
  readonly openSpool: () => Spool;
  readonly onConflict?: OnConflict;
  /** Say what would happen and store nothing. */
  readonly isDryRun?: boolean;
  /** Store all rows, or none where one is rejected. */
  readonly isAtomic?: boolean;
  /** Gives up after more rejects than these. */
  readonly rejectsMax?: number;
  /** Rows of one transaction; BATCH_ROWS if not given. */
  readonly batchRows?: number;
  /**
   * Whether rows are made ready before their turn in another thread, for which hundreds are read and held: they are, if not
   * given. Of who sends them as they come to be, none must wait for those behind it.
   */
  readonly readsAhead?: boolean;
  /** The id of the key that it is done with, which then stands on each change and revision. */
  readonly by?: string | null;
  /** Ends it between two batches. */
  readonly signal?: AbortSignal;
  /** Told of each row, in the order in which they are decided. */
  readonly onRow?: (result: RowResult) => void;
  /**
   * Awaited after each batch that was decided, outside any transaction: who is told of rows can hold up the next ones. Not
   * called where all is one transaction.
   */
  readonly onBatch?: () => Promise<void>;
}

type Decider = ReturnType<typeof createDecider>;

/** Runs work in a transaction, or in the one that is open. */
type Transact = <Result>(work: (write: WriteServices) => Promise<Result>) => Promise<Result>;

/** Ends a transaction without keeping it. */
class Undone extends Error {
  constructor(readonly summary: Omit<ImportSummary, 'isStored' | 'bookmark'>) {
    super('nothing is to be stored');
  }
}

/** Throws `unavailable` where the database is: then the batches before are stored, and the rest is not. */
export async function importRows(
  services: Services,
  rows: ImportRows,
  options: RowsOptions,
): Promise<ImportSummary> {
  if (options.isDryRun || options.isAtomic) return inOneTransaction(services, rows, options);
  const decider = createDecider(options.onConflict ?? 'update');
  let bookmark: string | null = null;
  const summary = await run(rows, { ...options, decider }, async (work) => {
    const written = await writeBatch(services, work, { isHinting: decider.isHinting, by: options.by });
    bookmark = written.bookmark;
    return written.result;
  });
  return { ...summary, isStored: true, bookmark };
}

/** In a transaction; in a slower one, that can undo a row by itself, where one is refused half-way, which few are. */
async function writeBatch<Result>(
  { write }: Services,
  work: (services: WriteServices) => Promise<Result>,
  options: ServiceWriteOptions,
) {
  try {
    return await write(work, options);
  } catch (error) {
    if (!(error instanceof HalfDone)) throw error;
    return write(work, { ...options, undoesParts: true });
  }
}

/** Where it crosses another, a transaction runs again: so the rows are read before it begins, and put aside. */
async function inOneTransaction(
  services: Services,
  rows: ImportRows,
  options: RowsOptions,
): Promise<ImportSummary> {
  const { onBatch: _onBatch, ...inTransaction } = options;
  const { isDryRun = false, openSpool, onRow = () => {}, signal } = options;
  const spool = openSpool();
  try {
    for await (const row of untilAborted(rows, signal)) spool.add(row);
    let told = 0;
    const work = async (write: WriteServices) => {
      let count = 0;
      const tellOnce = (result: RowResult) => {
        count += 1;
        if (count <= told) return;
        told = count;
        onRow(result);
      };
      const decider = createDecider(options.onConflict ?? 'update');
      const summary = await run(spool.rows(), { ...inTransaction, onRow: tellOnce, decider }, (part) =>
        part(write),
      );
      const isWhole = summary.rejected === 0 && summary.endedBy === null;
      if (!isDryRun && !isWhole) throw new Undone(summary);
      return summary;
    };
    const { result, bookmark } = await services.write(work, {
      keep: !isDryRun,
      by: options.by,
      isHinting: () => false,
      undoesParts: true,
    });
    return { ...result, isStored: !isDryRun, bookmark: isDryRun ? null : bookmark };
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
    return { ...error.summary, isStored: false, bookmark: null };
  } finally {
    spool.close();
  }
}

interface RunOptions extends RowsOptions {
  readonly decider: Decider;
}

async function run(
  rows: ImportRows,
  {
    openSpool,
    rejectsMax = Number.POSITIVE_INFINITY,
    batchRows = BATCH_ROWS,
    readsAhead = true,
    signal,
    onRow = () => {},
    onBatch,
    decider,
  }: RunOptions,
  transact: Transact,
): Promise<Omit<ImportSummary, 'isStored' | 'bookmark'>> {
  const counts = noOutcomes();
  let rejected = 0;
  let endedBy: ImportSummary['endedBy'] = null;

  const tell = (result: RowResult): void => {
    counts[result.kind][result.outcome] += 1;
    if (result.outcome === 'rejected') rejected += 1;
    onRow(result);
  };

  /** Decides on rows, batch by batch; gives those that must wait. */
  const pass = async (
    from: ImportRows,
    reach: Reach,
    decided: (result: RowResult, row: ReadyRow) => void = tell,
  ): Promise<Spool> => {
    const waiting = openSpool();
    /** Whether the last rows were not what is stored already, as most are where the same is brought in again. */
    let isNews = true;
    for await (const batch of batchesOf(
      untilAborted(readsAhead ? madeReady(from, () => isNews) : from, signal),
      batchRows,
    )) {
      const bounds = { reach, rejectsMax: rejectsMax - rejected };
      const verdicts = await transact((write) => decider.decide(write, batch, bounds));
      decider.keep();
      isNews = verdicts.some((verdict) => verdict === 'waits' || verdict.outcome !== 'unchanged');
      for (const [place, verdict] of verdicts.entries()) {
        const row = batch[place] as ReadyRow;
        if (verdict === 'waits') waiting.add(asRead(row));
        else decided(verdict, row);
      }
      await onBatch?.();
      if (rejected > rejectsMax) endedBy = 'rejects';
      if (endedBy !== null || signal?.aborted) break;
    }
    if (signal?.aborted) endedBy ??= 'signal';
    return waiting;
  };

  let waiting = await pass(rows, 'whole');
  for (let count = 1; waiting.count > 0 && endedBy === null && count < PASSES_MAX; count++) {
    const before = waiting;
    waiting = await pass(before.rows(), 'whole');
    before.close();
    if (waiting.count === before.count) break;
  }

  // What waits still refers to each other in circles, or to nothing: the former comes in without its relations first.
  const [circular, lost, made, same] = [openSpool(), openSpool(), openSpool(), openSpool()];
  if (waiting.count > 0 && endedBy === null) {
    await divide(waiting, { circular, lost }, transact);
    const outcomes: RowOutcome[] = [];
    await pass(circular.rows(), 'without-relations', (result, row) => {
      if (result.outcome === 'unchanged') same.add(asRead(row));
      else if (result.outcome === 'created' || result.outcome === 'updated') {
        outcomes.push(result.outcome);
        made.add(asRead(row));
      } else tell(result);
    });
    let at = 0;
    if (endedBy === null)
      await pass(made.rows(), 'again', (result) => {
        const outcome = outcomes[at++] ?? result.outcome;
        tell(result.outcome === 'rejected' || result.detail !== undefined ? result : { ...result, outcome });
      });
    if (endedBy === null) await pass(same.rows(), 'at-last');
    if (endedBy === null) await pass(lost.rows(), 'at-last');
  }
  for (const spool of [waiting, circular, lost, made, same]) spool.close();
  return { counts, rejected, endedBy };
}

/** Divides rows into claims that refer to nothing but each other and what is stored, and others. */
async function divide(
  waiting: Spool,
  { circular, lost }: { circular: Spool; lost: Spool },
  transact: Transact,
): Promise<void> {
  const claims: Referring[] = [];
  for await (const row of waiting.rows()) claims.push(referringOf(row));
  const closed = await transact(async ({ claims: stored }) =>
    closedAmong(claims, async (name) => {
      const identity = isId(name) ? { id: name.toLowerCase() } : { externalId: name };
      return (await stored.known(identity)) !== undefined;
    }),
  );
  let place = 0;
  for await (const row of waiting.rows())
    (closed.has(place++) && row.kind === 'claim' ? circular : lost).add(row);
}

/** What a claim is known by and refers to; of anything else, nothing. */
function referringOf(row: AnyRow): Referring {
  const claim = row.kind === 'claim' ? ExchangeClaim.safeParse(row.value).data : undefined;
  if (claim === undefined) return { names: [], refers: [] };
  const { id, externalId, relations } = claim;
  return {
    names: [id, externalId].flatMap((name) => name ?? []),
    refers: relations.map(({ claim: other }) => other),
  };
}

/** A row without what was made of it. */
const asRead = ({ checked: _checked, prepared: _prepared, ...row }: ReadyRow): AnyRow => row;

async function* batchesOf(rows: AsyncIterable<ReadyRow>, most: number): AsyncGenerator<ReadyRow[]> {
  let batch: ReadyRow[] = [];
  let bytes = 0;
  let since = performance.now();
  for await (const row of rows) {
    batch.push(row);
    bytes += ('bytes' in row ? row.bytes : undefined) ?? ROW_BYTES;
    if (batch.length >= most || bytes >= BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    if (performance.now() - since < TURN_MS) continue;
    await turn(); // rows that are at hand would come one after the other without a turn for requests
    since = performance.now();
  }
  if (batch.length > 0) yield batch;
}

export function noOutcomes(): ImportSummary['counts'] {
  const none = () => Object.fromEntries(rowOutcomes.map((outcome) => [outcome, 0]));
  return Object.fromEntries(
    [...rowKinds, 'unread' as const].map((kind) => [kind, none()]),
  ) as ImportSummary['counts'];
}
