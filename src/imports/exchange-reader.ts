/**
 * Reads the exchange format. A line that cannot be read is handed on as such, and the lines after it are read; a file that
 * begins as an export does must also end as one.
 */

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { check, fieldName } from '../kernel/issues.js';
import { type JsonBounds, type Oddity, surveyJson } from '../kernel/json-survey.js';
import { LINE_BYTES_MAX, linesOf } from '../kernel/lines.js';
import { End, FORM_KEY, FORM_NUMBER, lineWords, noRows, PARTS_MAX } from './exchange.js';
import {
  type ImportRow,
  type ImportRows,
  type RowKind,
  type RowPlace,
  rowKinds,
  type UnreadRow,
} from './model.js';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const SHAPES = rowKinds.map((kind) => `{"${kind}": …}`).join(', ');

/** What a row may hold: bounds on what a hostile one takes of time and memory, far from any real one. */
const ROW_BOUNDS: JsonBounds = {
  depthMax: 20, // a quote in a claim stands five deep
  valuesMax: 500_000, // twice what a claim has with as many parts of each kind as it may have
  namesMax: 100, // of one object, which has 30 at most
  entriesMax: 2 * PARTS_MAX, // what is over the half is told by its schema, with its place
  nameLengthMax: 100,
};

/** The rows of a file. `onBytes` is told of bytes as they are read. */
export async function* readExchange(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void = () => {},
): ImportRows & AsyncGenerator<ImportRow | UnreadRow> {
  const hash = createHash('sha256');
  const counts = noRows();
  let isExport = false;
  let isOver = false;
  let last = 0;
  for await (const { number, bytes, isEnded } of linesOf(chunks)) {
    const place: RowPlace = { file, line: number };
    last = number;
    const unread = (detail: string): UnreadRow => ({ kind: 'unread', detail, place });
    if (bytes === null) {
      yield unread(`is longer than ${LINE_BYTES_MAX} bytes, which no row may be`);
      continue;
    }
    onBytes(bytes.length + 1);
    const text = number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
    const read = readLine(text);
    if (read === null) {
      if (!isOver) hash.update(bytes).update('\n');
      continue;
    }
    if (isOver && read.kind !== 'unread') {
      yield unread(
        'stands behind the last line of an export; files that are joined must be imported one by one',
      );
      continue;
    }
    if (read.kind === 'end') {
      isOver = true;
      const { value, issues } = check(End, read.value);
      if (value === null) {
        yield unread(issues.map(({ path, detail }) => `end.${fieldName(path)} ${detail}`).join('; '));
        continue;
      }
      const wrong = (
        [
          ['sources', counts.source],
          ['articles', counts.article],
          ['claims', counts.claim],
        ] as const
      ).flatMap(([name, found]) => (value[name] === found ? [] : [`${value[name]} ${name}, found ${found}`]));
      if (wrong.length > 0) yield unread(`tells of ${wrong.join(' and ')}: lines are missing or were added`);
      else if (value.sha256 !== hash.digest('hex'))
        yield unread('has another checksum than the lines before it; if they were edited, remove this line');
      continue;
    }
    hash.update(bytes).update(isEnded ? '\n' : '');
    if (read.kind === FORM_KEY) {
      if (number === 1 && read.value === FORM_NUMBER) isExport = true;
      else if (read.value === FORM_NUMBER) yield unread(`names the format, which only the first line does`);
      else
        yield unread(`names a form of the format that this release does not read; it reads ${FORM_NUMBER}`);
      continue;
    }
    if (read.kind === 'unread') {
      yield unread(read.detail);
      continue;
    }
    counts[read.kind] += 1;
    yield { kind: read.kind, value: read.value, place, bytes: bytes.length };
  }
  if (isExport && !isOver)
    yield {
      kind: 'unread',
      detail: 'is where the file ends, without the last line of an export: it was cut short',
      place: { file, line: last + 1 },
    };
}

type Read =
  | { readonly kind: RowKind | typeof FORM_KEY | 'end'; readonly value: unknown }
  | { readonly kind: 'unread'; readonly detail: string };

/** What a line says; null for an empty one. */
function readLine(bytes: Buffer): Read | null {
  if (!isUtf8(bytes)) return { kind: 'unread', detail: 'is not UTF-8' };
  const text = bytes.toString('utf8');
  if (text.trim() === '') return null;
  const oddity = surveyJson(text, ROW_BOUNDS);
  if (oddity !== null && oddity.is !== 'odd') return unfit(oddity);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { kind: 'unread', detail: `is not JSON: expected ${SHAPES}, found ${shown(text)}` };
  }
  if (oddity !== null) return unfit(oddity);
  const fields = typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.keys(data) : [];
  const [word = ''] = fields;
  if (fields.length === 1 && lineWords.includes(word))
    return { kind: word as RowKind, value: (data as Record<string, unknown>)[word] };
  return { kind: 'unread', detail: `must be one of ${SHAPES}; found ${shown(text)}` };
}

const unfit = ({ pointer, detail }: Oddity): Read => ({
  kind: 'unread',
  detail: pointer === '' ? detail : `${detail}, at ${pointer}`,
});

const shown = (text: string): string => {
  const line = text.trim();
  return line.length <= 60 ? line : `${line.slice(0, 60)}…`;
};
