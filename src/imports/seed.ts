/**
 * Loads a seed folder: everything in one transaction, or, where anything in it is wrong, nothing and a list of all
 * that is. Loading the same folder again changes nothing.
 */
import { newId } from '../kernel/ids.js';
import { fold } from '../kernel/words.js';
import type { Services, WriteServices } from '../services.js';
import type { SourceInput } from '../sources/model.js';
import type { InputFile } from './model.js';
import { type Outcome, outcomeOf } from './outcome.js';
import {
  type FileProblem,
  readSeedArticle,
  readSeedSources,
  type SeedArticleFile,
  type SeedFile,
} from './seed-files.js';
import { createRegister, createReport, excusesOf, type Loaded, type Report } from './seed-report.js';

export interface SeedFolder {
  readonly sources: InputFile | null;
  readonly articles: readonly InputFile[];
}

export type Counts = Record<Outcome, number>;

/** What became of a folder: counts by kind, or the problems for which nothing was stored. */
export type SeedReport =
  | { readonly counts: Record<'sources' | 'articles' | 'claims', Counts>; readonly problems: [] }
  | { readonly counts: null; readonly problems: FileProblem[] };

/** Ends the transaction with all that was found. */
class Refused extends Error {
  constructor(readonly problems: FileProblem[]) {
    super('the folder is refused');
  }
}

