/**
 * What caches are told of an answer: how long it is good, what it differs by, and by which keys it is dropped.
 */
import type { FastifyReply } from 'fastify';
import type { Dependence } from './freshness.js';

/** A reader sees a change at most this late, where nobody purges. */
const MAX_AGE_SECONDS = 10;
/** For so long after that an old answer may go out once more, while a new one is fetched behind it. */
const STALE_WHILE_REVALIDATE_SECONDS = 30;
/** For so long an old answer is better than none: an outage that is dealt with the next day. */
const STALE_IF_ERROR_SECONDS = 86_400;
/** What depends on the release alone changes when that does. */
const RELEASE_MAX_AGE_SECONDS = 300;

const after = (maxAgeSeconds: number): string =>
  `max-age=${maxAgeSeconds}, stale-while-revalidate=${STALE_WHILE_REVALIDATE_SECONDS}, stale-if-error=${STALE_IF_ERROR_SECONDS}`;

export const CACHE_CONTROL = {
  data: after(MAX_AGE_SECONDS),
  release: after(RELEASE_MAX_AGE_SECONDS),
  /** Health, and every problem, which holds the id of its request. */
  moment: 'no-store',
} as const;

/** For how long an answer is good; one to the holder of a key is for nobody else to keep. */
export function cacheControlOf(dependsOn: Dependence, isKeyed: boolean): string {
  const told = CACHE_CONTROL[dependsOn];
  return dependsOn === 'moment' ? told : `${isKeyed ? 'private' : 'public'}, ${told}`;
}

/** Of what is not for everybody: it is kept nowhere. */
export const PRIVATE = 'private, no-store';

/** What the server looks at besides the URL. A bookmark is among it: a cache may have an answer from before. */
export const VARY = 'Accept, Accept-Encoding, Authorization, Claimwire-Bookmark';

/** What a 304 leaves out: it tells what to keep, not what is in it (RFC 9110 section 15.4.5). */
export const CONTENT_HEADERS: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'content-length',
  'link',
]);

export function dropContentHeaders(reply: FastifyReply): void {
  for (const name of CONTENT_HEADERS) reply.removeHeader(name);
}

const text = (description: string) => ({ description, schema: { type: 'string' } });

/** The headers of freshness, as the contract shows them. */
export const freshnessHeaders = {
  ETag: text('What tells this state of the answer from any other, to be sent back as `If-None-Match`.'),
  LastModified: text('When anything in the data last changed; left out for a second after that.'),
  CacheControl: text('For how long the answer is good.'),
  SurrogateKey: text('A short key for each row that is shown, by which caches are purged.'),
} as const;

/** The answer to who has the answer already, as the contract shows it. */
export const notModifiedResponse = {
  description: 'The caller has this answer already: `If-None-Match` or `If-Modified-Since` says so.',
  headers: headersByName('ETag', 'Last-Modified', 'Cache-Control', 'Surrogate-Key'),
};

/** References to header components, by the names of the headers. */
export function headersByName(...names: string[]): Record<string, { $ref: string }> {
  return Object.fromEntries(
    names.map((name) => [name, { $ref: `#/components/headers/${name.replaceAll('-', '')}` }]),
  );
}
