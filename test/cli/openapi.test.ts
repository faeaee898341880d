/** The contract is printed as it is committed, without a database. */
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { ROOT } from '../generated.js';
import { claimwire } from './claimwire.js';

t.test('the contract is printed as YAML and as JSON', async (t) => {
  const cwd = t.testdir();
  const committed = readFileSync(`${ROOT}openapi.yaml`, 'utf8');
  const [yaml, json] = await Promise.all([
    claimwire(['openapi'], { cwd }),
    claimwire(['openapi', '--json'], { cwd }),
  ]);
  t.match(yaml, { code: 0, stderr: '' });
  t.ok(yaml.stdout === committed, 'openapi.yaml is what the command prints');
  t.match(json, { code: 0, stderr: '' });
  t.same(JSON.parse(json.stdout), parse(committed));
  t.same(readdirSync(cwd), [], 'nothing is made');
});
