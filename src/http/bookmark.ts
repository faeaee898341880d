/**
 * The `Claimwire-Bookmark` header: what a write gave, so that a read is sure to see it.
 */
import type { FastifyRequest } from 'fastify';

export const BOOKMARK_HEADER = 'Claimwire-Bookmark';

/** How the contract shows it. */
export const bookmarkParameter = {
  name: BOOKMARK_HEADER,
  in: 'header',
  required: false,
  description:
    'The bookmark of a write: the answer is sure to show it, whichever server of the database it is read from.',
  schema: { type: 'string' },
} as const;

export function bookmarkOf({ headers }: FastifyRequest): string | undefined {
  const given = headers[BOOKMARK_HEADER.toLowerCase()];
  return Array.isArray(given) ? given.join(', ') : given;
}
