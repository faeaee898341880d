/**
 * Bodies of requests: one JSON document in UTF-8, read within bounds. What two readers could take for two different
 * documents is refused: a name that an object has twice, and one that means something else to JavaScript.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ClaimwireError } from '../kernel/errors.js';
import { type Oddity, surveyJson } from '../kernel/json-survey.js';
import { BODY_BYTES_MAX } from './limits.js';

export const BODY_DEPTH_MAX = 20; // an article nests seven deep
export const BODY_VALUES_MAX = 20_000; // an article with a hundred claims of ten parts each has half of that
const BODY_NAME_LENGTH_MAX = 100; // four times the longest that is known; a longer one is looked up in vain
const BOUNDS = {
  depthMax: BODY_DEPTH_MAX,
  valuesMax: BODY_VALUES_MAX,
  namesMax: BODY_VALUES_MAX,
  entriesMax: BODY_VALUES_MAX,
  nameLengthMax: BODY_NAME_LENGTH_MAX,
};

export const MERGE_PATCH_TYPE = 'application/merge-patch+json';

/** Registers what is read; to be called before the routes. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    ['application/json', MERGE_PATCH_TYPE],
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    (request, bytes, done) => {
      try {
        assertPlain(request);
        done(null, parseBody(bytes));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

function assertPlain({ headers }: FastifyRequest): void {
  const coding = headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity')
    throw new ClaimwireError(
      'unsupported-media-type',
      `A body in the coding “${coding.slice(0, 40)}” is not read.`,
    );
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headers['content-type'] ?? '') ?? [];
  if (!/^(utf-8|us-ascii)$/i.test(charset))
    throw new ClaimwireError(
      'unsupported-media-type',
      `A body in the charset “${charset.slice(0, 40)}” is not read.`,
    );
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Throws `malformed-json`, `payload-too-large` for more than BODY_VALUES_MAX values, and `invalid-request` for a document
 * that nests too deep or names something twice.
 */
export function parseBody(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw new ClaimwireError('malformed-json', 'The body is not valid UTF-8.');
  }
  const oddity = surveyJson(text, BOUNDS);
  if (oddity?.is === 'too-many') throw tooMany();
  if (oddity?.is === 'too-deep') throw odd(oddity);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const [place = ''] = /at position \d+|line \d+ column \d+/.exec((error as Error).message) ?? [];
    throw new ClaimwireError(
      'malformed-json',
      `The body is not valid JSON${place && `: see ${place.replace('at ', '')}`}.`,
    );
  }
  if (oddity !== null) throw odd(oddity);
  return value;
}

const odd = ({ pointer, detail }: Oddity) =>
  new ClaimwireError('invalid-request', undefined, { issues: [{ pointer, detail }] });

const tooMany = () =>
  new ClaimwireError('payload-too-large', `The body holds more than ${BODY_VALUES_MAX} values.`);
