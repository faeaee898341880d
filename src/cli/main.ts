#!/usr/bin/env node
/**
 * The `claimwire` command: finds the subcommand and turns what goes wrong into a sentence and an exit code.
 */
import { ConfigError } from '../config.js';
import { ClaimwireError } from '../kernel/errors.js';
import { nearest } from '../kernel/words.js';
import type { Command } from './command.js';
import { UsageError } from './command.js';
import { importCommand } from './import.js';
import { migrateCommand } from './migrate.js';
import { openapiCommand } from './openapi.js';
import { seedCommand } from './seed.js';
import { serveCommand } from './serve.js';

const commands: Record<string, Command> = {
  serve: serveCommand,
  migrate: migrateCommand,
  seed: seedCommand,
  import: importCommand,
  openapi: openapiCommand,
};

const help = `claimwire: a content API for news in which every claim knows who made it

Usage: claimwire <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join('\n')}

claimwire <command> --help tells about a command, with examples.
`;

async function main([name, ...rest]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help);
    return name === undefined ? 1 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const [near] = nearest(name, Object.keys(commands));
    throw new UsageError(
      `There is no command ${name}${near === undefined ? '' : `; did you mean ${near}?`} See claimwire --help.`,
    );
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(command.help);
    return 0;
  }
  return command.run(rest);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`claimwire: ${tellOf(error)}\n`);
    process.exitCode = 1;
  },
);

/** A sentence for what a user can mend; for a fault of ours, where it happened. */
function tellOf(error: unknown): string {
  if (error instanceof ClaimwireError && error.cause instanceof Error)
    return `${error.message} (${error.cause.message})`;
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof ClaimwireError)
    return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
