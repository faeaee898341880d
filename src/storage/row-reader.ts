/**
 * Rows as a driver gives them, bare lists of cells, made into objects. A reader is compiled for its fields: one that looks
 * at each field as it goes takes several times as long.
 */
import { Column, is, SQL } from 'drizzle-orm';
import { SQLiteTextJson } from 'drizzle-orm/sqlite-core';

/** What is selected: columns and expressions by name, and parts of the same kind. */
export type Fields = { readonly [name: string]: unknown };

type Cell = Column | SQL | SQL.Aliased;
type Decoder = Pick<Column, 'mapFromDriverValue'>;

const isCell = (field: unknown): field is Cell =>
  is(field, Column) || is(field, SQL) || is(field, SQL.Aliased);

/** The cells of a row with these fields, in the order in which drizzle selects them. */
export const cellsOf = (fields: Fields): Cell[] =>
  Object.values(fields).flatMap((field) => (isCell(field) ? [field] : cellsOf(field as Fields)));

/** What a driver gives for a column as it is shown; null stays null. */
function decoderOf(cell: Cell): Decoder {
  if (is(cell, Column)) return cell;
  return ((is(cell, SQL.Aliased) ? cell.sql : cell) as unknown as { decoder: Decoder }).decoder;
}

/** A function that reads an object from the cells of a row; a part of nothing but nulls is null. */
export function compileReader(fields: Fields): (row: readonly unknown[]) => unknown {
  const decoders = cellsOf(fields).map(decoderOf);
  let at = 0;
  const nextCell = (): string => {
    const place = at;
    at += 1;
    const decode = decoders[place]?.mapFromDriverValue;
    if (decode === Column.prototype.mapFromDriverValue) return `row[${place}]`;
    if (decode === SQLiteTextJson.prototype.mapFromDriverValue)
      // most lists are empty
      return `(row[${place}] === null ? null : row[${place}] === '[]' ? [] : JSON.parse(row[${place}]))`;
    return `(row[${place}] === null ? null : decoders[${place}].mapFromDriverValue(row[${place}]))`;
  };
  const objectOf = (part: Fields): string =>
    `{ ${Object.entries(part)
      .map(
        ([name, field]) => `${JSON.stringify(name)}: ${isCell(field) ? nextCell() : partOf(field as Fields)}`,
      )
      .join(', ')} }`;
  const partOf = (part: Fields): string => {
    const first = at;
    const object = objectOf(part);
    const isEmpty = Array.from({ length: at - first }, (_, index) => `row[${first + index}] === null`);
    return `(${isEmpty.join(' && ')} ? null : ${object})`;
  };
  return new Function('decoders', `return (row) => (${objectOf(fields)});`)(decoders);
}
