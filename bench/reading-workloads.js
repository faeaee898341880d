/**
 * What the bench asks for: W1 to W6 of a database, each as one URL that is asked again and again (hot) and as many that
 * are asked in turn (cold). W1 and W3 are one query on many paths, W2 a few queries: one that was asked before is not
 * checked again. W2d is as many queries as URLs.
 */
import Driver from 'better-sqlite3';
import { below, randomFrom } from './reading-words.js';

const DEPTH = 5_000; // rows before the deep page
const PAGE = 20;
const BEFORE_ALL = Date.UTC(2000); // of any article
const STRIDE = 100; // rows of the pages on the way there
const HEADLINES_SAMPLED = 2_000; // enough to know which words stand in many
const GRAMMAR = new Set(
  'the and for that with was from not but were who this has are its will have had been they which their more would about'.split(
    ' ',
  ),
);
const TOO_COMMON = 30; // words of headlines that nobody searches for: grammar

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {string[]} paths the first is the hot one
 * @property {string[]} [pathsBeside] what the cold one is compared with, instead of what another server does
 * @property {Record<string, string>} [headers]
 * @property {number} status what must be answered
 */

/** @typedef {{ status: number, headers: Record<string, string | undefined>, text: string }} Asked */
/** @typedef {(path: string) => Promise<Asked>} Ask */

/**
 * @param {object} options
 * @param {string} options.file the database
 * @param {Ask} options.ask a server over it
 * @param {boolean} options.isPlain leaves out `include=`
 * @param {string} options.searchPath where two words are searched for, as `/v1/search?q=`
 * @param {number} options.keys how many URLs a cold workload has
 * @param {number} options.seed
 * @returns {Record<string, () => Promise<Workload>>}
 */
export function workloadsOf({ file, ask, isPlain, searchPath, keys, seed }) {
  const random = randomFrom(seed);
  const db = new Driver(file, { readonly: true });
  const all = (/** @type {string} */ sql) => /** @type {string[]} */ (db.prepare(sql).pluck().all());
  const slugs = shuffled(all("select slug from articles where status = 'published'"), random).slice(0, keys);
  const sections = all(
    "select distinct section from articles where section is not null and status = 'published'",
  );
  const headlines = shuffled(
    all("select headline from articles where language = 'en' and status = 'published'"),
    random,
  );
  const told = shuffled(
    all(
      "select distinct a.slug from articles a join attributions t on t.article = a.key where a.status = 'published'",
    ),
    random,
  ).slice(0, keys);
  db.close();
  const include = (/** @type {string} */ what, joint = '&') => (isPlain ? '' : `${joint}include=${what}`);
  const articlePaths = slugs.map(
    (slug) => `/v1/articles/${encodeURIComponent(slug)}${include('publisher', '?')}`,
  );
  const status = 200;

  return {
    W1: async () => ({ name: 'W1', title: 'an article with its publisher', paths: articlePaths, status }),
    W2: async () => ({
      name: 'W2',
      title: 'newest 20 of a section with publisher',
      paths: sections.map(
        (section) => `/v1/articles?section=${section}&limit=${PAGE}${include('publisher')}`,
      ),
      status,
    }),
    W2d: async () => ({
      name: 'W2d',
      title: 'the same, each time another query',
      paths: Array.from({ length: keys }, (_, place) => {
        const since = new Date(BEFORE_ALL + place * 1_000).toISOString();
        const section = sections[place % sections.length];
        return `/v1/articles?section=${section}&publishedAt[gte]=${since}&limit=${PAGE}${include('publisher')}`;
      }),
      status,
    }),
    W3: async () => ({
      name: 'W3',
      title: 'an article’s claims with sources',
      paths: told.map(
        (slug) => `/v1/articles/${encodeURIComponent(slug)}/claims${include('attributions.source', '?')}`,
      ),
      status,
    }),
    W4: async () => ({
      name: 'W4',
      title: 'two-word search, 10 results',
      paths: searchesIn(headlines)
        .slice(0, keys)
        .map((words) => `${searchPath}${encodeURIComponent(words)}&limit=10`),
      status,
    }),
    W4c: async () => ({
      name: 'W4c',
      title: 'the most common word, 10 results',
      paths: [`${searchPath}${encodeURIComponent(mostCommonIn(headlines))}&limit=10`],
      status,
    }),
    W5: async () => {
      const [path = ''] = articlePaths;
      const { headers } = await ask(path);
      return {
        name: 'W5',
        title: 'a 304 of W1',
        paths: [path],
        headers: { 'if-none-match': headers.etag ?? '"none"' },
        status: 304,
      };
    },
    W6: async () => ({
      name: 'W6',
      title: `a page at depth ${DEPTH.toLocaleString('en')}`,
      paths: await deepPages(ask),
      pathsBeside: [`/v1/articles?limit=${PAGE}`],
      status,
    }),
  };
}

/** @template Item @param {Item[]} items @param {() => number} random */
function shuffled(items, random) {
  for (let place = items.length - 1; place > 0; place--) {
    const other = below(random, place + 1);
    [items[place], items[other]] = [/** @type {Item} */ (items[other]), /** @type {Item} */ (items[place])];
  }
  return items;
}

/** How often each word stands in some headlines. @param {string[][]} sample */
function countsIn(sample) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const word of sample.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word);
}

/** @param {string[]} headlines */
const wordsIn = (headlines) =>
  headlines
    .slice(0, HEADLINES_SAMPLED)
    .map((headline) => [...new Set(headline.toLowerCase().match(/\p{L}{3,}/gu))]);

/** The most common word that is no grammar. @param {string[]} headlines */
const mostCommonIn = (headlines) => countsIn(wordsIn(headlines)).find((word) => !GRAMMAR.has(word)) ?? '';

/** Pairs of words that stand in one headline, none of them grammar. @param {string[]} headlines */
function searchesIn(headlines) {
  const sample = wordsIn(headlines);
  const common = new Set(countsIn(sample).slice(0, TOO_COMMON));
  return sample
    .map((words) => words.filter((word) => !common.has(word)).slice(0, 2))
    .filter(({ length }) => length === 2)
    .map((words) => words.join(' '));
}

/** Ten pages around the depth, found by walking there. @param {Ask} ask */
async function deepPages(ask) {
  const next = async (/** @type {string} */ path) => {
    const { text } = await ask(path);
    const link = JSON.parse(text).next;
    if (link === null) throw new Error(`the database has no ${DEPTH} articles`);
    return /** @type {string} */ (link);
  };
  const withLimit = (/** @type {string} */ path, /** @type {number} */ limit) =>
    path.replace(/limit=\d+/, `limit=${limit}`);
  let path = `/v1/articles?limit=${STRIDE}`;
  for (let depth = STRIDE; depth <= DEPTH - STRIDE; depth += STRIDE) path = await next(path);
  const pages = [withLimit(path, PAGE)];
  while (pages.length < 10) pages.push(await next(/** @type {string} */ (pages.at(-1))));
  return pages.reverse();
}
