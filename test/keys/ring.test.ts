/**
 * A key opens until it ends, and not a second longer; keys that there are not cost the database nothing.
 */
import t from 'tap';
import { createKeyRing, RING_MAX_AGE_MS } from '../../src/keys/ring.js';
import { fitsHash, idOfSecret, makeSecret } from '../../src/keys/secret.js';
import type { KeyRecord } from '../../src/keys/store.js';
import { idOf, NOW } from '../helper.js';

const FORM = /^cw_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/;

function makeKey(n: number, more: Partial<KeyRecord> = {}): { secret: string; record: KeyRecord } {
  const { secret, hash } = makeSecret(idOf(n));
  const dates = { createdAt: NOW, expiresAt: null, revokedAt: null };
  return { secret, record: { id: idOf(n), name: `Key ${n}`, scope: 'write', hash, ...dates, ...more } };
}

/** A ring over some keys, which may be changed, at a time that is put forward by hand. */
function openRing(records: KeyRecord[]) {
  const state = { reads: 0, ms: 0, records };
  const ring = createKeyRing(
    async () => {
      state.reads += 1;
      return [...state.records];
    },
    () => state.ms,
  );
  return { ring, state };
}

t.test('a secret has 256 random bits and the id of its key, and is stored as a hash alone', async (t) => {
  const made = [1, 2, 3].map(() => makeSecret(idOf(7)));
  t.equal(new Set(made.map(({ secret }) => secret)).size, 3);
  for (const { secret, hash } of made) {
    t.match(secret, FORM);
    t.match(hash, /^[0-9a-f]{64}$/);
    t.equal(idOfSecret(secret), idOf(7));
    t.ok(fitsHash(secret, Buffer.from(hash, 'hex')));
    const end = secret.endsWith('A') ? 'B' : 'A';
    t.notOk(fitsHash(`${secret.slice(0, -1)}${end}`, Buffer.from(hash, 'hex')));
    t.notMatch(hash, secret.slice(-43));
  }
  for (const text of ['', 'cw_', 'cw_abc_def', ` ${made[0]?.secret}`, `${made[0]?.secret}a`, 'x'.repeat(79)])
    t.equal(idOfSecret(text), null, text);
});

t.test('who holds a whole key is told what became of it; who does not, nothing', async (t) => {
  const past = '2020-01-01T00:00:00.000Z';
  const future = '2999-01-01T00:00:00.000Z';
  const valid = makeKey(1, { scope: 'admin', expiresAt: future });
  const expired = makeKey(2, { expiresAt: past });
  const revoked = makeKey(3, { expiresAt: past, revokedAt: NOW });
  const stranger = makeKey(4);
  const { ring } = openRing([valid.record, expired.record, revoked.record]);
  const caller = { id: idOf(1), name: 'Key 1', scopes: ['read:drafts', 'write', 'admin'] };
  t.strictSame(await ring.find(valid.secret), { is: 'valid', caller });
  t.strictSame(await ring.find(expired.secret), { is: 'expired', at: past });
  t.strictSame(await ring.find(revoked.secret), { is: 'revoked', at: NOW });
  t.strictSame(await ring.find(stranger.secret), { is: 'unknown' });
  for (const { record } of [valid, expired, revoked])
    t.strictSame(await ring.find(makeSecret(record.id).secret), { is: 'unknown' }, 'the id is no secret');
  t.strictSame(await ring.find(valid.record.hash), { is: 'unknown' }, 'the hash opens nothing');
  t.strictSame(await ring.find(valid.secret.toUpperCase()), { is: 'unknown' });
});

t.test('each scope opens what those before it open', async (t) => {
  const cases = {
    'read:drafts': ['read:drafts'],
    write: ['read:drafts', 'write'],
    admin: ['read:drafts', 'write', 'admin'],
  } as const;
  for (const [scope, scopes] of Object.entries(cases)) {
    const { secret, record } = makeKey(1, { scope: scope as KeyRecord['scope'] });
    t.match(await openRing([record]).ring.find(secret), { caller: { scopes } }, scope);
  }
});

t.test('a key expires at its instant, though nothing is read again', async (t) => {
  const { secret, record } = makeKey(1, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
  const { ring, state } = openRing([record]);
  t.match(await ring.find(secret), { is: 'valid' });
  const { now } = Date;
  const { Date: RealDate } = globalThis;
  t.teardown(() => {
    globalThis.Date = RealDate;
  });
  globalThis.Date = class extends RealDate {
    constructor(...given: []) {
      super(...(given.length === 0 ? ([now() + 60_001] as unknown as []) : given));
    }
  } as DateConstructor;
  t.match(await ring.find(secret), { is: 'expired' });
  t.equal(state.reads, 1);
});

t.test('a key that another process revoked or made counts after a second', async (t) => {
  const one = makeKey(1);
  const two = makeKey(2);
  const { ring, state } = openRing([one.record]);
  t.match(await ring.find(one.secret), { is: 'valid' });
  state.records = [{ ...one.record, revokedAt: NOW }, two.record];
  state.ms = RING_MAX_AGE_MS - 1;
  t.match(ring.findHeld(one.secret), { is: 'valid' });
  state.ms = RING_MAX_AGE_MS;
  t.equal(ring.findHeld(one.secret), null, 'it is not known at once');
  t.match(await ring.find(one.secret), { is: 'revoked' });
  t.match(await ring.find(two.secret), { is: 'valid' });
  t.equal(state.reads, 2);
});

t.test('a key that this process revoked ends at once, whatever was being read', async (t) => {
  const { secret, record } = makeKey(1);
  const answers: ((records: KeyRecord[]) => void)[] = [];
  const ring = createKeyRing(() => new Promise((resolve) => answers.push(resolve)));
  const before = ring.find(secret);
  ring.forget();
  const after = ring.find(secret);
  t.equal(answers.length, 2, 'it is read anew');
  answers[1]?.([{ ...record, revokedAt: NOW }]);
  t.match(await after, { is: 'revoked' });
  answers[0]?.([record]);
  t.match(await before, { is: 'valid' }, 'who asked before may have the answer of before');
  t.match(await ring.find(secret), { is: 'revoked' }, 'and nobody else');
  t.match(ring.findHeld(secret), { is: 'revoked' });
});

t.test('keys that there are not cost one question a second, however many', async (t) => {
  const { secret, record } = makeKey(1);
  const { ring, state } = openRing([record]);
  await Promise.all(Array.from({ length: 1_000 }, (_, n) => ring.find(makeSecret(idOf(n)).secret)));
  t.equal(state.reads, 1);
  await Promise.all(Array.from({ length: 1_000 }, () => ring.find('cw_nonsense')));
  t.equal(state.reads, 1);
  t.match(await ring.find(secret), { is: 'valid' });
  t.equal(openRing([]).ring.find('cw_nonsense') instanceof Promise, false, 'nonsense is never looked up');
});

t.test('where keys cannot be read none is judged, and the next request asks again', async (t) => {
  const { secret, record } = makeKey(1);
  let isGone = true;
  const ring = createKeyRing(async () => {
    if (isGone) throw new Error('gone');
    return [record];
  });
  await t.rejects(async () => ring.find(secret), { message: 'gone' });
  isGone = false;
  t.match(await ring.find(secret), { is: 'valid' });
});
