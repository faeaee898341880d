/**
 * The files that are made from the code and committed, each with how it is made. `npm run openapi` writes them, a test
 * holds them to the code.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { buildApp } from '../src/app.js';
import type { RecordedAnswers } from '../src/http/contract-answers.js';
import { contractYaml } from '../src/http/documentation.js';
import { statusOf } from '../src/http/problem.js';
import type { RouteExample } from '../src/http/route.js';
import { SeedArticle, SeedSources } from '../src/imports/model.js';
import { type SeedFolder, seed } from '../src/imports/seed.js';
import { errorCodes, errorTable } from '../src/kernel/errors.js';
import { createServices } from '../src/services.js';
import { openSqlite } from '../src/storage/sqlite/open.js';
import { bodyOf, idOf, mayWrite, NOW } from './helper.js';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Stands for the id that each request has of its own. */
const REQUEST_ID = idOf(0);

/** Whether a body has the id of its request, which differs each time. */
export const isProblem = (body: unknown): body is { requestId: string } =>
  typeof body === 'object' && body !== null && 'requestId' in body;

/** The seed folder of the repository. */
export function ownSeed(): SeedFolder {
  const load = (name: string) => ({ name, bytes: readFileSync(`${ROOT}seed/${name}`) });
  return {
    sources: load('sources.yaml'),
    articles: readdirSync(`${ROOT}seed/articles`)
      .sort()
      .map((name) => load(`articles/${name}`)),
  };
}

/** A server with the seed content, in which times and ids are the same whenever it is made. */
export async function openSeededApp(answers: RecordedAnswers) {
  let count = 0;
  const newId = () => {
    count += 1;
    return idOf(count);
  };
  const storage = await openSqlite({ file: ':memory:', clock: () => NOW, newId });
  await storage.migrate();
  const services = createServices(storage);
  const { problems } = await seed(services, ownSeed());
  if (problems.length > 0) throw new Error(`the seed is refused: ${JSON.stringify(problems)}`);
  const app = await buildApp({ storage, answers });
  app.addHook('onClose', () => storage.close());
  writers.set(app, await mayWrite(services));
  await app.ready();
  return app;
}

/** The `Authorization` that each seeded server lets write. */
const writers = new WeakMap<FastifyInstance, string>();
export const mayWriteAt = (app: FastifyInstance): string => writers.get(app) ?? '';

/** Asks for what an example asks for. */
export function askExample(app: FastifyInstance, { method, url, body }: RouteExample) {
  const isOfLines = typeof body === 'string';
  const ofJson = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const type = isOfLines ? 'application/x-ndjson' : ofJson;
  const isKeyed = method !== undefined || url.includes('/revisions'); // which show drafts, too
  const headers = {
    ...(isKeyed && { authorization: mayWriteAt(app) }),
    ...(body !== undefined && { 'content-type': type }),
  };
  return app.inject({
    method: method ?? 'GET',
    url,
    headers,
    ...(body !== undefined && { payload: isOfLines ? body : JSON.stringify(body) }),
  });
}

/** A body without what is secret and made anew each time: the token of a preview link. */
export const settled = (body: unknown): unknown =>
  typeof body === 'object' && body !== null
    ? JSON.parse(JSON.stringify(body).replace(/preview=[\w.-]{40,}/g, 'preview=…'))
    : body;

/** Every example of the contract with what the server answers. */
export async function recordAnswers(): Promise<RecordedAnswers> {
  const app = await openSeededApp({});
  const answers: Record<string, RecordedAnswers[string]> = {};
  for (const [key, example] of app.examples) {
    const answer = await askExample(app, example);
    const body = settled(bodyOf(answer));
    answers[key] = {
      status: answer.statusCode,
      body: isProblem(body) ? { ...body, requestId: REQUEST_ID } : body,
    };
  }
  await app.close();
  return answers;
}

function errorsPage(): string {
  const rows = errorCodes.map((code) => {
    const { title, meaning, cure } = errorTable[code];
    return `| \`${code}\` | ${statusOf[code]} | **${title}.** ${meaning} | ${cure} |`;
  });
  return `# Errors

Every failure is answered with \`application/problem+json\` (RFC 9457). \`code\` is the field to branch on: a code is never
renamed and never used again for something else. \`type\` leads to a page about it on the server itself. \`errors\` lists
each thing that is wrong with a request, all at once.

| code | status | what it means | what to do |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

const jsonSchema = (schema: z.ZodType, title: string): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) }, null, 2)}\n`;

/** Path in the repository to content. */
export async function generatedFiles(): Promise<Record<string, string>> {
  const answers = await recordAnswers();
  const app = await openSeededApp(answers);
  const yaml = contractYaml(app);
  await app.close();
  return {
    'docs/errors.md': errorsPage(),
    'docs/examples.json': `${JSON.stringify(answers, null, 2)}\n`,
    'openapi.yaml': yaml,
    'seed/article.schema.json': jsonSchema(SeedArticle, 'Front matter of an article'),
    'seed/sources.schema.json': jsonSchema(SeedSources, 'sources.yaml'),
  };
}
