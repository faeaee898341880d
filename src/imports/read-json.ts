/**
 * The shapes that are JSON, told apart by what is in them: one document, or one on each line.
 */
import { ClaimwireError } from '../kernel/errors.js';
import { feedRows } from './feed.js';
import { readJsonFeed } from './feed-json.js';
import { isRecord } from './foreign-fields.js';
import { linkedRows } from './linked-rows.js';
import type { AnyRow, ReaderOptions, RowPlace } from './model.js';
import { isNinjs, ninjsRows } from './ninjs.js';
import { unknownShape } from './shape.js';

type Reader = (value: unknown, place: RowPlace, options: ReaderOptions) => Iterable<AnyRow>;

const readers: readonly { readonly fits: (value: unknown) => boolean; readonly read: Reader }[] = [
  {
    fits: (value) =>
      isRecord(value) && /^https?:\/\/(?:www\.)?jsonfeed\.org\/version\//i.test(String(value.version)),
    read: (value, { file }, options) =>
      feedRows(readJsonFeed(value), { name: file, lines: [], pointer: '/items' }, options),
  },
  {
    fits: (value) =>
      [value]
        .flat()
        .some(
          (each) => isRecord(each) && ['@context', '@type', '@graph'].some((key) => Object.hasOwn(each, key)),
        ),
    read: linkedRows,
  },
  { fits: isNinjs, read: ninjsRows },
];

/** Throws ClaimwireError `unreadable-file` for what is no JSON and for JSON of no known shape. */
export function* readJson(text: string, file: string, options: ReaderOptions): Generator<AnyRow> {
  const whole = parse(text);
  if (!(whole instanceof Error)) {
    yield* readerOf(whole)(whole, { file, line: null }, options);
    return;
  }
  const lines = text.split('\n');
  if (lines.length < 2 || parse(lines[0] ?? '') instanceof Error)
    throw new ClaimwireError('unreadable-file', `expected JSON, found what is none: ${whole.message}`);
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const place = { file, line: at + 1 };
    try {
      const value = parse(line);
      if (value instanceof Error)
        throw new ClaimwireError('unreadable-file', `expected JSON, found what is none: ${value.message}`);
      yield* readerOf(value)(value, place, options);
    } catch (error) {
      if (!(error instanceof ClaimwireError)) throw error;
      yield { kind: 'unread', detail: error.message, place };
    }
  }
}

function readerOf(value: unknown): Reader {
  const found = readers.find(({ fits }) => fits(value));
  if (found !== undefined) return found.read;
  const keys = isRecord(value)
    ? Object.keys(value)
        .slice(0, 5)
        .map((key) => key.slice(0, 40))
    : [];
  throw unknownShape(
    `JSON of another kind: ${isRecord(value) ? `an object with ${keys.join(', ') || 'no keys'}` : Array.isArray(value) ? 'a list' : `a ${typeof value}`}`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
