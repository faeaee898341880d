/**
 * What is wrong with a seed folder, gathered while it is loaded: every fault once, at its file and line. What only
 * follows from another fault is left out.
 */
import { ClaimwireError, type Issue } from '../kernel/errors.js';
import { fold } from '../kernel/words.js';
import type { FieldPath } from './front-matter.js';
import type { FileProblem, SeedFile } from './seed-files.js';

/** A file that could be read, with what it holds. */
export interface Loaded<Value> {
  readonly name: string;
  readonly value: Value;
  readonly lineOf: (path: FieldPath) => number;
}

/** Which complaints that something is unknown are no complaints, since the file that names it could not be loaded. */
export interface Excuses {
  /** The words by which such files name things, folded. */
  readonly names: ReadonlySet<string>;
  /** Whether a file is beyond reading, so that it may name any source, or any claim. */
  readonly anySource: boolean;
  readonly anyClaim: boolean;
}

/** What follows from the files that could not be loaded. */
export function excusesOf(
  sources: SeedFile<unknown> | null,
  articles: readonly SeedFile<unknown>[],
): Excuses {
  const names = new Set<string>();
  const collect = (data: unknown, isName: boolean): void => {
    if (typeof data === 'string' && isName) names.add(fold(data));
    else if (Array.isArray(data)) for (const entry of data) collect(entry, isName);
    else if (typeof data === 'object' && data !== null)
      for (const [key, value] of Object.entries(data))
        collect(value, ['id', 'slug', 'key', 'name', 'aliases'].includes(key));
  };
  const broken = [...(sources === null ? [] : [sources]), ...articles].filter(({ value }) => value === null);
  for (const { data } of broken) collect(data, false);
  const isBeyondReading = ({ value, data }: SeedFile<unknown>) => value === null && data === undefined;
  return {
    names,
    anySource: sources !== null && isBeyondReading(sources),
    anyClaim: articles.some(isBeyondReading),
  };
}

function isExcused(detail: string, { names, anySource, anyClaim }: Excuses): boolean {
  const [, word, kind] = /^“(.*?)” is no (source|claim)/.exec(detail) ?? [];
  if (word === undefined) return false;
  return names.has(fold(word)) || (kind === 'source' ? anySource : anyClaim);
}

export type Report = ReturnType<typeof createReport>;

/** Adds to `problems` what is wrong. */
export function createReport(problems: FileProblem[], excuses: Excuses) {
  const at = <Value>({ name, lineOf }: Loaded<Value>, path: FieldPath, detail: string) => {
    problems.push({ file: name, line: lineOf(path), detail });
  };
  return {
    at,

    /**
     * What `work` gives. Of its refusal, which is reported at the place that it points to below `path`, what `instead`
     * gives, so that what refers to it can be looked at as well; or null.
     */
    async attempt<Value, Result>(
      file: Loaded<Value>,
      path: FieldPath,
      work: () => Promise<Result>,
      instead?: () => Promise<Result>,
    ): Promise<Result | null> {
      try {
        return await work();
      } catch (error) {
        for (const { pointer = '', detail } of issuesOf(error))
          if (!isExcused(detail, excuses)) at(file, [...path, ...stepsOf(pointer)], detail);
      }
      try {
        return (await instead?.()) ?? null;
      } catch (error) {
        issuesOf(error);
        return null;
      }
    },
  };
}

/** What a refusal says. Throws what is no refusal. */
function issuesOf(error: unknown): readonly Issue[] {
  if (!(error instanceof ClaimwireError) || error.code === 'unavailable') throw error;
  return error.issues.length > 0 ? error.issues : [{ detail: error.message }];
}

const stepsOf = (pointer: string): FieldPath =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));

/** Reports what stands twice; whether a word stands here for the first time. */
export function createRegister(report: Report, kind: string) {
  const first = new Map<string, string>();
  return <Value>(file: Loaded<Value>, path: FieldPath, word: string): boolean => {
    const place = first.get(word);
    if (place === undefined) first.set(word, `${file.name}:${file.lineOf(path)}`);
    else report.at(file, path, `the ${kind} “${word}” stands already at ${place}`);
    return place === undefined;
  };
}
