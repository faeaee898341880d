/**
 * A large corpus as finished rows, put into a SQLite file directly: through the services a million articles would take a
 * night. The first articles do come through the services, and the rows made here for the same articles are held against
 * theirs, so that what is measured is what the services would have stored. What is derived from several articles
 * together (whether a claim is corroborated or contradicted by others) is left out. What search finds by is added by
 * `Storage.fillSearch`, which indexes whatever is not yet.
 */
import Driver from 'better-sqlite3';
import { countWords } from '../dist/src/articles/text.js';
import { newId } from '../dist/src/kernel/ids.js';
import { openSqlite } from '../dist/src/storage/sqlite/open.js';
import { throughServices } from './reading-database.js';

const SAMPLE = 200; // articles that come through the services
const BATCH = 5_000; // articles of one transaction: the log before a commit stays small
const CONTEXT_LENGTH = 32; // what an anchor keeps of the text on either side
const VERDICTS = /** @type {Record<string, string>} */ ({
  true: 'verified',
  'mostly-true': 'verified',
  mixed: 'mixed',
  'mostly-false': 'refuted',
  false: 'refuted',
  unproven: 'unproven',
});
/** Of the moment when they were stored, or of more than one article. */
const NOT_COMPARED = ['key', 'id', 'created_at', 'updated_at', 'at', 'seq', 'version', 'standing', 'visible'];

/** @typedef {import('./reading-corpus.js').MadeArticle} MadeArticle */
/** @typedef {Record<string, unknown>} Row */
/** @typedef {{ table: string, row: Row }} Made */
/** @typedef {ReturnType<typeof import('./reading-corpus.js').createCorpus>} Corpus */

/** The inner key of the n-th of its kind. */
const keyAt = (/** @type {number} */ place) => place + 1;
const numberIn = (/** @type {string} */ name) => Number(/\d+$/.exec(name)?.[0]);
const sourceKey = (/** @type {unknown} */ slug) => (slug === null ? null : keyAt(numberIn(String(slug))));

/** Every row of an article and of its claims. @param {MadeArticle} made @param {string} now @returns {Generator<Made>} */
function* rowsOf({ place, input, html, text, claims, repeated }, now) {
  const { body, image, tags, authors, corrections, retraction, publisher, ...plain } = /** @type {any} */ (
    input
  );
  const article = keyAt(place);
  const stored = { version: 1, created_at: now, updated_at: now };
  const row = {
    key: article,
    ...snakeCased(plain),
    markdown: body,
    html,
    text,
    tags: JSON.stringify(tags),
    publisher: sourceKey(publisher),
    image: image === null ? null : JSON.stringify(image),
    corrections: JSON.stringify(corrections),
    retraction: retraction ? JSON.stringify(retraction) : null,
    word_count:
      input.language === 'ja' ? countWords(text, 'ja') : (text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0),
    ...stored,
  };
  yield { table: 'articles', row };
  for (const tag of tags) yield { table: 'article_tags', row: { article, tag } };
  for (const [position, { name, source }] of authors.entries())
    yield { table: 'article_authors', row: { article, position, name, source: sourceKey(source) } };
  yield change('article', plain.id, now);

  const isSeen = plain.status === 'published';
  for (const { place, input, quote, stance, relation } of claims) {
    const claim = keyAt(place);
    const { tags, reviews, ...plain } = /** @type {any} */ (input);
    const standing =
      reviews.length > 0
        ? VERDICTS[reviews[0].verdict]
        : !isSeen
          ? 'unattributed'
          : stance === 'asserts'
            ? 'single-source'
            : 'disputed';
    yield {
      table: 'claims',
      row: {
        key: claim,
        ...snakeCased(plain),
        tags: JSON.stringify(tags),
        standing,
        visible: Number(isSeen),
        ...stored,
      },
    };
    for (const tag of tags) yield { table: 'claim_tags', row: { claim, tag } };
    for (const { reviewer, ...review } of reviews)
      yield {
        table: 'reviews',
        row: { id: newId(), claim, reviewer: sourceKey(reviewer), ...snakeCased(review) },
      };
    yield change('claim', plain.id, now);
    yield attribution(claim, article, text, quote, stance);
    if (relation !== null) {
      const { kind, claim: other, note } = relation;
      yield {
        table: 'relations',
        row: { id: newId(), claim, kind, other: keyAt(numberIn(other)), note, source: null },
      };
    }
  }
  if (repeated !== null)
    yield attribution(keyAt(numberIn(repeated.claim)), article, text, repeated.quote, 'asserts');
}

