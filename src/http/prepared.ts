/**
 * Prepared answers: bodies with their headers, kept in memory for one revision of the data and bounded in bytes. One that
 * was made for another revision, or whose time is over, is not there.
 */
import type { Revision } from '../kernel/revision.js';
import { canonicalUrl } from './canonical-url.js';
import { type Coding, codingFor, isAnyTaken } from './coding.js';
import { toEtag } from './validators.js';

/** An answer may take up so much of the whole: one that is huge must not drive out all others. */
const SHARE_MAX = 1 / 8;
/** Spellings of one request that are remembered; more of them are found by the canonical one, which costs more. */
const SPELLINGS_MAX = 16;
/** What an answer and each of its codings take beyond the characters and bytes that are counted: objects, places in maps. */
const OVERHEAD_BYTES = 1_000;

/** What of a request an answer differs by. */
export interface Ask {
  readonly url: string;
  readonly accept: string;
  readonly encoding: string;
}

/** An answer without what differs by its coding. Headers are names and values in turn, as Node writes them fastest. */
export interface Answer {
  readonly body: Buffer;
  /** The inner part of its ETag. */
  readonly print: string;
  readonly headers: readonly string[];
  /** The same of a 304. */
  readonly headersOfKnown: readonly string[];
  readonly lastModified: string | null;
  /** In milliseconds since 1970. */
  readonly expiresAt: number;
}

/** An answer in one coding, as it is sent. */
export interface Variant {
  readonly entry: Entry;
  readonly etag: string;
  readonly body: Buffer;
  readonly headers: string[];
  readonly headersOfKnown: string[];
}

interface Entry {
  readonly key: string;
  readonly answer: Answer;
  readonly variants: Map<Coding, Promise<Variant> | Variant>;
  readonly spellings: string[];
  bytes: number;
  /** Whether it was sent since room was last made. */
  isUsed: boolean;
}

export type PreparedAnswers = ReturnType<typeof createPreparedAnswers>;

export const spellingOf = ({ url, accept, encoding }: Ask): string => `${url}\n${accept}\n${encoding}`;
const keyOf = ({ url, accept }: Ask): string => `${canonicalUrl(url)}\n${accept}`;

const lengthOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);

/**
 * @param bytesMax what all of it may take; with 0 nothing is kept
 */
export function createPreparedAnswers(bytesMax: number) {
  let revision: Revision | null = null;
  let bytes = 0;
  const entries = new Map<string, Entry>();
  const spelled = new Map<string, Variant>();

  /** Drops all that was made for another revision. */
  const turnTo = (now: Revision): void => {
    if (now === revision) return;
    revision = now;
    bytes = 0;
    entries.clear();
    spelled.clear();
  };

  const drop = (entry: Entry): void => {
    if (entries.get(entry.key) !== entry) return;
    entries.delete(entry.key);
    for (const spelling of entry.spellings) spelled.delete(spelling);
    bytes -= entry.bytes;
  };

  /** Drops what was not sent for the longest time; what was, goes to the end of the line once more. */
  const makeRoom = (): void => {
    for (const entry of entries.values()) {
      if (bytes <= bytesMax) return;
      if (entry.isUsed) {
        entry.isUsed = false;
        entries.delete(entry.key);
        entries.set(entry.key, entry);
      } else drop(entry);
    }
  };

  const grow = (entry: Entry, more: number): void => {
    entry.bytes += more;
    if (entries.get(entry.key) !== entry) return;
    bytes += more;
    if (entry.bytes > bytesMax * SHARE_MAX) drop(entry);
    else makeRoom();
  };

  const isOver = ({ answer }: Entry): boolean => answer.expiresAt <= Date.now();

  const makeVariant = (entry: Entry, coding: Coding, body: Buffer): Variant => {
    const { print, headers, headersOfKnown } = entry.answer;
    const etag = toEtag(print, coding.suffix);
    const own = ['etag', etag, ...(coding.name === null ? [] : ['content-encoding', coding.name])];
    const variant: Variant = {
      entry,
      etag,
      body,
      headers: [...headers, ...own, 'content-length', String(body.length)],
      headersOfKnown: [...headersOfKnown, 'etag', etag],
    };
    entry.variants.set(coding, variant);
    const size = lengthOf(variant.headers) + lengthOf(variant.headersOfKnown);
    grow(entry, size + OVERHEAD_BYTES + (body === entry.answer.body ? 0 : body.length));
    return variant;
  };

  /** The answer in a coding, which is made once. */
  const variantIn = (entry: Entry, coding: Coding): Promise<Variant> | Variant => {
    const made = entry.variants.get(coding);
    if (made !== undefined) return made;
    const { body } = entry.answer;
    if (coding.name === null) return makeVariant(entry, coding, body);
    const making = coding.encode(body).then((coded) => makeVariant(entry, coding, coded));
    entry.variants.set(coding, making);
    return making;
  };

  const remember = (entry: Entry, variant: Variant, spelling: string): void => {
    if (entry.spellings.length >= SPELLINGS_MAX || entries.get(entry.key) !== entry) return;
    entry.spellings.push(spelling);
    spelled.set(spelling, variant);
    grow(entry, spelling.length);
  };

  const sent = (entry: Entry, { encoding }: Ask, spelling: string): Promise<Variant> | Variant => {
    const variant = variantIn(entry, codingFor(encoding || undefined, entry.answer.body.length));
    if (variant instanceof Promise)
      return variant.then((made) => {
        remember(entry, made, spelling);
        return made;
      });
    remember(entry, variant, spelling);
    return variant;
  };

  return {
    /** Whether anything is kept at all. */
    isOn: bytesMax > 0,
    /** What it takes now. */
    bytes: () => bytes,
    /** How many answers are kept. */
    size: () => entries.size,

    /** The answer to a request that was spelled just so before. */
    find(now: Revision, spelling: string): Variant | undefined {
      turnTo(now);
      const variant = spelled.get(spelling);
      if (variant === undefined) return undefined;
      const { entry } = variant;
      if (isOver(entry)) {
        drop(entry);
        return undefined;
      }
      entry.isUsed = true;
      return variant;
    },

    /** The answer to a request that asks for what another did, in other words or for another coding. */
    share(now: Revision, ask: Ask, spelling: string): Promise<Variant> | Variant | undefined {
      turnTo(now);
      const entry = entries.get(keyOf(ask));
      if (entry === undefined || isOver(entry) || !isAnyTaken(ask.encoding || undefined)) return undefined;
      entry.isUsed = true;
      return sent(entry, ask, spelling);
    },

    /** Keeps an answer that holds at a revision, and gives it in the coding that the request wants. */
    keep(now: Revision, ask: Ask, answer: Answer): Promise<Variant> | Variant {
      turnTo(now);
      const key = keyOf(ask);
      const before = entries.get(key);
      if (before !== undefined) drop(before);
      const entry: Entry = {
        key,
        answer: { ...answer, body: detached(answer.body) },
        variants: new Map(),
        spellings: [],
        bytes: 0,
        isUsed: false,
      };
      entries.set(key, entry);
      const size = lengthOf(answer.headers) + lengthOf(answer.headersOfKnown);
      grow(entry, key.length + size + answer.body.length + OVERHEAD_BYTES);
      return sent(entry, ask, spellingOf(ask));
    },
  };
}

/** The bytes in memory of their own: a small buffer is a piece of a larger one, which it would hold. */
function detached(body: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(body.length);
  body.copy(own);
  return own;
}
