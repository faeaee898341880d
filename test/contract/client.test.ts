/**
 * A client whose types are generated from openapi.yaml: right use compiles under the strictest settings, wrong use does
 * not, and over a real port it reads what the server holds.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import createClient, { type ClientOptions, type Middleware } from 'openapi-fetch';
import openapiTS, { astToString } from 'openapi-typescript';
import t from 'tap';
import type { Article } from '../../src/articles/model.js';
import type { Claim } from '../../src/claims/model.js';
import { readRecordedAnswers } from '../../src/http/contract.js';
import { openSeededApp, ROOT } from '../generated.js';

/** Compiles; each call is also made, below. */
const right = `
import createClient from 'openapi-fetch';
import type { components, paths } from './contract.js';

const client = createClient<paths, 'application/json' | 'application/problem+json'>({ baseUrl: 'http://localhost' });

export async function read(): Promise<string[]> {
  const article = await client.GET('/v1/articles/{ref}', {
    params: { path: { ref: 'news' }, query: { body: 'text' } },
  });
  if (article.error !== undefined) {
    const problem: components['schemas']['Problem'] = article.error;
    return [problem.code, problem.detail, ...problem.errors.map(({ parameter }) => parameter ?? '')];
  }
  const body: string | null = article.data.body;
  const list = await client.GET('/v1/claims', {
    params: {
      query: { source: ['mark-rutte', 'nato'], stance: ['asserts', 'denies'], limit: 5 },
      header: { 'Claimwire-Bookmark': '1' },
    },
  });
  const claims: components['schemas']['Claim'][] = list.data?.data ?? [];
  const standing: components['schemas']['Standing'] | undefined = claims[0]?.standing;
  const start: number | null | undefined = claims[0]?.attributions[0]?.anchor?.start;
  const next: string | null | undefined = list.data?.next;
  const recent = await client.GET('/v1/articles', {
    params: { query: { 'publishedAt[gte]': '2024-10-01T00:00:00Z' } },
  });
  const everything = await client.GET('/v1/sources');
  const disputed = await client.GET('/v1/articles', { params: { query: { hasClaims: true } } });
  const made = await client.POST('/v1/articles', {
    params: { query: { dryRun: true } },
    body: {
      slug: 'harbour-opens',
      headline: 'The harbour opens',
      language: 'en',
      publishedAt: '2024-10-20T09:00:00Z',
      body: 'The harbour opens on Monday.',
      claims: [{ text: 'It opens.', attributions: [{ quote: { exact: 'opens on Monday' } }] }],
    },
  });
  const patched = await client.PATCH('/v1/articles/{ref}', { params: { path: { ref: 'x' } }, body: { section: null } });
  const imported = await client.POST('/v1/import', {
    params: { query: { atomic: true, each: false, maxRejects: 3 } },
    body: '',
  });
  const written = [made.data?.slug, patched.data?.section, imported.response.status, disputed.data?.next];
  return [...written.map(String), body ?? '', standing ?? '', String(start), next ?? '', recent.data?.data[0]?.slug ?? '', String(everything.data?.data.length)];
}
`;

/** Each of these lines must not compile. */
const wrong = [
  `await client.GET('/v1/article', {});`,
  `await client.GET('/v1/articles/{ref}', {});`,
  `await client.GET('/v1/articles/{ref}', { params: { path: { ref: 'x' }, query: { body: 'xml' } } });`,
  `await client.GET('/v1/articles', { params: { query: { sekshun: ['politics'] } } });`,
  `await client.GET('/v1/articles', { params: { query: { section: 'politics' } } });`,
  `await client.GET('/v1/claims', { params: { query: { stance: ['agrees'] } } });`,
  `await client.GET('/v1/claims', { params: { query: { limit: '5' } } });`,
  `await client.GET('/v1/claims', { params: { query: { language: undefined } } });`,
  `await client.PUT('/v1/claims', {});`,
  `(await client.GET('/v1/claims')).data.data;`,
  `((await client.GET('/v1/claims')).data?.data[0]?.text satisfies number | undefined);`,
  `((await client.GET('/v1/articles/{ref}', { params: { path: { ref: 'x' } } })).data?.standfirst satisfies string | undefined);`,
];

const settings = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    lib: ['ES2023', 'DOM'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    noEmit: true,
    skipLibCheck: true, // of the language's own types; ours are checked
  },
  include: ['*.ts'],
};

