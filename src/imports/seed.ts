/**
 * Loads a seed folder: everything in one transaction, or, where anything in it is wrong, nothing and a list of all
 * that is. Loading the same folder again changes nothing.
 */
import { ClaimwireError } from '../kernel/errors.js';
import { fold } from '../kernel/words.js';
import type { Services, WriteServices } from '../services.js';
import type { SourceInput } from '../sources/model.js';
import type { FieldPath } from './front-matter.js';
import type { InputFile } from './model.js';
import { type Outcome, outcomeOf } from './outcome.js';
import {
  type FileProblem,
  readSeedArticle,
  readSeedSources,
  type SeedArticleFile,
  type SeedFile,
} from './seed-files.js';

export interface SeedFolder {
  readonly sources: InputFile | null;
  readonly articles: readonly InputFile[];
}

export type Counts = Record<Outcome, number>;

/** What became of a folder: counts by kind, or the problems for which nothing was stored. */
export type SeedReport =
  | { readonly counts: Record<'sources' | 'articles' | 'claims', Counts>; readonly problems: [] }
  | { readonly counts: null; readonly problems: FileProblem[] };

/** A file that could be read, with what it holds. */
interface Loaded<Value> {
  readonly name: string;
  readonly value: Value;
  readonly lineOf: (path: FieldPath) => number;
}

/** Ends the transaction; the problems themselves are collected outside it. */
class Refused extends Error {}

export async function seed(services: Services, folder: SeedFolder): Promise<SeedReport> {
  const sourceFile = folder.sources === null ? null : readSeedSources(folder.sources);
  const articleFiles = folder.articles.map((file) => ({ file, read: readSeedArticle(file) }));
  const problems = [sourceFile, ...articleFiles.map(({ read }) => read)].flatMap(
    (read) => read?.problems ?? [],
  );

  const sources: Loaded<SourceInput[]> | null =
    folder.sources !== null && sourceFile?.value
      ? { name: folder.sources.name, value: sourceFile.value, lineOf: sourceFile.lineOf }
      : null;
  const articles = articleFiles.flatMap(({ file, read }) =>
    read.value === null ? [] : [{ name: file.name, value: read.value, lineOf: read.lineOf }],
  );
  const broken = [sourceFile, ...articleFiles.map(({ read }) => read)].filter(
    (read) => read !== null && read.value === null,
  );
  const report = createReport(problems, declaredIn(broken as SeedFile<unknown>[]));
  const ids = { sources: new Set<string>(), articles: new Set<string>(), claims: new Set<string>() };

  try {
    const { changes } = await services.write(async (write) => {
      if (sources !== null) await saveSources(write, sources, report, ids.sources);
      await saveArticles(write, articles, report, ids);
      if (problems.length > 0) throw new Refused();
    });
    const count = (kind: Iterable<string>): Counts => {
      const counts: Counts = { created: 0, updated: 0, unchanged: 0 };
      for (const id of kind) counts[outcomeOf(changes, id)] += 1;
      return counts;
    };
    return {
      counts: { sources: count(ids.sources), articles: count(ids.articles), claims: count(ids.claims) },
      problems: [],
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { counts: null, problems };
  }
}

type Report = ReturnType<typeof createReport>;

function createReport(problems: FileProblem[], declared: ReadonlySet<string>) {
  const at = <Value>({ name, lineOf }: Loaded<Value>, path: FieldPath, detail: string) => {
    problems.push({ file: name, line: lineOf(path), detail });
  };
  return {
    at,

    /** What `work` gives; of its refusal, which is reported at the place that it points to below `path`, null. */
    async attempt<Value, Result>(
      file: Loaded<Value>,
      path: FieldPath,
      work: () => Promise<Result>,
    ): Promise<Result | null> {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ClaimwireError) || error.code === 'unavailable') throw error;
        const issues = error.issues.length > 0 ? error.issues : [{ detail: error.message }];
        for (const { pointer = '', detail } of issues) {
          const below = pointer
            .split('/')
            .slice(1)
            .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
          if (!declared.has(fold(/^“(.*?)” is no /.exec(detail)?.[1] ?? '')))
            at(file, [...path, ...below], detail);
        }
        return null;
      }
    },
  };
}

/** The words by which files that cannot be loaded name things: references to those are not wrong. */
function declaredIn(files: readonly SeedFile<unknown>[]): Set<string> {
  const words = new Set<string>();
  const collect = (data: unknown, isName: boolean): void => {
    if (typeof data === 'string' && isName) words.add(fold(data));
    else if (Array.isArray(data)) for (const entry of data) collect(entry, isName);
    else if (typeof data === 'object' && data !== null)
      for (const [key, value] of Object.entries(data))
        collect(value, ['id', 'slug', 'key', 'name', 'aliases'].includes(key));
  };
  for (const { data } of files) collect(data, false);
  return words;
}

