/**
 * A caching proxy in front keeps what it may, asks again with the ETag it was given, serves what is old while the server is
 * gone, and drops exactly what a change makes stale when it is told the keys of the change.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { prepare, serve, succeed } from '../cli/claimwire.js';
import { isThere, NGINX, openNginx, openVarnish, VARNISH } from './proxies.js';

t.jobs = 2; // most of the time is spent waiting until what is kept is old

const OLD_AFTER_MS = 11_000; // an answer is good for ten seconds
const SOON_MS = 5_000;

async function openServer(t: Test) {
  const cwd = t.testdir();
  await prepare(`${cwd}/data/claimwire.db`);
  const write = async (slug: string, body: string): Promise<void> => {
    const file = `${cwd}/${slug}.md`;
    const head = `---\nheadline: About ${slug}\nslug: ${slug}\nlanguage: en\npublishedAt: 2024-10-18T00:00:00Z\n---\n`;
    writeFileSync(file, `${head}${body}\n`);
    await succeed({ cwd }, `import ${file}`);
  };
  await write('one', 'One first.');
  await write('two', 'Two first.');
  const running = await serve(t, { cwd });
  const logged = (path: string) => running.logged().filter(({ url }) => url === path);
  /** The statuses that the server itself answered a path with. */
  const statuses = (path: string) => logged(path).map(({ status }) => status);
  return { ...running, cwd, write, statuses };
}

const ask = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, { headers });
  return {
    status: answer.status,
    cache: answer.headers.get('x-cache'),
    headers: answer.headers,
    text: await answer.text(),
  };
};

const keyOf = (text: string): string => `a${(JSON.parse(text) as { id: string }).id.slice(-10)}`;

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const started = Date.now(); !(await isSo()); await delay(50))
    if (Date.now() - started > SOON_MS) throw new Error(`it did not happen: ${what}`);
}

if (!isThere(VARNISH)) t.comment('no varnish here: nothing is proven of it');
else
  t.test('varnish', { buffered: true }, async (t) => {
    const server = await openServer(t);
    const proxy = await openVarnish(t, `${server.cwd}/varnish`, server.port);
    const [one, two, list] = ['/v1/articles/one', '/v1/articles/two', '/v1/articles?limit=5'] as const;

    const first = await ask(proxy + one);
    t.match(first, { status: 200, cache: 'MISS' });
    t.match(await ask(proxy + one), { status: 200, cache: 'HIT', text: first.text });
    await until('its log tells of it', async () => server.statuses(one).length > 0);
    t.strictSame(server.statuses(one), [200], 'the server was asked once');
    const etag = String(first.headers.get('etag'));
    t.equal((await ask(proxy + one, { 'if-none-match': etag })).status, 304, 'the proxy answers 304 itself');

    for (const path of [two, list]) await ask(proxy + path);
    await server.write('one', 'One second.');
    t.match((await ask(proxy + one)).text, 'One first.', 'it is not told, and so is old');
    const purged = await fetch(proxy, {
      method: 'PURGE',
      headers: { 'surrogate-key': `${keyOf(first.text)}|articles` },
    });
    t.equal(purged.status, 200);
    const second = await ask(proxy + one);
    t.match(second, { cache: 'MISS', status: 200 });
    t.match(second.text, 'One second.');
    t.match(await ask(proxy + list), { cache: 'MISS' }, 'the lists are dropped with it');
    t.match(await ask(proxy + two), { cache: 'HIT' }, 'and nothing else');
    t.equal(second.headers.get('surrogate-key'), null, 'the keys stay inside');

    await delay(OLD_AFTER_MS); // for both articles
    const before = server.statuses(two).length;
    t.match(await ask(proxy + two), { cache: 'HIT' }, 'what is old is sent once more');
    await until('it is asked for again behind it', async () => server.statuses(two).length > before);
    t.equal(server.statuses(two).at(-1), 304, 'by its ETag');

    server.child.kill('SIGTERM');
    await server.ended;
    t.match(
      await ask(proxy + one),
      { status: 200, cache: 'HIT' },
      'with the server gone, what is old is better than nothing',
    );
    t.match((await ask(proxy + one)).text, 'One second.');
  });

if (!isThere(NGINX)) t.comment('no nginx here: nothing is proven of it');
else
  t.test('nginx', { buffered: true }, async (t) => {
    const server = await openServer(t);
    const proxy = await openNginx(t, `${server.cwd}/nginx`, server.port);
    const [one, two, list] = ['/v1/articles/one', '/v1/articles/two', '/v1/articles?limit=5'] as const;
    const first = await ask(proxy + one);
    t.match(first, { status: 200, cache: 'MISS' });
    t.match(await ask(proxy + one), { status: 200, cache: 'HIT', text: first.text });
    await until('its log tells of it', async () => server.statuses(one).length > 0);
    t.strictSame(server.statuses(one), [200]);
    t.match(await ask(`${proxy}/v1/articles/nope`), { status: 404, cache: 'MISS' });
    t.match(await ask(`${proxy}/v1/articles/nope`), { status: 404, cache: 'MISS' }, 'a problem is not kept');
    const bookmark = { 'claimwire-bookmark': 'cb1-1' };
    t.match(await ask(proxy + one, bookmark), { cache: 'MISS' }, 'a read with a bookmark goes to the server');

    for (const path of [two, list]) t.match(await ask(proxy + path), { status: 200, cache: 'MISS' });
    await server.write('two', 'Two second.');
    t.match(await ask(proxy + two), { cache: 'HIT', text: /Two first\./ }, 'it is not told, and so is old');

    await delay(OLD_AFTER_MS); // for all three
    t.match(await ask(proxy + one), { cache: 'STALE', text: first.text }, 'while it is asked for again');
    await until('it is asked for by its ETag', async () => server.statuses(one).at(-1) === 304);
    await until('it is good again', async () => (await ask(proxy + one)).cache === 'HIT');

    t.match(await ask(proxy + two), { cache: 'STALE', text: /Two first\./ });
    await until('the write is seen', async () => (await ask(proxy + two)).text.includes('Two second.'));

    server.child.kill('SIGTERM');
    await server.ended;
    t.match(await ask(proxy + list), { status: 200, cache: 'STALE' }, 'with the server gone, what is old');
  });
