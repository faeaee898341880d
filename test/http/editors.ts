/**
 * A server whose callers hold keys of any scope, in real time unless a test brings a clock.
 */
import type { LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { type AppOptions, buildApp } from '../../src/app.js';
import { impliedBy, type Scope } from '../../src/kernel/caller.js';
import { createServices } from '../../src/services.js';
import type { EngineOptions } from '../engine.js';
import { builders, contractChecker, openTestStorage } from '../helper.js';

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export async function openEditedServer(t: Test, options: EngineOptions & Partial<AppOptions> = {}) {
  const clock = options.clock ?? (() => new Date().toISOString());
  const storage = options.storage ?? (await openTestStorage(t, { ...options, clock }));
  const services = createServices(storage);
  const app = await buildApp({ publicUrl: 'https://news.example', ...options, storage });
  app.addHook('onRequest', (request, _reply, done) => {
    const scope = request.headers['test-scope'] as Scope | undefined;
    if (scope !== undefined)
      request.caller = { id: `key-to-${scope}`, name: scope, scopes: impliedBy(scope) };
    done();
  });
  await app.ready();
  t.teardown(() => app.close());
  const check = contractChecker(app);
  const headersOf = (scope: Scope | null) => (scope === null ? {} : { 'test-scope': scope });
  return {
    app,
    storage,
    services,
    given: builders(services),
    /** Asks as the holder of a key, or as anybody. */
    async get(url: string, scope: Scope | null = null, headers: Record<string, string> = {}) {
      const answer = await app.inject({ method: 'GET', url, headers: { ...headersOf(scope), ...headers } });
      check(t, url, answer);
      return answer;
    },
    /** Writes as an editor. */
    async send(method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const answer: LightMyRequestResponse = await app.inject({
        method,
        url,
        headers: { ...(body !== undefined && { 'content-type': type }), ...headersOf('write'), ...headers },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      });
      check(t, url, answer, method.toLowerCase() as 'post');
      return answer;
    },
  };
}
