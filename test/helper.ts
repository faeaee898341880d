/**
 * What tests share: a storage of their own, builders that name only what matters, and a server whose every answer is
 * held to the contract.
 */
import { Readable } from 'node:stream';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { type AppOptions, buildApp } from '../src/app.js';
import { ArticleInput } from '../src/articles/model.js';
import type { ArticleHandle } from '../src/articles/store.js';
import { AttributionInput, ClaimInput, RelationInput } from '../src/claims/model.js';
import type { ClaimHandle } from '../src/claims/store.js';
import { SPARSE_TYPE } from '../src/http/fields.js';
import type { Scope } from '../src/kernel/caller.js';
import { slugify } from '../src/kernel/words.js';
import { createServices, type Services } from '../src/services.js';
import { SourceInput } from '../src/sources/model.js';
import type { SourceHandle } from '../src/sources/store.js';
import { openSqlite } from '../src/storage/sqlite/open.js';
import type { Storage } from '../src/storage/storage.js';
import { type EngineOptions, engine, openEngine } from './engine.js';

/** Every write of a test happens at this instant, unless it brings a clock. */
export const NOW = '2024-11-01T12:00:00.000Z';

/** A readable id: the n-th of a test. */
export const idOf = (n: number): string => `0192a000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** A migrated storage of the test's own, closed when it ends. */
export async function openTestStorage(t: Test, options: EngineOptions = {}): Promise<Storage> {
  if (engine === 'sqlite') {
    const storage = await openSqlite({ file: ':memory:', clock: () => NOW, ...options });
    await storage.migrate();
    t.teardown(() => storage.close());
    return storage;
  }
  return (await openEngine(t, options)).storage;
}

type Given<Schema extends { _zod: { input: unknown } }> = Partial<Schema['_zod']['input']>;

/** Builders of content, each in a transaction of its own; what is not named is filled in. */
export function builders(services: Services) {
  let count = 0;
  const write = async <Result>(work: Parameters<typeof services.write<Result>>[0]): Promise<Result> =>
    (await services.write(work)).result;

  return {
    source(given: Given<typeof SourceInput> = {}): Promise<SourceHandle> {
      count += 1;
      const name = given.name ?? `Source ${count}`;
      const input = SourceInput.parse({ kind: 'person', name, slug: slugify(name), ...given });
      return write(({ sources }) => sources.save(input));
    },

    article(given: Given<typeof ArticleInput> = {}): Promise<ArticleHandle> {
      count += 1;
      const headline = given.headline ?? `Article ${count}`;
      const input = ArticleInput.parse({
        headline,
        slug: slugify(headline),
        body: 'The minister said that taxes will fall.',
        language: 'en',
        publishedAt: '2024-10-18T12:00:00Z',
        ...(given.status === 'retracted' && { retraction: { note: 'It was wrong.' } }),
        ...given,
      });
      return write(({ articles }) => articles.save(input));
    },

    /** A claim, put forward as `by` says: each in an article, or outside any. */
    claim(
      given: Given<typeof ClaimInput> & {
        by?: (Given<typeof AttributionInput> & { in?: ArticleHandle })[];
        relations?: Given<typeof RelationInput>[];
      } = {},
    ): Promise<ClaimHandle> {
      count += 1;
      const { by = [], relations = [], ...rest } = given;
      const input = ClaimInput.parse({ text: `Claim ${count}.`, language: 'en', ...rest });
      return write(async ({ claims }) => {
        const claim = await claims.save(input);
        for (const article of new Set(by.map((attribution) => attribution.in ?? null))) {
          const here = by.filter((attribution) => (attribution.in ?? null) === article);
          await claims.attribute(
            claim,
            article,
            here.map(({ in: _in, ...attribution }) =>
              AttributionInput.parse(
                article === null ? { context: 'a speech', ...attribution } : attribution,
              ),
            ),
          );
        }
        await claims.relate(
          claim,
          relations.map((relation) => RelationInput.parse(relation)),
        );
        return claim;
      });
    },
  };
}

/** What an answer says, read by its media type: JSON as what it holds, anything else as its text. */
export const bodyOf = (answer: LightMyRequestResponse): unknown =>
  /[/+]json\b/.test(String(answer.headers['content-type'])) && answer.body !== ''
    ? answer.json()
    : answer.body;

interface Contract {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { $ref?: string; content?: object }> }>
  >;
}

type ContractCheck = (
  t: Pick<Test, 'equal' | 'fail'>,
  url: string,
  answer: LightMyRequestResponse,
  method?: 'get' | 'post' | 'put' | 'patch' | 'delete',
) => void;

let checkContract: ContractCheck | undefined;

/**
 * Fails a test whose server answers otherwise than its contract says. It is made once a process, of the first server: all
 * have the same contract, whatever they are given.
 */
export function contractChecker(app: FastifyInstance): ContractCheck {
  checkContract ??= makeContractChecker(app);
  return checkContract;
}

function makeContractChecker(app: FastifyInstance): ContractCheck {
  // Answers may gain fields for clients; for us a field that the contract does not declare is a fault.
  const closed = JSON.parse(
    JSON.stringify(app.swagger(), (key, value) =>
      value?.type === 'object' && value.properties && key !== 'Sparse'
        ? { ...value, additionalProperties: false }
        : value,
    ),
  ) as Contract;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addSchema({ ...closed, $id: 'contract' });
  const compiled = new Map<string, ValidateFunction>();
  const escaped = (part: string) =>
    encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('~', '%7E');
  const patterns = Object.keys(closed.paths).map(
    (path) => [path, new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)] as const,
  );
  const pathOf = (url: string) => {
    const asked = url.split('?', 1)[0] ?? '';
    return patterns.find(
      ([path, pattern]) => pattern.test(asked) && (asked === path || path.includes('{')),
    )?.[0];
  };

  return (t, url, answer, method = 'get') => {
    const path = pathOf(url);
    const operation = path === undefined ? undefined : closed.paths[path]?.[method];
    const isProblem = answer.statusCode >= 400;
    const contentType = String(answer.headers['content-type']);
    const [plainType = ''] = contentType.split(';', 1);
    const mediaType = contentType.endsWith(SPARSE_TYPE.slice(plainType.length)) ? SPARSE_TYPE : plainType;
    if (isProblem) t.equal(mediaType, 'application/problem+json', `${url} answers with a problem`);
    const inContract = operation !== undefined && answer.statusCode !== 405;
    if (!inContract && !isProblem) return;
    if (inContract && operation.responses[answer.statusCode] === undefined) {
      t.fail(`${url}: the contract has no status ${answer.statusCode}`);
      return;
    }
    if ([204, 304, 308].includes(answer.statusCode)) {
      t.equal(answer.body, '', `${url}: there is no body`);
      return;
    }
    if (answer.body === '' && answer.headers['preference-applied'] !== undefined) return;
    const response = operation?.responses[answer.statusCode];
    const pointer = isProblem
      ? 'contract#/components/schemas/Problem'
      : `contract#/paths/${escaped(path ?? '')}/${method}/responses/${answer.statusCode}/content/${escaped(mediaType)}/schema`;
    if (answer.body !== '' && response?.content !== undefined && !(mediaType in response.content)) {
      t.fail(`${url}: the contract has no ${mediaType} for ${answer.statusCode}`);
      return;
    }
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: pointer });
    compiled.set(pointer, validate);
    const body = bodyOf(answer);
    if (answer.body !== '' && !validate(body))
      t.fail(`${url}: the answer is not what the contract says`, { errors: validate.errors, body });
  };
}

