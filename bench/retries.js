/**
 * Clients that send each POST three times at once with one `Idempotency-Key`, and again whenever they get no answer, to a
 * server that is killed at random moments and started again. Each makes one article, and is answered alike each time. Ends
 * with 1 where that is broken.
 *
 *   npm run bench:retries [-- --posts 1000 --at-once 8 --kill-after 500 --workers 1 --database URL]
 *
 * `--kill-after` is how long the server lives at most, in milliseconds; `--database` as for bench/editors.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { databaseOf, startServer } from './writing-server.js';

const { values } = parseArgs({
  options: {
    posts: { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '8' },
    'kill-after': { type: 'string', default: '500' },
    workers: { type: 'string', default: '1' },
    database: { type: 'string' },
  },
});
const posts = Number(values.posts);
const SENT = 3; // times each
const PAUSE_MS = 50; // between an attempt without an answer and the next

const database = await databaseOf(values.database);
const server = await startServer(database, { workers: Number(values.workers) });
const { address, authorization } = server;

/** @type {string[]} */
const broken = [];
const seen = { attempts: 0, unanswered: 0, busy: 0, replays: 0, kills: 0 };
let isDone = false;

/** Sends a post until it is answered. @param {number} n */
async function send(n) {
  const body = JSON.stringify({
    slug: `post-${n}`,
    headline: `Post ${n}`,
    body: `Somebody said ${n} times that it rains.`,
    language: 'en',
    publishedAt: '2024-10-18T12:00:00Z',
    claims: [{ text: `It rains ${n} times.`, attributions: [{ quote: { exact: 'it rains' } }] }],
  });
  const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': `post-${n}` };
  for (;;) {
    seen.attempts += 1;
    try {
      const answer = await fetch(`${address}/v1/articles`, { method: 'POST', headers, body });
      const text = await answer.text();
      if (answer.status === 201) {
        if (answer.headers.get('idempotency-replayed') === 'true') seen.replays += 1;
        const told = ['etag', 'location', 'claimwire-bookmark'].map((name) => answer.headers.get(name));
        return JSON.stringify([text, ...told]);
      }
      const { code } = JSON.parse(text);
      if (code === 'idempotency-in-progress') seen.busy += 1;
      else if (answer.status !== 503) broken.push(`post ${n}: ${answer.status} ${text}`);
      if (broken.length > 50) throw new Error(broken.join('\n'));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // which is what fetch throws without an answer
      seen.unanswered += 1;
    }
    await delay(PAUSE_MS);
  }
}

async function killing() {
  for (;;) {
    await delay(Math.random() * Number(values['kill-after']));
    if (isDone) return;
    await server.kill();
    seen.kills += 1;
    await server.restart();
  }
}

const begun = performance.now();
const killer = killing();
let next = 0;
const lane = async () => {
  while (next < posts) {
    const n = next++;
    const answers = await Promise.all(Array.from({ length: SENT }, () => send(n)));
    if (new Set(answers).size !== 1) broken.push(`post ${n} was answered in ${new Set(answers).size} ways`);
  }
};
await Promise.all(Array.from({ length: Number(values['at-once']) }, lane));
isDone = true;
await killer;
const seconds = (performance.now() - begun) / 1_000;

const stored = new Set();
let count = 0;
for (let url = '/v1/articles?limit=100&fields=slug'; url !== null; ) {
  const page = await (await fetch(address + url)).json();
  for (const { slug } of page.data) stored.add(slug);
  count += page.data.length;
  url = page.next;
}
if (count !== posts || stored.size !== posts)
  broken.push(`${count} articles are stored, of ${stored.size} slugs`);
const claims = (await (await fetch(`${address}/v1/claims?limit=1&count=capped`)).json()).count.total;
if (claims !== posts) broken.push(`${claims} claims are stored`);
await server.stop();

console.log(
  `${database.replace(/:.*/, '')}, ${values.workers} workers: ${posts} posts, each sent ${SENT} times at once, in ${seconds.toFixed(1)} s; the server was killed ${seen.kills} times:`,
);
console.log(
  `  ${seen.attempts} attempts, ${seen.unanswered} without an answer, ${seen.busy} told to wait, ${seen.replays} answered as before`,
);
console.log(`  ${count} articles and ${claims} claims are stored`);
for (const line of broken.slice(0, 20)) console.log(`  BROKEN: ${line}`);
console.log(broken.length === 0 ? 'all promises kept' : `${broken.length} promises broken`);
process.exit(broken.length === 0 ? 0 : 1);
