/**
 * What the tests of endpoints share: answers with what differs each time checked by its form and then fixed, so that
 * whole bodies and whole headers can be compared; and what is promised of every read alike.
 */
import type { LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import type { Problem } from '../../src/http/problem.js';
import { idOf, openTestServer } from '../helper.js';

type Server = Awaited<ReturnType<typeof openTestServer>>;

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const HTTP_DATE = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/;

/** Stands for the id that each request has of its own. */
export const REQUEST_ID = idOf(0);

/** What browsers are told of every answer. */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The headers of every JSON answer, apart from those whose value differs each time. */
export const JSON_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, Link, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate',
  'content-type': 'application/json; charset=utf-8',
  connection: 'keep-alive',
  ...SECURITY_HEADERS,
};

/** The same of every problem, which nobody may keep. */
export const PROBLEM_HEADERS = {
  ...JSON_HEADERS,
  'cache-control': 'no-store',
  'content-type': 'application/problem+json; charset=utf-8',
};

/** A server over a storage whose made-up ids, those of the parts of claims, are `idOf(900_001)` and on. */
export async function openCountedServer(t: Test): Promise<Server> {
  let count = 900_000;
  const newId = () => {
    count += 1;
    return idOf(count);
  };
  return openTestServer(t, { newId });
}

const CACHE_CONTROL = /^public, max-age=(10|300), stale-while-revalidate=30, stale-if-error=86400$/;
const SURROGATE_KEYS = /^((articles|claims|sources|[acs][0-9a-f]{10})( |$))+$/;

/** The headers of an answer without date, length, what caches and secure hosts are told, which are checked. */
export function headersOf(t: Test, answer: LightMyRequestResponse, isHead = false) {
  const { rawPayload, headers } = answer;
  const { date, 'content-length': length, 'strict-transport-security': hsts, ...others } = headers;
  if (hsts !== undefined) t.equal(hsts, 'max-age=31536000', 'the host is one to come back to by https');
  const rest = others['cache-control'] === 'no-store' ? others : withoutFreshness(t, others);
  t.match(date, HTTP_DATE, 'the date is an HTTP date');
  if (!isHead) t.equal(length, String(rawPayload.length), 'the length is that of the body');
  return rest;
}

/** The headers without those that tell caches how long and until when an answer is good, which are checked. */
function withoutFreshness(t: Test, headers: LightMyRequestResponse['headers']) {
  const { 'cache-control': cacheControl, etag, vary, 'last-modified': modified, ...rest } = headers;
  const { 'surrogate-key': keys, ...others } = rest;
  if (etag === undefined) return headers;
  t.match(cacheControl, CACHE_CONTROL, 'caches are told how long');
  t.match(etag, /^"(v\d+-)?[\w-]{16}"$/, 'it has a strong ETag');
  t.equal(vary, 'Accept, Accept-Encoding, Authorization, Claimwire-Bookmark');
  if (modified !== undefined) t.match(modified, HTTP_DATE, 'the last change is an HTTP date');
  if (keys !== undefined) t.match(keys, SURROGATE_KEYS, 'its rows are named');
  return others;
}

/** The body of a problem, its request id fixed. The headers are checked but for those of `extra`. */
export function problemOf(
  t: Test,
  answer: LightMyRequestResponse,
  extra: Record<string, string | number> = {},
): Problem {
  const problem = answer.json<Problem>();
  t.strictSame(headersOf(t, answer), { ...PROBLEM_HEADERS, ...extra }, 'the headers are those of a problem');
  t.equal(answer.statusCode, problem.status, 'the status is the one in the body');
  t.match(problem.requestId, ID, 'the request has an id');
  return { ...problem, requestId: REQUEST_ID };
}

/** The problem of a request with wrong parameters, by the parameter: what is wrong with it. */
export function invalid(path: string, wrong: readonly (readonly [parameter: string, detail: string])[]) {
  const told = wrong.map(([parameter, detail]) => `\`${parameter}\` ${detail.replace(/\.$/, '')}`).join('; ');
  return {
    type: '/problems/invalid-request',
    title: 'The request is not valid',
    status: 400,
    detail: told.endsWith('?') ? told : `${told}.`,
    instance: path,
    code: 'invalid-request',
    errors: wrong.map(([parameter, detail]) => ({ parameter, detail })),
    requestId: REQUEST_ID,
  };
}

/** The problem of something that is not there, or that readers may not see. */
export const missing = (path: string, message: string) => ({
  type: '/problems/not-found',
  title: 'Nothing is here',
  status: 404,
  detail: `${message} Check the id or slug; the lists show what exists.`,
  instance: path,
  code: 'not-found',
  errors: [],
  requestId: REQUEST_ID,
});

/** Words of a list that tell its rows apart, in their order. */
export const column = (answer: LightMyRequestResponse, field: string): unknown[] =>
  answer.json<{ data: Record<string, unknown>[] }>().data.map((row) => row[field]);

/** What holds for every URL of the contract. */
export async function testEveryRead(
  t: Test,
  { app, get }: Server,
  url: string,
  mediaType = 'application/json',
): Promise<void> {
  await t.test('200 for HEAD, with the headers of GET and no body', async (t) => {
    const asked = await get(url);
    const headed = await app.inject({ method: 'HEAD', url });
    t.equal(headed.statusCode, 200);
    t.equal(headed.body, '');
    t.strictSame(headersOf(t, headed, true), headersOf(t, asked));
    t.equal(headed.headers['content-length'], asked.headers['content-length']);
  });

  await t.test('200 with the headers that let any page read it, and links as a header', async (t) => {
    const answer = await get(url, { headers: { origin: 'https://news.example' } });
    const page = mediaType === 'application/json' ? answer.json<{ next?: string; prev?: string }>() : {};
    const { next = null, prev = null } = page;
    const links = [
      ...(next === null ? [] : [`<${next}>; rel="next"`]),
      ...(prev === null ? [] : [`<${prev}>; rel="prev"`]),
    ];
    t.strictSame(headersOf(t, answer), {
      ...JSON_HEADERS,
      'content-type': `${mediaType}; charset=utf-8`,
      ...(url.startsWith('/health/') ? { 'cache-control': 'no-store' } : {}),
      ...(links.length === 0 ? {} : { link: links.join(', ') }),
    });
  });

  await t.test('204 for a preflight, and for an OPTIONS that is none', async (t) => {
    const preflight = { origin: 'https://news.example', 'access-control-request-method': 'GET' };
    for (const headers of [preflight, {}]) {
      const answer = await app.inject({ method: 'OPTIONS', url, headers });
      t.equal(answer.statusCode, 204);
      t.equal(answer.body, '');
      const { 'content-type': _type, ...rest } = JSON_HEADERS;
      t.strictSame(headersOf(t, answer), {
        ...rest,
        'access-control-allow-methods': 'GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE',
        vary: 'Access-Control-Request-Headers',
      });
    }
  });

  await t.test('400 for a parameter that is not known, readable by any page', async (t) => {
    const separator = url.includes('?') ? '&' : '?';
    const answer = await get(`${url}${separator}colour=red`, { headers: { origin: 'https://news.example' } });
    const { code, errors, instance } = problemOf(t, answer);
    t.equal(code, 'invalid-request');
    t.equal(instance, url.split('?', 1)[0]);
    t.strictSame(
      errors.map(({ parameter }) => parameter),
      ['colour'],
    );
  });
}
