/**
 * Keys are made, listed and revoked by the command; the secret is shown once, and stands nowhere afterwards.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { claimwire, prepare, serve, succeed } from './claimwire.js';
import { refusal } from './refusal.js';

const ID = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const SECRET = /^cw_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

async function openPlace(t: Test) {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  return { cwd };
}

t.test('a key is shown once, alone on the output, and stored nowhere', async (t) => {
  const place = await openPlace(t);
  t.same(await succeed(place, 'keys list'), ['There are no keys.\n']);
  const made = await claimwire(['keys', 'create', '--name', ' The desk ', '--scope', 'write'], place);
  t.equal(made.code, 0);
  const secret = made.stdout.trimEnd();
  t.match(secret, SECRET);
  t.match(made.stderr, new RegExp(`^That is the key, shown this once\\. Its id is ${ID}\\.\\n$`));
  const [listed = ''] = await succeed(place, 'keys list');
  t.match(listed, new RegExp(`^${ID}  write {8}valid {29}The desk\\n$`));
  t.ok(made.stderr.includes(listed.slice(0, 36)));
  for (const name of readdirSync(`${place.cwd}/data`))
    t.notOk(readFileSync(`${place.cwd}/data/${name}`).includes(secret.slice(-43)), name);
});

t.test('the same in JSON, revoked by its id, twice if need be', async (t) => {
  const place = await openPlace(t);
  const line = 'keys create --name site --scope read:drafts --expires 2999-01-01 --json';
  const [output = ''] = await succeed(place, line);
  const { key: secret, ...key } = JSON.parse(output);
  t.match(secret, SECRET);
  t.match(key.createdAt, INSTANT);
  const { id, createdAt } = key;
  const expiresAt = '2999-01-01T00:00:00.000Z';
  const expected = { id, name: 'site', scope: 'read:drafts', createdAt, expiresAt, revokedAt: null };
  t.strictSame(key, expected);
  const lines = await succeed(
    place,
    'keys list --json',
    `keys revoke ${id.toUpperCase()}`,
    `keys revoke ${id}`,
  );
  t.strictSame(JSON.parse(lines[0] ?? ''), expected);
  t.match(lines[1], new RegExp(`^${id}  read:drafts  revoked [-0-9T:.]+Z  site\\n$`));
  t.equal(lines[2], lines[1]);
  const [revoked = ''] = await succeed(place, `keys revoke ${id} --json`);
  const { revokedAt, ...rest } = JSON.parse(revoked);
  t.match(revokedAt, INSTANT);
  t.strictSame({ ...rest, revokedAt: null }, expected);
});

t.test('a time to end at is given in several ways', async (t) => {
  const place = await openPlace(t);
  const create = async (expires: string) => {
    const [output = ''] = await succeed(
      place,
      `keys create --name a --scope admin --json --expires ${expires}`,
    );
    return JSON.parse(output).expiresAt as string;
  };
  t.equal(await create('2999-01-01T02:00:00+02:00'), '2999-01-01T00:00:00.000Z');
  const days = (Date.parse(await create('now+90d')) - Date.now()) / 86_400_000;
  t.ok(days > 89.99 && days <= 90, String(days));
  const [listed = ''] = await succeed(place, 'keys list');
  t.match(listed, /admin {8}until 2999-01-01T00:00:00\.000Z {4}a\n/);
});

t.test('what is wrong is named, and no key is repeated', async (t) => {
  const place = await openPlace(t);
  const [output = ''] = await succeed(place, 'keys create --name a --scope admin');
  const database = ['--database', `sqlite:${place.cwd}/data/claimwire.db`];
  const TIME = '--expires must be a time such as 2027-01-01T00:00:00Z, a date, or now+90d.';
  const create = ['create', '--name', 'a', '--scope', 'write'];
  const cases: [string[], string][] = [
    [['create', '--name', 'a', '--scope', 'read'], '--scope must be one of read:drafts, write, admin.'],
    [['create', '--name', ' ', '--scope', 'write'], '--name must not be empty.'],
    [
      ['create', '--name', 'a\nb', '--scope', 'write'],
      '--name must be one line of text without control characters or broken surrogate pairs.',
    ],
    [['create', '--name', 'x'.repeat(101), '--scope', 'write'], '--name must be at most 100 characters.'],
    [[...create, '--expires', '2020-01-01'], '--expires must be a time to come.'],
    [[...create, '--expires', 'now-1d'], '--expires must be a time to come.'],
    [[...create, '--expires', '2027-02-30'], TIME],
    [[...create, '--expires', 'soon'], TIME],
    [['revoke', output.trimEnd()], 'Expected the id of a key, as claimwire keys list shows it.'],
    [['revoke', '01a204d8-522a-7793-829e-8b248cf1ee24'], 'There is no key with this id.'],
  ];
  for (const [parameters, sentence] of cases)
    t.equal(await refusal(['keys', ...parameters, ...database]), sentence, parameters.join(' '));
  t.match(await succeed(place, 'keys list'), [/^\S+ {2}admin {8}valid +a\n$/], 'nothing else was made');
});

t.test(
  'a server knows a key that was made beside it, and a second after it was revoked no more',
  async (t) => {
    const place = await openPlace(t);
    const { url } = await serve(t, { ...place, env: { CLAIMWIRE_READ: 'key' } });
    const statusWith = async (headers: Record<string, string>) =>
      (await fetch(`${url}/v1/articles`, { headers })).status;
    t.equal(await statusWith({}), 401);
    const [output = ''] = await succeed(place, 'keys create --name a --scope read:drafts --json');
    const { id, key } = JSON.parse(output);
    const headers = { authorization: `Bearer ${key}` };
    for (let count = 0; count < 3; count++) t.equal(await statusWith(headers), 200);
    await succeed(place, `keys revoke ${id}`);
    await delay(1_000);
    t.equal(await statusWith(headers), 401);
    t.equal(await statusWith({}), 401);
  },
);

t.test('a key is in no line of the log, wherever it was put and however much is logged', async (t) => {
  const place = await openPlace(t);
  const [output = ''] = await succeed(place, 'keys create --name a --scope write');
  const secret = output.trimEnd();
  const { url, logged, child, ended } = await serve(t, { ...place, env: { LOG_LEVEL: 'trace' } });
  const basic = btoa(`key:${secret}`);
  const asked: [path: string, status: number, authorization?: string][] = [
    ['/v1/articles?limit=1', 200, `Bearer ${secret}`],
    [`/v1/articles?access_token=${secret}`, 400],
    [`/v1/articles?${secret}`, 400],
    [`/v1/articles/${secret}`, 404],
    [`/v1/articles?q=${secret}`, 200],
    [`/v1/articles?q=${secret}`, 200], // which is prepared
    [`/${secret.replace('_', '%5f')}`, 404],
    ['/v1/articles', 401, `Basic ${basic}`],
    ['/v1/articles', 401, `Bearer ${secret}x`],
    ['/v1/articles', 401, secret],
  ];
  for (const [path, status, authorization] of asked) {
    const answer = await fetch(url + path, authorization === undefined ? {} : { headers: { authorization } });
    t.equal(answer.status, status, path.slice(0, 20));
    const body = await answer.text();
    if (status >= 400) t.notOk(body.includes(secret.slice(0, 20)), body);
  }
  child.kill('SIGTERM');
  const { stdout, stderr } = await ended;
  t.equal(logged().filter(({ msg }) => msg === 'answered').length, asked.length, 'all was logged');
  t.match(stdout, '/v1/articles?access_token=cw_…');
  for (const part of [secret.slice(0, 20), secret.slice(-20), basic])
    t.notOk((stdout + stderr).includes(part), part);
});