/** Loads a folder. Throws only what the database does. */
export async function seed(services: Services, folder: SeedFolder): Promise<SeedReport> {
  const sourceFile =
    folder.sources === null ? null : { file: folder.sources, read: readSeedSources(folder.sources) };
  const articleFiles = folder.articles.map((file) => ({ file, read: readSeedArticle(file) }));
  const sources = loadedOf(sourceFile === null ? [] : [sourceFile]);
  const articles = loadedOf(articleFiles);
  const all = [...(sourceFile === null ? [] : [sourceFile.read]), ...articleFiles.map(({ read }) => read)];
  const excuses = excusesOf(
    sourceFile?.read ?? null,
    articleFiles.map(({ read }) => read),
  );

  try {
    const { result: ids, changes } = await services.write(async (write) => {
      const problems = all.flatMap((read) => read.problems);
      const report = createReport(problems, excuses);
      const stored = { sources: new Set<string>(), articles: new Set<string>(), claims: new Set<string>() };
      for (const file of sources) await saveSources(write, file, report, stored.sources);
      await saveArticles(write, articles, report, stored);
      if (problems.length > 0) throw new Refused(problems);
      return stored;
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
    return { counts: null, problems: error.problems };
  }
}

const loadedOf = <Value>(files: readonly { file: InputFile; read: SeedFile<Value> }[]): Loaded<Value>[] =>
  files.flatMap(({ file, read: { value, lineOf } }) =>
    value === null ? [] : [{ name: file.name, value, lineOf }],
  );

/** What a thing has for the time being whose own name is taken: it is looked at too, and nothing of it is kept. */
const provisional = (): string => `provisional-${newId()}`;

async function saveSources(
  { sources }: WriteServices,
  file: Loaded<SourceInput[]>,
  report: Report,
  ids: Set<string>,
): Promise<void> {
  const slugs = createRegister(report, 'slug');
  const known = createRegister(report, 'id');
  const names = createRegister(report, 'name');
  const inputs = file.value.map(({ id, slug, ...rest }, at): SourceInput => {
    const isOwnSlug = slugs(file, [at, 'slug'], slug);
    const isOwnId = id !== undefined && known(file, [at, 'id'], id);
    for (const name of new Set([rest.name, ...rest.aliases].map(fold))) names(file, [at, 'name'], name);
    return { ...(isOwnId ? { id } : {}), slug: isOwnSlug ? slug : provisional(), ...rest };
  });
  const { order, circular } = membersLast(file.value);
  for (const at of circular) report.at(file, [at, 'memberOf'], '`memberOf` leads back to the source itself');
  for (const at of order) {
    const source = inputs[at];
    if (source === undefined) continue;
    const alone = { ...source, memberOf: null };
    const handle = await report.attempt(
      file,
      [at],
      () => sources.save(circular.has(at) ? alone : source),
      () => sources.save(alone),
    );
    if (handle !== null) ids.add(handle.id);
  }
}

/**
 * The places of the sources in an order in which every organisation stands before its members, and the places where
 * `memberOf` closes a circle.
 */
function membersLast(sources: readonly SourceInput[]): { order: number[]; circular: Set<number> } {
  const placeOf = new Map<string, number>();
  for (const [at, { id, slug, name, aliases }] of sources.entries())
    for (const word of [...aliases, name, slug, id ?? slug]) placeOf.set(fold(word), at);

  const order = new Set<number>();
  const circular = new Set<number>();
  const organisationOf = (at: number) => sources[at]?.memberOf ?? null;
  const above = (at: number): number | undefined => placeOf.get(fold(organisationOf(at) ?? ''));
  const visit = (at: number, below: readonly number[]): void => {
    const next = above(at);
    if (next === at || (next !== undefined && below.includes(next))) circular.add(at);
    else if (next !== undefined && !order.has(next)) visit(next, [...below, at]);
    order.add(at);
  };
  // Those whose organisation is not here come last: if its name is misspelt, all that it may mean are known by then.
  const isLost = (at: number) => organisationOf(at) !== null && above(at) === undefined;
  for (const at of [...sources.keys()].toSorted((a, b) => Number(isLost(a)) - Number(isLost(b))))
    if (!order.has(at)) visit(at, []);
  return { order: [...order], circular };
}

interface StoredIds {
  readonly articles: Set<string>;
  readonly claims: Set<string>;
}

async function saveArticles(
  write: WriteServices,
  files: readonly Loaded<SeedArticleFile>[],
  report: Report,
  ids: StoredIds,
): Promise<void> {
  const { articles, claims } = write;
  const slugs = createRegister(report, 'slug');
  const known = createRegister(report, 'id');
  const keys = createRegister(report, 'key');
  const addresses = createRegister(report, 'canonical URL');
  const saved = [];

  for (const file of files) {
    const { claims: given, id: articleId, ...rest } = file.value;
    const isOwnSlug = slugs(file, ['slug'], rest.slug);
    const isOwnId = articleId !== undefined && known(file, ['id'], articleId);
    const isOwnAddress = rest.canonicalUrl !== null && addresses(file, ['canonicalUrl'], rest.canonicalUrl);
    const article = {
      ...rest,
      ...(isOwnId ? { id: articleId } : {}),
      slug: isOwnSlug ? rest.slug : provisional(),
      canonicalUrl: isOwnAddress ? rest.canonicalUrl : null,
      externalId: null,
    };
    const handle = await report.attempt(
      file,
      [],
      () => articles.save(article),
      () =>
        articles.save({ ...article, slug: provisional(), canonicalUrl: null, publisher: null, authors: [] }),
    );
    if (handle !== null) ids.articles.add(handle.id);

    const handles = [];
    for (const [at, { key, id, text, ...parts }] of given.entries()) {
      if (text === undefined) continue;
      const isOwnKey = keys(file, ['claims', at, 'key'], key);
      const isOwnClaimId = id !== undefined && known(file, ['claims', at, 'id'], id);
      const { language = article.language, tags = [], reviews = [] } = parts;
      const input = {
        ...(isOwnClaimId ? { id } : {}),
        externalId: isOwnKey ? key : provisional(),
        text,
        language,
        tags,
        reviews,
      };
      handles[at] = await report.attempt(
        file,
        ['claims', at],
        () => claims.save(input),
        () => claims.save({ ...input, reviews: [] }),
      );
      if (handles[at]) ids.claims.add(handles[at].id);
    }
    saved.push({ file, handle, handles });
  }

  for (const { file, handle, handles } of saved) {
    if (handle === null) continue;
    for (const [at, { key, text, attributions, relations = [] }] of file.value.claims.entries()) {
      const claim =
        handles[at] ?? (await report.attempt(file, ['claims', at, 'key'], () => claims.resolve(key)));
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
