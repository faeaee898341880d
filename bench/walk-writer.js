/**
 * A process that writes while others walk: makes rows of every kind, some that stand and some that move; then, as
 * often as it is told or until it is told to stop, adds rows, moves those that move to other places of every order, and withdraws articles and publishes
 * them again. Used by bench/walk and by the test of walks.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ArticleInput } from '../dist/src/articles/model.js';
import { AttributionInput, ClaimInput } from '../dist/src/claims/model.js';
import { readDatabaseUrl } from '../dist/src/config.js';
import { createServices } from '../dist/src/services.js';
import { SourceInput } from '../dist/src/sources/model.js';
import { openPostgres } from '../dist/src/storage/postgres/open.js';
import { openSqlite } from '../dist/src/storage/sqlite/open.js';
import { below, randomFrom } from './reading-words.js';

const BATCH = 200;
const MOVING_EVERY = 4; // of the rows that are made, one in so many
const QUOTES = 150; // words of the article that all claims stand in
const INSTANTS = 40; // so that many rows share theirs
const STARTS_AT = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** @typedef {{ rows: number }} Make */

const database = readDatabaseUrl(String(process.env.DATABASE_URL));
const storage =
  database.engine === 'sqlite' ? await openSqlite({ file: database.file }) : await openPostgres(database);
await storage.migrate();
const { write } = createServices(storage);
const random = randomFrom(Number(process.env.WALK_SEED ?? 1));

const isMoving = (/** @type {number} */ place) => place % MOVING_EVERY === 0;
const nameOf = (/** @type {number} */ place) => `${isMoving(place) ? 'moving' : 'stood'}-${place}`;
const instant = () => new Date(STARTS_AT + below(random, INSTANTS) * DAY_MS).toISOString();
const label = () => below(random, 1_000_000).toString(36);

const source = (/** @type {string} */ slug) =>
  SourceInput.parse({
    slug,
    kind: 'person',
    name: `${slug} ${label()}`,
    country: random() < 0.5 ? 'SE' : null,
  });
const article = (/** @type {string} */ slug, status = 'published') =>
  ArticleInput.parse({
    slug,
    headline: `${label()} ${slug}`,
    body: 'Word. '.repeat(1 + below(random, 9)),
    language: 'en',
    section: 'news',
    publisher: 'walked',
    status,
    retraction: status === 'retracted' ? { note: 'It was wrong.' } : null,
    publishedAt: instant(),
    modifiedAt: random() < 0.5 ? instant() : null,
  });
/** A claim in the article that all of them stand in, and, if it moves, another time in one that may be withdrawn. */
async function saveClaim(
  /** @type {any} */ { claims, articles },
  /** @type {string} */ name,
  home = 'walked',
) {
  const claim = await claims.save(
    ClaimInput.parse({ externalId: name, text: `${name} ${label()}.`, language: 'en', tags: ['walk'] }),
  );
  const { record, key } = await articles.record({ slug: home });
  const quote = home === 'walked' ? { exact: `word${1_000 + below(random, QUOTES)}` } : null;
  const handle = { key, id: record.id, slug: record.slug, headline: record.headline };
  await claims.attribute(claim, handle, [AttributionInput.parse({ source: 'walked', quote })]);
}

/** @param {Make} make */
async function make({ rows }) {
  await write(async ({ sources, articles }) => {
    await sources.save(SourceInput.parse({ slug: 'walked', kind: 'publisher', name: 'walked' }));
    const body = Array.from({ length: QUOTES }, (_, place) => `word${1_000 + place}`).join(' ');
    await articles.save(ArticleInput.parse({ ...article('walked'), body, publisher: 'walked' }));
  });
  for (let from = 1; from <= rows; from += BATCH)
    await write(async (services) => {
      for (let place = from; place < from + BATCH && place <= rows; place++) {
        const name = nameOf(place);
        await services.sources.save(source(name));
        await services.articles.save(article(name));
        await saveClaim(services, name, isMoving(place / MOVING_EVERY) ? name : 'walked');
      }
    });
}

let count = 0;

/** The next write of an endless series. @param {number} rows how many were made */
async function writeOne(rows) {
  const turn = count++ % 5;
  const name = nameOf(MOVING_EVERY * (1 + below(random, Math.floor(rows / MOVING_EVERY))));
  await write(async (services) => {
    if (turn === 0) {
      const added = `added-${count}`;
      await services.sources.save(source(added));
      await services.articles.save(article(added));
      await saveClaim(services, added);
    } else if (turn < 3) await services.articles.save(article(name));
    else if (turn === 3) await services.articles.save(article(name, 'retracted'));
    else {
      await services.sources.save(source(name));
      await saveClaim(services, name);
    }
  });
}

let isWriting = false;
/** @type {Promise<void> | undefined} */
let writing;

/** @param {{ rows: number, pauseMs: number }} order */
async function disturb({ rows, pauseMs }) {
  for (isWriting = true; isWriting; await delay(pauseMs)) await writeOne(rows);
}

/** @typedef {{ make?: Make, step?: { rows: number, writes: number }, disturb?: { rows: number, pauseMs: number } }} Order */
process.on('message', async (/** @type {Order} */ order) => {
  if (order.make !== undefined) await make(order.make);
  else if (order.step !== undefined)
    for (let done = 0; done < order.step.writes; done++) await writeOne(order.step.rows);
  else if (order.disturb !== undefined) writing = disturb(order.disturb);
  else {
    isWriting = false;
    await writing;
  }
  process.send?.({ count });
});
process.on('disconnect', async () => {
  isWriting = false;
  await writing;
  await storage.close();
});
process.send?.('ready');
