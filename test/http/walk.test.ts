/**
 * A walk while another process writes: in every order of every list, what stood throughout is met once and in its order,
 * and nothing is met twice as it was. `bench/walk.js` does the same with many rows over a real port.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import t, { type Test } from 'tap';
import { buildApp } from '../../src/app.js';
import { openPostgres } from '../../src/storage/postgres/open.js';
import { openSqlite } from '../../src/storage/sqlite/open.js';
import { engine } from '../engine.js';
import { ROOT } from '../generated.js';
import { createTestDatabase } from '../postgres.js';

const ROWS = 24;
const LIMIT = 5; // rows of a page: no divisor of the rows
const WRITES = 1; // between two pages, each with its own trip to the disk
const PAGES_MAX = 500; // a walk that is longer runs in a circle

/** A database, and a writer in a process of its own. */
async function openDatabase(t: Test) {
  const database = engine === 'postgres' ? await createTestDatabase() : undefined;
  if (database !== undefined) t.teardown(database.drop);
  const file = database === undefined ? `${t.testdir({})}/claimwire.db` : '';
  const storage = database === undefined ? await openSqlite({ file }) : await openPostgres(database);
  await storage.migrate();
  t.teardown(() => storage.close());
  const app = await buildApp({ storage });
  await app.ready();
  t.teardown(() => app.close());

  const writer = fork(`${ROOT}bench/walk-writer.js`, {
    env: { PATH: process.env.PATH, DATABASE_URL: database?.url ?? `sqlite:${file}` },
    execArgv: [],
  });
  t.teardown(async () => {
    const ended = once(writer, 'exit');
    if (writer.connected) writer.disconnect();
    await ended;
  });
  await once(writer, 'message');
  const order = async (message: object) => {
    const done = once(writer, 'message');
    writer.send(message);
    return (await done)[0] as { count: number };
  };
  return { app, order };
}

interface Row {
  readonly id: string;
  readonly version: number;
  readonly slug?: string;
  readonly text?: string;
}

/** All rows from a page on; `between` runs before each of the others. */
async function walk(
  app: FastifyInstance,
  start: string,
  between: () => Promise<unknown> = async () => {},
): Promise<Row[]> {
  const rows: Row[] = [];
  let url: string | null = start;
  for (let pages = 0; url !== null; pages += 1) {
    if (pages > 0) await between();
    if (pages > PAGES_MAX) throw new Error(`the walk from ${start} does not end`);
    const answer = await app.inject(url);
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body}`);
    const page: { data: Row[]; next: string | null } = answer.json();
    rows.push(...page.data);
    url = page.next;
  }
  return rows;
}

const stoodIn = (rows: readonly Row[]): string[] =>
  rows.flatMap(({ slug, text }) => (/^stood/.test(slug ?? text ?? '') ? [slug ?? text ?? ''] : []));

interface Parameter {
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: { readonly enum?: string[] };
}

/** Every order of every list of the contract: those that go on by a cursor, and need no more than that. */
function ordersOf(app: FastifyInstance): string[] {
  const { paths } = app.swagger() as unknown as {
    paths: Record<
      string,
      { get?: { parameters?: Parameter[]; responses: Record<string, { content?: object }> } }
    >;
  };
  return Object.entries(paths).flatMap(([path, { get }]) => {
    if (path.endsWith('/revisions')) return []; // which are for some alone, and never change
    const parameters = get?.parameters ?? [];
    const isList =
      parameters.some(({ name }) => name === 'after') &&
      'application/json' in (get?.responses[200]?.content ?? {}); // no feed, which is a list of another form
    const isFree = parameters.every(({ name, required = false }) => !required || path.includes(`{${name}}`));
    if (!isList || !isFree) return [];
    const sorts = parameters.find(({ name }) => name === 'sort')?.schema?.enum ?? [];
    const url = `${path.replace(/\{\w+\}/, 'walked')}?limit=${LIMIT}`;
    const whole = sorts.filter((sort) => sort !== 'relevance'); // of a search, which is no walk
    return [url, ...whole.map((sort) => `${url}&sort=${sort}`)];
  });
}

t.test(`200 for each page of a walk on ${engine} while another process writes`, async (t) => {
  const { app, order } = await openDatabase(t);
  await order({ make: { rows: ROWS } });
  const orders = ordersOf(app);
  t.ok(orders.length >= 6, `${orders.length} orders`);
  const calm = new Map<string, string[]>();
  for (const url of orders) calm.set(url, stoodIn(await walk(app, url)));

  const disturb = () => order({ step: { rows: ROWS, writes: WRITES } });
  for (const url of orders) {
    const rows = await walk(app, url, disturb);
    t.ok(rows.length > ROWS / 2, url);
    t.strictSame(stoodIn(rows), calm.get(url), `${url}: what stood is met once, in its order`);
    const met = rows.map(({ id, version }) => `${id} v${version}`);
    t.equal(new Set(met).size, met.length, `${url}: nothing is met twice as it was`);
  }
  const { count } = await order({ step: { rows: ROWS, writes: 0 } });
  t.ok(count > (orders.length * WRITES * ROWS) / LIMIT / 2, `${count} writes meanwhile`);
});
