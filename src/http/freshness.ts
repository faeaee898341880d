/**
 * What is collected about an answer while it is made: which rows it shows, what it depends on, and how long it holds.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Revision } from '../kernel/revision.js';
import type { NameRow, RowKind } from '../kernel/rows.js';

/** What an answer depends on: the data, this release alone, or the moment. */
export type Dependence = 'data' | 'release' | 'moment';

export interface Freshness {
  /** What the data was known to be at when the request came; null where that was not known, or nobody is told of it. */
  readonly revision: Revision | null;
  /** Whether the answer was read from a server of the database that was not known to be at that revision. */
  isBehind: boolean;
  /** Whether it holds what is not for everybody. */
  isPrivate: boolean;
  /** The rows in the body, by the last characters of their ids. */
  readonly rows: Record<RowKind, Set<string>>;
  /** The kinds of which the answer would be another if a row appeared, vanished or moved. */
  readonly collections: Set<RowKind>;
  /** The version of the one thing that the answer is. */
  version: number | null;
  /** When the answer becomes another though nothing is written, in milliseconds since 1970. */
  expiresAt: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What is collected about its answer; null where no hook has run. */
    freshness: Freshness | null;
  }
  interface FastifyContextConfig {
    /** Not given where nothing is said to caches. */
    dependsOn?: Dependence;
  }
}

/** Begins to collect with every request; to be called before anything that may be told of an answer. */
export function collectFreshness(app: FastifyInstance, revision: () => Revision | null): void {
  app.decorateRequest('freshness', null);
  app.addHook('onRequest', (request, _reply, done) => {
    // Caches are told nothing of a write: what the data was at before it need not be read.
    const { dependsOn } = request.routeOptions.config;
    request.freshness = createFreshness(dependsOn === undefined ? null : revision());
    done();
  });
}

const createFreshness = (revision: Revision | null): Freshness => ({
  revision,
  isBehind: false,
  isPrivate: false,
  rows: { article: new Set(), claim: new Set(), source: new Set() },
  collections: new Set(),
  version: null,
  expiresAt: Number.POSITIVE_INFINITY,
});

/** Characters of a row's id in its key: forty of its random bits. */
const KEY_LENGTH = 10;

/** Says that an answer shows these rows. */
export function nameRows(reply: FastifyReply, kind: RowKind, ids: Iterable<string>): void {
  const rows = reply.request.freshness?.rows[kind];
  if (rows !== undefined) for (const id of ids) rows.add(id.slice(-KEY_LENGTH));
}

/** As `nameRows`, for walking over what is shown. */
export function rowNamer({ request: { freshness } }: FastifyReply): NameRow {
  return (kind, id) => freshness?.rows[kind].add(id.slice(-KEY_LENGTH));
}

/**
 * Says that an answer depends on which rows of these kinds there are, or on what they hold beyond what is shown: every
 * list on its own kind and on those that its filters or its path refer to.
 */
export function nameCollections({ request: { freshness } }: FastifyReply, ...kinds: RowKind[]): void {
  for (const kind of kinds) freshness?.collections.add(kind);
}

/** Says which version of one thing an answer is. */
export function nameVersion({ request: { freshness } }: FastifyReply, version: number | undefined): void {
  if (freshness !== null && version !== undefined) freshness.version = version;
}

/** Says that an answer is another from this moment on, in milliseconds since 1970, though nothing is written. */
export function expiresAt({ request: { freshness } }: FastifyReply, at: number): void {
  if (freshness !== null) freshness.expiresAt = Math.min(freshness.expiresAt, at);
}

/** Says that an answer holds what is not for everybody, and so is for nobody to keep. */
export function markPrivate({ request: { freshness } }: FastifyReply): void {
  if (freshness !== null) freshness.isPrivate = true;
}

/** Says that an answer was read from where the last changes may not have been seen. */
export function markBehind({ freshness }: FastifyRequest): void {
  if (freshness !== null) freshness.isBehind = true;
}
