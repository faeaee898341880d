/**
 * Content codings: which one a caller wants (RFC 9110 section 12.5.3), and bodies in it.
 */
import { PassThrough, pipeline, type Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { ClaimwireError } from '../kernel/errors.js';

/** Below this a body fits a packet as it is. */
const CODED_BYTES_MIN = 1_000;
const BROTLI_QUALITY = 6; // 0.15 ms for 14 kB, as long as gzip takes for more bytes; 11 would take 15 ms
const KNOWN_MAX = 200; // different Accept-Encoding headers remembered; browsers and proxies send a few

const brotli: zlib.BrotliOptions = {
  params: {
    [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [zlib.constants.BROTLI_PARAM_MODE]: zlib.constants.BROTLI_MODE_TEXT,
  },
};

export interface Coding {
  /** As `Content-Encoding` has it; null for the body as it is. */
  readonly name: string | null;
  /** What the ETag of a body so coded ends with. */
  readonly suffix: string;
  readonly encode: (body: Buffer) => Promise<Buffer>;
  /** Codes what flows through it. */
  readonly stream: () => Transform;
}

const identity: Coding = {
  name: null,
  suffix: '',
  encode: async (body) => body,
  stream: () => new PassThrough(),
};

/** The codings that this Node has, the best first. */
export const codings: readonly Coding[] = [
  {
    name: 'br',
    suffix: '-br',
    encode: (body) => brotliCompress(body, { ...brotli, ...sizeHint(body) }),
    stream: () => zlib.createBrotliCompress(brotli),
  },
  ...zstd(),
  {
    name: 'gzip',
    suffix: '-gz',
    encode: promisify<Buffer, Buffer>(zlib.gzip),
    stream: () => zlib.createGzip(),
  },
];

const brotliCompress = promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliCompress);

const sizeHint = (body: Buffer): zlib.BrotliOptions => ({
  params: { ...brotli.params, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: body.length },
});

/** Node has it from 22.15 on. */
interface WithZstd {
  readonly zstdCompress?: (body: Buffer, done: (error: Error | null, coded: Buffer) => void) => void;
  readonly createZstdCompress?: () => Transform;
}

function zstd(): Coding[] {
  const { zstdCompress, createZstdCompress } = zlib as unknown as WithZstd;
  if (zstdCompress === undefined || createZstdCompress === undefined) return [];
  return [
    {
      name: 'zstd',
      suffix: '-zstd',
      encode: promisify<Buffer, Buffer>(zstdCompress),
      stream: () => createZstdCompress(),
    },
  ];
}

/** What an Accept-Encoding header leaves: the best coding, and whether a body may also go as it is. */
interface Wanted {
  /** Null where the caller wants the body as it is, or has no say. */
  readonly best: Coding | null;
  readonly isIdentityTaken: boolean;
}

const known = new Map<string, Wanted>();

function wantedBy(header: string): Wanted {
  const remembered = known.get(header);
  if (remembered !== undefined) return remembered;
  const wanted = readHeader(header);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(header, wanted);
  return wanted;
}

function readHeader(header: string): Wanted {
  const qualities = new Map<string, number>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim());
    const quality = parameters.find((parameter) => /^q\s*=/.test(parameter));
    if (name === '') continue;
    const value = quality === undefined ? 1 : Number(quality.slice(quality.indexOf('=') + 1));
    qualities.set(name === 'x-gzip' ? 'gzip' : name, value >= 0 && value <= 1 ? value : 0);
  }
  const rest = qualities.get('*');
  const qualityOf = (name: string): number => qualities.get(name) ?? rest ?? 0;
  const isIdentityTaken = (qualities.get('identity') ?? rest) !== 0;
  // Unless it is named, the body as it is comes last.
  const identityQuality = qualities.get('identity') ?? 0;
  let best: Coding | null = null;
  let bestQuality = 0;
  for (const coding of codings) {
    const quality = qualityOf(coding.name ?? '');
    if (quality > bestQuality && quality >= identityQuality) {
      best = coding;
      bestQuality = quality;
    }
  }
  return { best, isIdentityTaken };
}

/** Whether an Accept-Encoding header leaves anything. */
export function isAnyTaken(header: string | undefined): boolean {
  if (header === undefined) return true;
  const { best, isIdentityTaken } = wantedBy(header);
  return best !== null || isIdentityTaken;
}

/** Throws `not-acceptable` where an Accept-Encoding header rules out all that there is. */
export function refuseCodings(header: string | undefined): void {
  if (!isAnyTaken(header))
    throw new ClaimwireError(
      'not-acceptable',
      `This server answers in the content codings ${codings.map(({ name }) => name).join(', ')} and identity.`,
    );
}

/**
 * The coding of an answer, for a header that is not refused.
 * @param length bytes of the body; null where it flows
 */
export function codingFor(header: string | undefined, length: number | null): Coding {
  if (header === undefined) return identity;
  const { best, isIdentityTaken } = wantedBy(header);
  if (best === null) return identity;
  return length === null || length >= CODED_BYTES_MIN || !isIdentityTaken ? best : identity;
}

/** A stream in a coding; where either end breaks, both do. */
export function codedStream(body: Readable, coding: Coding): Readable {
  if (coding.name === null) return body;
  return pipeline(body, coding.stream(), () => {});
}
