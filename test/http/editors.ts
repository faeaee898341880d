/**
 * A server whose callers hold keys of any scope, in real time unless a test brings a clock.
 */
import type { Test } from 'tap';
import type { AppOptions } from '../../src/app.js';
import { type Scope, scopes } from '../../src/kernel/caller.js';
import type { EngineOptions } from '../engine.js';
import { makeKey, openTestServer } from '../helper.js';

export async function openEditedServer(t: Test, options: EngineOptions & Partial<AppOptions> = {}) {
  const clock = options.clock ?? (() => new Date().toISOString());
  const server = await openTestServer(t, { publicUrl: 'https://news.example', ...options, clock });
  // All at once: a server looks for keys that it does not know no more than once in a while.
  const keys = new Map<Scope, string>();
  for (const scope of scopes) keys.set(scope, await makeKey(server.services, scope));
  /** The header of a key. */
  const headersOf = (scope: Scope | null): Record<string, string> =>
    scope === null ? {} : { authorization: String(keys.get(scope)) };
  return {
    ...server,
    headersOf,
    send: (...[method, url, body, headers = {}]: Parameters<typeof server.send>) =>
      server.send(method, url, body, { ...headersOf('write'), ...headers }),
    /** Asks as the holder of a key, or as anybody. */
    get: (url: string, scope: Scope | null = null, headers: Record<string, string> = {}) =>
      server.get(url, { headers: { ...headersOf(scope), ...headers } }),
  };
}
