/** Every test file is run on SQLite once: by the runner itself, or by one suite that the runner runs. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import t from 'tap';
import { ROOT } from '../generated.js';
import { filesOf, suites } from './suites.js';

/** The test files below a folder of `dist/test`, by their path below that. */
const below = (folder: string): string[] =>
  readdirSync(`${ROOT}dist/test/${folder}`, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? below(`${folder}${entry.name}/`)
      : entry.name.endsWith('.test.js')
        ? `${folder}${entry.name}`
        : [],
  );

/** What `npm test` gives to the runner. */
function given(): string[] {
  const { stdout } = spawnSync(`${ROOT}node_modules/.bin/tap`, ['list'], { cwd: ROOT, encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((path) => path.replace('dist/test/', ''));
}

t.test('no test file is left out or run twice', async (t) => {
  const own = given();
  const run = Object.entries(suites).flatMap(([name, suite]) => {
    t.ok(own.includes(`suites/${name}.test.js`), `${name} is run`);
    t.ok(filesOf(suite).length > 0, `${name} has files`);
    return suite.engine === 'sqlite' ? filesOf(suite) : [];
  });
  t.strictSame([...own, ...run].sort(), below('').sort());
});
