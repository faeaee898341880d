/**
 * The rules of keys: one is made, shown once, listed and revoked.
 */
import { ClaimwireError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import { KEYS_MAX, type Key, type KeyInput } from './model.js';
import { makeSecret } from './secret.js';
import type { KeyReads, KeyRecord, KeyStore } from './store.js';

export { createKeyRing, type KeyRing } from './ring.js';

const RING_MAX = 2 * KEYS_MAX; // all that can be used, and as many of others, whose holders are told why they cannot

export function readKeys(store: KeyReads) {
  return {
    /** All keys in the order in which they were made, without what is secret of them. */
    list: (): Promise<Key[]> => store.list(),
    /** What the secrets of callers are checked by. */
    records: (): Promise<KeyRecord[]> => store.records(new Date().toISOString(), RING_MAX),
  };
}

/**
 * @param onChanged told of each change
 */
export function writeKeys(store: KeyStore, onChanged: () => void) {
  return {
    /** Makes a key; its secret is given here and never again. Throws `conflict` where there are too many. */
    async create(input: KeyInput): Promise<{ key: Key; secret: string }> {
      if ((await store.countUsable()) >= KEYS_MAX)
        throw new ClaimwireError('conflict', `There are ${KEYS_MAX} keys already: revoke one first.`);
      const id = newId();
      const { secret, hash } = makeSecret(id);
      const key = await store.insert({ ...input, id, hash });
      onChanged();
      return { key, secret };
    },

    /** Ends a key for good; one that is revoked already stays as it is. Throws `not-found`. */
    async revoke(id: string): Promise<Key> {
      const key = await store.revoke(id);
      if (key === undefined) throw new ClaimwireError('not-found', 'There is no key with this id.');
      onChanged();
      return key;
    },
  };
}
