/**
 * The secret that a caller sends: `cw_`, the id of the key without hyphens, and 32 random bytes as base64url.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { KEY_PREFIX } from '../kernel/key-text.js';

const SECRET_BYTES = 32;
const FORM = /^cw_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_[\w-]{43}$/;

/** A new secret for the key with this id, and the hash to store of it. */
export function makeSecret(id: string): { secret: string; hash: string } {
  const random = randomBytes(SECRET_BYTES).toString('base64url');
  const secret = `${KEY_PREFIX}${id.replaceAll('-', '')}_${random}`;
  return { secret, hash: hashOf(secret).toString('hex') };
}

/** The id in what may be a secret; null where it has not the form of one. */
export function idOfSecret(text: string): string | null {
  const [found, ...parts] = FORM.exec(text) ?? [];
  return found === undefined ? null : parts.join('-');
}

/** Whether a text is the secret that a hash was made of, told in the same time wherever they differ. */
export const fitsHash = (text: string, hash: Buffer): boolean => timingSafeEqual(hashOf(text), hash);

/**
 * One SHA-256 is right here, and slow hashing with a salt would be wrong: that makes up for what people choose, which
 * can be guessed. A secret of 256 random bits cannot, and it is checked with every request.
 */
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
