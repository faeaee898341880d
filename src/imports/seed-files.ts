/**
 * The files of a seed folder, each read to its validated shape or to the list of everything that is wrong with it.
 * Nothing here looks beyond the one file: whether references lead somewhere is for the importer to say.
 */
import type { z } from 'zod';
import { ArticleInput } from '../articles/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { check, type ExplainedIssue, fieldName } from '../kernel/issues.js';
import { decodeText } from './decode.js';
import { type FieldPath, faultsOf, readFrontMatter, readYaml } from './front-matter.js';
import { type InputFile, SeedArticle, SeedSources } from './model.js';

/** One thing wrong with a file; `line` counts from 1 and is null where no line is to blame. */
export interface FileProblem {
  readonly file: string;
  readonly line: number | null;
  readonly detail: string;
}

/** What a file holds, or, where `problems` is not empty, null. */
export interface SeedFile<T> {
  readonly value: T | null;
  readonly problems: FileProblem[];
  /** The line in the file of the field at a path, or of its nearest ancestor that is there. */
  readonly lineOf: (path: FieldPath) => number;
  /** What the YAML says, right or wrong; undefined where it cannot be read. */
  readonly data: unknown;
}

/** An article's file: its front matter, with the slug settled, and its Markdown. */
export type SeedArticleFile = SeedArticle & { readonly slug: string; readonly body: string };

/** Reads `sources.yaml`, a list of sources. Never throws for what the file holds. */
export function readSeedSources(file: InputFile): SeedFile<z.output<typeof SeedSources>> {
  return guarded(file, () => {
    const { data, lineOf } = readYaml(decodeText(file));
    const { value, issues } = check(SeedSources, data);
    return {
      value,
      problems: inOrder(issues.map((issue) => problemAt(file, issue, lineOf(issue.path)))),
      lineOf,
      data,
    };
  });
}

/**
 * Reads an article's Markdown file. Its slug is the name of the file without `.md` where the front matter gives none.
 * Never throws for what the file holds.
 */
export function readSeedArticle(file: InputFile): SeedFile<SeedArticleFile> {
  return guarded(file, () => {
    const { data, body, bodyLine, lineOf } = readFrontMatter(decodeText(file));
    const given = check(SeedArticle, data);
    const text = check(ArticleInput.shape.body, body);
    const textProblem = ({ detail }: ExplainedIssue) =>
      problemAt(file, { path: [], detail: `the text ${detail}` }, bodyLine);
    const problems = inOrder([
      ...given.issues.map((issue) => problemAt(file, issue, lineOf(issue.path))),
      ...text.issues.map(textProblem),
    ]);
    if (given.value === null || text.value === null) return { value: null, problems, lineOf, data };

    const value = { ...given.value, slug: given.value.slug ?? baseName(file.name), body: text.value };
    const { claims: _claims, ...article } = value;
    const whole = check(ArticleInput, article).issues.map((issue) => {
      if (issue.path[0] === 'body') return textProblem(issue);
      if (issue.path[0] !== 'slug') return problemAt(file, issue, lineOf(issue.path));
      const detail = `the file's name ${issue.detail}, or \`slug\` be given`;
      return problemAt(file, { path: [], detail }, null);
    });
    return { value: whole.length > 0 ? null : value, problems: whole, lineOf, data };
  });
}

function guarded<T>(file: InputFile, read: () => SeedFile<T>): SeedFile<T> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ClaimwireError)) throw error;
    const problems = faultsOf(error).map((fault) => ({ file: file.name, ...fault }));
    return { value: null, problems, lineOf: () => 1, data: undefined };
  }
}

function problemAt(file: InputFile, { path, detail }: ExplainedIssue, line: number | null): FileProblem {
  const field = fieldName(path);
  return { file: file.name, line, detail: field === '' ? detail : `${field}: ${detail}` };
}

/** In the order of the file, as an editor goes through it. */
const inOrder = (problems: FileProblem[]): FileProblem[] =>
  problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));

const baseName = (name: string): string => name.replace(/^.*[/\\]/s, '').replace(/\.md$/, '');
