/**
 * Who sees what is not published.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { opens } from './auth.js';
import { markPrivate } from './freshness.js';

/**
 * What a request is read by: that which sees drafts, where some of what it asks for is hidden from readers and its caller
 * holds a key that opens `read:drafts`. Such an answer is for nobody to keep.
 */
export async function seenBy<Reading>(
  request: FastifyRequest,
  reply: FastifyReply,
  services: Reading & { readonly drafts: Reading },
  isHidden: (drafts: Reading) => Promise<boolean>,
): Promise<Reading> {
  if (!opens(request, 'read:drafts')) return services;
  const { drafts } = services;
  if (!(await isHidden(drafts))) return services;
  markPrivate(reply);
  return drafts;
}
