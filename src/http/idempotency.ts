/**
 * The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header): a write that is sent again is not done again,
 * but answered as it was.
 */
import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ClaimwireError } from '../kernel/errors.js';

const IDEMPOTENCY_KEY_HEADER = 'Idempotency-Key';
export const REPLAYED_HEADER = 'Idempotency-Replayed';
const IDEMPOTENCY_KEY_LENGTH_MAX = 200; // five times a UUID

/** A string of structured fields (RFC 8941), or the same without its quotation marks, as most clients send it. */
const KEY = /^(?:"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"|([\x21\x23-\x7e]*))$/;

/** A key as it is kept, which is its caller's own, and a print of the request that it came with. */
export interface IdempotencyKey {
  readonly key: string;
  readonly print: string;
}

/** The key of a request, or null. Throws `invalid-request` for one that is empty, too long or malformed. */
export function onceKeyOf({ headers, caller }: Pick<FastifyRequest, 'headers' | 'caller'>): string | null {
  const header = headers['idempotency-key'];
  if (header === undefined) return null;
  const [, quoted, bare] = KEY.exec(String(header).trim()) ?? [];
  const given = quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
  if (given === '' || given.length > IDEMPOTENCY_KEY_LENGTH_MAX)
    throw new ClaimwireError('invalid-request', undefined, {
      issues: [
        {
          parameter: IDEMPOTENCY_KEY_HEADER,
          detail: `must be 1 to ${IDEMPOTENCY_KEY_LENGTH_MAX} visible characters, best a UUID in quotation marks`,
        },
      ],
    });
  return `${caller?.id ?? ''} ${given}`;
}

/** What tells a request with this body, or the print of one, from any other. */
export const printOfRequest = (
  { method, url }: Pick<FastifyRequest, 'method' | 'url'>,
  body: string,
): string => hash('sha256', `${method} ${url}\n${body}`, 'base64url');

/** The key of a request with its print, or null. Throws as `onceKeyOf`. */
export function idempotencyKeyOf(request: FastifyRequest): IdempotencyKey | null {
  const key = onceKeyOf(request);
  if (key === null) return null;
  return { key, print: printOfRequest(request, JSON.stringify(request.body) ?? '') };
}

/** Runs work that has a key unless what has the same key is under way. Throws `idempotency-in-progress`. */
export type RunOnce = <Result>(
  once: Pick<IdempotencyKey, 'key'> | null,
  work: () => Promise<Result>,
) => Promise<Result>;

/** Runs what is under way in this process once for each key. Throws `idempotency-in-progress`. */
export function createRunning(): RunOnce {
  const running = new Set<string>();
  return async (once, work) => {
    if (once === null) return work();
    if (running.has(once.key)) throw new ClaimwireError('idempotency-in-progress');
    running.add(once.key);
    try {
      return await work();
    } finally {
      running.delete(once.key);
    }
  };
}
