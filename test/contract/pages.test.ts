/**
 * The pages of the server in a real browser: they are drawn under the policy that they are sent with, which stops none of
 * what they load. Where there is no Chromium the test says so and passes.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { readRecordedAnswers } from '../../src/http/contract.js';
import { openSeededApp } from '../generated.js';
import { CHROMIUM, FLAGS } from './browser.js';

const TIMEOUT_MS = 60_000; // for a browser to start on a busy machine
const run = promisify(execFile);

/** The document as it is once its scripts have run, and what the browser complained of. */
async function openPage(t: Test, url: string): Promise<{ dom: string; complaints: string[] }> {
  const { stdout, stderr } = await run(
    CHROMIUM ?? '',
    [
      ...FLAGS,
      `--user-data-dir=${t.testdir({})}`,
      '--enable-logging=stderr',
      '--virtual-time-budget=15000',
      '--dump-dom',
      url,
    ],
    { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', maxBuffer: 50_000_000 },
  );
  return { dom: stdout, complaints: stderr.split('\n').filter((line) => line.includes(':CONSOLE')) };
}

t.test('the pages are drawn, and their policy stops nothing', async (t) => {
  if (CHROMIUM === undefined) {
    t.comment('there is no Chromium here: not tried');
    return;
  }
  const app = await openSeededApp(readRecordedAnswers());
  t.teardown(() => app.close());
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  const operations = Object.values(app.swagger().paths ?? {}).flatMap((path) => Object.keys(path)).length;

  const docs = await openPage(t, `${base}/docs/`);
  t.strictSame(docs.complaints, []);
  t.equal(docs.dom.match(/class="opblock-summary-path"/g)?.length, operations, 'every operation is there');
  t.match(docs.dom, />Authorize</, 'a key can be given');

  const problem = await openPage(t, `${base}/problems/not-found`);
  t.strictSame(problem.complaints, []);
  t.match(problem.dom, '<h1>Nothing is here</h1>');
});

t.test('what a policy stops is complained of, or the test above would prove nothing', async (t) => {
  if (CHROMIUM === undefined) return;
  const app = await openSeededApp(readRecordedAnswers());
  t.teardown(() => app.close());
  const base = await app.listen({ port: 0, host: '127.0.0.1' });
  app.server.prependListener('request', (_request, response) => {
    const { writeHead } = response;
    response.writeHead = (...given: unknown[]) => {
      const headers = given.at(-1) as Record<string, string>;
      return writeHead.apply(response, [
        given[0],
        { ...headers, 'content-security-policy': "default-src 'none';script-src 'self'" },
      ] as never);
    };
  });
  const { complaints } = await openPage(t, `${base}/docs/`);
  t.match(complaints.join('\n'), /Content Security Policy/);
});
