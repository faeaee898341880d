/**
 * A made-up corpus in the exchange format, and what it takes to put its finished rows into a database directly.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import Driver from 'better-sqlite3';
import { openSqlite } from '../dist/src/storage/sqlite/open.js';
import { createCorpus } from './reading-corpus.js';

const CLAIMS_PER_ARTICLE = 3;
const SOURCES_MAX = 5_000;
const ROWS_AT_ONCE = 5_000;

/** @param {number} articles @param {number} seed */
const corpusOf = (articles, seed) =>
  createCorpus({
    seed,
    articles,
    sources: Math.min(SOURCES_MAX, Math.max(200, articles / 20)),
    claims: CLAIMS_PER_ARTICLE * articles,
  });

/**
 * Writes a corpus as rows; with another seed and without its sources it goes into the same database as the first.
 * @param {string} file @param {{ articles: number, seed: number, isBeside?: boolean }} options
 */
export async function writeCorpus(file, { articles, seed, isBeside = false }) {
  const corpus = corpusOf(articles, seed);
  const named = (/** @type {string} */ name) => name.replace('claim:', `claim-${seed}:`);
  const out = createWriteStream(file);
  const put = async (/** @type {object} */ row) => {
    if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, 'drain');
  };
  if (!isBeside) for (const source of corpus.sources) await put({ source });
  for (let place = 0; place < articles; place++) {
    const { input, claims } = corpus.article(place);
    await put({ article: input });
    for (const { input: claim, quote, stance, relation } of claims)
      await put({
        claim: {
          .../** @type {any} */ (claim),
          externalId: named(/** @type {any} */ (claim).externalId),
          attributions: [
            {
              article: input.slug,
              source: quote.source,
              stance,
              mode: 'indirect',
              cue: quote.cue,
              quote: { exact: quote.exact },
            },
          ],
          relations: relation === null ? [] : [{ ...relation, claim: named(relation.claim) }],
        },
      });
  }
  out.end();
  await once(out, 'close');
}

/**
 * Inserts the rows of a database into another, each table by one prepared statement, all in one transaction; the triggers
 * of the tables keep the index. Gives the seconds that the inserts and the commit took, without the reading.
 * @param {string} from @param {string} to
 */
export async function insertRaw(from, to) {
  const storage = await openSqlite({ file: to });
  await storage.migrate();
  await storage.close();
  const source = new Driver(from, { readonly: true });
  const target = new Driver(to);
  target.pragma('journal_mode = wal');
  target.pragma('synchronous = full');
  target.pragma('foreign_keys = on');
  let seconds = 0;
  let cpuSeconds = 0;
  const timed = (/** @type {() => void} */ work) => {
    const begun = performance.now();
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    cpuSeconds += (user + system) / 1e6;
    seconds += (performance.now() - begun) / 1000;
  };
  timed(() => target.exec('begin immediate; pragma defer_foreign_keys = on'));
  for (const table of tablesOf(source)) {
    const columns = /** @type {string[]} */ (
      source.prepare(`select name from pragma_table_info('${table}')`).pluck().all()
    );
    const insert = target.prepare(
      `insert into ${table} (${columns.map((name) => `"${name}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
    let batch = /** @type {unknown[][]} */ ([]);
    const flush = () => {
      timed(() => {
        for (const row of batch) insert.run(...row);
      });
      batch = [];
    };
    for (const row of source.prepare(`select * from ${table}`).raw().iterate()) {
      batch.push(/** @type {unknown[]} */ (row));
      if (batch.length === ROWS_AT_ONCE) flush();
    }
    flush();
  }
  timed(() => target.exec('commit'));
  source.close();
  target.close();
  return { seconds, cpuSeconds };
}

/** The tables of content in the order of their foreign keys; those of the index follow by themselves. @param {Driver.Database} db */
function tablesOf(db) {
  const all = /** @type {{ name: string, sql: string }[]} */ (
    db.prepare("select name, sql from sqlite_master where type = 'table' order by rowid").all()
  );
  const virtual = all.filter(({ sql }) => /^create virtual/i.test(sql)).map(({ name }) => name);
  return all
    .map(({ name }) => name)
    .filter(
      (name) =>
        !/^(sqlite_|__)/.test(name) &&
        !virtual.some((index) => name === index || name.startsWith(`${index}_`)),
    );
}
