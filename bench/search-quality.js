/**
 * How well a headline finds its own article: the headlines of a collection as searches, against all of it.
 *
 *   npm run bench:search -- PATH [searches]
 *
 * PATH is a gzipped file with an article a line, as JSON with `id`, `title`, `body` and, where it is known, `publishedAt`;
 * those without title or body are left out. The searches are spread over all articles. A headline that several articles have
 * finds the newest of them first, so the best share to be had is below one: it is printed too.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ArticleInput } from '../dist/src/articles/model.js';
import { NAME_LENGTH_MAX } from '../dist/src/kernel/fields.js';
import { parseSearch } from '../dist/src/kernel/search-query.js';
import { slugify } from '../dist/src/kernel/words.js';
import { createServices } from '../dist/src/services.js';
import { openSqlite } from '../dist/src/storage/sqlite/open.js';

const [path, searchesMax = '5000'] = process.argv.slice(2);
if (path === undefined) throw new Error('give the path of a collection: one JSON object a line, gzipped');
const WRITTEN_AT_ONCE = 500;
const NO_DATE = '1970-01-01T00:00:00Z';

/** @type {{ id: string, title: string, body: string, publishedAt: string | null }[]} */
const articles = gunzipSync(readFileSync(path))
  .toString()
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line))
  .filter(({ title, body }) => title?.trim() && body?.trim());

const folder = mkdtempSync(join(tmpdir(), 'claimwire-bench-'));
const storage = await openSqlite({ file: join(folder, 'news.db') });
try {
  await storage.migrate();
  const services = createServices(storage);
  const begun = performance.now();
  for (let start = 0; start < articles.length; start += WRITTEN_AT_ONCE)
    await services.write(async ({ articles: write }) => {
      for (const { id, title, body, publishedAt } of articles.slice(start, start + WRITTEN_AT_ONCE))
        await write.save(
          ArticleInput.parse({
            slug: slugify(id),
            headline: title.replace(/\s+/g, ' ').trim().slice(0, NAME_LENGTH_MAX),
            body,
            language: 'en',
            publishedAt: publishedAt ?? NO_DATE,
          }),
        );
    });
  const written = performance.now() - begun;

  const every = Math.max(1, Math.floor(articles.length / Number(searchesMax)));
  const asked = articles.filter((_, place) => place % every === 0);
  const times = [];
  const count = { first: 0, ten: 0, partial: 0, none: 0 };
  for (const { id, title } of asked) {
    const search = parseSearch(title);
    if (search === null) {
      count.none += 1;
      continue;
    }
    const started = performance.now();
    const { items, isPartial } = await services.read.search.list({ search, kinds: ['articles'], limit: 10 });
    times.push(performance.now() - started);
    const place = items.findIndex(({ article }) => article?.slug === slugify(id));
    if (place === 0) count.first += 1;
    if (place >= 0) count.ten += 1;
    if (isPartial) count.partial += 1;
  }

  const groups = new Map();
  for (const { title } of articles)
    groups.set(title.toLowerCase(), (groups.get(title.toLowerCase()) ?? 0) + 1);
  const best = asked.reduce((sum, { title }) => sum + 1 / groups.get(title.toLowerCase()), 0) / asked.length;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2);
  const share = (/** @type {number} */ of) => (of / asked.length).toFixed(3);
  const total = times.reduce((sum, time) => sum + time, 0);
  console.log(`${articles.length} articles, written in ${(written / articles.length).toFixed(2)} ms each`);
  console.log(`${asked.length} headlines as searches, ${count.none} without a word`);
  console.log(`hit@1 ${share(count.first)} (at best about ${best.toFixed(3)})  hit@10 ${share(count.ten)}`);
  console.log(`ranked in part ${share(count.partial)}`);
  console.log(
    `${((times.length * 1_000) / total).toFixed(0)} searches/s one after the other, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
  );
} finally {
  await storage.close();
  rmSync(folder, { recursive: true });
}