/** Reports what stands twice; gives what stood first. */
function createRegister(report: Report, kind: string) {
  const first = new Map<string, string>();
  return <Value>(file: Loaded<Value>, path: FieldPath, word: string): void => {
    const place = first.get(word);
    if (place === undefined) first.set(word, `${file.name}:${file.lineOf(path)}`);
    else report.at(file, path, `the ${kind} “${word}” stands already at ${place}`);
  };
}

async function saveSources(
  { sources }: WriteServices,
  file: Loaded<SourceInput[]>,
  report: Report,
  ids: Set<string>,
): Promise<void> {
  const slugs = createRegister(report, 'slug');
  const known = createRegister(report, 'id');
  const names = createRegister(report, 'name');
  for (const [at, source] of file.value.entries()) {
    slugs(file, [at, 'slug'], source.slug);
    if (source.id !== undefined) known(file, [at, 'id'], source.id);
    for (const name of new Set([source.name, ...source.aliases].map(fold))) names(file, [at, 'name'], name);
  }
  for (const at of membersLast(file, report)) {
    const source = file.value[at];
    if (source === undefined) continue;
    const handle = await report.attempt(file, [at], () => sources.save(source));
    if (handle !== null) ids.add(handle.id);
  }
}

/** The places of the sources in an order in which every organisation stands before its members. */
function membersLast(file: Loaded<SourceInput[]>, report: Report): number[] {
  const placeOf = new Map<string, number>();
  for (const [at, { id, slug, name, aliases }] of file.value.entries())
    for (const word of [...aliases, name, slug, id ?? slug]) placeOf.set(fold(word), at);

  const order = new Set<number>();
  const visit = (at: number, below: readonly number[]): void => {
    if (order.has(at)) return;
    if (below.includes(at)) {
      report.at(file, [at, 'memberOf'], '`memberOf` leads back to the source itself');
      return;
    }
    const above = placeOf.get(fold(file.value[at]?.memberOf ?? ''));
    if (above !== undefined) visit(above, [...below, at]);
    order.add(at);
  };
  for (const at of file.value.keys()) visit(at, []);
  return [...order];
}

async function saveArticles(
  { articles, claims }: WriteServices,
  files: readonly Loaded<SeedArticleFile>[],
  report: Report,
  ids: { readonly articles: Set<string>; readonly claims: Set<string> },
): Promise<void> {
  const slugs = createRegister(report, 'slug');
  const known = createRegister(report, 'id');
  const keys = createRegister(report, 'key');
  const addresses = createRegister(report, 'canonical URL');
  const saved = [];

  for (const file of files) {
    const { claims: given, ...article } = file.value;
    slugs(file, ['slug'], article.slug);
    if (article.id !== undefined) known(file, ['id'], article.id);
    if (article.canonicalUrl !== null) addresses(file, ['canonicalUrl'], article.canonicalUrl);
    const handle = await report.attempt(file, [], () => articles.save({ ...article, externalId: null }));
    if (handle !== null) ids.articles.add(handle.id);
    saved.push({ file, handle });

    for (const [at, { key, id, text, ...rest }] of given.entries()) {
      if (text === undefined) continue;
      keys(file, ['claims', at, 'key'], key);
      if (id !== undefined) known(file, ['claims', at, 'id'], id);
      const { language = article.language, tags = [], reviews = [] } = rest;
      const input = { ...(id === undefined ? {} : { id }), externalId: key, text, language, tags, reviews };
      const claim = await report.attempt(file, ['claims', at], () => claims.save(input));
      if (claim !== null) ids.claims.add(claim.id);
    }
  }

  for (const { file, handle } of saved) {
    if (handle === null) continue;
    for (const [at, { key, text, attributions, relations = [] }] of file.value.claims.entries()) {
      const claim = await report.attempt(file, ['claims', at, 'key'], () => claims.resolve(key));
      if (claim === null) continue;
      const inputs = attributions.map((attribution) => ({ ...attribution, url: null, context: null }));
      await report.attempt(file, ['claims', at, 'attributions'], () =>
        claims.attribute(claim, handle, inputs),
      );
      if (text !== undefined)
        await report.attempt(file, ['claims', at, 'relations'], () => claims.relate(claim, relations));
    }
  }
}
