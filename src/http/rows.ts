/**
 * A list as rows, a line or a record for each: a page of it, or all of it from a place to its end, read page by page as
 * fast as the caller takes it, so that neither the list nor the caller decides what is held in memory.
 */
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { z } from 'zod';
import type { Key, Listing } from '../kernel/page.js';
import { compileSerializer } from './json-schema.js';
import { columnsOf, headerOf, recordsOf } from './table.js';

/** The parts of each row that are wanted, as `fields=` and `include=` have them. */
export interface RowView {
  readonly fields?: readonly string[] | undefined;
  readonly include?: ReadonlySet<string> | undefined;
  /** What `fields` leaves of a row. */
  readonly pick?: ((row: unknown) => unknown) | undefined;
}

/** How rows are written: what stands before them, and some of them. */
export interface RowWriter {
  readonly head: string;
  write(rows: readonly unknown[]): string;
}

const serialisers = new WeakMap<z.ZodType, (row: unknown) => string>();

function serialiserOf(row: z.ZodType): (row: unknown) => string {
  const known = serialisers.get(row) ?? compileSerializer(row);
  serialisers.set(row, known);
  return known;
}

/** A line of JSON for each row (NDJSON): the same objects as in `data` of the list. */
export function lineWriter(row: z.ZodType, { pick }: RowView): RowWriter {
  const serialise = pick === undefined ? serialiserOf(row) : (item: unknown) => JSON.stringify(pick(item));
  return { head: '', write: (rows) => rows.map((item) => `${serialise(item)}\n`).join('') };
}

/** What says, beside a part that is included, that there is more of it. */
const moreOf = (part: string): string => `more${part.charAt(0).toUpperCase()}${part.slice(1)}`;

/** A record for each row (CSV), below one with the names of the columns. */
export function recordWriter(row: z.ZodType, { fields, include, pick = (item) => item }: RowView): RowWriter {
  const isBelow = (path: string, other: string) => path === other || path.startsWith(`${other}.`);
  const columns = columnsOf(
    row,
    (path, isOptional) =>
      (!isOptional || [...(include ?? [])].some((part) => isBelow(path, part) || path === moreOf(part))) &&
      (fields?.some((field) => isBelow(path, field) || isBelow(field, path)) ?? true),
  );
  return { head: headerOf(columns), write: (rows) => recordsOf(rows.map(pick), columns) };
}

/**
 * All rows from a first page to the end of the list, as a stream. What `pageAfter` throws ends the stream as a failure, by
 * which the connection is cut: a list that is not whole does not end as one that is.
 */
export function streamRows<Item>(
  first: Listing<Item>,
  pageAfter: (place: Key) => Promise<Listing<Item>>,
  writer: RowWriter,
): Readable {
  async function* chunks(): AsyncGenerator<string> {
    if (writer.head !== '') yield writer.head;
    for (let page = first; ; page = await pageAfter(page.next)) {
      if (page.items.length > 0) yield writer.write(page.items);
      if (page.next === null) return;
      await nextTurn(); // an embedded database answers at once: others would wait for the whole list
    }
  }
  return Readable.from(chunks(), { objectMode: false });
}
