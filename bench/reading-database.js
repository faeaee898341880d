/**
 * A SQLite file that holds a corpus, made once and kept: loaded through the services, as any content is, and found again
 * by what it was made from.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArticleInput } from '../dist/src/articles/model.js';
import { AttributionInput, ClaimInput, RelationInput } from '../dist/src/claims/model.js';
import { createServices } from '../dist/src/services.js';
import { SourceInput } from '../dist/src/sources/model.js';
import { openSqlite } from '../dist/src/storage/sqlite/open.js';

const BATCH = 250; // articles of one transaction
const KEPT = join(tmpdir(), 'claimwire-bench');

/** @typedef {import('./reading-corpus.js').MadeArticle} MadeArticle */

/** The bytes of a file, or of every file in a folder. @param {string} path @returns {Buffer[]} */
const contentsOf = (path) => {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [readFileSync(path)];
  return readdirSync(path)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => readFileSync(join(path, name)));
};

/** The files that a corpus is made by: another version of them makes another one. */
export const MAKERS = ['reading-words.js', 'reading-corpus.js', 'reading-ndjson.js', 'reading-database.js'];

/**
 * The path of the file for some parameters; `make` fills it where it is not there yet.
 * @param {{ makers: string[], parameters: unknown }} from
 * @param {(file: string) => Promise<void>} make
 */
export async function keptFile({ makers, parameters }, make) {
  const print = createHash('sha256').update(JSON.stringify(parameters));
  for (const name of [...makers, '../migrations/sqlite'])
    for (const bytes of contentsOf(fileURLToPath(new URL(name, import.meta.url)))) print.update(bytes);
  mkdirSync(KEPT, { recursive: true });
  const file = join(KEPT, `${print.digest('hex').slice(0, 16)}.db`);
  if (existsSync(file)) return { file, isNew: false };
  const draft = `${file}.${process.pid}`;
  try {
    await make(draft);
    renameSync(draft, file);
  } finally {
    for (const ending of ['', '-wal', '-shm']) rmSync(draft + ending, { force: true });
  }
  return { file, isNew: true };
}

/**
 * Loads sources and articles through the services, in batches of one transaction each.
 * @param {{ sources: object[], articles: AsyncIterable<MadeArticle> | Iterable<MadeArticle> }} content
 * @returns {(file: string) => Promise<void>}
 */
export const throughServices =
  ({ sources, articles }) =>
  async (file) => {
    const storage = await openSqlite({ file });
    try {
      await storage.migrate();
      const { write } = createServices(storage);
      await write(async (services) => {
        for (const source of sources) await services.sources.save(SourceInput.parse(source));
      });
      /** @type {MadeArticle[]} */
      let batch = [];
      const flush = async () => {
        const taken = batch;
        batch = [];
        await write(async (services) => {
          for (const article of taken) await save(services, article);
        });
      };
      for await (const article of articles) if (batch.push(article) === BATCH) await flush();
      await flush();
    } finally {
      await storage.close();
    }
  };

/** @param {any} services the services of a transaction @param {MadeArticle} made */
async function save({ articles, claims }, { input, claims: made, repeated }) {
  const article = await articles.save(ArticleInput.parse(input));
  for (const { input, quote, stance, relation } of made) {
    const claim = await claims.save(ClaimInput.parse(input));
    await claims.attribute(claim, article, [toAttribution(quote, stance)]);
    if (relation !== null) await claims.relate(claim, [RelationInput.parse(relation)]);
  }
  if (repeated === null) return;
  const claim = await claims.resolve(repeated.claim);
  await claims.attribute(claim, article, [toAttribution(repeated.quote, 'asserts')]);
}

/** @param {import('./reading-corpus.js').Quote} quote @param {string} stance */
const toAttribution = ({ exact, source, cue }, stance) =>
  AttributionInput.parse({ source, stance, mode: 'indirect', cue, quote: { exact } });
