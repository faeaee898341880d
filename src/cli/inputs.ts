/**
 * What the words of a command line name: files, folders with all that is in them, patterns, standard input and addresses
 * on the web; decompressed where it is compressed, which is told from the bytes.
 */
import { createReadStream, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { glob, isDynamicPattern } from 'tinyglobby';
import { type Input, peek } from '../imports/reading.js';
import { decoders, decompressed } from '../kernel/decompressed.js';
import { ClaimwireError } from '../kernel/errors.js';
import { fetchInput, isWebAddress, type WebOptions } from './web.js';

const STDIN = '-';
const MAGIC_BYTES = 4;
const CHUNK_BYTES = 262_144;

/** A file to read, not yet opened. */
export interface Named {
  readonly name: string;
  /** How many bytes there are to read, before anything is decompressed; null where nobody knows. */
  readonly bytes: number | null;
  /**
   * `onBytes` is told of bytes as they are read. Throws ClaimwireError `unreadable-file`, and so may reading its bytes.
   */
  open(onBytes?: OnBytes): Promise<Input>;
}

type OnBytes = (count: number) => void;

/**
 * The files that words name, in their order, those of a folder or pattern by name. One that names none is one that throws.
 * `signal` ends the reading of all of them.
 */
export async function* namedInputs(words: readonly string[], options: WebOptions): AsyncGenerator<Named> {
  for (const word of words) {
    if (word === STDIN) yield { name: STDIN, bytes: null, open: () => opened(STDIN, stdin(options)) };
    else if (isWebAddress(word)) yield { name: word, bytes: null, open: () => fetched(word, options) };
    else yield* onDisk(word);
  }
}

const stdin = ({ signal }: WebOptions): Readable =>
  signal === undefined ? process.stdin : addAbortSignal(signal, process.stdin);

async function* onDisk(word: string): AsyncGenerator<Named> {
  const stats = statSync(word, { throwIfNoEntry: false });
  if (stats?.isFile()) yield file(word);
  else if (stats?.isDirectory()) {
    const names = await filesLike('**/*', word);
    if (names.length === 0) yield missing(word, 'a folder without files');
    for (const name of names) yield file(join(word, name));
  } else if (stats !== undefined) yield missing(word, 'something that is no file');
  else if (isDynamicPattern(word)) {
    const names = await filesLike(word.replaceAll('\\', '/'));
    if (names.length === 0) yield missing(word, 'no file of this pattern');
    for (const name of names) yield file(name);
  } else yield missing(word, 'nothing at this path');
}

/** Hidden files are left out, and links are not followed, which may lead round in a circle. */
const filesLike = async (pattern: string, cwd?: string): Promise<string[]> =>
  (
    await glob(pattern, {
      ...(cwd === undefined ? {} : { cwd }),
      absolute: isAbsolute(pattern),
      followSymbolicLinks: false,
      expandDirectories: false,
    })
  ).sort();

const file = (name: string): Named => ({
  name,
  bytes: statSync(name, { throwIfNoEntry: false })?.size ?? 0,
  open: (onBytes) => opened(name, createReadStream(name, { highWaterMark: CHUNK_BYTES }), onBytes),
});

const missing = (name: string, found: string): Named => ({
  name,
  bytes: 0,
  open: () => Promise.reject(unreadable(`a file that can be read, found ${found}`)),
});

const unreadable = (what: string) => new ClaimwireError('unreadable-file', `expected ${what}`);

async function fetched(address: string, web: WebOptions): Promise<Input> {
  const { name, charset, chunks } = await fetchInput(address, web);
  return { ...(await opened(name, chunks)), charset };
}

async function opened(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  onBytes: OnBytes = () => {},
): Promise<Input> {
  const { head, chunks, close } = await peek(readable(bytes, onBytes), MAGIC_BYTES);
  try {
    return { name, chunks: plain(head, chunks) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a stream gives; its failure as a refusal of the file. */
async function* readable(bytes: AsyncIterable<Uint8Array>, onBytes: OnBytes): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bytes) {
      onBytes(chunk.length);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ClaimwireError) throw error;
    throw unreadable(`a file that can be read, found ${(error as Error).message}`);
  }
}

function plain(head: Uint8Array, chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const coding = codingOf(head);
  if (coding === null) return chunks;
  const decoder = decoders[coding];
  if (decoder === undefined)
    throw unreadable(
      `a file that this Node can decompress, found ${coding}, which takes a later one (this is ${process.version}); decompress it with zstd -d`,
    );
  return decompressed(decoder, chunks, (fault) => unreadable(`${coding} data, found a fault: ${fault}`));
}

/** By what files in each begin with (RFC 1952, RFC 8878). */
function codingOf(head: Uint8Array): keyof typeof decoders | null {
  const begins = (...magic: number[]) => magic.every((byte, at) => head[at] === byte);
  if (begins(0x1f, 0x8b)) return 'gzip';
  return begins(0x28, 0xb5, 0x2f, 0xfd) ? 'zstd' : null;
}
