/**
 * A process that is killed while it writes leaves each thing wholly old or wholly new, and the next run ends the work.
 */
import { statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { prepare, start, succeed } from './claimwire.js';

const ARTICLES = 200;
const OLD = 'oldword';
const NEW = 'newword';

const sources =
  '- slug: tidewater-press\n  kind: publisher\n  name: Tidewater Press\n- slug: mayor\n  kind: person\n  name: The mayor\n';

/** An article in which every part says which edition it is of. */
const seedFile = (place: number, word: string) => `---
slug: part-${place}
headline: Part ${place} ${word}
standfirst: ${word}
language: en
publisher: tidewater-press
tags: [${word}]
publishedAt: 2024-10-18T00:00:00Z
claims:
  - key: claim-${place}
    text: Claim ${place} ${word}
    tags: [${word}]
    attributions:
      - source: mayor
        quote: ${word} ${place}
---
${`The ${word} of the harbour.\n\n`.repeat(9)}
The mayor said ${word} ${place} and nothing else.
`;

const postFile = (place: number, word: string) => `---
slug: part-${place}
title: Part ${place} ${word}
summary: ${word}
tags: [${word}]
date: 2024-10-18
---
${`The ${word} of the harbour.\n\n`.repeat(9)}
`;

type Edition = (place: number, word: string) => string;

function write(folder: string, edition: Edition, word: string): void {
  for (let place = 0; place < ARTICLES; place++)
    writeFileSync(`${folder}/part-${place}.md`, edition(place, word));
}

/** The words that stand in the parts of each article and claim; one each, if nothing was torn. */
const WORDS = `
  select 'article' as type, a.id, a.version, a.headline || a.standfirst || a.markdown || a.html || a.text || a.tags ||
      coalesce((select group_concat(tag) from article_tags where article = a.key), '') as parts
    from articles a
  union all
  select 'claim', c.id, c.version, c.text || c.tags ||
      coalesce((select group_concat(tag) from claim_tags where claim = c.key), '') ||
      coalesce((select group_concat(exact || anchor_state) from attributions where claim = c.key), '')
    from claims c`;

interface State {
  /** How many articles and claims are of each edition. */
  readonly old: number;
  readonly new: number;
}

/** What the database holds, after every check that nothing in it is torn. */
function examine(t: Test, path: string): State {
  const db = new Database(path);
  t.equal(db.pragma('integrity_check', { simple: true }), 'ok');
  t.same(db.pragma('foreign_key_check'), []);
  const rows = db.prepare(WORDS).all() as { type: string; id: string; version: number; parts: string }[];
  const torn = rows.filter(({ parts }) => parts.includes(OLD) === parts.includes(NEW));
  t.same(torn, [], 'nothing is torn');
  t.notOk(
    rows.some(({ parts }) => parts.includes('orphaned')),
    'every quote stands in its text',
  );
  const unlogged = db
    .prepare(
      `select id, version from (select id, version from articles union all select id, version from claims union all
         select id, version from sources) thing
       where version <> (select count(*) from changes where changes.id = thing.id)
          or version <> (select max(version) from changes where changes.id = thing.id)`,
    )
    .all();
  t.same(unlogged, [], 'every version has its change');
  const stray =
    'select id from changes where id not in (select id from articles union select id from claims union select id from sources)';
  t.same(db.prepare(stray).all(), [], 'every change is of something');
  db.close();
  const isNew = rows.filter(({ parts }) => parts.includes(NEW)).length;
  return { old: rows.length - isNew, new: isNew };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Runs the command and kills it at a moment; gives whether it was still running. */
async function killAt(parameters: string[], cwd: string, moment: Moment): Promise<boolean> {
  const { child, ended } = start(parameters, { cwd });
  const over = new AbortController();
  ended.then(() => over.abort());
  await moment(`${cwd}/data/claimwire.db`, over.signal).catch(() => {}); // it ended before
  child.kill('SIGKILL');
  return (await ended).signal === 'SIGKILL';
}

/** Resolves when it has come; rejects where the command is over before. */
type Moment = (database: string, over: AbortSignal) => Promise<void>;

const atTime =
  (ms: number): Moment =>
  (_database, signal) =>
    delay(ms, undefined, { signal });

/** When the log of the database has reached so many bytes, which is while a transaction is being kept. */
const atBytes =
  (bytes: number): Moment =>
  async (database, signal) => {
    while (sizeOf(`${database}-wal`) < bytes) await delay(1, undefined, { signal });
  };

/** Tries to kill at each moment, and where none was in time, which depends on the machine, sooner and sooner. */
async function untilKilled(
  wholeMs: number,
  moments: readonly Moment[],
  attempt: (moment: Moment) => Promise<boolean>,
): Promise<void> {
  let killed = 0;
  for (const moment of moments) if (await attempt(moment)) killed += 1;
  for (let ms = wholeMs / 2; killed === 0; ms /= 2) if (await attempt(atTime(ms))) killed += 1;
}

t.test('a seed that is killed has stored all or nothing', async (t) => {
  const cwd = t.testdir({ content: { 'sources.yaml': sources, articles: {} } });
  const database = `${cwd}/data/claimwire.db`;
  const articles = `${cwd}/content/articles`;
  const count = 2 * ARTICLES; // a claim each
  write(articles, seedFile, OLD);
  await prepare(database);
  const begun = Date.now();
  await succeed({ cwd }, 'seed content');
  const whole = Date.now() - begun;
  t.same(examine(t, database), { old: count, new: 0 });

  let word = NEW;
  write(articles, seedFile, word);
  await untilKilled(whole, [atTime(0.7 * whole), atBytes(1), atBytes(200_000)], async (moment) => {
    const isKilled = await killAt(['seed', 'content'], cwd, moment);
    const state = examine(t, database);
    t.ok(state.old === count || state.new === count, `all or nothing: ${JSON.stringify(state)}`);
    if (state[word === NEW ? 'new' : 'old'] === count) {
      word = word === NEW ? OLD : NEW; // it came too late: now the other way round
      write(articles, seedFile, word);
    }
    return isKilled;
  });

  write(articles, seedFile, NEW);
  await succeed({ cwd }, 'seed content');
  t.same(examine(t, database), { old: 0, new: count });
});

t.test('an import that is killed has stored each file wholly or not at all', async (t) => {
  const cwd = t.testdir({ posts: {} });
  const database = `${cwd}/data/claimwire.db`;
  const parameters = ['import', ...Array.from({ length: ARTICLES }, (_, place) => `posts/part-${place}.md`)];
  write(`${cwd}/posts`, postFile, OLD);
  await prepare(database);
  const begun = Date.now();
  await succeed({ cwd }, parameters.join(' '));
  const whole = Date.now() - begun;
  t.same(examine(t, database), { old: ARTICLES, new: 0 });

  let word = NEW;
  write(`${cwd}/posts`, postFile, word);
  let last: State = { old: ARTICLES, new: 0 };
  await untilKilled(whole, [atTime(0.5 * whole), atTime(0.7 * whole), atBytes(1)], async (moment) => {
    const isKilled = await killAt(parameters, cwd, moment);
    const edition = word === NEW ? 'new' : 'old';
    const state = examine(t, database);
    t.equal(state.old + state.new, ARTICLES);
    t.ok(state[edition] >= last[edition], `what is stored stays: ${JSON.stringify(state)}`);
    last = state;
    if (state[edition] === ARTICLES) {
      word = word === NEW ? OLD : NEW; // it came too late: now the other way round
      write(`${cwd}/posts`, postFile, word);
    }
    return isKilled;
  });

  write(`${cwd}/posts`, postFile, NEW);
  t.match(await succeed({ cwd }, parameters.join(' ')), [
    new RegExp(`^articles +0 +${ARTICLES - last.new} +${last.new} +0$`, 'm'),
  ]);
  t.same(examine(t, database), { old: 0, new: ARTICLES });
});
