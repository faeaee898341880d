/** Runs the `claimwire` command in a process of its own, and reads what it tells in JSON. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../importing-command.js', import.meta.url));
const SHOWN_LENGTH = 2_000; // of what a command that failed said last

/** @typedef {{ seconds: number, cpuSeconds: number, megabytes: number }} Took */

/**
 * Runs a command; gives what it took. Throws where its exit code is none of those that say that it came to its end.
 * @param {string[]} parameters
 * @param {{ onLine?: (line: string) => void, endsWith?: number[] }} [options] `onLine` is told of the lines on standard output
 * @returns {Promise<Took>}
 */
export async function run(parameters, { onLine = () => {}, endsWith = [0] } = {}) {
  const child = spawn(process.execPath, [COMMAND, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  for await (const line of createInterface({ input: child.stdout })) onLine(line);
  const [code] = await closed;
  if (!endsWith.includes(code))
    throw new Error(`claimwire ${parameters[0]} ended with ${code}: ${stderr.slice(-SHOWN_LENGTH)}`);
  return JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '');
}

/** The exit codes of `claimwire import` where it came to its end. */
const ENDS = [0, 2];

/**
 * @typedef {object} Imported
 * @property {Took} took
 * @property {any} summary the last line
 * @property {any[]} told the lines before it: rejected rows, or each of them
 */

/**
 * Imports files. Throws where the import could not come to its end.
 * @param {string[]} files @param {string} database its URL @param {string[]} flags more of the command
 * @returns {Promise<Imported>}
 */
export async function importFiles(files, database, flags = []) {
  const told = /** @type {any[]} */ ([]);
  const took = await run(['import', ...files, '--json', '--database', database, ...flags], {
    endsWith: ENDS,
    onLine: (line) => told.push(JSON.parse(line)),
  });
  const summary = told.pop();
  if (summary === undefined || 'outcome' in summary)
    throw new Error(`the import of ${files[0]} told no counts`);
  return { took, summary, told };
}
