/** A write that is sent again with its key is not done again, but answered as it was. */
import t, { type Test } from 'tap';
import { openEngine } from '../engine.js';
import { idOf, mayWrite, openTestServer } from '../helper.js';
import { problemOf } from './answers.js';

const KEY = { 'idempotency-key': '"8e03978e-40d5-43dd-bc93-6894a57f9324"' };
const person = { slug: 'a', kind: 'person', name: 'A' };

/** Two servers over one database, as two processes are, and what is stored there. */
async function openTwo(t: Test, clock?: () => string) {
  const { storage, query } = await openEngine(t, clock === undefined ? {} : { clock });
  const one = await openTestServer(t, { storage });
  const second = await openTestServer(t, { storage });
  const authorization = await mayWrite(one.services);
  const other: typeof second = {
    ...second,
    send: (method, url, body, headers) => second.send(method, url, body, { authorization, ...headers }),
  };
  const keys = async () =>
    (await query<{ key: string }>('select name as key from idempotency_keys order by name')).map(({ key }) =>
      key.replace(/^.* /, ''),
    );
  return { one, other, keys, query };
}

t.test('the same key and body is answered with the answer that was given, by any server', async (t) => {
  const { one, other, keys } = await openTwo(t);
  const first = await one.send('POST', '/v1/sources', person, KEY);
  t.equal(first.statusCode, 201);
  t.equal(first.headers['idempotency-replayed'], undefined);
  await one.send('PATCH', '/v1/sources/a', { role: 'changed' });
  for (const { send } of [one, other]) {
    const again = await send('POST', '/v1/sources', person, KEY);
    t.equal(again.statusCode, 201);
    t.equal(again.headers['idempotency-replayed'], 'true');
    t.equal(again.body, first.body);
    for (const name of ['etag', 'location', 'claimwire-bookmark'])
      t.equal(again.headers[name], first.headers[name], name);
  }
  const bare = await one.send('POST', '/v1/sources', person, {
    'idempotency-key': '8e03978e-40d5-43dd-bc93-6894a57f9324',
  });
  t.equal(bare.headers['idempotency-replayed'], 'true', 'quotation marks make no other key');
  t.strictSame(await keys(), ['8e03978e-40d5-43dd-bc93-6894a57f9324']);
  t.equal((await one.get('/v1/sources')).json().data.length, 1);
});

t.test('422 for another body, URL or method with the same key', async (t) => {
  const { one } = await openTwo(t);
  await one.send('POST', '/v1/sources', person, KEY);
  for (const [method, url, body] of [
    ['POST', '/v1/sources', { ...person, slug: 'b' }],
    ['POST', '/v1/sources/a/merge', person],
    ['PATCH', '/v1/sources/a', person],
    ['DELETE', '/v1/sources/a'],
  ] as const) {
    const answer = await one.send(method, url, body, KEY);
    if (url.endsWith('merge')) t.equal(answer.statusCode, 400, 'a body that is wrong is refused first');
    else {
      t.equal(answer.statusCode, 422, `${method} ${url}`);
      t.equal(answer.json().code, 'idempotency-key-reused');
    }
  }
});

t.test('409 while the first is under way, and its answer afterwards', async (t) => {
  const { storage } = await openEngine(t);
  let open = () => {};
  let gate: Promise<void> = Promise.resolve();
  const slow: typeof storage = {
    ...storage,
    async write(work, options) {
      await gate;
      return storage.write(work, options);
    },
  };
  const { send, services } = await openTestServer(t, { storage: slow });
  await mayWrite(services);
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const first = send('POST', '/v1/sources', person, KEY);
  const busy = await send('POST', '/v1/sources', person, KEY);
  t.equal(busy.statusCode, 409);
  t.equal(busy.json().code, 'idempotency-in-progress');
  t.equal(busy.headers['retry-after'], '1');
  open();
  t.equal((await first).statusCode, 201);
  const later = await send('POST', '/v1/sources', person, KEY);
  t.equal(later.headers['idempotency-replayed'], 'true');
  t.equal(later.body, (await first).body);
});

