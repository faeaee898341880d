/**
 * A thread that imports a body, for `import-off-loop.ts`: its connection and services are its own, as of another process.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { importBodyHere, type ToldRow } from '../imports/body.js';
import { fromPassed, toPassed } from '../kernel/passed.js';
import { createServices } from '../services.js';
import { openSpool } from '../storage/spool.js';
import { openCurrentStorage } from './database.js';
import type { Given, Job, Said } from './import-thread-calls.js';
import { stepBack } from './priority.js';

const TOLD_ROWS = 100; // that pass at once

const say = (said: Said): void => parentPort?.postMessage(said);

async function run({ database, options }: Job): Promise<void> {
  const stop = new AbortController();
  let onGiven: (given: Given) => void = () => {};
  let onRoom = (): void => {};
  parentPort?.on('message', (given: Given) => {
    if (given.kind === 'stop') stop.abort();
    else if (given.kind === 'go-on') onRoom();
    else onGiven(given);
  });

  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const given = await new Promise<Given>((resolve) => {
        onGiven = resolve;
        say({ kind: 'next' });
      });
      if (given.kind === 'fault') throw fromPassed(given.failure);
      if (given.kind !== 'chunk') return;
      yield given.bytes;
    }
  }

  let told: ToldRow[] = [];
  const tell = (): void => {
    if (told.length > 0) say({ kind: 'told', rows: told });
    told = [];
  };

  const storage = await openCurrentStorage(database);
  stepBack(); // by now its code is loaded, which a client waits for
  try {
    const summary = await importBodyHere(createServices(storage), openSpool)(chunks(), {
      ...options,
      signal: stop.signal,
      onTold(rows) {
        told.push(...rows);
        if (told.length >= TOLD_ROWS) tell();
      },
      onBatch() {
        tell();
        return new Promise<void>((resolve) => {
          onRoom = resolve;
          say({ kind: 'batch' });
        });
      },
    });
    tell();
    say({ kind: 'done', summary });
  } finally {
    await storage.close();
  }
}

try {
  await run(workerData as Job);
} catch (error) {
  say({ kind: 'failed', failure: toPassed(error) });
}
parentPort?.close();
