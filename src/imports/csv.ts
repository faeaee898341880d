/**
 * Tables of separated values (RFC 4180, also with `;` or tabs), each row an article, a source or a claim, by a map from
 * columns to fields. They are read as they come in: a table may be of any length.
 */
import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { ClaimwireError } from '../kernel/errors.js';
import { decoderOf, markOf } from './charset.js';
import { type ColumnMap, kindOfColumns, mapColumns } from './csv-map.js';
import { rowOfCells } from './csv-row.js';
import type { AnyRow, ReaderOptions } from './model.js';
import { separatorOf } from './table.js';

const RECORD_LENGTH_MAX = 2_000_000; // characters of one row: four of the longest texts
const COLUMNS_MAX = 1_000;

export interface TableFile {
  readonly name: string;
  readonly head: Uint8Array;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** What its sender says that it is encoded in. */
  readonly stated: string | undefined;
}

/**
 * Throws ClaimwireError `unreadable-file` for bytes that are not of the encoding, for columns that say nothing of any kind,
 * and for quotation marks out of place; a row with other than the header's number of cells refuses itself alone.
 */
export async function* readTable(
  { name, head, chunks, stated }: TableFile,
  map: ColumnMap | null,
  options: ReaderOptions,
): AsyncGenerator<AnyRow> {
  const label = markOf(head) ?? stated ?? 'utf-8';
  const start = new TextDecoder(decoderOf(label).encoding).decode(head); // which may end within a character
  const records = parse({
    delimiter: separatorOf(start) ?? ',',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: RECORD_LENGTH_MAX,
  });
  const source = Readable.from(decoded(chunks, label));
  source.on('error', (error) => records.destroy(error));
  source.pipe(records);
  try {
    let columns: (string | null)[] | null = null;
    let header: string[] = [];
    let kind: ReturnType<typeof kindOfColumns> = 'article';
    let at = 1;
    for await (const { record: cells, info } of records as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const line = at;
      at = info.lines + 1;
      if (columns === null) {
        if (cells.length > COLUMNS_MAX)
          throw new ClaimwireError('unreadable-file', `expected at most ${COLUMNS_MAX} columns, found more`);
        columns = mapColumns(cells, map);
        kind = kindOfColumns(columns, cells);
        header = cells;
        continue;
      }
      const place = { file: name, line };
      if (cells.length !== columns.length) {
        const detail = `expected ${columns.length} cells, as the header has, found ${cells.length}`;
        yield { kind: 'unread', detail, place };
        continue;
      }
      yield* rowOfCells({ kind, columns, cells, header: map === null ? header : null, place, options });
    }
  } catch (error) {
    if (error instanceof ClaimwireError || !isOfParser(error)) throw error;
    throw new ClaimwireError(
      'unreadable-file',
      `expected a table of separated values, found a fault: ${error.message}`,
    );
  } finally {
    source.destroy();
  }
}

const isOfParser = (error: unknown): error is CsvError =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_');

async function* decoded(chunks: AsyncIterable<Uint8Array>, label: string): AsyncGenerator<string> {
  const decoder = decoderOf(label);
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ClaimwireError(
      'unreadable-file',
      `expected text in ${decoder.encoding}, found bytes that are not`,
    );
  }
}
