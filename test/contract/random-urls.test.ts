/**
 * Whatever is asked, both engines answer alike: with what the contract promises, or with a problem that it names; never
 * with a fault of the server.
 */
import * as fc from 'fast-check';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import t, { type Test } from 'tap';
import { buildApp } from '../../src/app.js';
import { seed } from '../../src/imports/seed.js';
import { createServices } from '../../src/services.js';
import { openPostgres } from '../../src/storage/postgres/open.js';
import { openSqlite } from '../../src/storage/sqlite/open.js';
import { ownSeed } from '../generated.js';
import { contractChecker, idOf, NOW } from '../helper.js';
import { createTestDatabase } from '../postgres.js';
import { type ArbitraryRequest, arbitraryRequests, type Document, type Known } from './arbitrary-urls.js';

const RUNS = Number(process.env.RANDOM_URLS ?? 500);
/** The same requests in every run; others are found by giving another number, as a failure tells its own. */
const SEED = Number(process.env.RANDOM_URLS_SEED ?? 20_241_018);
const SLOW_MS = 100;
const REPEATS_MAX = 3; // of a slow request: a busy machine is not a slow answer
const HOPELESS_MS = 1_000; // slower than this at best is a fault whatever the machine does

/** Servers of both engines with the seed content, in which ids and times are the same. */
async function openServers(t: Test): Promise<FastifyInstance[]> {
  const { url, drop } = await createTestDatabase();
  t.teardown(drop);
  const counted = () => {
    let count = 0;
    return () => idOf(1_000 + ++count);
  };
  const storages = [
    await openSqlite({ file: ':memory:', clock: () => NOW, newId: counted() }),
    await openPostgres({ url, clock: () => NOW, newId: counted() }),
  ];
  const apps = [];
  for (const storage of storages) {
    t.teardown(() => storage.close());
    await storage.migrate();
    const { problems } = await seed(createServices(storage), ownSeed());
    t.strictSame(problems, []);
    const app = await buildApp({ storage });
    await app.ready();
    t.teardown(() => app.close());
    apps.push(app);
  }
  return apps;
}

interface Row {
  readonly id: string;
  readonly slug?: string;
  readonly headline?: string;
  readonly name?: string;
  readonly section?: string | null;
  readonly language?: string;
  readonly tags?: string[];
}

/** What a server holds, for requests to be made from. */
async function learn(app: FastifyInstance): Promise<Known> {
  const words = new Set<string>();
  const refs: Record<string, string[]> = {};
  const cursors: Record<string, string[]> = {};
  for (const path of ['/v1/sources', '/v1/articles', '/v1/claims']) {
    const { data } = (await app.inject(`${path}?limit=100`)).json<{ data: Row[] }>();
    refs[path] = data.flatMap(({ id, slug }) => (slug === undefined ? [id] : [id, slug]));
    for (const { headline = '', name = '', section, language = 'en', tags = [], slug = '' } of data)
      for (const word of [...headline.split(' '), name, section ?? '', language, slug, ...tags])
        words.add(word);
    const { next } = (await app.inject(`${path}?limit=2`)).json<{ next: string }>();
    cursors[path] = [new URLSearchParams(next.split('?')[1]).get('after') ?? ''];
  }
  words.delete('');
  return { words: [...words], refs, cursors };
}

/**
 * An answer without what is its own: the id of its request, when it was made, and when the data changed last, which a
 * server may not say before it is sure.
 */
function toComparable({ statusCode, headers, body }: LightMyRequestResponse) {
  const { date: _date, 'last-modified': _changed, 'content-length': length, ...rest } = headers;
  const isProblem = String(headers['content-type']).startsWith('application/problem+json');
  const told = isProblem && body !== '' ? { ...JSON.parse(body), requestId: null } : body;
  return { statusCode, headers: { ...rest, length: isProblem ? null : length }, body: told };
}

/** The answer and how long it took, in milliseconds, at best. */
async function timed(app: FastifyInstance, { url, headers }: ArbitraryRequest) {
  let took = Number.POSITIVE_INFINITY;
  for (let repeat = 0; ; repeat += 1) {
    const begun = performance.now();
    const answer = await app.inject({ method: 'GET', url, headers });
    took = Math.min(took, performance.now() - begun);
    if (took < SLOW_MS || repeat === REPEATS_MAX) return { answer, took };
  }
}

t.test(`${RUNS} random URLs are answered alike on both engines, within the contract`, async (t) => {
  const [sqlite, postgres] = (await openServers(t)) as [FastifyInstance, FastifyInstance];
  const check = contractChecker(sqlite);
  const { any, each } = arbitraryRequests(sqlite.swagger() as unknown as Document, await learn(sqlite));
  const statuses: Record<string, number> = {};
  let slowest = { took: 0, url: '' };

  const examine = async (asked: ArbitraryRequest): Promise<void> => {
    const here = await timed(sqlite, asked);
    const there = await timed(postgres, asked);
    const faults: string[] = [];
    const recorder = {
      equal: (found: unknown, wanted: unknown, what: string) => {
        if (found !== wanted) faults.push(`${what}: found ${found}, wanted ${wanted}`);
        return found === wanted;
      },
      fail: (what: string, details?: object) => {
        faults.push(`${what} ${JSON.stringify(details ?? {}).slice(0, 500)}`);
        return false;
      },
    };
    check(recorder as unknown as Pick<Test, 'equal' | 'fail'>, asked.url, here.answer);
    const { statusCode } = here.answer;
    if (statusCode >= 500) faults.push(`a fault of the server: ${here.answer.body}`);
    const [one, other] = [here, there].map(({ answer }) => JSON.stringify(toComparable(answer), null, 1));
    if (one !== other) faults.push(`SQLite answered ${one}, PostgreSQL ${other}`);
    for (const { took } of [here, there]) {
      if (took > HOPELESS_MS) faults.push(`took ${took.toFixed(0)} ms`);
      if (took > slowest.took) slowest = { took, url: asked.url };
    }
    statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    if (faults.length > 0) throw new Error(`${asked.url}: ${faults.join('\n')}`);
  };

  for (const request of each)
    for (const asked of fc.sample(request, { numRuns: 1, seed: SEED }))
      await examine(asked).catch((error: Error) => t.fail(error.message));
  const result = await fc.check(fc.asyncProperty(any, examine), {
    numRuns: RUNS,
    seed: SEED,
    endOnFailure: true,
    includeErrorInReport: true,
  });
  t.comment(`seed ${SEED}, answers by status ${JSON.stringify(statuses)}`);
  t.comment(`the slowest took ${slowest.took.toFixed(0)} ms: ${slowest.url}`);
  t.equal(result.failed, false, fc.defaultReportMessage(result) ?? 'no request found a fault');
  t.ok((statuses[200] ?? 0) > RUNS / 4, 'a good part asked for something that there is');
  t.ok((statuses[400] ?? 0) > RUNS / 20, 'and another for what there is not');
});