/** The `Authorization` of a new key. */
export async function makeKey(services: Services, scope: Scope): Promise<string> {
  const { result } = await services.write(({ keys }) =>
    keys.create({ name: `May ${scope}`, scope, expiresAt: null }),
  );
  return `Bearer ${result.secret}`;
}

const writers = new WeakMap<Services, Promise<string>>();

/** The `Authorization` of a key that may write, made once for some services. */
export function mayWrite(services: Services): Promise<string> {
  const made = writers.get(services) ?? makeKey(services, 'write');
  writers.set(services, made);
  return made;
}

/** A server over a storage of the test's own. `get` holds every answer to the contract. */
export async function openTestServer(t: Test, options: EngineOptions & Partial<AppOptions> = {}) {
  const storage = options.storage ?? (await openTestStorage(t, options));
  const services = createServices(storage);
  const app = await buildApp({ ...options, storage });
  await app.ready();
  t.teardown(() => app.close());
  const check = contractChecker(app);
  return {
    app,
    storage,
    services,
    given: builders(services),
    async get(url: string, request: Omit<InjectOptions, 'url'> = {}): Promise<LightMyRequestResponse> {
      const answer = await app.inject({ method: 'GET', ...request, url });
      check(t, url, answer);
      return answer;
    },

    /** Sends a write; its answer is held to the contract, too. `body` is sent as JSON, a patch as what it is; a text and bytes as they are, in pieces where they are streamed. */
    async send(
      method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      url: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<LightMyRequestResponse> {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const answer = await app.inject({
        method,
        url,
        headers: {
          authorization: await mayWrite(services),
          ...(body !== undefined && { 'content-type': type }),
          ...headers,
        },
        ...(body !== undefined && {
          payload:
            typeof body === 'string' || Buffer.isBuffer(body) || body instanceof Readable
              ? body
              : JSON.stringify(body),
        }),
      });
      check(t, url, answer, method.toLowerCase() as 'post');
      return answer;
    },
  };
}
