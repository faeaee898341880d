/**
 * A wrong setting is refused in a sentence that names it as it was given; an empty variable counts as not set.
 */
import t from 'tap';
import { claimwire } from './claimwire.js';
import { refusal } from './refusal.js';

const PORT = 'must be a port: a whole number from 0 to 65535, where 0 takes any free one.';
const LEVEL = 'must be one of fatal, error, warn, info, debug, trace, silent.';
const URL =
  'must be `sqlite:` and the path of a file, such as sqlite:./data/claimwire.db, or a PostgreSQL URL such as postgres://user:password@host/database.';

interface Case {
  readonly flags?: readonly string[];
  readonly env?: Record<string, string>;
  readonly says: string;
}

const cases: readonly Case[] = [
  { flags: ['--port', '70000'], says: `--port ${PORT}` },
  { flags: ['--port', '80a'], says: `--port ${PORT}` },
  { flags: ['--port=-1'], says: `--port ${PORT}` },
  { flags: ['--port', '3.5'], says: `--port ${PORT}` },
  { env: { PORT: '70000' }, says: `PORT ${PORT}` },
  { env: { PORT: ' 80' }, says: `PORT ${PORT}` },
  { flags: ['--port', 'x'], env: { PORT: '80' }, says: `--port ${PORT}` },
  {
    flags: ['--public-url', 'news.example'],
    says: '--public-url must be an absolute http or https URL such as https://news.example.',
  },
  { flags: ['--log-level', 'loud'], says: `--log-level ${LEVEL}` },
  { env: { LOG_LEVEL: 'loud' }, says: `LOG_LEVEL ${LEVEL}` },
  { flags: ['--database', 'news.db'], says: `--database ${URL}` },
  { flags: ['--database', 'sqlite:'], says: `--database ${URL}` },
  { env: { DATABASE_URL: 'mysql://localhost/news' }, says: `DATABASE_URL ${URL}` },
  { flags: ['--port', 'x'], env: { LOG_LEVEL: 'loud' }, says: `--port ${PORT} LOG_LEVEL ${LEVEL}` },
];

t.test('a wrong value is refused by the name that it was given under', async (t) => {
  for (const { flags = [], env = {}, says } of cases)
    t.equal(await refusal(['serve', ...flags], env), says, `${flags.join(' ')} ${JSON.stringify(env)}`);
});

t.test('the command says so in a line, and ends with 1', async (t) => {
  const cwd = t.testdir();
  const says = (sentence: string) => ({
    code: 1,
    signal: null,
    stdout: '',
    stderr: `claimwire: ${sentence}\n`,
  });
  t.same(await claimwire(['serve', '--port', '70000'], { cwd }), says(`--port ${PORT}`));
  t.same(await claimwire(['serve'], { cwd, env: { PORT: '70000' } }), says(`PORT ${PORT}`));
});

t.test('a host that cannot be listened at is refused', async (t) => {
  const serve = ['serve', '--database', 'sqlite::memory:', '--port', '0', '--host'];
  t.equal(
    await refusal([...serve, '192.0.2.1']),
    'Cannot listen at 192.0.2.1:0: this machine does not have this address.',
  );
  t.match(await refusal([...serve, 'no such host']), /^Cannot listen at no such host:0: .+\.$/);
});

t.test('a flag goes before the environment, and an empty variable counts as not set', async (t) => {
  const folder = t.testdir();
  const env = { DATABASE_URL: `sqlite:${folder}/environment.db` };
  const none = { PORT: '', HOST: '', LOG_LEVEL: '' };
  t.match(
    await refusal(['serve', '--database', `sqlite:${folder}/flag.db`], env),
    /^There is no .*\/flag\.db yet/,
  );
  t.match(await refusal(['serve'], { ...env, ...none }), /^There is no .*\/environment\.db yet/);
  const byDefault = await claimwire(['serve'], { cwd: folder, env: { ...none, DATABASE_URL: '' } });
  t.match(byDefault.stderr, 'There is no database ./data/claimwire.db yet');
});
