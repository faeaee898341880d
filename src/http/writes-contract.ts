/**
 * What every write takes and answers besides its body, as the contract shows it.
 */
import { BOOKMARK_HEADER } from './bookmark.js';
import { headersByName } from './caching.js';
import { REPLAYED_HEADER } from './idempotency.js';
import { DRY_RUN_HEADER } from './write-route.js';

const header = (name: string, description: string) =>
  ({ name, in: 'header', required: false, description, schema: { type: 'string' } }) as const;

/** The headers that a write takes. */
export const writeParameters = {
  IfMatch: header(
    'If-Match',
    'The ETag of what was read: the write is refused where another version is stored. The version in it decides, whichever form was read; a weak ETag never matches. `*` is any version.',
  ),
  IfNoneMatch: header('If-None-Match', '`*`: the write is refused where anything is stored.'),
  IdempotencyKey: header(
    'Idempotency-Key',
    'A key of the caller’s making, a new one for each new write: sent again within a day, the same write is not done again but answered as it was.',
  ),
  Prefer: header('Prefer', '`return=minimal`: the answer of a success has no body (RFC 7240).'),
} as const;

/** References to the parameters of an operation. */
export function parametersOfWrites(
  method: string,
  operationId: string,
  isOfLines: boolean,
): { $ref: string }[] {
  if (isOfLines) return [{ $ref: '#/components/parameters/IdempotencyKey' }];
  const isOfStored =
    method !== 'post' || !/^(?:create(?:Article|Claim|Source)|createArticlePreview)$/.test(operationId);
  const names = [
    ...(isOfStored ? ['IfMatch'] : []),
    ...(method === 'put' ? ['IfNoneMatch'] : []),
    'IdempotencyKey',
    ...(method === 'delete' ? [] : ['Prefer']),
  ];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

const text = (description: string) => ({ description, schema: { type: 'string' } });

/** The headers that a write answers with. */
export const writeHeaders = {
  Location: text('Where the new thing is read.'),
  ClaimwireBookmark: text(
    `To be sent with a read as \`${BOOKMARK_HEADER}\`, which is then sure to show the write.`,
  ),
  ClaimwireDryRun: text('`true` where nothing was stored, since `dryRun` asked for that.'),
  IdempotencyReplayed: text('`true` where the write was done before, and this is its answer.'),
  PreferenceApplied: text('`return=minimal` where that was asked for.'),
} as const;

/** The same of an answer of lines. */
export const headersOfLines = () => headersByName(DRY_RUN_HEADER, REPLAYED_HEADER);

/** References to the headers of a success. */
export const headersOfWrites = (status: number, hasBody: boolean) =>
  headersByName(
    ...(hasBody ? ['ETag'] : []),
    ...(status === 201 ? ['Location'] : []),
    BOOKMARK_HEADER,
    DRY_RUN_HEADER,
    REPLAYED_HEADER,
    ...(hasBody ? ['Preference-Applied'] : []),
  );
