/**
 * What the server says of itself: the contract as JSON, YAML and pages to try it on, and a page about each problem.
 */
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import { ClaimwireError, type ErrorCode, errorTable } from '../kernel/errors.js';
import { statusOf } from './problem.js';

/** The contract as the server gives it and as it is committed. */
export const contractYaml = (app: FastifyInstance): string =>
  stringify(app.swagger(), { lineWidth: 120, aliasDuplicateObjects: false });

export async function documentation(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, { routePrefix: '/docs' });

  const ofRelease = { config: { dependsOn: 'release' } } as const;
  app.get('/', (_request, reply) => reply.redirect('/docs', 302));
  app.get('/openapi.json', ofRelease, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(prepared().json),
  );
  app.get('/openapi.yaml', ofRelease, (_request, reply) =>
    reply.type('application/yaml; charset=utf-8').send(prepared().yaml),
  );
  app.get('/problems/:code', ofRelease, ({ params }, reply) =>
    reply.type('text/html; charset=utf-8').send(problemPage((params as { code: string }).code)),
  );

  let kept: { json: string; yaml: string } | undefined;
  const prepared = () => {
    kept ??= { json: JSON.stringify(app.swagger()), yaml: contractYaml(app) };
    return kept;
  };
}

function problemPage(code: string): string {
  if (!Object.hasOwn(errorTable, code))
    throw new ClaimwireError('not-found', 'There is no problem with this code.');
  const { title, meaning, cure } = errorTable[code as ErrorCode];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Claimwire</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem } code { background: #8882; padding: 0 .2em }</style>
<h1>${title}</h1>
<p><code>${code}</code>, status ${statusOf[code as ErrorCode]}</p>
<p>${asHtml(meaning)}</p>
<p><strong>What to do:</strong> ${asHtml(cure)}</p>
</html>
`;
}

/** The table's sentences mark code with backticks and hold no markup. */
const asHtml = (sentence: string): string => sentence.replace(/`([^`]+)`/g, '<code>$1</code>');
