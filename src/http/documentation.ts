/**
 * What the server says of itself: the contract as JSON, YAML and pages to try it on, and a page about each problem.
 */
import { createHash } from 'node:crypto';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import { ClaimwireError, type ErrorCode, errorTable } from '../kernel/errors.js';
import { statusOf } from './problem.js';
import { PAGES_POLICY } from './security.js';

/** The contract as the server gives it and as it is committed. */
export const contractYaml = (app: FastifyInstance): string =>
  stringify(app.swagger(), { lineWidth: 120, aliasDuplicateObjects: false });

export async function documentation(app: FastifyInstance): Promise<void> {
  await app.register(async (pages) => {
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, isOpen: true };
    });
    pages.addHook('onSend', (_request, reply, _payload, done) => {
      if (reply.statusCode < 400) reply.header('content-security-policy', PAGES_POLICY);
      done();
    });
    await pages.register(swaggerUi, { routePrefix: '/docs' });
  });

  const ofRelease = { config: { dependsOn: 'release', isOpen: true } } as const;
  app.get('/', { config: { isOpen: true } }, (_request, reply) => reply.redirect('/docs', 302));
  app.get('/openapi.json', ofRelease, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(prepared().json),
  );
  app.get('/openapi.yaml', ofRelease, (_request, reply) =>
    reply.type('application/yaml; charset=utf-8').send(prepared().yaml),
  );
  app.get('/problems/:code', ofRelease, ({ params }, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PROBLEM_POLICY)
      .send(problemPage((params as { code: string }).code)),
  );

  let kept: { json: string; yaml: string } | undefined;
  const prepared = () => {
    kept ??= { json: JSON.stringify(app.swagger()), yaml: contractYaml(app) };
    return kept;
  };
}

const PROBLEM_STYLE =
  'body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem } code { background: #8882; padding: 0 .2em }';
const STYLE_HASH = createHash('sha256').update(PROBLEM_STYLE).digest('base64');
const PROBLEM_POLICY = `default-src 'none';style-src 'sha256-${STYLE_HASH}';base-uri 'none';form-action 'none';frame-ancestors 'none'`;

function problemPage(code: string): string {
  if (!Object.hasOwn(errorTable, code))
    throw new ClaimwireError('not-found', 'There is no problem with this code.');
  const { title, meaning, cure } = errorTable[code as ErrorCode];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Claimwire</title>
<style>${PROBLEM_STYLE}</style>
<h1>${title}</h1>
<p><code>${code}</code>, status ${statusOf[code as ErrorCode]}</p>
<p>${asHtml(meaning)}</p>
<p><strong>What to do:</strong> ${asHtml(cure)}</p>
</html>
`;
}

/** The table's sentences mark code with backticks and hold no markup. */
const asHtml = (sentence: string): string => sentence.replace(/`([^`]+)`/g, '<code>$1</code>');
