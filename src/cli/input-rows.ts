/** All that a command line names as one stream of rows; what cannot be read is a row that says so. */
import type { AnyRow, ImportRows } from '../imports/model.js';
import type { createReading } from '../imports/reading.js';
import { isRefusal } from '../imports/refusals.js';
import type { Named } from './inputs.js';

export interface InputRows {
  readonly rows: ImportRows;
  /** How much of the files was read, from 0 to 1; undefined where nobody knows how much there is. */
  share(): number | undefined;
}

/** The rows of some inputs, one after the other. Throws what is no refusal of a file. */
export function readInputs(
  inputs: readonly Named[],
  reading: Pick<ReturnType<typeof createReading>, 'rows'>,
): InputRows {
  let total: number | null = 0;
  for (const { bytes } of inputs) total = total === null || bytes === null ? null : total + bytes;
  let read = 0;

  async function* rows(): AsyncGenerator<AnyRow> {
    for (const { name, open } of inputs)
      try {
        const input = await open((count) => {
          read += count;
        });
        yield* reading.rows(input);
      } catch (error) {
        const place = { file: name, line: null };
        if (isRefusal(error)) yield { kind: 'unread', detail: error.message, place };
        else throw new Error(`${name} brought out a fault of Claimwire’s own`, { cause: error });
      }
  }

  return { rows: rows(), share: () => (total === null ? undefined : total === 0 ? 1 : read / total) };
}
