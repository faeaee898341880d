/**
 * What differs between two versions of an article: field by field, and word by word in its text (Myers, "An O(ND)
 * Difference Algorithm", 1986, as the library `diff` has it). Two texts may differ everywhere, so the time is bounded:
 * what could not be compared in it is told as replaced whole.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { diffArrays } from 'diff';
import type { ArticleState } from './model.js';

const TIME_MAX_MS = 400; // for a text of 500,000 characters with hundreds of changes
const STEP_MAX_MS = 40; // of it in one go: others wait meanwhile

/** A run of text that both versions have, or that one of them has. */
export interface TextPart {
  readonly is: 'same' | 'removed' | 'added';
  readonly text: string;
}

export interface TextDifference {
  /** Those that are not `added` make up the text before, those that are not `removed` the text after. */
  readonly parts: TextPart[];
  /** Whether the time was over before all of it was compared word by word. */
  readonly isCoarse: boolean;
}

/** A letter of scripts that put no space between words. */
const UNSPACED =
  '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}]';
/** Such a letter, a word, white space, or anything else by itself. */
const TOKEN = new RegExp(`${UNSPACED}|(?:(?!${UNSPACED})[\\p{L}\\p{M}\\p{N}])+|\\s+|[\\s\\S]`, 'gu');
const LINE = /[^\n]*\n|[^\n]+$/g;

const piecesOf = (text: string, piece: RegExp): string[] => text.match(piece) ?? [];

const replaced = (before: string, after: string): TextPart[] => [
  { is: 'removed', text: before },
  { is: 'added', text: after },
];

/** The parts of two texts that were cut into pieces, or null where the time does not suffice. */
function compare(before: string[], after: string[], timeout: number): TextPart[] | null {
  const changes = diffArrays(before, after, { timeout });
  return (
    changes?.map(({ added, removed, value }) => ({
      is: added ? 'added' : removed ? 'removed' : 'same',
      text: value.join(''),
    })) ?? null
  );
}

/** Runs of changes with what was removed before what was added, and no part empty or like the one before it. */
function tidy(parts: readonly TextPart[]): TextPart[] {
  const tidied: TextPart[] = [];
  let removed = '';
  let added = '';
  const flush = (): void => {
    if (removed !== '') tidied.push({ is: 'removed', text: removed });
    if (added !== '') tidied.push({ is: 'added', text: added });
    removed = '';
    added = '';
  };
  for (const { is, text } of parts) {
    if (is === 'removed') removed += text;
    else if (is === 'added') added += text;
    else if (text !== '') {
      flush();
      const last = tidied.at(-1);
      if (last?.is === 'same') tidied.splice(-1, 1, { is, text: last.text + text });
      else tidied.push({ is, text });
    }
  }
  flush();
  return tidied;
}

/** Compares two texts, first line by line, then word by word where lines differ; others get their turn in between. */
export async function differenceOfTexts(
  before: string,
  after: string,
  timeMaxMs = TIME_MAX_MS,
): Promise<TextDifference> {
  const endAt = Date.now() + timeMaxMs;
  const step = (): number => Math.max(0, Math.min(STEP_MAX_MS, endAt - Date.now()));
  const byLine = compare(piecesOf(before, LINE), piecesOf(after, LINE), step()) ?? replaced(before, after);
  const lines = tidy(byLine);
  const parts: TextPart[] = [];
  let isCoarse = false;
  for (let at = 0; at < lines.length; at += 1) {
    const [line, next] = [lines[at] as TextPart, lines[at + 1]];
    if (line.is !== 'removed' || next?.is !== 'added') {
      parts.push(line);
      continue;
    }
    await turn();
    const words =
      step() === 0 ? null : compare(piecesOf(line.text, TOKEN), piecesOf(next.text, TOKEN), step());
    if (words === null) isCoarse = true;
    parts.push(...(words ?? [line, next]));
    at += 1;
  }
  return { parts: tidy(parts), isCoarse };
}

/** What differs of the fields besides the text, those of `after` in their order. */
export function differenceOfFields(before: ArticleState, after: ArticleState) {
  const { body: _body, id: _id, externalId: _externalId, ...fields } = after;
  const held = before as unknown as Record<string, unknown>;
  return Object.entries(fields)
    .filter(([field, value]) => !isDeepStrictEqual(held[field], value))
    .map(([field, value]) => ({ field, before: held[field] ?? null, after: value ?? null }));
}
