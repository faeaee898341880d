/**
 * The keys of a server, held in memory: whoever sends keys that there are not, as many as they like, costs the database
 * no more than one question a second.
 */
import { type Caller, impliedBy, type Verdict } from '../kernel/caller.js';
import { isUsable } from './model.js';
import { fitsHash, idOfSecret } from './secret.js';
import type { KeyRecord } from './store.js';

/** For so long a key that another process made is not known yet, and one that it revoked still opens. */
export const RING_MAX_AGE_MS = 1_000;

interface Held {
  readonly caller: Caller;
  readonly record: KeyRecord;
  readonly hash: Buffer;
}

interface Ring {
  readonly held: ReadonlyMap<string, Held>;
  readonly readAt: number;
}

export interface KeyRing {
  /** What a text is as a key. Throws `unavailable` where the keys cannot be read. */
  find(text: string): Verdict | Promise<Verdict>;
  /** The same, at once, where the keys were read a moment ago; else null. */
  findHeld(text: string): Verdict | null;
  /** To be called after keys were changed by this process. */
  forget(): void;
}

/**
 * @param load reads the keys
 * @param elapsed milliseconds on a clock that is never put back
 */
export function createKeyRing(
  load: () => Promise<readonly KeyRecord[]>,
  elapsed: () => number = () => performance.now(),
): KeyRing {
  let ring: Ring | null = null;
  let loading: Promise<Ring> | null = null;

  const held = (): Ring | null => (ring !== null && elapsed() - ring.readAt < RING_MAX_AGE_MS ? ring : null);

  const read = (): Promise<Ring> => {
    if (loading !== null) return loading;
    const readAt = elapsed();
    const own: Promise<Ring> = load().then(
      (records) => {
        const made = { readAt, held: new Map(records.map((record) => [record.id, toHeld(record)])) };
        if (loading !== own) return made; // keys were changed meanwhile: it is for those who asked before
        loading = null;
        ring = made;
        return made;
      },
      (error: unknown) => {
        if (loading === own) loading = null;
        throw error;
      },
    );
    loading = own;
    return own;
  };

  return {
    find(text) {
      if (idOfSecret(text) === null) return UNKNOWN;
      const now = held();
      return now === null ? read().then((made) => judge(text, made)) : judge(text, now);
    },
    findHeld(text) {
      const now = held();
      return now === null ? null : judge(text, now);
    },
    forget() {
      ring = null;
      loading = null;
    },
  };
}

const UNKNOWN = { is: 'unknown' } as const;

const toHeld = (record: KeyRecord): Held => ({
  caller: { id: record.id, name: record.name, scopes: impliedBy(record.scope) },
  record,
  hash: Buffer.from(record.hash, 'hex'),
});

function judge(text: string, { held }: Ring): Verdict {
  const found = held.get(idOfSecret(text) ?? '');
  if (found === undefined || !fitsHash(text, found.hash)) return UNKNOWN;
  const { caller, record } = found;
  if (record.revokedAt !== null) return { is: 'revoked', at: record.revokedAt };
  if (!isUsable(record, new Date().toISOString())) return { is: 'expired', at: record.expiresAt ?? '' };
  return { is: 'valid', caller };
}
