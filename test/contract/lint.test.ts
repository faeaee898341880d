/**
 * openapi.yaml keeps every rule of the linter: no error, no warning, nothing ignored.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import t from 'tap';
import { ROOT } from '../generated.js';

t.test('the committed contract is linted without a complaint', async (t) => {
  const { stdout, stderr } = spawnSync(
    `${ROOT}node_modules/.bin/redocly`,
    ['lint', 'openapi.yaml', '--format=json'],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  t.ok(stdout.startsWith('{'), stderr);
  const { totals, problems } = JSON.parse(stdout);
  t.strictSame(problems, []);
  t.strictSame(totals, { errors: 0, warnings: 0, ignored: 0 });
});

t.test('no file of the repository tells the linter to look away', async (t) => {
  t.notOk(existsSync(`${ROOT}.redocly.lint-ignore.yaml`));
  t.strictSame(
    readdirSync(ROOT).filter((name) => /redocly/.test(name)),
    [],
  );
});