/** @param {number} claim @param {number} article @param {string} text @param {import('./reading-corpus.js').Quote} quote @param {string} stance @returns {Made} */
function attribution(claim, article, text, { exact, source, cue }, stance) {
  const start = text.indexOf(exact);
  const end = start + exact.length;
  const row = {
    id: newId(),
    claim,
    source: sourceKey(source),
    article,
    stance,
    mode: 'indirect',
    cue,
    exact,
    prefix: text.slice(Math.max(0, start - CONTEXT_LENGTH), start),
    suffix: text.slice(end, end + CONTEXT_LENGTH),
    start,
    end,
    article_version: 1,
    anchor_state: 'anchored',
  };
  return { table: 'attributions', row };
}

/** @param {string} type @param {string} id @param {string} at @returns {Made} */
const change = (type, id, at) => ({
  table: 'changes',
  row: { at, type, id, operation: 'create', version: 1 },
});

/** @param {Row} row */
const snakeCased = (row) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );

/** @param {Corpus} corpus @param {(line: string) => void} tell @returns {(file: string) => Promise<void>} */
export const asRows = (corpus, tell) => async (file) => {
  const articles = corpus.length;
  const first = Math.min(SAMPLE, articles);
  await throughServices({
    sources: corpus.sources,
    articles: Array.from({ length: first }, (_, place) => corpus.article(place)),
  })(file);
  const begun = performance.now();
  const seconds = () => ((performance.now() - begun) / 1000).toFixed(0);
  const db = new Driver(file);
  db.pragma('journal_mode = wal');
  db.pragma('synchronous = off'); // a load that is cut off is begun again
  db.pragma('foreign_keys = off'); // what a row refers to is made by the same hand
  db.pragma('cache_size = -500000');
  try {
    compare(db, corpus, first);
    const insert = inserter(db);
    const now = new Date().toISOString();
    for (let from = first; from < articles; from += BATCH) {
      db.exec('begin');
      for (let place = from; place < Math.min(from + BATCH, articles); place++)
        for (const made of rowsOf(corpus.article(place), now)) insert(made);
      db.exec('commit');
      if (from % 100_000 < BATCH) tell(`${from} articles after ${seconds()} s`);
    }
    tell(`${articles} articles as rows after ${seconds()} s`);
  } finally {
    db.close();
  }
  const storage = await openSqlite({ file });
  await storage.migrate();
  await storage.fillSearch();
  await storage.close();
  tell(`ready after ${seconds()} s`);
  const analyzed = new Driver(file);
  analyzed.pragma('wal_checkpoint(truncate)');
  analyzed.close();
};

/** @param {Driver.Database} db */
function inserter(db) {
  /** @type {Map<string, Driver.Statement>} */
  const statements = new Map();
  return (/** @type {Made} */ { table, row }) => {
    const names = Object.keys(row);
    const statement =
      statements.get(table) ??
      db.prepare(
        `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${names.map(() => '?').join(', ')})`,
      );
    statements.set(table, statement);
    statement.run(...Object.values(row));
  };
}

/** Holds the rows made here for the first articles against those of the services. Throws where they differ. @param {Driver.Database} db @param {Corpus} corpus @param {number} first */
function compare(db, corpus, first) {
  const toText = (/** @type {Row} */ row) =>
    JSON.stringify(
      Object.entries(row)
        .filter(([name, value]) => !NOT_COMPARED.includes(name) && value !== null)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  /** @type {Map<string, string[]>} */
  const made = new Map();
  for (let place = 0; place < first; place++)
    for (const { table, row } of rowsOf(corpus.article(place), ''))
      made.set(table, [...(made.get(table) ?? []), toText(row)]);
  made.delete('changes'); // the services' are in another order, and tell of later changes
  for (const [table, rows] of made) {
    const stored = /** @type {Row[]} */ (db.prepare(`select * from ${table}`).all()).map(toText);
    const missing = rows.find((row) => !stored.includes(row)) ?? stored.find((row) => !rows.includes(row));
    if (missing !== undefined || stored.length !== rows.length)
      throw new Error(
        `the rows of ${table} are not those of the services (${rows.length}, ${stored.length}): ${missing}`,
      );
  }
}
