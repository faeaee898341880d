/**
 * Rows as readers of foreign files hand them on, made to stand each by itself: with it come the sources that it names, so
 * that it can be put aside, sent to a thread, or brought in again where its transaction failed.
 */
import { isRecord } from './foreign-fields.js';
import type { AnyRow, ImportRow } from './model.js';

type Fields = Readonly<Record<string, unknown>>;

const HELD_MAX = 10_000; // sources of one file that are kept for the rows that name them; a few megabytes

/** The rows of one file, without its sources that are made where they are missing. */
export async function* foreignRows(rows: AsyncIterable<AnyRow> | Iterable<AnyRow>): AsyncGenerator<AnyRow> {
  /** By slug and by id, the one that was named last at the end. */
  const held = new Map<string, Fields>();
  const hold = (ref: string, source: Fields) => {
    held.delete(ref);
    held.set(ref, source);
    if (held.size > HELD_MAX) for (const oldest of held.keys()) return held.delete(oldest);
    return undefined;
  };
  for await (const row of rows) {
    if (row.kind === 'unread') yield row;
    else if (row.ifMissing) for (const ref of refsTo(row.value)) hold(ref, row.value as Fields);
    else {
      const sources = new Set<Fields>();
      for (const ref of refsIn(row)) {
        const source = held.get(ref);
        if (source === undefined) continue;
        sources.add(source);
        hold(ref, source);
      }
      yield { ...row, foreign: { sources: [...sources] } };
    }
  }
}

/** What rows name a source by. */
export const refsTo = (source: unknown): string[] =>
  isRecord(source) ? [source.id, source.slug].filter((ref) => typeof ref === 'string') : [];

/** The sources that a row names. */
function refsIn({ kind, value }: ImportRow): string[] {
  if (!isRecord(value)) return [];
  const named =
    kind === 'article'
      ? [value.publisher, ...parts(value.authors, 'source')]
      : [...parts(value.attributions, 'source'), ...parts(value.reviews, 'reviewer')];
  return named.filter((ref) => typeof ref === 'string');
}

const parts = (list: unknown, field: string): unknown[] =>
  Array.isArray(list) ? list.filter(isRecord).map((part) => part[field]) : [];
