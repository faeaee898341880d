/**
 * Which test files run together in one process, and on which engine. It spares them a start each, which takes as long as
 * many of them do. A file alone runs as ever: `npx tap dist/test/http/claims.test.js`.
 */
import { readdirSync } from 'node:fs';
import { basename, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

/** Some test files of a folder of `test`; a name is without its ending. */
interface Part {
  readonly folder: string;
  namesOf(all: readonly string[]): readonly string[];
}

export interface Suite {
  /** What a test runs on that runs on either. */
  readonly engine: 'sqlite' | 'postgres';
  readonly parts: readonly Part[];
}

const all = (folder: string): Part => ({ folder, namesOf: (names) => names });
const some = (folder: string, names: readonly string[]): Part => ({ folder, namesOf: () => names });
const those = (folder: string, isWanted: (name: string) => boolean): Part => ({
  folder,
  namesOf: (names) => names.filter(isWanted),
});

/** About HTTP alone, before any storage is asked. */
const WITHOUT_STORAGE = [
  'bytes',
  'canonical-url',
  'documentation',
  'json-body',
  'line-answer',
  'port',
  'prepared-bounds',
  'public-url',
  'rates',
  'refusals',
  'rows',
  'security',
  'start',
  'surrogate-key',
  'table',
  'validation',
];

const isOfArticles = (name: string) => name.startsWith('article');
const isOfOthers = (name: string) => !isOfArticles(name) && !WITHOUT_STORAGE.includes(name);
const isEarly = (name: string) => isOfOthers(name) && name < 'l';
const isLate = (name: string) => isOfOthers(name) && name >= 'l';

/** Where a server, or the way to it, fails. */
const WITH_FAILURES = ['connect', 'failures', 'outages', 'replicas'];

/** By the name of the file beside this one that runs it. Each takes about as long as the others. */
export const suites: Readonly<Record<string, Suite>> = {
  'cli-content': {
    engine: 'sqlite',
    parts: [some('cli', ['import', 'inputs', 'migrate', 'moving', 'openapi', 'seed', 'settings', 'web'])],
  },
  'cli-serving': { engine: 'sqlite', parts: [some('cli', ['help', 'serve'])] },
  contract: { engine: 'sqlite', parts: [all('contract')] },
  'http-articles-postgres': { engine: 'postgres', parts: [those('http', isOfArticles)] },
  'http-articles-sqlite': {
    engine: 'sqlite',
    parts: [those('http', isOfArticles), some('http', WITHOUT_STORAGE)],
  },
  'http-early-postgres': { engine: 'postgres', parts: [those('http', isEarly)] },
  'http-late-postgres': { engine: 'postgres', parts: [those('http', isLate)] },
  'http-early-sqlite': { engine: 'sqlite', parts: [those('http', isEarly)] },
  'http-late-sqlite': { engine: 'sqlite', parts: [those('http', isLate)] },
  'postgres-failing': { engine: 'sqlite', parts: [some('postgres', WITH_FAILURES)] },
  'postgres-well': {
    engine: 'sqlite',
    parts: [those('postgres', (name) => !WITH_FAILURES.includes(name))],
  },
  'storage-postgres': {
    engine: 'postgres',
    parts: [
      some('claims', ['follow', 'service', 'settle']),
      some('keys', ['service']),
      some('storage', ['changes', 'revisions', 'search']),
      some('imports', ['exchange', 'foreign', 'mixed', 'own-markdown', 'rows', 'seed', 'seed-problems']),
      some('feeds', ['sitemap']),
      some('cli', ['publisher']),
    ],
  },
  'storage-sqlite': {
    engine: 'sqlite',
    parts: ['.', 'kernel', 'articles', 'claims', 'feeds', 'imports', 'keys', 'storage'].map(all),
  },
};

const TEST = fileURLToPath(new URL('..', import.meta.url));
const ENDING = '.test.js';

/** The test files of a suite, by their path below `test`. */
export const filesOf = ({ parts }: Suite): string[] =>
  parts.flatMap(({ folder, namesOf }) => {
    const files = readdirSync(TEST + folder).filter((file) => file.endsWith(ENDING));
    const names = files.sort().map((file) => file.slice(0, -ENDING.length));
    return namesOf(names).map((name) => posix.join(folder, name + ENDING));
  });

/** Runs the suite that the file at a URL is named for. */
export async function runSuite(url: string): Promise<void> {
  const name = basename(fileURLToPath(url), ENDING);
  const suite = suites[name];
  if (suite === undefined) throw new Error(`there is no suite ${name}`);
  // Read as the engine of the tests is loaded, which nothing did yet.
  if (suite.engine === 'postgres') process.env.CLAIMWIRE_TEST_ENGINE = suite.engine;
  const { engine } = await import('../engine.js');
  if (engine !== suite.engine) throw new Error('the engine of the tests was loaded before it was chosen');
  // Within a test, so that the runner does not take the first to have ended for the last while others are loaded.
  await t.test('the test files are loaded', async (t) => {
    for (const file of filesOf(suite)) await t.resolves(import(`../${file}`), file);
  });
}
