/** `claimwire seed`: loads a folder of sources, articles and claims, whole or not at all. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InputFile } from '../imports/model.js';
import { type Counts, type SeedFolder, seed } from '../imports/seed.js';
import { plainly } from '../kernel/page.js';
import { createServices, type Services } from '../services.js';
import { type Command, configFrom, databaseFlag, databaseHelp, parseFlags, UsageError } from './command.js';
import { openCurrentStorage } from './database.js';

const OWN_FOLDER = fileURLToPath(new URL('../../../seed', import.meta.url));

export const command: Command = {
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
    const flags = { ...databaseFlag, 'if-empty': { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseFlags(parameters, flags, { max: 1, words: 'one folder' });
    const [folder = OWN_FOLDER] = positionals;
    const files = readFolder(folder);
    const storage = await openCurrentStorage(configFrom(values).database);
    try {
      const services = createServices(storage);
      if (values['if-empty'] && (await holdsContent(services))) {
        process.stdout.write('The database holds content already; nothing was done.\n');
        return 0;
      }
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

async function holdsContent({ read }: Services): Promise<boolean> {
  const first = plainly({ limit: 1, filters: [] });
  const [sources, articles] = await Promise.all([
    read.sources.list(first),
    read.articles.list(first, 'none'),
  ]);
  return sources.items.length + articles.items.length > 0;
}

/** The files of a seed folder, in the order of their names. Throws UsageError where there is none or one cannot be read. */
function readFolder(folder: string): SeedFolder {
  const expected = `Expected a folder with sources.yaml or articles/*.md at ${folder}`;
  if (!existsSync(folder)) throw new UsageError(`${expected}, found nothing.`);
  if (!statSync(folder).isDirectory()) throw new UsageError(`${expected}, found a file.`);
  const sources = existsSync(join(folder, 'sources.yaml')) ? load(join(folder, 'sources.yaml')) : null;
  const articles = existsSync(join(folder, 'articles')) ? readdirSync(join(folder, 'articles')) : [];
  const markdown = articles.filter((name) => name.endsWith('.md') && !name.startsWith('.')).sort();
  if (sources === null && markdown.length === 0) throw new UsageError(`${expected}, found neither in it.`);
  return { sources, articles: markdown.map((name) => load(join(folder, 'articles', name))) };
}

function load(path: string): InputFile {
  try {
    return { name: path, bytes: readFileSync(path) };
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}.`);
  }
}
