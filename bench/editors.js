/**
 * Many editors at the same few articles: clients that read one, change something of it and send that with `If-Match`. No
 * edit that was taken is lost: each is a revision of its article, the versions have no gap, and no answer is a fault of
 * the server. Ends with 1 where that is broken.
 *
 *   npm run bench:editors [-- --patches 5000 --clients 16 --articles 20 --workers 2 --database URL]
 *
 * `--database` is an empty one to use instead of a SQLite file; `--database embedded` a new PostgreSQL from npm.
 */
import { parseArgs } from 'node:util';
import { below, randomFrom } from './reading-words.js';
import { databaseOf, startServer } from './writing-server.js';

const { values } = parseArgs({
  options: {
    patches: { type: 'string', default: '5000' },
    clients: { type: 'string', default: '16' },
    articles: { type: 'string', default: '20' },
    workers: { type: 'string', default: '2' },
    database: { type: 'string' },
  },
});
const [patches, clients, articles] = [values.patches, values.clients, values.articles].map(Number);
const PAGE = 100;
const QUOTE = 'the harbour opens on Monday';

const database = await databaseOf(values.database);
const server = await startServer(database, { workers: Number(values.workers) });
const { address, authorization } = server;

/** @param {string} method @param {string} path @param {object} [body] @param {Record<string, string>} [headers] */
async function ask(method, path, body, headers = {}) {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return fetch(address + path, {
    method,
    headers: { authorization, ...(body && { 'content-type': type }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
}

const slugs = Array.from({ length: articles ?? 0 }, (_, at) => `edited-${at}`);
for (const slug of slugs) {
  const answer = await ask('POST', '/v1/articles', {
    slug,
    headline: 'Nothing yet',
    body: `It was said that ${QUOTE}.`,
    language: 'en',
    publishedAt: '2024-10-18T12:00:00Z',
    claims: [{ text: 'The harbour opens on Monday.', attributions: [{ quote: { exact: QUOTE } }] }],
  });
  if (answer.status !== 201) throw new Error(`${slug}: ${answer.status} ${await answer.text()}`);
}

/** What an edit changes, which says in words that no other has that it was this one. */
const edits = [
  (/** @type {string} */ mark) => ({ headline: mark }),
  (/** @type {string} */ mark) => ({ standfirst: mark }),
  (/** @type {string} */ mark) => ({ tags: [mark] }),
  (/** @type {string} */ mark) => ({ body: `In ${mark} it was said that ${QUOTE}.` }),
  (/** @type {string} */ mark) => ({ disclaimer: mark, section: mark }),
];

/** @type {Map<string, Map<number, object>>} what was taken: by slug and version */
const taken = new Map(slugs.map((slug) => [slug, new Map()]));
/** @type {Record<string, number>} */
const statuses = {};
let sent = 0;
/** @type {string[]} */
const broken = [];

/** @param {number} client */
async function edit(client) {
  const random = randomFrom(client + 1);
  while (sent < (patches ?? 0)) {
    sent += 1;
    const mark = `edit-${sent}`;
    const slug = slugs[below(random, slugs.length)] ?? '';
    const read = await ask('GET', `/v1/articles/${slug}?body=none`);
    await read.arrayBuffer();
    const patch = (edits[below(random, edits.length)] ?? (() => ({})))(mark);
    const headers = { 'if-match': String(read.headers.get('etag')) };
    const answer = await ask('PATCH', `/v1/articles/${slug}`, patch, headers);
    const said = await answer.json();
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    if (answer.status === 200) {
      if (taken.get(slug)?.has(said.version)) broken.push(`${slug} was told twice to be ${said.version}`);
      taken.get(slug)?.set(said.version, patch);
      if (said.anchors.orphaned.length > 0) broken.push(`${slug} lost an anchor in version ${said.version}`);
    } else if (answer.status !== 412) broken.push(`${answer.status} ${JSON.stringify(said)}`);
  }
}

const begun = performance.now();
await Promise.all(Array.from({ length: clients ?? 0 }, (_, client) => edit(client)));
const seconds = (performance.now() - begun) / 1_000;

let kept = 0;
for (const slug of slugs) {
  const { version } = await (await ask('GET', `/v1/articles/${slug}`)).json();
  const versions = [];
  for (let url = `/v1/articles/${slug}/revisions?limit=${PAGE}`; url !== null; ) {
    const page = await (await ask('GET', url)).json();
    versions.push(...page.data.map((/** @type {{ version: number }} */ one) => one.version));
    url = page.next;
  }
  const wanted = Array.from({ length: version }, (_, at) => version - at);
  if (String(versions) !== String(wanted))
    broken.push(`${slug} of version ${version} has the versions ${versions}`);
  if (taken.get(slug)?.size !== version - 1)
    broken.push(`${slug} was changed ${taken.get(slug)?.size} times, and is version ${version}`);
  for (const [at, patch] of taken.get(slug) ?? []) {
    const { article } = await (await ask('GET', `/v1/articles/${slug}/revisions/${at}`)).json();
    for (const [field, value] of Object.entries(patch))
      if (JSON.stringify(article[field]) !== JSON.stringify(value))
        broken.push(`version ${at} of ${slug} does not hold ${JSON.stringify(patch)}`);
    kept += 1;
  }
}
await server.stop();

const count = (/** @type {number} */ status) => statuses[status] ?? 0;
console.log(
  `${database.replace(/:.*/, '')}, ${values.workers} workers: ${clients} clients sent ${sent} patches with If-Match to ${articles} articles in ${seconds.toFixed(1)} s:`,
);
console.log(
  `  ${count(200)} were taken, and ${kept} stand in the revisions as they were sent; ${count(412)} came too late`,
);
for (const line of broken.slice(0, 20)) console.log(`  BROKEN: ${line}`);
console.log(broken.length === 0 ? 'all promises kept' : `${broken.length} promises broken`);
process.exit(broken.length === 0 ? 0 : 1);
