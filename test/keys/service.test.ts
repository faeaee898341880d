/**
 * Keys on either engine: made once, shown once, listed without what is secret, revoked for good; and each change says
 * by which it was made.
 */
import t from 'tap';
import { KEYS_MAX } from '../../src/keys/model.js';
import { makeSecret } from '../../src/keys/secret.js';
import { openEngine } from '../engine.js';
import { idOf, NOW } from '../helper.js';

const input = { name: 'The desk', scope: 'write', expiresAt: null } as const;

t.test('a key is made, and its secret stands nowhere in the database', async (t) => {
  const { services, query, rowCounts } = await openEngine(t);
  const { result, changes } = await services.write(({ keys }) => keys.create(input));
  const { key, secret } = result;
  t.strictSame(key, { ...input, id: key.id, createdAt: NOW, revokedAt: null });
  t.equal(changes.size, 0, 'no content was changed');
  t.strictSame(await rowCounts(), { api_keys: 1 });
  const [row] = await query<Record<string, unknown>>('select * from api_keys');
  const { hash, ...rest } = row ?? {};
  t.strictSame(rest, {
    key: 1,
    id: key.id,
    name: 'The desk',
    scope: 'write',
    created_at: NOW,
    expires_at: null,
    revoked_at: null,
  });
  t.match(hash, /^[0-9a-f]{64}$/);
  t.notMatch(JSON.stringify(row), secret.slice(-43));
  t.strictSame(await services.ring.find(secret), {
    is: 'valid',
    caller: { id: key.id, name: 'The desk', scopes: ['read:drafts', 'write'] },
  });
});

t.test('keys are listed as they were made, without their hashes', async (t) => {
  const { services } = await openEngine(t);
  const make = async (name: string) =>
    (await services.write(({ keys }) => keys.create({ ...input, name }))).result.key;
  const made = [await make('b'), await make('a'), await make('c')];
  t.strictSame(await services.read.keys.list(), made);
});

t.test('a key that was revoked ends at once in this process, and when it was does not change', async (t) => {
  const times = ['2024-11-01T12:00:00.000Z', '2024-11-01T13:00:00.000Z', '2024-11-01T14:00:00.000Z'];
  const { services } = await openEngine(t, { clock: () => times.shift() ?? NOW });
  const { key, secret } = (await services.write(({ keys }) => keys.create(input))).result;
  t.match(await services.ring.find(secret), { is: 'valid' });
  const revoke = async () => (await services.write(({ keys }) => keys.revoke(key.id))).result;
  const revoked = { ...key, revokedAt: '2024-11-01T13:00:00.000Z' };
  t.strictSame(await revoke(), revoked);
  t.strictSame(await services.ring.find(secret), { is: 'revoked', at: revoked.revokedAt });
  t.strictSame(await revoke(), revoked);
  t.strictSame(await services.read.keys.list(), [revoked]);
});

t.test('a key that there is not cannot be revoked', async (t) => {
  const { services } = await openEngine(t);
  await t.rejects(
    services.write(({ keys }) => keys.revoke(idOf(1))),
    { name: 'ClaimwireError', code: 'not-found', message: 'There is no key with this id.' },
  );
});

t.test('keys that can be used have a bound, and go before those that cannot', async (t) => {
  const past = '2024-10-01T12:00:00.000Z';
  const { services, storage } = await openEngine(t);
  const insert = async (first: number, count: number, expiresAt: string | null) =>
    storage.write(async ({ keys }) => {
      for (let n = first; n < first + count; n++)
        await keys.insert({ ...input, id: idOf(n), hash: makeSecret(idOf(n)).hash, expiresAt });
    });
  await insert(1, KEYS_MAX, null);
  await insert(5_001, 3, past);
  await t.rejects(
    services.write(({ keys }) => keys.create(input)),
    { code: 'conflict', message: `There are ${KEYS_MAX} keys already: revoke one first.` },
  );
  const ids = (await storage.read.keys.records(NOW, KEYS_MAX + 2)).map(({ id }) => id);
  t.equal(ids.length, KEYS_MAX + 2);
  t.strictSame(ids.slice(-3), [idOf(1), idOf(5_003), idOf(5_002)], 'then the newest of the others');
  await services.write(({ keys }) => keys.revoke(idOf(1)));
  const { key } = (await services.write(({ keys }) => keys.create(input))).result;
  t.match(key, input);
});

t.test('each change says by which key it was made; without one, by none', async (t) => {
  const { services, given, query } = await openEngine(t);
  const { key } = (await services.write(({ keys }) => keys.create(input))).result;
  await given.source({ id: idOf(1), name: 'A' });
  const person = {
    kind: 'person' as const,
    aliases: [],
    description: null,
    role: null,
    country: null,
    url: null,
    sameAs: [],
    memberOf: null,
  };
  const save = (n: number, options?: { keep?: boolean; by?: string }) =>
    services.write(
      ({ sources }) => sources.save({ ...person, id: idOf(n), slug: `s${n}`, name: 'B' }),
      options,
    );
  await save(2, { by: key.id });
  await save(3, { by: key.id, keep: false });
  await save(4, {});
  t.strictSame(await query('select id, "by" from changes order by seq'), [
    { id: idOf(1), by: null },
    { id: idOf(2), by: key.id },
    { id: idOf(4), by: null },
  ]);
});
