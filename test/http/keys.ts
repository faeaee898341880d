/**
 * Servers whose callers have keys: with routes of the test's own that need a scope each, and keys of every kind.
 */
import type { LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { type AppOptions, buildApp } from '../../src/app.js';
import { type Scope, scopes } from '../../src/kernel/caller.js';
import { createServices } from '../../src/services.js';
import { builders, contractChecker, openTestStorage } from '../helper.js';

export const bearer = (secret: string): { authorization: string } => ({ authorization: `Bearer ${secret}` });

/** Makes a key of a storage, with the builder's own services, as another process would. */
export function keyMaker(storage: AppOptions['storage']) {
  const services = createServices(storage);
  return {
    async make(scope: Scope = 'write', expiresAt: string | null = null) {
      const input = { name: `Key to ${scope}`, scope, expiresAt };
      return (await services.write(({ keys }) => keys.create(input))).result;
    },
    async revoke(id: string) {
      return (await services.write(({ keys }) => keys.revoke(id))).result;
    },
  };
}

/** A server with `/test/open`, and `/test/{scope}` for each scope, which answer with who calls. */
export async function openKeyedServer(t: Test, options: Partial<AppOptions> = {}) {
  const storage = options.storage ?? (await openTestStorage(t));
  const app = await buildApp({ ...options, storage });
  for (const scope of scopes)
    app.route({
      method: ['GET', 'POST'],
      url: `/test/${scope}`,
      config: { needs: scope },
      handler: ({ caller }) => ({ caller }),
    });
  app.get('/test/open', { config: { isOpen: true } }, ({ caller }) => ({ caller }));
  await app.ready();
  t.teardown(() => app.close());
  const checkContract = contractChecker(app);
  return {
    app,
    storage,
    given: builders(createServices(storage)),
    ...keyMaker(storage),
    async get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
      const answer = await app.inject({ method: 'GET', url, headers });
      checkContract(t, url, answer);
      return answer;
    },
  };
}
