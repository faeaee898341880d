/**
 * What a key is to whoever administers a server: everything but its secret, of which only a hash is stored.
 */
import { z } from 'zod';
import { scopes } from '../kernel/caller.js';
import { instant, line } from '../kernel/fields.js';

const KEY_NAME_LENGTH_MAX = 100; // who or what holds it, in a list of keys
export const KEYS_MAX = 1_000; // that can be used at the same time: all of them are held in memory

const KeyScope = z.enum(scopes);

export const KeyInput = z.strictObject({
  name: line(KEY_NAME_LENGTH_MAX),
  scope: KeyScope,
  expiresAt: instant.nullable(),
});
export type KeyInput = z.infer<typeof KeyInput>;

export interface Key extends KeyInput {
  readonly id: string;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** Whether a key opens anything at an instant. */
export const isUsable = (key: Pick<Key, 'expiresAt' | 'revokedAt'>, at: string): boolean =>
  key.revokedAt === null && (key.expiresAt === null || key.expiresAt > at);
