/**
 * A prepared answer is the answer: equal in every byte to the one that it was made of, sent without asking the storage,
 * and gone as soon as anything is written, by whomever.
 */
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { engine, openEngine } from '../engine.js';
import { idOf } from '../helper.js';
import { openLive, type Sent, settled } from './live.js';

const LONG = 'Taxes will fall. '.repeat(200).trim();
const SOON_MS = 3_000;

async function openWithArticle(t: Test, options: { cacheBytes?: number } = {}) {
  const { storage, services, given, query } = await openEngine(t, {
    clock: () => '2024-11-01T12:00:00.000Z',
  });
  await given.source({ id: idOf(1), name: 'The Reader', kind: 'publisher' });
  const article = await given.article({ id: idOf(3), slug: 'taxes', body: LONG, publisher: 'the-reader' });
  await given.claim({ id: idOf(4), by: [{ in: article, source: 'the-reader' }] });
  await settled(() => storage.revision()?.at);
  return { storage, services, given, query, ...(await openLive(t, { storage, ...options })) };
}

const whole = ({ status, raw, body }: Sent) => ({ status, raw, body: body.toString('latin1') });

t.test('the second answer is sent without the storage, and is the first in every byte', async (t) => {
  const { askWhether } = await openWithArticle(t);
  const urls = ['/v1/articles/taxes', '/v1/articles?limit=1', `/v1/claims/${idOf(4)}`, '/v1/sources'];
  for (const url of urls) {
    const first = await askWhether(url);
    t.equal(first.isPrepared, false, url);
    const second = await askWhether(url);
    t.equal(second.isPrepared, true, `${url} again`);
    t.strictSame(whole(second), whole(first));
    const head = await askWhether(url, {}, 'HEAD');
    t.strictSame(whole(head), { ...whole(first), body: '' }, 'HEAD has its headers');
    t.equal(head.isPrepared, true);
    const known = await askWhether(url, { 'if-none-match': String(first.headers.etag) });
    t.equal(known.status, 304);
    t.equal(known.isPrepared, true);
  }
});

t.test('the same in other words, and in another coding, is found too', async (t) => {
  const { askWhether } = await openWithArticle(t);
  const first = await askWhether('/v1/articles?limit=1&body=text');
  for (const url of [
    '/v1/articles?body=text&limit=1',
    '/v1/articles?&body=t%65xt&limit=1&',
    'http://news.example/v1/articles?limit=1&body=text',
  ]) {
    const other = await askWhether(url);
    t.equal(other.isPrepared, true, url);
    t.strictSame(whole(other), whole(first));
  }
  const coded = await askWhether('/v1/articles?body=text&limit=1', { 'accept-encoding': 'gzip' });
  t.equal(coded.isPrepared, true);
  t.equal(coded.headers['content-encoding'], 'gzip');
  const other = await askWhether('/v1/articles?limit=1', {});
  t.equal(other.isPrepared, false, 'another question is another');
});

t.test('what the router must see to goes there', async (t) => {
  const { ask, askWhether } = await openWithArticle(t);
  const url = '/v1/articles/taxes';
  await ask(url);
  t.equal((await ask(url, { accept: 'text/xml' })).status, 406);
  t.equal((await ask(url, { 'accept-encoding': 'identity;q=0' })).status, 406);
  t.equal((await ask(url, {}, 'POST')).status, 405);
  t.equal((await ask(url, { expect: 'cake' })).status, 417);
  t.equal((await ask(url, { 'claimwire-bookmark': 'damaged' })).status, 400);
  t.equal((await ask(`${url}?body=text&body=text`)).status, 400);
  t.equal((await askWhether(url, { 'content-length': '0' })).isPrepared, false);
  t.equal((await askWhether(url, {}, 'OPTIONS')).status, 204);
  t.equal((await askWhether(url)).isPrepared, true);
});

t.test(
  'a write of this process makes everything stale at once, one that is undone nothing wrong',
  async (t) => {
    const { ask, askWhether, given, services } = await openWithArticle(t);
    const url = '/v1/articles/taxes';
    const before = await ask(url);
    await given.article({ id: idOf(3), slug: 'taxes', body: 'Other words.', publisher: 'the-reader' });
    const after = await askWhether(url);
    t.equal(after.isPrepared, false);
    t.match(after.body.toString(), 'Other words.');
    t.not(after.headers.etag, before.headers.etag);

    await services.write(
      async ({ articles }) => {
        await articles.save({
          externalId: null,
          slug: 'taxes',
          id: idOf(3),
          headline: 'Undone',
          standfirst: null,
          body: 'Undone.',
          language: 'en',
          section: null,
          tags: [],
          authors: [],
          publisher: null,
          canonicalUrl: null,
          image: null,
          disclaimer: null,
          status: 'published',
          retraction: null,
          publishedAt: '2024-10-18T12:00:00.000Z',
          modifiedAt: null,
          corrections: [],
        });
        await ask(url); // on a database in memory it would read what is not kept yet
      },
      { keep: false },
    );
    t.match((await ask(url)).body.toString(), 'Other words.');
  },
);

t.test('a write by somebody else makes everything stale', async (t) => {
  const { askWhether, query, storage } = await openWithArticle(t);
  const url = '/v1/sources/the-reader';
  await askWhether(url);
  t.equal((await askWhether(url)).isPrepared, true);
  const other = await openEngineOver(t, storage, query);
  await other('Another name');
  // A file is looked at with every request; from PostgreSQL a notification must have come.
  if (engine === 'postgres')
    for (const started = Date.now(); Date.now() - started < SOON_MS; await delay(2))
      if (!(await askWhether(url)).isPrepared) break;
  t.match((await askWhether(url)).body.toString(), 'Another name');
});

