/**
 * The built `claimwire` command as a person runs it: in a folder of the test's own, with an environment of its own.
 */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { type SeedFolder, seed } from '../../src/imports/seed.js';
import { createServices } from '../../src/services.js';
import { openSqlite } from '../../src/storage/sqlite/open.js';

const COMMAND = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
if (!existsSync(COMMAND)) throw new Error('the command is not built: npm run build');

const RUN_TIMEOUT_MS = 60_000;

export interface Place {
  /** The folder that the command is run in. */
  readonly cwd: string;
  /** Settings; nothing else but the path is in the environment. */
  readonly env?: Record<string, string>;
  /** The command of another release. */
  readonly main?: string;
  /** What it reads; nothing if not given. */
  readonly stdin?: 'ignore' | 'pipe';
  /** A command that runs the command. */
  readonly before?: readonly string[];
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command. `env -i` keeps out what the test runner adds to every process that is started from a test. */
export function start(
  parameters: readonly string[],
  { cwd, env = {}, main = COMMAND, stdin = 'ignore', before = [] }: Place,
) {
  const settings = Object.entries({ PATH: process.env.PATH, ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const child = spawn('env', ['-i', ...settings, ...before, process.execPath, main, ...parameters], {
    cwd,
    stdio: [stdin, 'pipe', 'pipe'],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended: Promise<Ended> = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    stdout,
    stderr,
  }));
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

/** Runs the command to its end. */
export async function claimwire(parameters: readonly string[], place: Place): Promise<Ended> {
  const { child, ended } = start(parameters, place);
  const overdue = setTimeout(() => child.kill('SIGKILL'), RUN_TIMEOUT_MS);
  const result = await ended;
  clearTimeout(overdue);
  return result;
}

/** A database with the tables of this release and what a folder holds, made without the command. */
export async function prepare(file: string, folder?: SeedFolder): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const storage = await openSqlite({ file });
  await storage.migrate();
  if (folder !== undefined) {
    const { problems } = await seed(createServices(storage), folder);
    if (problems.length > 0) throw new Error(`the folder is refused: ${JSON.stringify(problems)}`);
  }
  await storage.close();
}

/** Runs commands one after the other; each must succeed. */
export async function succeed(place: Place, ...lines: string[]): Promise<string[]> {
  const outputs: string[] = [];
  for (const line of lines) {
    const { code, stdout, stderr } = await claimwire(line.split(' '), place);
    if (code !== 0) throw new Error(`claimwire ${line} ended with ${code}: ${stderr}`);
    outputs.push(stdout);
  }
  return outputs;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly port: number;
  readonly url: string;
  /** What was logged so far. */
  logged(): Record<string, unknown>[];
}

/** Starts a server on a free port and waits until it listens; it is killed when the test ends. */
export async function serve(t: Test, place: Place, ...parameters: string[]): Promise<Running> {
  const { child, ended, stdout, stderr } = start(['serve', '--port', '0', ...parameters], place);
  t.teardown(() => child.kill('SIGKILL'));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', () => {
      const found = /listening at http:\/\/\S+?:(\d+)"/.exec(stdout())?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('close', () => reject(new Error(`the server ended: ${stdout()}${stderr()}`)));
  });
  const logged = () =>
    stdout()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { child, ended, port, url: `http://127.0.0.1:${port}`, logged };
}
