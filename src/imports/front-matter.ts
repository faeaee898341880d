/**
 * YAML, alone or as front matter of a Markdown file: the data, and the line of the file on which each field stands,
 * so that every complaint can name it. Aliases cannot blow up memory; a key given twice is a fault.
 */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { ClaimwireError } from '../kernel/errors.js';

const ALIASES_MAX = 100; // far more than a person writes, far less than a bomb needs

export type FieldPath = readonly (string | number)[];

export interface YamlData {
  readonly data: unknown;
  /** The line in the file, from 1, of the field at the path, or of the nearest ancestor that is there. */
  readonly lineOf: (path: FieldPath) => number;
}

export interface FrontMatter extends YamlData {
  readonly body: string;
  /** The line in the file on which the body begins. */
  readonly bodyLine: number;
}

export interface YamlFault {
  readonly line: number;
  readonly detail: string;
}

interface YamlOptions {
  /** A key given twice: refused, or the last one counts. */
  readonly repeatedKeys?: 'refuse' | 'last';
}

/** Our words for the faults that editors make most; the rest keep the parser's. */
const sentences: Partial<Record<YAMLError['code'], string>> = {
  BAD_SCALAR_START: 'a value that begins with @, ` or % must stand in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a value that holds a colon and a space must stand in quotes',
  MULTIPLE_DOCS: 'only one document may stand here, found a second after ---',
  NON_STRING_KEY: 'the name of a field must be text',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
};

/**
 * Splits a Markdown file, line feeds alone as line ends, from the YAML between its first line `---` and the next.
 * Throws ClaimwireError `unreadable-file` with an issue per fault, each beginning with its line in the file.
 */
export function readFrontMatter(text: string, options: YamlOptions = {}): FrontMatter {
  const split = splitFrontMatter(text);
  return { ...readLines(split.yaml, 1, options), body: split.body, bodyLine: split.bodyLine };
}

/** Reads a file that is YAML from end to end. Throws as readFrontMatter does. */
export const readYaml = (text: string, options: YamlOptions = {}): YamlData => readLines(text, 0, options);

/** The faults that a ClaimwireError of this room carries: those with a line, or its message alone. */
export function faultsOf(error: ClaimwireError): { line: number | null; detail: string }[] {
  if (error.issues.length === 0) return [{ line: null, detail: error.message }];
  return error.issues.map(({ detail }) => {
    const [, line, words] = /^line (\d+): (.*)$/s.exec(detail) ?? [];
    return line === undefined ? { line: null, detail } : { line: Number(line), detail: words ?? '' };
  });
}

function splitFrontMatter(text: string): { yaml: string; body: string; bodyLine: number } {
  const lines = text.split('\n');
  if (lines[0]?.trimEnd() !== '---') {
    throw unreadable([
      { line: 1, detail: `expected a line --- before the front matter, found ${excerpt(lines[0] ?? '')}` },
    ]);
  }
  const close = lines.findIndex((line, at) => at > 0 && line.trimEnd() === '---');
  if (close < 0) {
    throw unreadable([
      { line: lines.length, detail: 'expected a line --- after the front matter, found the end of the file' },
    ]);
  }
  return {
    yaml: lines.slice(1, close).join('\n'),
    body: lines.slice(close + 1).join('\n'),
    bodyLine: close + 2,
  };
}

function readLines(yaml: string, linesBefore: number, { repeatedKeys = 'refuse' }: YamlOptions): YamlData {
  const counter = new LineCounter();
  const document = parseDocument(yaml, {
    lineCounter: counter,
    prettyErrors: false,
    schema: 'core',
    stringKeys: true,
    uniqueKeys: repeatedKeys === 'refuse',
  });
  const lineAt = (offset: number) => Math.max(1, counter.linePos(offset).line) + linesBefore;
  const faults = [...document.errors, ...document.warnings].map((fault) => ({
    line: lineAt(fault.pos[0]),
    detail: explain(fault, yaml),
  }));
  // What follows a first fault on its line is most often its consequence.
  const first = faults.filter(({ line }, at) => faults.findIndex((fault) => fault.line === line) === at);
  if (first.length > 0) throw unreadable(first);
  return {
    data: toData(document, lineAt(0)),
    lineOf: (path) => lineAt(offsetOf(document, path)),
  };
}

function explain({ code, message, pos }: YAMLError, yaml: string): string {
  if (code === 'DUPLICATE_KEY')
    return `the field ${/^[^:\n]*/.exec(yaml.slice(pos[0]))?.[0].trim()} is given twice`;
  return sentences[code] ?? `expected YAML, found a fault: ${message}`;
}

function toData(document: Document, line: number): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (cause) {
    const unresolved = cause instanceof Error && cause.message.startsWith('Unresolved alias');
    const detail = unresolved
      ? 'an alias (*) stands before its anchor (&) or without one; a value that begins with * must stand in quotes'
      : 'aliases (*) repeat too much: write the values out';
    throw unreadable([{ line, detail }], cause);
  }
}

function offsetOf(document: Document, path: FieldPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const parent: unknown = isAlias(node) ? node.resolve(document) : node;
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === step)
      : undefined;
    node = isSeq(parent) ? parent.items[Number(step)] : pair?.value;
    const found = startOf(pair ? pair.key : node);
    if (found === null) break;
    offset = found;
  }
  return offset;
}

const startOf = (node: unknown): number | null => (isNode(node) ? ((node as Node).range?.[0] ?? null) : null);

const excerpt = (line: string): string =>
  line.trim() === '' ? 'an empty line' : `“${line.trim().slice(0, 60)}”`;

function unreadable(faults: YamlFault[], cause?: unknown): ClaimwireError {
  const issues = faults.map(({ line, detail }) => ({
    detail: `line ${line}: ${detail.replace(/\s+/g, ' ').trim()}`,
  }));
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return new ClaimwireError('unreadable-file', `${issues[0]?.detail}${more}`, { issues, cause });
}
