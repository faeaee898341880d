/**
 * Each operation of openapi.yaml says what it does, and each example in it is what a server with the seed content
 * answers.
 */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { readRecordedAnswers } from '../../src/http/contract.js';
import { SPARSE_TYPE } from '../../src/http/fields.js';
import { exampleKey } from '../../src/http/route.js';
import { askExample, isProblem, openSeededApp, ROOT, settled } from '../generated.js';
import { bodyOf, idOf } from '../helper.js';

/** The forms of a list, and of an article. */
const LIST = ['application/json', 'application/x-ndjson', 'text/csv', SPARSE_TYPE];
const ARTICLE = ['application/json', 'application/ld+json', 'text/markdown', 'text/html', SPARSE_TYPE];
const ONE = ['application/json', SPARSE_TYPE];

/** What an operation is called by what it does. */
const verbs: Readonly<Record<string, RegExp>> = {
  get: /^(list|get)[A-Z][A-Za-z]+$/,
  post: /^(create|merge|restore|import)[A-Z][A-Za-z]+$/,
  put: /^replace[A-Z][A-Za-z]+$/,
  patch: /^patch[A-Z][A-Za-z]+$/,
  delete: /^delete[A-Z][A-Za-z]+$/,
};

/** The successes of an operation by its method; of reads, 304 as well. */
const successes: Readonly<Record<string, readonly string[]>> = {
  post: ['201'],
  put: ['200', '201', '204'],
  patch: ['200', '204'],
  delete: ['204'],
};

/** What is answered with by those operations that answer neither with JSON alone nor as lists do. */
const mediaTypes: Readonly<Record<string, string>> = {
  '/feeds/articles.atom': 'application/atom+xml',
  '/feeds/articles.rss': 'application/rss+xml',
  '/feeds/articles.json': 'application/feed+json',
  '/sitemap.xml': 'application/xml',
  '/sitemaps/{piece}.xml': 'application/xml',
  '/news-sitemap.xml': 'application/xml',
  '/robots.txt': 'text/plain',
  '/v1/claims/{id}/attributions/{part}': 'application/json',
  '/v1/claims/{id}/relations/{part}': 'application/json',
  '/v1/claims/{id}/reviews/{part}': 'application/json',
  '/v1/search': 'application/json',
  '/v1/export': 'application/x-ndjson',
  '/v1/import': 'application/x-ndjson',
  '/v1/articles/{ref}/related': 'application/json',
  '/v1/articles/{ref}/revisions': 'application/json',
  '/v1/articles/{ref}/revisions/{version}': 'application/json',
  '/v1/articles/{ref}/revisions/{version}/diff': 'application/json',
};

interface Content {
  readonly example?: unknown;
  readonly examples?: Record<string, { summary: string; value: unknown }>;
}
interface Response {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Record<string, Content>;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: string[];
  readonly requestBody?: { content: Record<string, Content> };
  readonly parameters?: { name?: string; description?: string; example?: unknown; examples?: unknown }[];
  readonly responses: Record<string, Response>;
}

const contract = parse(readFileSync(`${ROOT}openapi.yaml`, 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Response> };
};

const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

const examples = operations.flatMap(({ path, method, operationId, requestBody, responses }) =>
  Object.entries(responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).flatMap(([mediaType, { examples = {} }]) =>
      Object.entries(examples).map(([name, { summary, value }]) => ({
        path,
        operationId,
        name,
        status: Number(status),
        mediaType,
        request: {
          summary,
          ...(method !== 'get' && { method: method.toUpperCase() as 'POST' }),
          url: /`[A-Z]+ (\/\S*)`$/.exec(summary)?.[1] ?? '',
          ...(requestBody && {
            body: Object.values(requestBody.content).flatMap(({ examples = {} }) => examples[name]?.value)[0],
          }),
        },
        value,
      })),
    ),
  ),
);

