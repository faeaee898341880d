/**
 * Bodies of requests: one JSON document in UTF-8, read within bounds. What two readers could take for two different
 * documents is refused: a name that an object has twice, and one that means something else to JavaScript.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ClaimwireError } from '../kernel/errors.js';
import { BODY_BYTES_MAX } from './limits.js';

export const BODY_DEPTH_MAX = 20; // an article nests seven deep
export const BODY_VALUES_MAX = 20_000; // an article with a hundred claims of ten parts each has half of that
export const BODY_NAME_LENGTH_MAX = 100; // four times the longest that is known; a longer one is looked up in vain

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
  const oddity = survey(text);
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
  if (oddity !== null) throw new ClaimwireError('invalid-request', undefined, { issues: [oddity] });
  return value;
}

interface Level {
  /** The names so far; null in a list. */
  readonly names: Set<string> | null;
  /** What the value that is being read is called within this level. */
  step: string | number;
  isName: boolean;
}

/** Walks over a text without building anything; gives what is odd about its names, if it is JSON at all. */
function survey(text: string): { pointer: string; detail: string } | null {
  const levels: Level[] = [];
  let oddity: ReturnType<typeof survey> = null;
  let values = 0;
  const pointer = () => levels.map(({ step }) => `/${escaped(String(step))}`).join('');
  const refuse = (detail: string) => {
    oddity ??= { pointer: pointer(), detail };
  };

  const enter = (names: Set<string> | null): void => {
    if (levels.length === BODY_DEPTH_MAX)
      throw new ClaimwireError('invalid-request', undefined, {
        issues: [{ pointer: pointer(), detail: `nests deeper than ${BODY_DEPTH_MAX} levels` }],
      });
    levels.push({ names, step: names === null ? 0 : '', isName: names !== null });
  };

  const name = (level: Level & { names: Set<string> }, raw: string): void => {
    level.isName = false;
    level.step =
      raw.length > BODY_NAME_LENGTH_MAX ? `${raw.slice(0, BODY_NAME_LENGTH_MAX)}…` : unescaped(raw);
    if (raw.length > BODY_NAME_LENGTH_MAX)
      refuse(`is a name of more than ${BODY_NAME_LENGTH_MAX} characters`);
    else if (level.names.has(String(level.step))) refuse('is given twice');
    else if (level.step === '__proto__') refuse('is not known here');
    level.names.add(String(level.step));
  };

  for (let at = 0; at < text.length; at += 1) {
    const level = levels.at(-1);
    switch (text[at]) {
      case '{':
        enter(new Set());
        break;
      case '[':
        enter(null);
        break;
      case '}':
      case ']':
        levels.pop();
        break;
      case ',':
        values += 1;
        if (values > BODY_VALUES_MAX) throw tooMany();
        if (level?.names === null) level.step = Number(level.step) + 1;
        else if (level) level.isName = true;
        break;
      case '"': {
        const end = endOfText(text, at);
        if (level?.isName && level.names !== null)
          name(level as Level & { names: Set<string> }, text.slice(at + 1, end));
        at = end;
        break;
      }
    }
  }
  return oddity;
}

/** The place of the quotation mark that ends a text. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw; // it is no JSON, as will be found
  }
}

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

const tooMany = () =>
  new ClaimwireError('payload-too-large', `The body holds more than ${BODY_VALUES_MAX} values.`);