t.test('the generated types let right use compile and no wrong one', async (t) => {
  const types = astToString(
    await openapiTS(readFileSync(`${ROOT}openapi.yaml`, 'utf8'), { defaultNonNullable: false }),
  );
  const header = `import createClient from 'openapi-fetch';
import type { paths } from './contract.js';
const client = createClient<paths, 'application/json' | 'application/problem+json'>({ baseUrl: 'http://localhost' });
`;
  const folder = t.testdir({
    'package.json': JSON.stringify({ type: 'module' }),
    'tsconfig.json': JSON.stringify(settings),
    'contract.ts': types,
    'right.ts': right,
    'wrong.ts': header + wrong.join('\n'),
  });
  const { stdout } = spawnSync(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, '-p', folder], {
    cwd: folder,
    encoding: 'utf8',
  });
  const faults = [...stdout.matchAll(/^(\S+?)\((\d+),\d+\): error (.*)$/gm)].map(
    ([, file = '', line = '', message = '']) => ({
      file: file.split('/').at(-1),
      line: Number(line),
      message,
    }),
  );
  t.strictSame(
    faults.filter(({ file }) => file !== 'wrong.ts'),
    [],
    'right use compiles',
  );
  const first = header.split('\n').length;
  for (const [at, line] of wrong.entries())
    t.ok(
      faults.some((fault) => fault.line === first + at),
      `must not compile: ${line}`,
    );
});

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: { readonly code: string; readonly detail: string };
  readonly response: Response;
}

/** The client as it is at run time, where the generated types are gone. */
interface Client {
  GET<Data>(path: string, options?: object): Promise<Answer<Data>>;
  use(...middlewares: Middleware[]): void;
}

interface List<Item> {
  readonly data: Item[];
  readonly next: string | null;
}

const app = await openSeededApp(readRecordedAnswers());
t.teardown(() => app.close());
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address() as { port: number };

function openClient(options: ClientOptions = {}) {
  const client = createClient({ baseUrl: `http://127.0.0.1:${port}`, ...options }) as unknown as Client;
  const asked: string[] = [];
  client.use({
    onRequest({ request }) {
      const { pathname, search } = new URL(request.url);
      asked.push(pathname + search);
    },
  });
  return { client, asked };
}

/** As the contract writes lists, which this client must be told. */
const querySerializer = { array: { style: 'form', explode: false } } as const;

t.test('a client reads an article with its claims over a real port', async (t) => {
  const { client, asked } = openClient({ querySerializer });
  const params = { path: { ref: 'emergency-meeting-in-seoul' } };
  const article = await client.GET<Article>('/v1/articles/{ref}', {
    params: { ...params, query: { body: 'text' } },
  });
  const claims = await client.GET<List<Claim>>('/v1/articles/{ref}/claims', { params });
  const anchors = (claims.data?.data ?? [])
    .flatMap(({ attributions }) => attributions)
    .flatMap(({ anchor }) => (anchor?.start == null || anchor.end == null ? [] : [anchor]));
  t.ok(anchors.length > 0);
  for (const { start, end, exact } of anchors)
    t.equal(
      article.data?.body?.slice(start ?? 0, end ?? 0),
      exact,
      'each quote stands where its anchor says',
    );
  t.strictSame(asked, [
    '/v1/articles/emergency-meeting-in-seoul?body=text',
    '/v1/articles/emergency-meeting-in-seoul/claims',
  ]);
});

t.test('a client writes lists with commas and bounds with brackets, and follows the links', async (t) => {
  const { client, asked } = openClient({ querySerializer });
  const query = { source: ['mark-rutte', 'Volodymyr Zelensky'], stance: ['asserts', 'denies'], limit: 1 };
  const { data, response } = await client.GET<List<Claim>>('/v1/claims', { params: { query } });
  t.equal(response.status, 200);
  t.equal(data?.data.length, 1);
  const next = await fetch(new URL(data?.next ?? '', response.url));
  t.equal(next.status, 200, 'the link to the next page leads there');

  const recent = await client.GET<List<Article>>('/v1/articles', {
    params: { query: { 'publishedAt[gte]': '2024-10-01T00:00:00+09:00', language: ['en', 'ko'] } },
  });
  t.ok((recent.data?.data.length ?? 0) > 0);
  t.strictSame(asked, [
    '/v1/claims?source=mark-rutte,Volodymyr%20Zelensky&stance=asserts,denies&limit=1',
    '/v1/articles?publishedAt[gte]=2024-10-01T00%3A00%3A00%2B09%3A00&language=en,ko',
  ]);
});

t.test('a client that writes lists otherwise is told how', async (t) => {
  const { client } = openClient();
  const query = { source: ['mark-rutte', 'volodymyr-zelensky'] };
  const { error, data } = await client.GET<List<Claim>>('/v1/claims', { params: { query } });
  t.equal(data, undefined);
  t.equal(error?.code, 'invalid-request');
  t.equal(error?.detail, '`source` is given 2 times; give it once, several values separated by commas.');
});