t.test('every example is what the server answers', async (t) => {
  const app = await openSeededApp(readRecordedAnswers());
  t.teardown(() => app.close());
  t.strictSame(
    new Set(examples.map(({ request }) => exampleKey(request))),
    new Set([...app.examples.keys()].filter((key) => readRecordedAnswers()[key]?.body !== '')),
    'the contract shows each example that the routes give',
  );
  for (const { path, name, request, status, mediaType, value } of examples) {
    const { url } = request;
    t.match(
      url.split('?', 1)[0],
      new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`),
      `${name} asks ${path}`,
    );
    const answer = await askExample(app, request);
    const body = settled(bodyOf(answer));
    t.equal(answer.statusCode, status, `${name}: ${url}`);
    t.equal(String(answer.headers['content-type']), `${mediaType}; charset=utf-8`, `${name}: ${url}`);
    t.strictSame(isProblem(body) ? { ...body, requestId: idOf(0) } : body, value, `${name}: ${url}`);
  }
});

t.test('every example stands where it is run: none at a parameter, none without a URL', async (t) => {
  for (const { path, parameters = [], responses } of operations) {
    for (const { name, example, examples } of parameters)
      t.strictSame([example, examples], [undefined, undefined], `${path} ${name}`);
    for (const { content = {} } of [
      ...Object.values(responses),
      ...Object.values(contract.components.responses),
    ])
      for (const { example } of Object.values(content)) t.equal(example, undefined, path);
  }
  for (const { name, request } of examples) t.ok(request.url, name);
});

t.test('every operation has a name, a summary, a description and an example', async (t) => {
  const names = operations.map(({ operationId }) => operationId);
  t.equal(new Set(names).size, names.length, 'no name twice');
  for (const { path, method, operationId = '', summary = '', description = '', tags = [] } of operations) {
    t.match(operationId, verbs[method] ?? /never/, `${method} ${path}`);
    t.match(summary, /^[A-Z].*[^.]$/, `${path} has a summary`);
    t.match(description, /^[A-Z].*\.$/, `${path} has a description`);
    t.equal(tags.length, 1, `${path} has its place`);
    const own = examples.filter((example) => example.operationId === operationId);
    t.ok(
      own.some(({ status }) => status < 300 || method === 'delete'),
      `${operationId} has an example of a success that has a body`,
    );
  }
});

/** Whether a key is looked at there. */
const isKeyed = (path: string): boolean => !path.startsWith('/health/') && path !== '/robots.txt';

/** What some keys open more of than others, or a link. */
const OPENED =
  /^(listArticles|getArticle|getExport|listSourceArticles|listArticleRevisions|getArticleRevision|getArticleRevisionDiff)$/;

/** The successes of a write that are not those of its method. */
const CHANGES = /^(mergeSource|restoreArticle|createArticleCorrection)$/;

/** What takes and answers lines, without conditions and of any length. */
const OF_LINES = /^importContent$/;

/** Whether caches may keep what is answered there. */
const isKept = (path: string): boolean => !path.startsWith('/health/') && path !== '/v1/export';

t.test('every operation documents its refusals, and 404 where something may be missing', async (t) => {
  for (const { path, method, operationId, responses } of operations) {
    const isWrite = method !== 'get';
    const isOfLines = OF_LINES.test(operationId ?? '');
    const hasBody = isWrite && method !== 'delete';
    const ofMethod = successes[method] ?? ['200'];
    const isOfStored = path.includes('{');
    const isGiven = /^\/(v1\/(articles|claims|sources)\/\{)/.test(path);
    const statuses = [
      ...(isOfLines ? ['200'] : CHANGES.test(operationId ?? '') ? ['200', '204'] : ofMethod),
      ...(!isWrite && isKept(path) ? ['304'] : []),
      ...(path.startsWith('/v1/sources/{') ? ['308'] : []),
      '400',
      ...(isKeyed(path) ? ['401'] : []),
      ...(isWrite || OPENED.test(operationId ?? '') ? ['403'] : []),
      ...(isOfStored && method !== 'put' ? ['404'] : []),
      '406',
      ...(isWrite ? ['409'] : []),
      ...(isGiven ? ['410'] : []),
      ...(isWrite && !isOfLines ? ['412'] : []),
      ...(hasBody ? ['413'] : []),
      '414',
      ...(hasBody ? ['415'] : []),
      ...(isWrite ? ['422'] : []),
      ...(isWrite && !isOfLines ? ['428'] : []),
      ...(isKeyed(path) ? ['429'] : []),
      '431',
      '500',
      '503',
    ];
    t.strictSame(Object.keys(responses), statuses, path);
    for (const [status, { $ref, description, content }] of Object.entries(responses)) {
      const named =
        $ref === undefined ? undefined : contract.components.responses[$ref.split('/').at(-1) ?? ''];
      t.ok(description ?? named?.description, `${path} ${status} is described`);
      const types = Object.keys(content ?? named?.content ?? {});
      const ofList = operationId?.startsWith('list') ? LIST : path.includes('{') ? ONE : ['application/json'];
      const ofArticle = isWrite ? ['application/json'] : operationId === 'getArticle' ? ARTICLE : ofList;
      t.strictSame(
        types,
        status === '200' || status === '201'
          ? [mediaTypes[path] ?? ofArticle].flat()
          : Number(status) < 400
            ? []
            : ['application/problem+json'],
        `${path} ${status}`,
      );
    }
  }
});

t.test('every parameter is described', async (t) => {
  for (const { path, parameters = [] } of operations)
    for (const parameter of parameters)
      if (!('$ref' in parameter)) t.match(parameter.description, /^[A-Z].*\.$/s, `${path} ${parameter.name}`);
});
