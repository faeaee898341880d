/** What a command says where it refuses, asked without a process of its own. */

import { command as backup } from '../../src/cli/backup.js';
import type { Command } from '../../src/cli/command.js';
import { command as copy } from '../../src/cli/copy.js';
import { command as exportCommand } from '../../src/cli/export.js';
import { command as importCommand } from '../../src/cli/import.js';
import { command as keys } from '../../src/cli/keys.js';
import { command as migrate } from '../../src/cli/migrate.js';
import { command as openapi } from '../../src/cli/openapi.js';
import { command as restore } from '../../src/cli/restore.js';
import { command as seed } from '../../src/cli/seed.js';
import { command as serve } from '../../src/cli/serve.js';

const commands: Record<string, Command> = {
  backup,
  copy,
  export: exportCommand,
  import: importCommand,
  keys,
  migrate,
  openapi,
  restore,
  seed,
  serve,
};
const SETTINGS = ['DATABASE_URL', 'DATABASE_REPLICA_URLS', 'HOST', 'PORT', 'LOG_LEVEL'];

/** The message; null where the command did not refuse. No other setting is in the environment. */
export async function refusal(
  [name = '', ...parameters]: readonly string[],
  env: Record<string, string> = {},
): Promise<string | null> {
  const before = { ...process.env };
  for (const setting of SETTINGS) delete process.env[setting];
  Object.assign(process.env, env);
  try {
    await commands[name]?.run([...parameters]);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    process.env = before;
  }
}