t.test('a read with a bookmark is answered from what is prepared only if that has come so far', async (t) => {
  const { askWhether, services, storage } = await openWithArticle(t);
  const url = '/v1/sources/the-reader';
  const { bookmark } = await services.write(async () => {});
  await settled(() => storage.reaches(bookmark));
  await askWhether(url);
  t.equal((await askWhether(url, { 'claimwire-bookmark': bookmark })).isPrepared, true);
  const later = await askWhether(url, { 'claimwire-bookmark': 'cb1-zzzzzz' });
  t.equal(later.isPrepared, engine === 'sqlite', 'one file is always as far as it can be');
  t.equal(later.status, 200);
});

t.test('the log says the same of a prepared answer', async (t) => {
  const { storage } = await openWithArticle(t);
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => lines.push(JSON.parse(line)) };
  const { ask } = await openLive(t, { storage, logger: pino({}, stream) });
  lines.length = 0;
  await ask('/v1/articles/taxes?body=text');
  await ask('/v1/articles/taxes?body=text');
  for (const started = Date.now(); lines.length < 2 && Date.now() - started < SOON_MS; ) await delay(5);
  const [first, second] = lines.map(({ time: _time, requestId, ms, ...line }) => {
    t.match(requestId, /^[0-9a-f-]{36}$/);
    t.type(ms, 'number');
    return JSON.stringify(line);
  });
  t.equal(lines.length, 2);
  t.equal(second, first);
});

t.test('with nothing to keep it in, nothing is kept', async (t) => {
  const { askWhether } = await openWithArticle(t, { cacheBytes: 0 });
  for (let count = 0; count < 3; count++) t.equal((await askWhether('/v1/articles')).isPrepared, false);
});

/** A write of another process: a connection of its own, which tells nobody but the database. */
async function openEngineOver(
  t: Test,
  storage: { engine: string },
  query: <Row>(sql: string) => Promise<Row[]>,
): Promise<(name: string) => Promise<void>> {
  if (storage.engine === 'postgres')
    return async (name) => {
      await query(
        `begin; update sources set name = '${name}', version = version + 1 where slug = 'the-reader';
         insert into changes (at, type, id, operation, version)
           select updated_at, 'source', id, 'update', version from sources where slug = 'the-reader';
         select pg_notify('claimwire_changes', (select max(seq)::text from changes)); commit`,
      );
    };
  const { default: Driver } = await import('better-sqlite3');
  const [{ file = '' } = {}] = await query<{ file: string }>(
    "select file from pragma_database_list where name = 'main'",
  );
  return async (name) => {
    const db = new Driver(file);
    t.teardown(() => db.close());
    db.exec(`update sources set name = '${name}', version = version + 1 where slug = 'the-reader'`);
  };
}

t.test('whatever is written and read, in any order, prepared answers are those that are not', async (t) => {
  const { storage, given, ask } = await openWithArticle(t);
  const plain = await openLive(t, { storage, cacheBytes: 0 });
  const small = await openLive(t, { storage, cacheBytes: 60_000 });
  const url = fc.constantFrom(
    '/v1/articles/taxes',
    '/v1/articles/taxes?body=text',
    '/v1/articles?limit=2&body=text',
    '/v1/articles?body=text&limit=2',
    '/v1/articles/taxes/claims',
    '/v1/sources/the-reader/articles',
    '/v1/sources?limit=1',
    `/v1/claims/${idOf(4)}`,
    '/v1/articles/nope',
    '/v1/articles?limit=0',
    '/v1',
  );
  const read = fc.record({
    url,
    method: fc.constantFrom('GET', 'GET', 'HEAD'),
    encoding: fc.constantFrom(undefined, 'gzip', 'br, gzip', 'identity;q=0, gzip'),
    isKnown: fc.boolean(),
  });
  const write = fc.record({ headline: fc.constantFrom('One', 'Two', 'Three'), words: fc.nat(300) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 4, arbitrary: read }, write), { maxLength: 14 }),
      async (steps) => {
        for (const step of steps) {
          if ('words' in step) {
            const body = 'Taxes will fall. '.repeat(step.words).trim() || 'None.';
            await given.article({
              id: idOf(3),
              slug: 'taxes',
              headline: step.headline,
              body,
              publisher: 'the-reader',
            });
            const before = storage.revision();
            await settled(() => storage.revision()?.at != null && storage.revision() === before);
            continue;
          }
          const headers: Record<string, string> = step.encoding ? { 'accept-encoding': step.encoding } : {};
          const first = await plain.ask(step.url, headers, 'GET');
          if (step.isKnown && first.headers.etag) headers['if-none-match'] = first.headers.etag;
          const expected = withoutRequestId(await plain.ask(step.url, headers, step.method));
          for (const server of [ask, small.ask])
            for (let count = 0; count < 2; count++) {
              const sent = withoutRequestId(await server(step.url, headers, step.method));
              if (JSON.stringify(sent) !== JSON.stringify(expected))
                throw new Error(
                  `${JSON.stringify(step)}: ${JSON.stringify(sent.raw)} is not ${JSON.stringify(expected.raw)}`,
                );
            }
        }
      },
    ),
    { numRuns: 60 },
  );
  t.pass('in every byte of bodies and headers');
});

function withoutRequestId(sent: Sent) {
  const { body, ...rest } = whole(sent);
  return { ...rest, body: body.replace(/"requestId":"[^"]+"/, '') };
}
