/**
 * What storage promises about keys. A key is never deleted: changes say whose it was.
 */
import type { Key, KeyInput } from './model.js';

/** A key with what its secret is checked by. */
export interface KeyRecord extends Key {
  /** SHA-256 of its secret, in hexadecimal. */
  readonly hash: string;
}

export interface KeyReads {
  /** All keys in the order in which they were made. */
  list(): Promise<Key[]>;
  /** Up to `limit` keys: those first that can be used at an instant, then the newest. */
  records(at: string, limit: number): Promise<KeyRecord[]>;
}

export interface KeyStore extends KeyReads {
  /** How many can be used now. */
  countUsable(): Promise<number>;
  insert(key: KeyInput & { readonly id: string; readonly hash: string }): Promise<Key>;
  /** The key with this id, revoked now if it was not before; undefined where there is none. */
  revoke(id: string): Promise<Key | undefined>;
}
