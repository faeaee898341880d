/**
 * An import that is killed at any moment leaves rows that are whole, and the next run ends the work: the same is stored as by
 * an import that nothing disturbed, and nothing is announced twice.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import t, { type Test } from 'tap';
import { idOf } from '../helper.js';
import { prepare, start, succeed } from './claimwire.js';

const KILLS = Number(process.env.IMPORT_KILLS ?? 3);
const ARTICLES = 600;

/** Rows in a bad order: members before organisations, claims before what they refer to, some of them in circles. */
function rows(): string {
  const lines: object[] = [];
  for (let n = 0; n < 300; n++) {
    const memberOf = n % 3 === 0 ? `source-${n + 1}` : null;
    lines.push({
      source: { id: idOf(n), slug: `source-${n}`, kind: 'organization', name: `Source ${n}`, memberOf },
    });
  }
  for (let n = 0; n < ARTICLES; n++) {
    const article = {
      id: idOf(10_000 + n),
      slug: `article-${n}`,
      headline: `Article ${n}`,
      body: `The *harbour* is open, said number ${n}.\n\n${'The tide is high. '.repeat(9)}`,
      language: 'en',
      publisher: `source-${n % 300}`,
      publishedAt: '2024-10-18T00:00:00Z',
    };
    const claim = {
      id: idOf(20_000 + n),
      externalId: `claim-${n}`,
      text: `Claim ${n}.`,
      language: 'en',
      attributions: [
        {
          id: idOf(30_000 + n),
          article: `article-${n}`,
          source: `source-${n % 299}`,
          quote: { exact: `number ${n}` },
        },
      ],
      relations:
        n % 10 === 0
          ? [{ id: idOf(40_000 + n), kind: 'contradicts', claim: `claim-${(n + 210) % ARTICLES}` }]
          : [],
    };
    lines.push(...(n % 2 === 0 ? [{ claim }, { article }] : [{ article }, { claim }]));
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** How many rows are stored, after every check that none is torn and each version is announced once. */
function examine(t: Test, path: string): number {
  const db = new Database(path);
  t.equal(db.pragma('integrity_check', { simple: true }), 'ok');
  t.same(db.pragma('foreign_key_check'), []);
  const count = (sql: string) => db.prepare(sql).pluck().get() as number;
  const things =
    'select id, version from articles union all select id, version from claims union all select id, version from sources';
  t.equal(
    count(
      `select count(*) from (${things}) thing where version <> (select count(*) from changes where changes.id = thing.id)
         or version <> (select max(version) from changes where changes.id = thing.id)`,
    ),
    0,
    'each version has its change',
  );
  t.equal(
    count(`select count(*) from changes where id not in (select id from (${things}))`),
    0,
    'each change is of something',
  );
  t.equal(
    count('select count(*) from claims where key not in (select claim from attributions)'),
    0,
    'no claim stands without its attribution',
  );
  t.equal(
    count('select count(*) from articles') + count('select count(*) from claims'),
    count('select count(*) from article_search') + count('select count(*) from claim_search'),
    'all is found that is stored',
  );
  const found = count(`select count(*) from (${things})`);
  db.close();
  return found;
}

t.test('killed at random, and run again: as if nothing had happened', async (t) => {
  const cwd = t.testdir({});
  writeFileSync(`${cwd}/rows.ndjson`, rows());
  await prepare(`${cwd}/whole.db`);
  await prepare(`${cwd}/killed.db`);
  const into = (name: string) => ['import', 'rows.ndjson', '--quiet', '--database', `sqlite:./${name}.db`];
  const begun = Date.now();
  await succeed({ cwd }, into('whole').join(' '));
  const whole = Date.now() - begun;
  const all = examine(t, `${cwd}/whole.db`);
  t.equal(all, 300 + 2 * ARTICLES);

  let last = 0;
  let killed = 0;
  const counts: number[] = [];
  for (let count = 0; count < KILLS; count++) {
    const { child, ended } = start(into('killed'), { cwd });
    await Promise.race([delay(300 + Math.random() * whole * 0.8), ended]);
    child.kill('SIGKILL');
    if ((await ended).signal === 'SIGKILL') killed += 1;
    const found = examine(t, `${cwd}/killed.db`);
    t.ok(found >= last, 'what is stored stays');
    counts.push(found);
    last = found;
    if (found < all) continue;
    last = 0; // it came too late: from the beginning
    for (const ending of ['', '-wal', '-shm']) rmSync(`${cwd}/killed.db${ending}`, { force: true });
    await prepare(`${cwd}/killed.db`);
  }
  t.comment(
    `${killed} of ${KILLS} were killed before their end, with ${counts.join(', ')} rows of ${all} stored`,
  );
  t.ok(killed > 0);

  await succeed(
    { cwd },
    into('killed').join(' '),
    'export whole.ndjson --database sqlite:./whole.db',
    'export killed.ndjson --database sqlite:./killed.db',
  );
  t.equal(examine(t, `${cwd}/killed.db`), all);
  t.ok(readFileSync(`${cwd}/whole.ndjson`).equals(readFileSync(`${cwd}/killed.ndjson`)), 'equal to the byte');
});
