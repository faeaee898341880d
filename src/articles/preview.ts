/**
 * Links to drafts for those who have no key: each opens one article until a time, and is signed so that nobody can make or
 * change one (HMAC-SHA-256, RFC 2104).
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const PREVIEW_DAYS_MAX = 30;
export const PREVIEW_DAYS = 7;
const DAY_MS = 86_400_000;
export const PREVIEW_TOKEN_LENGTH_MAX = 100; // a token has 60

/** The name that the secret which signs them is stored under. */
export const PREVIEW_SECRET = 'preview';
export const newPreviewSecret = (): string => randomBytes(32).toString('base64url');

const TOKEN = /^([0-9a-z]{8,9})\.([\w-]{43})$/; // until the year 5188

const signatureOf = (secret: string, article: string, expiry: string): Buffer =>
  createHmac('sha256', secret).update(`preview\n${article}\n${expiry}`).digest();

/** The token that opens the article with this id until a time, in milliseconds since 1970. */
export function toPreviewToken(secret: string, article: string, expiresAtMs: number): string {
  const expiry = expiresAtMs.toString(36);
  return `${expiry}.${signatureOf(secret, article, expiry).toString('base64url')}`;
}

/** Whether a token opens an article now. The time that it takes tells nothing of the right signature. */
export function isPreviewToken(secret: string, article: string, token: string, nowMs: number): boolean {
  const [, expiry = '', given = ''] = TOKEN.exec(token) ?? [];
  const signature = Buffer.from(given, 'base64url');
  const right = signatureOf(secret, article, expiry);
  return signature.length === right.length && timingSafeEqual(signature, right) && toMs(expiry) > nowMs;
}

const toMs = (expiry: string): number => Number.parseInt(expiry, 36);

/** The latest time that a link made now may open anything, in milliseconds since 1970. */
export const latestExpiry = (nowMs: number): number => nowMs + PREVIEW_DAYS_MAX * DAY_MS;
export const usualExpiry = (nowMs: number): number => nowMs + PREVIEW_DAYS * DAY_MS;