t.test('two servers that are asked at once do it once', async (t) => {
  const { one, other } = await openTwo(t);
  for (let round = 0; round < 10; round++) {
    const key = { 'idempotency-key': `k${round}` };
    const body = { ...person, slug: `s${round}` };
    const answers = await Promise.all([one, other].map(({ send }) => send('POST', '/v1/sources', body, key)));
    const statuses = answers.map(({ statusCode }) => statusCode);
    t.ok(
      statuses.includes(201) && statuses.every((status) => status === 201 || status === 409),
      String(statuses),
    );
    const made = answers.filter((each) => each.statusCode === 201);
    t.equal(new Set(made.map(({ body }) => body)).size, 1, 'all who hear of it hear the same');
    t.equal(made.filter((each) => each.headers['idempotency-replayed'] === undefined).length, 1);
  }
  t.equal((await one.get('/v1/sources')).json().data.length, 10);
});

t.test('what is refused, and a dry run, leaves the key free', async (t) => {
  const { one, keys } = await openTwo(t);
  t.equal((await one.send('POST', '/v1/sources', { ...person, kind: 'x' }, KEY)).statusCode, 400);
  t.equal((await one.send('POST', '/v1/sources?dryRun=true', person, KEY)).statusCode, 201);
  t.strictSame(await keys(), []);
  const made = await one.send('POST', '/v1/sources', person, KEY);
  t.equal(made.statusCode, 201);
  t.equal(made.headers['idempotency-replayed'], undefined);
});

t.test('any write can be repeated: a deletion, a patch with its condition, one without a body', async (t) => {
  const { one } = await openTwo(t);
  await one.send('POST', '/v1/sources', person);
  const patch = { ...KEY, 'if-match': '"v1"' };
  for (let times = 0; times < 2; times++) {
    const answer = await one.send('PATCH', '/v1/sources/a', { role: 'x' }, patch);
    t.equal(answer.statusCode, 200);
    t.equal(answer.json().version, 2);
  }
  for (let times = 0; times < 2; times++) {
    const answer = await one.send('DELETE', '/v1/sources/a', undefined, { 'idempotency-key': 'gone' });
    t.equal(answer.statusCode, 204);
  }
  t.equal((await one.send('DELETE', '/v1/sources/a')).statusCode, 410);
});

t.test('a key is forgotten after a day, and what is old is swept away in steps', async (t) => {
  let now = Date.parse('2024-11-01T12:00:00Z');
  const { one, keys } = await openTwo(t, () => new Date(now).toISOString());
  const make = (n: number, key: string) =>
    one.send('POST', '/v1/sources', { ...person, id: idOf(n), slug: `s${n}` }, { 'idempotency-key': key });
  await make(1, 'first');
  now += 24 * 3_600_000;
  t.equal((await make(1, 'first')).headers['idempotency-replayed'], 'true', 'a day later it is known');
  now += 1;
  t.equal((await make(2, 'first')).statusCode, 201, 'and then it may be another write');
  for (let n = 3; n < 15; n++) await make(n, `k${n}`);
  now += 24 * 3_600_000 + 1;
  for (let n = 15; n < 26; n++) await make(n, `late${n}`);
  t.ok(
    (await keys()).every((key) => key.startsWith('late')),
    String(await keys()),
  );
});

t.test('400 for a key that is none', async (t) => {
  const { one } = await openTwo(t);
  for (const key of ['', '""', 'x'.repeat(201), '"a', 'a b']) {
    const answer = await one.send('POST', '/v1/sources', person, { 'idempotency-key': key });
    t.equal(answer.statusCode, 400, key);
    const { errors } = problemOf(t, answer, {
      'access-control-expose-headers': String(answer.headers['access-control-expose-headers']),
    });
    t.strictSame(errors, [
      {
        parameter: 'Idempotency-Key',
        detail: 'must be 1 to 200 visible characters, best a UUID in quotation marks',
      },
    ]);
  }
});
