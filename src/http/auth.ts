/**
 * Who calls, and whether they may. A key is sent as `Authorization: Bearer cw_…` (RFC 6750); it is looked at wherever it
 * is sent, so that who has one that does not open anything learns of it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, Scope, Verdict } from '../kernel/caller.js';
import { ClaimwireError } from '../kernel/errors.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key came with the request; null where none did. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** What a key must open for the route to be answered. */
    needs?: Scope;
    /** Whether it is answered without a key where all else needs one; no key is looked at then. */
    isOpen?: boolean;
    /** A parameter that does in place of a key where reading needs one; the route itself checks it. */
    opensBy?: string;
  }
}

export interface Keys {
  find(text: string): Verdict | Promise<Verdict>;
  /** At once, where that can be told without asking the database; else null. */
  findHeld(text: string): Verdict | null;
}

export interface AuthOptions {
  readonly keys: Keys;
  /** Whether every route needs a key that is not open. */
  readonly readsNeedKey: boolean;
  /** Told of each key that was refused; throws where there were too many. */
  readonly onRefused: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

const BEARER = /^bearer +(\S+)$/i;
const CHALLENGE = 'Bearer realm="claimwire"';

/** Registers the step; to be called before anything that asks who calls. */
export function authenticate(app: FastifyInstance, { keys, readsNeedKey, onRefused }: AuthOptions): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', (request, reply, done) => {
    const { needs, isOpen, opensBy } = request.routeOptions.config;
    const { authorization } = request.headers;
    if (request.method === 'OPTIONS' || (isOpen && needs === undefined)) return done(); // a preflight has no key
    if (authorization === undefined) {
      const isLinked = opensBy !== undefined && opensBy in (request.query as object);
      if (needs === undefined && (!readsNeedKey || isLinked)) return done();
      return done(
        refuse(reply, needs === undefined ? NO_KEY : `This needs a key with the scope \`${needs}\`.`),
      );
    }
    identify(request, reply, authorization).then(() => done(), done);
  });

  const identify = async (request: FastifyRequest, reply: FastifyReply, authorization: string) => {
    const [, text] = BEARER.exec(authorization) ?? [];
    const verdict = text === undefined ? null : await keys.find(text);
    if (verdict?.is !== 'valid') {
      await onRefused(request, reply);
      if (verdict === null) throw refuse(reply, 'The `Authorization` header is not `Bearer` and a key.');
      throw refuse(reply, toldOf(verdict), 'invalid_token');
    }
    const { needs } = request.routeOptions.config;
    if (needs !== undefined && !verdict.caller.scopes.includes(needs)) {
      reply.header('www-authenticate', `${CHALLENGE}, error="insufficient_scope", scope="${needs}"`);
      throw new ClaimwireError('forbidden', `This needs a key with the scope \`${needs}\`.`);
    }
    request.caller = verdict.caller;
  };
}

const NO_KEY = 'Reading needs a key here.';

/** Whether the key that came with a request opens this. */
export const opens = ({ caller }: FastifyRequest, scope: Scope): boolean =>
  caller?.scopes.includes(scope) ?? false;

/** Throws `unauthorized` where no key came with a request, and `forbidden` where it does not open what is asked for. */
export function assertOpens(request: FastifyRequest, reply: FastifyReply, scope: Scope, what: string): void {
  if (opens(request, scope)) return;
  const told = `${what} needs a key with the scope \`${scope}\`.`;
  if (request.caller === null) throw refuse(reply, told);
  reply.header('www-authenticate', `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`);
  throw new ClaimwireError('forbidden', told);
}

/** A 401 with its challenge. `error` is one of RFC 6750, section 3.1, where a key was sent. */
function refuse(reply: FastifyReply, detail: string, error?: string): ClaimwireError {
  const told = error === undefined ? '' : `, error="${error}", error_description="${detail}"`;
  reply.header('www-authenticate', `${CHALLENGE}${told}`);
  return new ClaimwireError('unauthorized', detail);
}

function toldOf(verdict: Exclude<Verdict, { is: 'valid' }>): string {
  if (verdict.is === 'unknown') return 'This key is not known here.';
  return verdict.is === 'expired'
    ? `This key expired at ${verdict.at}.`
    : `This key was revoked at ${verdict.at}.`;
}

/**
 * Whether a request may be sent what was prepared, before anything else is known of it: one without a key where none is
 * needed; where one is, one with a key that is known to be valid. Every key opens all that can be read.
 */
export const mayHavePrepared =
  ({ keys, readsNeedKey }: Pick<AuthOptions, 'keys' | 'readsNeedKey'>) =>
  ({ authorization }: IncomingHttpHeaders): boolean => {
    if (!readsNeedKey) return authorization === undefined;
    const [, text] = (authorization !== undefined && BEARER.exec(authorization)) || [];
    return text !== undefined && keys.findHeld(text)?.is === 'valid';
  };

/** How the contract shows it. */
export const keyScheme = {
  type: 'http',
  scheme: 'bearer',
  description:
    'A key that `claimwire keys create` made. Scopes: `read:drafts`; `write`, which opens that too; `admin`, which opens both.',
} as const;
