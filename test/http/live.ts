/**
 * Servers at a port whose prepared answers are on: what they send, and how often they ask the storage for it.
 */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { type AppOptions, buildApp } from '../../src/app.js';
import type { Storage } from '../../src/storage/storage.js';

export interface Sent {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as they came, the date left out. */
  readonly raw: string[];
  readonly body: Buffer;
}

export async function openLive(t: Test, { storage, cacheBytes = 1_000_000, ...options }: AppOptions) {
  let reads = 0;
  const counted: Storage = {
    ...storage,
    at(...given) {
      reads += 1;
      return storage.at(...given);
    },
  };
  const app = await buildApp({ ...options, storage: counted, cacheBytes });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const agent = new Agent({ keepAlive: true });
  t.teardown(async () => {
    agent.destroy();
    await app.close();
  });
  const { port } = app.server.address() as { port: number };

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Sent> =>
    new Promise((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path, method, headers, agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            raw: undated(answer.rawHeaders),
            body: Buffer.concat(chunks),
          }),
        );
      });
      sent.on('error', reject);
      sent.end();
    });

  return {
    app,
    port,
    ask,
    /** Asks, and tells whether the answer was prepared: the storage was not asked. */
    async askWhether(path: string, headers: Record<string, string> = {}, method = 'GET') {
      const before = reads;
      const sent = await ask(path, headers, method);
      return { ...sent, isPrepared: reads === before };
    },
  };
}

const undated = (raw: readonly string[]): string[] =>
  raw.filter((_, at) => raw[at - (at % 2)]?.toLowerCase() !== 'date');

const SOON_MS = 3_000;

/** Waits until something is known: on PostgreSQL a notification may come before the instant of the change. */
export async function settled(isKnown: () => unknown): Promise<void> {
  for (const started = Date.now(); !isKnown() && Date.now() - started < SOON_MS; ) await delay(10);
}
