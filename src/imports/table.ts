/**
 * How a table of separated values (RFC 4180) begins: what separates its cells, and whether it is one at all.
 */
import { CsvError, parse } from 'csv-parse/sync';

export const SEPARATORS = [',', ';', '\t'] as const;
type Separator = (typeof SEPARATORS)[number];

const NAME_LENGTH_MAX = 200; // of a column; a longer first line is prose

/** Whether a text begins as a table: a line of names that differ, and one right below it with as many cells. */
export const isTable = (head: string): boolean => separatorOf(head) !== null;

/** What separates the cells of a text that begins as a table; null where it does not. */
export function separatorOf(head: string): Separator | null {
  const counts = SEPARATORS.map((separator) => ({ separator, cells: cellsOf(head, separator) }));
  const [most] = counts.filter(({ cells }) => cells > 1).sort((a, b) => b.cells - a.cells);
  return most?.separator ?? null;
}

/** The number of columns; 0 where this separator makes no table. */
function cellsOf(head: string, separator: Separator): number {
  const [first = [], second] = firstRows(head, separator);
  const names = first.map((name) => name.trim());
  const isHeader =
    names.every((name) => name !== '' && name.length <= NAME_LENGTH_MAX && !/[\n\r]/.test(name)) &&
    new Set(names).size === names.length;
  return isHeader && second?.length === first.length ? first.length : 0;
}

function firstRows(head: string, delimiter: Separator): string[][] {
  const rows: string[][] = [];
  try {
    parse(head, {
      delimiter,
      bom: true,
      to: 2,
      relax_column_count: true,
      on_record: (row: string[]) => {
        rows.push(row);
        return null;
      },
    });
  } catch (error) {
    // The head may end within a cell that goes on.
    const [first] = rows;
    const isCut = error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED';
    if (isCut && rows.length === 1 && first !== undefined) rows.push(first);
  }
  return rows;
}
