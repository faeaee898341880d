/**
 * Every way in which Claimwire can refuse or fail, in one table.
 * A code is a promise to clients: it is never renamed and never used again for something else.
 * No status stands here: what a code means over HTTP is for http/problem.ts to say.
 */

/** What a person reads about a code: what happened, and what to do about it. */
export interface ErrorEntry {
  readonly title: string;
  readonly meaning: string;
  readonly cure: string;
}

export const errorTable = {
  'invalid-request': {
    title: 'The request is not valid',
    meaning: 'One or more parameters or fields are unknown, repeated, missing or have a value out of bounds.',
    cure: 'Read `errors`: each entry names the parameter or field and says what would be right.',
  },
  'invalid-cursor': {
    title: 'The cursor does not fit',
    meaning:
      'A cursor is bound to the list and the filters that it was given with; this one belongs to others or is damaged.',
    cure: 'Start again without `after` and `before`, then follow the `next` and `prev` links as they are.',
  },
  'invalid-bookmark': {
    title: 'The bookmark is damaged',
    meaning: 'The `Claimwire-Bookmark` header does not hold a bookmark that a write gave.',
    cure: 'Send the bookmark as a write gave it, or leave the header out.',
  },
  'malformed-url': {
    title: 'The URL cannot be decoded',
    meaning: 'The path holds a percent sign that does not begin a valid UTF-8 escape.',
    cure: 'Percent-encode the path as UTF-8; a literal percent sign is `%25`.',
  },
  'malformed-json': {
    title: 'The body is not JSON',
    meaning: 'The body could not be parsed as JSON.',
    cure: 'Send one valid JSON document, encoded as UTF-8.',
  },
  'malformed-request': {
    title: 'The request is not HTTP',
    meaning: 'What arrived could not be read as an HTTP/1.1 request, so the connection was closed.',
    cure: 'Check the client, or whatever stands between it and this server.',
  },
  unauthorized: {
    title: 'A valid key is needed',
    meaning: 'What was asked for is open to the holders of keys, and no valid one came with the request.',
    cure: 'Send `Authorization: Bearer` and a key; whoever runs the server makes one with `claimwire keys create`.',
  },
  forbidden: {
    title: 'The key does not open this',
    meaning: 'The key is valid, but its scope does not open what was asked for.',
    cure: 'Use a key with that scope.',
  },
  'invalid-preview': {
    title: 'The preview link does not open this',
    meaning: 'The token of a preview link is damaged, has expired, or belongs to another article.',
    cure: 'Ask for a new link: `POST /v1/articles/{ref}/preview` gives one to who may write.',
  },
  'not-found': {
    title: 'Nothing is here',
    meaning: 'No published article, source or claim has this id or slug.',
    cure: 'Check the id or slug; the lists show what exists.',
  },
  gone: {
    title: 'It was deleted',
    meaning: 'The article, source or claim that had this id or slug was deleted.',
    cure: 'Remove what refers to it; `POST` makes a new one, under the same id or slug if need be.',
  },
  'unknown-route': {
    title: 'No such URL',
    meaning: 'This server has no route at this path.',
    cure: 'See `GET /v1` for the links to everything, or `/docs`.',
  },
  'method-not-allowed': {
    title: 'The method is not allowed here',
    meaning: 'The URL exists but does not answer this method.',
    cure: 'Use one of the methods in the `Allow` header.',
  },
  'not-acceptable': {
    title: 'No acceptable representation',
    meaning: 'The `Accept` or `Accept-Encoding` header rules out everything that this URL can answer with.',
    cure: 'Accept one of those that `detail` names, or leave the header out.',
  },
  'request-timeout': {
    title: 'The request took too long to arrive',
    meaning: 'The headers or the body did not arrive in time, so the connection was closed.',
    cure: 'Send the request again over a new connection.',
  },
  'payload-too-large': {
    title: 'The body is too large',
    meaning: 'The body is larger than this server reads.',
    cure: 'Send less at a time.',
  },
  'uri-too-long': {
    title: 'The URL is too long',
    meaning: 'The URL is longer than this server reads.',
    cure: 'Shorten the URL to the length that `detail` names.',
  },
  'unsupported-media-type': {
    title: 'The body has an unsupported media type',
    meaning: 'This server does not read bodies of this `Content-Type`.',
    cure: 'Send `application/json`; to `PATCH`, `application/merge-patch+json`; to import, `application/x-ndjson`.',
  },
  'precondition-failed': {
    title: 'It has changed meanwhile',
    meaning: 'The version that `If-Match`, `If-None-Match` or `version` names is not the one that is stored.',
    cure: 'Read it again, and decide anew; `ETag` has what is stored now.',
  },
  'precondition-required': {
    title: 'The write must say what it changes',
    meaning: 'This server takes no change of what is stored without `If-Match`.',
    cure: 'Send the `ETag` of what was read as `If-Match`.',
  },
  'expectation-failed': {
    title: 'The expectation cannot be met',
    meaning: 'The `Expect` header asks for something other than `100-continue`.',
    cure: 'Leave the `Expect` header out.',
  },
  'too-many-requests': {
    title: 'Too many requests',
    meaning: 'More came with this key, or from this address, than this server answers in a minute.',
    cure: 'Go on after the seconds in `Retry-After`; `RateLimit` tells what is left.',
  },
  'headers-too-large': {
    title: 'The headers are too large',
    meaning: 'The request line and headers together are larger than this server reads.',
    cure: 'Send fewer or shorter headers.',
  },
  conflict: {
    title: 'Something else already has this name',
    meaning: 'A slug, id or key that must be unique belongs to something else.',
    cure: 'Choose another, or change the one that has it.',
  },
  'idempotency-in-progress': {
    title: 'The same request is being answered',
    meaning: 'A request with this `Idempotency-Key` has arrived before and is not finished.',
    cure: 'Send it again after the seconds in `Retry-After`; it will be answered like the first.',
  },
  'idempotency-key-reused': {
    title: 'The key belongs to another request',
    meaning: 'This `Idempotency-Key` came with another request within the last day.',
    cure: 'Make a new key for each new request, and use it again only to repeat that very request.',
  },
  'in-use': {
    title: 'Something refers to it',
    meaning: 'It cannot be deleted while something else refers to it.',
    cure: 'Change or delete what `errors` names first.',
  },
  'unknown-reference': {
    title: 'A reference leads nowhere',
    meaning: 'A source, article or claim that the content refers to does not exist.',
    cure: 'Check the spelling; the nearest known names are offered where there are any.',
  },
  'ambiguous-reference': {
    title: 'A name fits more than one source',
    meaning: 'A source was given by a name that several sources share.',
    cure: 'Give the slug or the id instead of the name.',
  },
  'quote-not-found': {
    title: 'The quote is not in the text',
    meaning: 'An anchor quotes words that do not stand in the plain text of the article, letter for letter.',
    cure: 'Copy the quote from the text of the article (`body=text`).',
  },
  'quote-ambiguous': {
    title: 'The quote stands in the text more than once',
    meaning: 'An anchor quotes words that stand in several places, and nothing says which is meant.',
    cure: 'Add the words just before as `prefix` or just after as `suffix`, or quote more.',
  },
  'unreadable-file': {
    title: 'The file cannot be read as content',
    meaning: 'A file to import is empty, binary, a folder, or of a shape that no reader knows.',
    cure: 'The message says what was expected and what was found.',
  },
  busy: {
    title: 'Too much is under way',
    meaning: 'As many imports or exports are under way as this server runs at once; nothing was changed.',
    cure: 'Try again after the seconds in `Retry-After`.',
  },
  unavailable: {
    title: 'The database cannot be reached',
    meaning: 'The database did not answer; nothing was changed.',
    cure: 'Try again after the seconds in `Retry-After`.',
  },
  internal: {
    title: 'Something went wrong on this side',
    meaning: 'A fault in the server. Its cause is in the log, under the request id.',
    cure: 'Try again; if it stays, tell the operator the `requestId`.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

export const errorCodes = Object.keys(errorTable) as ErrorCode[];

/**
 * One thing that is wrong with a request or a document.
 * `pointer` is an RFC 6901 JSON Pointer into a body or document, `parameter` the name of a URL parameter.
 */
export interface Issue {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

/** A refusal or failure with a code. `message` is for the caller; `cause` is for the log alone. */
export class ClaimwireError extends Error {
  override readonly name = 'ClaimwireError';
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];

  constructor(
    code: ErrorCode,
    detail?: string,
    options: { issues?: readonly Issue[]; cause?: unknown } = {},
  ) {
    super(detail ?? errorTable[code].meaning, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.issues = options.issues ?? [];
  }
}

/** A source that became part of another is asked for: `to` is the slug of that. */
export class Moved extends Error {
  override readonly name = 'Moved';

  constructor(
    readonly ref: string,
    readonly to: string,
  ) {
    super(`“${ref}” became part of “${to}”`);
  }
}

/** An issue of a part, as one of the whole that the part stands in at `pointer`. */
export const below = (pointer: string, { pointer: within = '', detail }: Issue): Issue => ({
  pointer: pointer + within,
  detail,
});

/** Ends a transaction of which a part was refused half-way, and could not be undone by itself. */
export class HalfDone extends Error {
  override readonly name = 'HalfDone';
}

/**
 * Runs the parts of one piece of work and keeps their refusals, so that a caller hears of all of them at once. Errors
 * that are no refusals pass straight through.
 */
export function createCollector() {
  const refusals: ClaimwireError[] = [];
  const issues: Issue[] = [];
  return {
    /** What `work` gives; of its refusal, which is kept under a JSON Pointer with all that is wrong in it, null. */
    async attempt<Result>(pointer: string, work: () => Result | Promise<Result>): Promise<Result | null> {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ClaimwireError) || error.code === 'unavailable') throw error;
        refusals.push(error);
        if (error.issues.length === 0) issues.push({ pointer, detail: error.message });
        else for (const issue of error.issues) issues.push(below(pointer, issue));
        return null;
      }
    },

    /** Throws what was kept, as one error with the code of the first. */
    done(): void {
      const [first] = refusals;
      if (first !== undefined) throw new ClaimwireError(first.code, first.message, { issues, cause: first });
    },
  };
}
