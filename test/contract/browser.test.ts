/**
 * A page of another origin, in a real browser: it reads a list, follows its links, asks whether it changed, and is told
 * what is wrong with a request. Where there is no Chromium the test says so and passes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { readRecordedAnswers } from '../../src/http/contract.js';
import { toBookmark } from '../../src/storage/bookmark.js';
import { openSeededApp } from '../generated.js';
import { CHROMIUM, FLAGS } from './browser.js';

const BROWSER_TIMEOUT_MS = 60_000; // to start and to read five answers, on a busy machine

/** Runs in the browser. */
const script = `
  const api = new URLSearchParams(location.search).get('api');
  const read = async (path, headers) => {
    const answer = await fetch(new URL(path, api), { headers, cache: 'no-store' });
    const text = await answer.text();
    return {
      status: answer.status,
      link: answer.headers.get('link'),
      etag: answer.headers.get('etag'),
      body: text === '' ? null : JSON.parse(text),
    };
  };
  const run = async () => {
    const first = await read('/v1/articles?limit=1');
    const linked = /<([^>]*)>; rel="next"/.exec(first.link)[1];
    const second = await read(linked);
    const again = await read('/v1/articles?limit=1', { 'if-none-match': first.etag ?? '"none"' });
    const marked = await read('/v1/articles?limit=1', { 'claimwire-bookmark': '${toBookmark(1)}' });
    const problem = await read('/v1/claims?sorce=mark-rutte');
    return { first, second, again, marked, problem };
  };
  run().catch((error) => ({ error: String(error) }))
    .then((told) => fetch('/told', { method: 'POST', body: JSON.stringify(told) }));
`;

interface Read {
  readonly status: number;
  readonly link: string | null;
  readonly etag: string | null;
  readonly body: {
    data: { id: string }[];
    next: string;
    prev: string;
    code?: string;
    detail?: string;
  } | null;
}

type Told = Record<'first' | 'second' | 'again' | 'marked' | 'problem', Read> & { error?: string };

t.test('a page of another origin reads what the server says', async (t) => {
  if (CHROMIUM === undefined) {
    t.comment('there is no Chromium here: not tried');
    return;
  }
  const app = await openSeededApp(readRecordedAnswers());
  t.teardown(() => app.close());
  const api = await app.listen({ port: 0, host: '127.0.0.1' });

  let tell: (told: Told) => void = () => {};
  const told = new Promise<Told>((resolve) => {
    tell = resolve;
  });
  const page = createServer(async (request, response) => {
    if (request.method === 'POST') {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      tell(JSON.parse(Buffer.concat(chunks).toString()));
    }
    // The browser ends when the page has loaded, and so not before the script is done.
    if (request.url === '/wait') await told;
    const html = `<img src="/wait"><script>${script}</script>`;
    response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
  }).listen(0, '127.0.0.1');
  await once(page, 'listening');
  t.teardown(() => page.close());

  const { port } = page.address() as AddressInfo;
  const browser = spawn(
    CHROMIUM,
    [...FLAGS, `--user-data-dir=${t.testdir({})}`, '--dump-dom', `http://127.0.0.1:${port}/?api=${api}`],
    { stdio: 'ignore', detached: true },
  );
  const ended = once(browser, 'exit');
  t.teardown(async () => {
    try {
      process.kill(-(browser.pid ?? 0), 'SIGKILL'); // its helpers, too
    } catch {} // it ended by itself
    await ended;
    page.closeAllConnections();
  });
  const giveUp = () => tell({ error: 'the browser said nothing' } as Told);
  const late = setTimeout(giveUp, BROWSER_TIMEOUT_MS);
  browser.once('exit', giveUp);
  const { first, second, again, marked, problem, error } = await told;
  clearTimeout(late);
  if (error !== undefined) return t.fail(error);

  /** Each content coding has a tag of its own, and a browser takes other codings than this process. */
  const tagOf = (etag: string | null) => etag?.replace(/-\w+"$/, '"') ?? null;
  const seen = (told: Read) => ({ ...told, etag: tagOf(told.etag) });
  const directly = async (path: string | null | undefined) => {
    const answer = await fetch(`${api}${path}`);
    const { headers } = answer;
    return {
      status: answer.status,
      link: headers.get('link'),
      etag: tagOf(headers.get('etag')),
      body: await answer.json(),
    };
  };
  t.strictSame(seen(first), await directly('/v1/articles?limit=1'), 'the list, its links and its tag');
  t.strictSame(seen(second), await directly(first.body?.next), 'the page that `Link` leads to');
  t.not(second.body?.data[0]?.id, first.body?.data[0]?.id);
  t.strictSame(marked.body, first.body, 'a bookmark may be sent');
  if (first.etag === null) t.strictSame(again.body, first.body, 'a condition may be sent');
  else t.strictSame([again.status, again.body, again.etag], [304, null, first.etag], 'what did not change');
  t.strictSame(
    [problem.status, problem.body?.code, problem.body?.detail],
    [400, 'invalid-request', '`sorce` is not known here; did you mean `source`?'],
  );
});
