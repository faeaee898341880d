/**
 * The server says where it listens and logs one line a request, with what is needed to find it again and nothing more.
 */
import { renameSync } from 'node:fs';
import { createServer } from 'node:net';
import Database from 'better-sqlite3';
import t from 'tap';
import { claimwire, prepare, serve, succeed } from './claimwire.js';
import { refusal } from './refusal.js';

t.test('what another process stores is served at once, at a free port', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const { url } = await serve(t, { cwd });
  t.same(await (await fetch(`${url}/v1/articles`)).json(), { data: [], next: null, prev: null });
  await succeed({ cwd }, 'seed');
  const articles = await fetch(`${url}/v1/articles?limit=1`);
  t.equal(articles.status, 200);
  t.match(await articles.json(), { data: [{ headline: String }], prev: null });
  t.equal((await fetch(`${url}/health/ready`)).status, 200);

  renameSync(`${cwd}/data/claimwire.db`, `${cwd}/data/away.db`);
  t.equal((await fetch(`${url}/health/ready`)).status, 503, 'a database file that is taken away is noticed');
  t.equal((await fetch(`${url}/health/live`)).status, 200);
});

t.test('a port in use is refused, by whichever setting it was given', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const other = createServer().listen(0, '127.0.0.1');
  t.teardown(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const sentence = `Cannot listen at 127.0.0.1:${port}: the port is in use.`;
  t.same(await claimwire(['serve', '--port', String(port)], { cwd }), {
    code: 1,
    signal: null,
    stdout: '',
    stderr: `claimwire: ${sentence}\n`,
  });
  t.equal(await refusal(['serve', '--database', 'sqlite::memory:'], { PORT: String(port) }), sentence);
});

t.test('every request is logged once, in a line of JSON', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const { child, ended, url, logged } = await serve(t, { cwd });
  const headers = { 'x-password': 'hunter2', cookie: 'session=hunter2' };
  await fetch(`${url}/v1/articles?limit=1`, { headers });
  const problem = (await (await fetch(`${url}/v1/articles?limt=1`, { headers })).json()) as object;
  await fetch(`${url}/v1/articles`, { method: 'POST', body: '{"password":"hunter2"}', headers });
  await fetch(`${url}/v1/articles`, { headers: { authorization: 'Bearer hunter2' } });
  await fetch(`${url}/v1/articles/nothing`);
  await fetch(`${url}/docs/`);
  await fetch(`${url}/health/live`);
  await fetch(`${url}/health/ready`);
  child.kill('SIGTERM');
  const { stdout } = await ended;

  const requests = logged().filter(({ requestId }) => requestId !== undefined);
  t.match(requests, [
    { level: 30, method: 'GET', url: '/v1/articles?limit=1', status: 200, msg: 'answered' },
    { level: 30, method: 'GET', url: '/v1/articles?limt=1', status: 400, msg: 'answered', ...pick(problem) },
    { level: 30, method: 'POST', url: '/v1/articles', status: 401, msg: 'answered' },
    { level: 30, method: 'GET', url: '/v1/articles', status: 401, msg: 'answered' },
    { level: 30, method: 'GET', url: '/v1/articles/nothing', status: 404, msg: 'answered' },
    { level: 30, method: 'GET', url: '/docs/', status: 200, msg: 'answered' },
  ]);
  t.equal(requests.length, 6, 'health checks that go well are not told');
  for (const { requestId, time, ms, ip } of requests)
    t.match(
      { requestId, time, ms, ip },
      { requestId: /^[0-9a-f-]{36}$/, time: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, ms: Number, ip: '127.0.0.1' },
    );
  t.notMatch(stdout, 'hunter2');
});

const pick = (problem: object) => ({ requestId: (problem as { requestId: string }).requestId });

t.test('a fault is logged with its cause, under the id that the caller was given', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const { url, logged, child, ended } = await serve(t, { cwd });
  const db = new Database(`${cwd}/data/claimwire.db`);
  db.exec('pragma foreign_keys = off; drop table articles');
  db.close();
  const answer = await fetch(`${url}/v1/articles`);
  t.equal(answer.status, 503);
  const text = await answer.text();
  t.notMatch(text, 'no such table');
  const health = await fetch(`${url}/health/ready`);
  t.equal(health.status, 503);
  child.kill('SIGTERM');
  await ended;
  t.match(
    logged().filter(({ level }) => level === 50),
    [{ requestId: JSON.parse(text).requestId, err: { message: /no such table/, stack: String } }, {}],
  );
  t.match(
    logged().filter(({ url }) => url === '/health/ready'),
    [{ level: 30, status: 503 }],
    'a health check that failed is told',
  );
});

t.test('how much is logged is a setting, and localhost is one address', async (t) => {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const given = ['--log-level', 'debug', '--host', 'localhost'];
  const { url, port, logged, child, ended } = await serve(t, { cwd }, ...given);
  await fetch(`${url}/health/live`);
  child.kill('SIGTERM');
  await ended;
  t.match(
    logged().filter(({ url }) => url === '/health/live'),
    [{ level: 20, status: 200 }],
  );
  t.match(
    logged().filter(({ msg }) => String(msg).includes('listening')),
    [{ msg: `Server listening at http://127.0.0.1:${port}` }],
  );
});
