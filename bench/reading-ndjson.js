/**
 * Articles from a file of NDJSON for the bench: one a line, with at least a title, a body and a time. What they claim
 * is made up: a few of their own sentences, each put into the mouth of a source.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { renderBody } from '../dist/src/articles/text.js';
import { slugify } from '../dist/src/kernel/words.js';
import { pick, randomFrom } from './reading-words.js';

const SENTENCE = /[^.!?。\n]{30,200}[.!?。]/g;

/** @typedef {{ title?: string, headline?: string, body?: string, language?: string, section?: string, publishedAt?: string }} Line */

/**
 * The articles of a file, gzipped where its name ends so; lines without a title, a text or a time are passed over.
 * @param {string} path
 * @param {{ seed: number, claimsEach: number, sources: readonly { slug: string }[] }} options
 * @returns {AsyncGenerator<import('./reading-corpus.js').MadeArticle>}
 */
export async function* articlesFrom(path, { seed, claimsEach, sources }) {
  const bytes = createReadStream(path);
  const lines = createInterface({ input: path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes });
  let place = 0;
  let claims = 0;
  for await (const text of lines) {
    const line = /** @type {Line} */ (JSON.parse(text));
    const { body = '', language = 'en', section } = line;
    const headline = (line.headline ?? line.title ?? '').replace(/\s+/g, ' ').slice(0, 300);
    const at = new Date(line.publishedAt ?? Number.NaN);
    if (headline === '' || body === '' || Number.isNaN(at.getTime())) continue;
    const random = randomFrom(seed, place);
    const { html, text: plain } = renderBody(body, language);
    const quotes = [...new Set(plain.match(SENTENCE))]
      .map((sentence) => sentence.trim())
      .filter((sentence) => plain.split(sentence).length === 2)
      .slice(0, claimsEach);
    const first = claims;
    claims += quotes.length;
    yield {
      place,
      input: {
        id: undefined,
        slug: `${slugify(headline).slice(0, 80).replace(/-$/, '')}-${place}`.replace(/^-/, ''),
        headline,
        standfirst: null,
        body,
        language,
        section: section === undefined ? null : slugify(section) || null,
        tags: [],
        authors: [],
        publisher: pick(random, sources).slug,
        canonicalUrl: null,
        image: null,
        status: 'published',
        publishedAt: at.toISOString(),
        modifiedAt: null,
        corrections: [],
      },
      html,
      text: plain,
      claims: quotes.map((exact, n) => ({
        place: first + n,
        input: {
          id: undefined,
          externalId: `claim:${first + n}`,
          text: exact,
          language,
          tags: [],
          reviews: [],
        },
        quote: { exact, source: pick(random, sources).slug, cue: 'said' },
        stance: 'asserts',
        relation: null,
      })),
      repeated: null,
    };
    place += 1;
  }
}
