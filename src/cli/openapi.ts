/** `claimwire openapi`: prints the contract. */
import { buildApp } from '../app.js';
import { contractYaml } from '../http/documentation.js';
import { openSqlite } from '../storage/sqlite/open.js';
import { type Command, parseFlags } from './command.js';

export const command: Command = {
  help: `Usage: claimwire openapi [options]

Prints the contract of this release, OpenAPI 3.1, without starting a server or opening a database.

  --json           as JSON instead of YAML

Examples:
  claimwire openapi > openapi.yaml
  claimwire openapi --json | jq '.paths | keys'
`,
  async run(parameters) {
    const { values } = parseFlags(parameters, { json: { type: 'boolean', default: false } });
    const storage = await openSqlite({ file: ':memory:' });
    const app = await buildApp({ storage });
    await app.ready();
    process.stdout.write(values.json ? `${JSON.stringify(app.swagger(), null, 2)}\n` : contractYaml(app));
    await app.close();
    await storage.close();
    return 0;
  },
};
