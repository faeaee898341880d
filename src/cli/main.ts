#!/usr/bin/env node
/**
 * The `claimwire` command: finds the subcommand and turns what goes wrong into a sentence and an exit code.
 */
import { inspect } from 'node:util';
import { ConfigError } from '../config.js';
import { ClaimwireError } from '../kernel/errors.js';
import { nearest } from '../kernel/words.js';
import { type Command, UsageError } from './command.js';

interface Entry {
  readonly summary: string;
  /** Only the command that is run is loaded. */
  load(): Promise<{ command: Command }>;
}

const commands: Record<string, Entry> = {
  serve: { summary: 'answer over HTTP', load: () => import('./serve.js') },
  migrate: {
    summary: 'make the tables, or bring them to this release',
    load: () => import('./migrate.js'),
  },
  seed: { summary: 'load a folder of sources, articles and claims', load: () => import('./seed.js') },
  import: {
    summary: 'bring in articles, sources and claims from files of many shapes',
    load: () => import('./import.js'),
  },
  export: { summary: 'write everything as lines of JSON', load: () => import('./export.js') },
  copy: { summary: 'move everything from one database to another', load: () => import('./copy.js') },
  backup: { summary: 'copy a SQLite database while it is in use', load: () => import('./backup.js') },
  restore: { summary: 'put a backup in the place of a database', load: () => import('./restore.js') },
  keys: { summary: 'make, list and revoke the keys of callers', load: () => import('./keys.js') },
  openapi: { summary: 'print the OpenAPI document', load: () => import('./openapi.js') },
};

const help = `claimwire: a content API for news in which every claim knows who made it

Usage: claimwire <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join('\n')}

claimwire <command> --help tells about a command, with examples; claimwire --version prints the release.
`;

const HELP = new Set(['--help', '-h']);

async function main([name, ...rest]: string[]): Promise<number> {
  if (name === undefined) {
    process.stderr.write(help);
    return 1;
  }
  if (name === '--version' || name === '-v') {
    const { version } = await import('../http/contract.js');
    process.stdout.write(`${version}\n`);
    return 0;
  }
  if (HELP.has(name) || name === 'help') {
    const [about] = rest;
    process.stdout.write(about === undefined ? help : (await find(about)).help);
    return 0;
  }
  const command = await find(name);
  const end = rest.indexOf('--');
  if (rest.slice(0, end < 0 ? rest.length : end).some((word) => HELP.has(word))) {
    process.stdout.write(command.help);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (error instanceof UsageError) error.message += ` See claimwire ${name} --help.`;
    throw error;
  }
}

async function find(name: string): Promise<Command> {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry !== undefined) return (await entry.load()).command;
  const [near] = nearest(name, Object.keys(commands));
  const offer = near === undefined ? '.' : `; did you mean ${near}?`;
  throw new UsageError(`There is no command ${name}${offer} See claimwire --help.`);
}

/** A sentence for what a user can mend; for a fault of ours, where it happened. */
function tellOf(error: unknown): string {
  if (error instanceof ClaimwireError && error.cause instanceof Error)
    return `${error.message} (${error.cause.message})`;
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof ClaimwireError)
    return error.message;
  return inspect(error);
}

// Whoever reads the output may stop early (`| head`); the work goes on and its exit code stays true.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`claimwire: What it gives cannot be written: ${error.message}.\n`);
    process.exit(1); // as on a full disk: whatever else it did would be lost
  });

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`claimwire: ${tellOf(error)}\n`);
    process.exitCode = 1;
  },
);
