/**
 * A query that passed once is remembered, and means what it would if it were checked again.
 */
import { fastify } from 'fastify';
import t from 'tap';
import { z } from 'zod';
import { validateWithZod } from '../../src/http/validation.js';
import { instantBound } from '../../src/kernel/fields.js';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');
const HOUR_MS = 3_600_000;

t.test('what counts from the present is of the present each time', async (t) => {
  const { Date: ofSystem } = globalThis;
  let now = NOW;
  globalThis.Date = class extends ofSystem {
    constructor(at = now) {
      super(at);
    }
  } as DateConstructor;
  t.teardown(() => {
    globalThis.Date = ofSystem;
  });
  const app = fastify();
  t.teardown(() => app.close());
  validateWithZod(app);
  let checks = 0;
  const word = z.string().refine(() => {
    checks += 1;
    return true;
  });
  const querystring = z.strictObject({ since: instantBound.optional(), word: word.optional() });
  app.get('/', { schema: { querystring } }, (request) => request.query as object);
  const ask = async (query: string) => (await app.inject(`/?${query}`)).json();

  t.same(await ask('since=now-1h'), { since: '2026-11-28T11:00:00.000Z' });
  now += HOUR_MS;
  t.same(await ask('since=now-1h'), { since: '2026-11-28T12:00:00.000Z' });

  for (const _ of [1, 2]) t.same(await ask('word=a'), { word: 'a' });
  t.equal(checks, 1, 'what does not is checked once');
  await ask('word=b');
  await ask(`word=${'a'.repeat(600)}`);
  await ask(`word=${'a'.repeat(600)}`);
  t.equal(checks, 4, 'another query is checked, and a long one each time');
});
