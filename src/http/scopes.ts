/**
 * What a caller's key opens, where that depends on what is asked for and not on the route alone.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../kernel/caller.js';
import { ClaimwireError } from '../kernel/errors.js';

const CHALLENGE = 'Bearer realm="claimwire"';

/** Whether the key that came with a request opens this. */
export const opens = ({ caller }: FastifyRequest, scope: Scope): boolean =>
  caller?.scopes.includes(scope) ?? false;

/** Throws `unauthorized` where no key came with a request, and `forbidden` where it does not open this. */
export function assertOpens(request: FastifyRequest, reply: FastifyReply, scope: Scope, what: string): void {
  if (opens(request, scope)) return;
  const isKnown = request.caller !== null;
  const told = isKnown ? `, error="insufficient_scope", scope="${scope}"` : '';
  reply.header('www-authenticate', `${CHALLENGE}${told}`);
  throw new ClaimwireError(
    isKnown ? 'forbidden' : 'unauthorized',
    `${what} needs a key with the scope \`${scope}\`.`,
  );
}
