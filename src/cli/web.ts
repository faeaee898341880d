/**
 * A file that lies on the web: fetched once, bounded in size, time and redirects, and only from public addresses, so that a
 * link somebody else wrote cannot reach into the network of whoever imports it. The address that was checked is the one that
 * is connected to: a name is resolved once.
 */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Input } from '../imports/reading.js';
import { ClaimwireError } from '../kernel/errors.js';

const REDIRECTS_MAX = 5; // browsers follow 20; a site that needs more than 5 is broken
const ANSWER_MS_MAX = 30_000; // until the headers are there, redirects included
const WHOLE_MS_MAX = 600_000;
const BYTES_MAX = 1_000_000_000;

export interface WebOptions {
  /** Which addresses may be connected to; by default those that are reached from everywhere (RFC 6890 names the others). */
  readonly isAllowed?: (address: string) => boolean;
  readonly answerMsMax?: number;
  readonly wholeMsMax?: number;
  readonly bytesMax?: number;
  /** Ends the fetching. */
  readonly signal?: AbortSignal;
}

export const isWebAddress = (word: string): boolean => /^https?:\/\//i.test(word);

/** Whether an address is of a host that the whole internet reaches: no loopback, private, link-local or translated one. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/**
 * Begins to fetch a file; its name is the address where it was found at last. Throws ClaimwireError `unreadable-file` where
 * it cannot be had; so does the reading of its bytes where they are cut off, too many or too slow.
 */
export async function fetchInput(address: string, options: WebOptions = {}): Promise<Input> {
  const { answerMsMax = ANSWER_MS_MAX, wholeMsMax = WHOLE_MS_MAX, bytesMax = BYTES_MAX } = options;
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const overdue = setTimeout(() => ending.abort(), answerMsMax);
  try {
    const { url, answer } = await follow(address, options, signal);
    const whole = setTimeout(() => ending.abort(), wholeMsMax).unref();
    return {
      name: url.href,
      charset: /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(answer.headers['content-type'] ?? '')?.[1],
      chunks: bounded(answer, bytesMax, () => clearTimeout(whole)),
    };
  } catch (error) {
    throw refusal(error, ending.signal, answerMsMax);
  } finally {
    clearTimeout(overdue);
  }
}

async function follow(address: string, options: WebOptions, signal: AbortSignal) {
  let url = checked(address, undefined, options);
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const answer = await request(url, options, signal);
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200) {
      const coding = headers['content-encoding'] ?? 'identity';
      if (/^(?:identity|(?:x-)?gzip)$/i.test(coding)) return { url, answer };
      answer.destroy();
      throw unreadable('an answer in no coding, or in gzip', coding);
    }
    answer.destroy();
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined)
      throw unreadable('an answer with the status 200', `${statusCode}`);
    url = checked(headers.location, url, options);
  }
  throw unreadable(`at most ${REDIRECTS_MAX} redirects`, 'more');
}

/** An address that may be asked; one that is a number is checked here, since no resolver will see it. */
function checked(address: string, base: URL | undefined, { isAllowed = isPublic }: WebOptions): URL {
  if (!URL.canParse(address, base?.href))
    throw unreadable('the address of a file', `“${address.slice(0, 100)}”`);
  const url = new URL(address, base);
  if (!/^https?:$/.test(url.protocol)) throw unreadable('an http or https address', `“${url.protocol}”`);
  if (url.username !== '' || url.password !== '')
    throw unreadable('an address without a name or password', 'one that holds them');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isAllowed(host)) throw private_(host);
  url.hash = '';
  return url;
}

function request(
  url: URL,
  { isAllowed = isPublic }: WebOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const lookup: LookupFunction = (host, asked, answer) =>
    resolve(host, { ...asked, all: true }, (error, found) => {
      if (error !== null) return answer(error, '');
      // One that is not public is enough: the others may be there to hide it.
      const hidden = found.find(({ address }) => !isAllowed(address));
      if (hidden !== undefined) return answer(private_(`${host} (${hidden.address})`), '');
      const [first] = found as [LookupAddress, ...LookupAddress[]];
      return asked.all ? answer(null, found) : answer(null, first.address, first.family);
    });
  return new Promise((resolve, reject) => {
    const { get } = url.protocol === 'https:' ? https : http;
    get(url, {
      agent: false,
      lookup,
      signal,
      headers: { 'user-agent': 'claimwire', accept: '*/*', 'accept-encoding': 'gzip' },
    })
      .on('response', resolve)
      .on('error', reject);
  });
}

async function* bounded(
  answer: IncomingMessage,
  bytesMax: number,
  done: () => void,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > bytesMax) throw unreadable(`at most ${bytesMax} bytes`, 'more');
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ClaimwireError) throw error;
    throw unreadable('all of the answer', `one that breaks off (${(error as Error).message})`);
  } finally {
    done();
    answer.destroy();
  }
}

function refusal(error: unknown, signal: AbortSignal, ms: number): ClaimwireError {
  if (error instanceof ClaimwireError) return error;
  if (signal.aborted) return unreadable(`an answer within ${ms / 1_000} seconds`, 'none');
  return unreadable('an answer', `none (${(error as Error).message})`);
}

const private_ = (found: string): ClaimwireError =>
  unreadable('a public address (--allow-private allows others)', found);

const unreadable = (expected: string, found: string): ClaimwireError =>
  new ClaimwireError('unreadable-file', `expected ${expected}, found ${found}`);
