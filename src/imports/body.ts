/**
 * The rows of a body that comes over HTTP, brought in as they come.
 */
import type { Services } from '../services.js';
import { readExchange } from './exchange-reader.js';
import { reportOf } from './report.js';
import { type ImportSummary, importRows, type RowsOptions } from './rows.js';

const BATCH_ROWS = 250; // half of what the command takes at once, so that requests come in between
const BODY = 'body'; // what the file is called that comes as one

/** What became of a row, as it is told over HTTP. */
export type ToldRow = Omit<ReturnType<typeof reportOf>, 'file'>;

export interface BodyOptions
  extends Pick<RowsOptions, 'onConflict' | 'isDryRun' | 'isAtomic' | 'rejectsMax' | 'by' | 'signal'> {
  /** Tells of every row, not of rejected ones alone. */
  readonly isEach: boolean;
  /** Told of rows, in the order in which they are decided. */
  readonly onTold: (rows: readonly ToldRow[]) => void;
  /** As `RowsOptions.onBatch`; told of the rows of a batch before. */
  readonly onBatch: () => Promise<void>;
}

/** Brings in the rows of a body. Throws what `importRows` throws, and what reading the body does. */
export type ImportBody = (chunks: AsyncIterable<Uint8Array>, options: BodyOptions) => Promise<ImportSummary>;

/** Brings them in between other requests. */
export const importBodyHere =
  (services: Services, openSpool: RowsOptions['openSpool']): ImportBody =>
  (chunks, { isEach, onTold, ...options }) =>
    importRows(services, readExchange(BODY, chunks), {
      ...options,
      openSpool,
      batchRows: BATCH_ROWS,
      readsAhead: false,
      onRow(result) {
        if (!isEach && result.outcome !== 'rejected') return;
        const { file: _file, ...told } = reportOf(result);
        onTold([told]);
      },
    });
