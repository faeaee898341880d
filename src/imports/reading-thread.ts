/** The thread that reads documents, one after the other, for `reading.ts`. */
import { parentPort } from 'node:worker_threads';
import { ClaimwireError, type ErrorCode } from '../kernel/errors.js';
import type { AnyRow, InputFile, ReaderOptions } from './model.js';
import { readDocument } from './read-document.js';

export interface Task {
  readonly file: InputFile;
  readonly options: ReaderOptions;
  readonly stated: string | undefined;
}

/** `code` is null for a fault of our own. */
export interface Answer {
  readonly rows: AnyRow[];
  readonly failure: { readonly code: ErrorCode | null; readonly message: string } | null;
}

function answer({ file, options, stated }: Task): Answer {
  try {
    return { rows: readDocument(file, options, stated), failure: null };
  } catch (error) {
    if (error instanceof ClaimwireError)
      return { rows: [], failure: { code: error.code, message: error.message } };
    if (error instanceof RangeError) {
      // The stack or a string overflowed: no file of news nests or grows so.
      const message = 'expected a file that can be read, found one that nests too deep';
      return { rows: [], failure: { code: 'unreadable-file', message } };
    }
    return {
      rows: [],
      failure: {
        code: null,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      },
    };
  }
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(answer(task)));
