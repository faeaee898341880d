/** `claimwire seed`: loads a folder of sources, articles and claims, whole or not at all. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Counts, type SeedFolder, seed } from '../imports/seed.js';
import { createServices } from '../services.js';
import {
  type Command,
  configFrom,
  databaseFlag,
  databaseHelp,
  openCurrentStorage,
  parseFlags,
  UsageError,
} from './command.js';

const OWN_FOLDER = fileURLToPath(new URL('../../seed', import.meta.url));

export const seedCommand: Command = {
  summary: 'load a folder of sources, articles and claims',
  help: `Usage: claimwire seed [folder] [options]

Loads sources.yaml and articles/*.md of a folder, Claimwire's own seed if none is given, in one transaction. Whatever
is wrong is reported with file and line, and then nothing is stored. Loading the same again changes nothing.

  --if-empty       do nothing where the database holds articles or sources already
${databaseHelp}

Examples:
  claimwire seed
  claimwire seed ./content --database sqlite:./news.db
`,
  async run(parameters) {
    const { values, positionals } = parseFlags(parameters, {
      ...databaseFlag,
      'if-empty': { type: 'boolean' },
    });
    const [folder = OWN_FOLDER, ...more] = positionals;
    if (more.length > 0)
      throw new UsageError(`claimwire seed takes one folder; found ${positionals.length}.`);
    const files = readFolder(folder);
    const storage = await openCurrentStorage(configFrom({ DATABASE_URL: values.database }));
    try {
      const services = createServices(storage);
      if (
        values['if-empty'] &&
        (await services.read.sources.list({ limit: 1, filters: [] })).items.length > 0
      )
        return 0;
      const { counts, problems } = await seed(services, files);
      if (counts === null) {
        for (const { file, line, detail } of problems)
          process.stderr.write(`${file}${line === null ? '' : `:${line}`}: ${detail}\n`);
        process.stderr.write(
          `Nothing was stored: ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}.\n`,
        );
        return 1;
      }
      for (const [kind, { created, updated, unchanged }] of Object.entries<Counts>(counts))
        process.stdout.write(
          `${`${kind}:`.padEnd(10)}created ${created}, updated ${updated}, unchanged ${unchanged}\n`,
        );
      return 0;
    } finally {
      await storage.close();
    }
  },
};

/** The files of a seed folder, in the order of their names. Throws UsageError where there is none. */
function readFolder(folder: string): SeedFolder {
  const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;
  const load = (name: string) => ({ name: join(folder, name), bytes: readFileSync(join(folder, name)) });
  const articles = isThere(join(folder, 'articles')) ? readdirSync(join(folder, 'articles')).sort() : [];
  const markdown = articles.filter((name) => name.endsWith('.md'));
  const sources = isThere(join(folder, 'sources.yaml')) ? load('sources.yaml') : null;
  if (sources === null && markdown.length === 0)
    throw new UsageError(`Expected a folder with sources.yaml or articles/*.md at ${folder}; found neither.`);
  return { sources, articles: markdown.map((name) => load(join('articles', name))) };
}
