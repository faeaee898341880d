/** News articles, and the attributions in them: who said what, and where in the text. */
import { CLAIM_LENGTH_MAX, QUOTE_LENGTH_MAX } from '../../dist/src/claims/model.js';
import { slugify } from '../../dist/src/kernel/words.js';
import { articleOf } from './articles.js';
import { namedSources } from './sources.js';
import { areTogether, bodyOf, inOneLine, shortened } from './text.js';

const NO_WIRE = 'NA';
const QUOTED = /^["“'‘].*["”'’][.,]?$/s;
/** Words that begin with a capital at the start of a sentence, and name nobody. */
const NO_NAMES = new Set(
  'a all an and another any anyone both critics each everyone few he her hers his i it its many most my nobody no one our others she some somebody someone such that the their these they this those we which who whoever whose you your'.split(
    ' ',
  ),
);
/** Words without a capital that stand within names. */
const PARTICLES = new Set(['al', 'and', 'de', 'del', 'for', 'in', 'la', 'of', 'on', 'the', 'van', 'von']);
/** Cues by which a source says that something is not so. */
const DENIES = /^(?:has |have |had )?(?:den(?:y|ies|ied|ying)|disput(?:e|es|ed|ing)|reject(?:s|ed|ing)?)$/i;

/** Whether the words by which a text speaks of somebody are a name. @param {string} mention */
function isName(mention) {
  const words = mention.split(' ');
  return (
    !NO_NAMES.has((words[0] ?? '').toLowerCase()) &&
    words.every((word) => /^[\p{P}]*[\p{Lu}\d]/u.test(word) || PARTICLES.has(word))
  );
}

/** @type {import('./corpus.js').Corpus} */
export const polnear = {
  name: 'polnear',
  async *map(folder, { records, note }) {
    const sources = await namedSources(folder);
    const texts = /** @type {Map<string, { text: string, slug: string, body: import('./text.js').Body }>} */ (
      new Map()
    );

    for await (const record of records('article', 'polnear.articles')) {
      const { id, publisher, author, wire = NO_WIRE, credit } = record;
      const article = articleOf(record, note);
      const headline = shortened(article.headline ?? '');
      if (headline !== article.headline) note('has a headline that is too long: it is shortened');
      const row = {
        ...article,
        headline,
        section: slugify(record.section),
        publisher: sources.named(publisher, 'publisher'),
        authors: [author, wire === NO_WIRE ? undefined : wire]
          .filter((name) => name !== undefined)
          .map((name) => ({ name: inOneLine(name) })),
        disclaimer: credit ?? null,
      };
      texts.set(id, { text: record.body, slug: article.slug, body: bodyOf(record.body) });
      yield* sources.made();
      yield { article: row };
    }

    for await (const record of records('claim', 'polnear.claims')) {
      const article = texts.get(record.articleId);
      if (article === undefined) throw new Error(`${record.id} is of an unknown article`);
      const text = shortened(record.text.trim(), CLAIM_LENGTH_MAX);
      if (text !== record.text.trim()) note('has a text that is too long: it is shortened');
      const quote = quoteOf(record, article);
      if (typeof quote === 'string') note(quote);
      if (record.speaker === undefined) note('has no speaker: its source is null');
      const source = record.speaker === undefined ? null : sourceOf(record.speaker, article.slug);
      yield* sources.made();
      yield {
        claim: {
          externalId: record.id,
          text,
          language: record.language,
          attributions: [
            {
              source,
              article: article.slug,
              stance: DENIES.test(record.cue ?? '') ? 'denies' : 'asserts',
              mode: record.quoted ? (QUOTED.test(record.text) ? 'direct' : 'mixed') : 'indirect',
              cue: record.cue ?? null,
              quote: typeof quote === 'string' ? null : quote,
            },
          ],
        },
      };
    }

    /** @param {string} speaker @param {string} article */
    function sourceOf(speaker, article) {
      const name = shortened(inOneLine(speaker));
      return isName(name) ? sources.named(name, 'person') : sources.unnamed(name, article);
    }
  },
};

/**
 * Where a claim stands, or why it stands without a place.
 * @param {any} record @param {{ text: string, body: import('./text.js').Body }} article
 */
function quoteOf({ text, contentSpans }, article) {
  if (!areTogether(article.text, contentSpans))
    return 'has words of others between its own: is without a quote';
  const place = article.body.placeOf(contentSpans);
  if (place === null || wordsOf(place.exact) !== wordsOf(text))
    return 'has other words than its place in the text: is without a quote';
  if (place.exact.length > QUOTE_LENGTH_MAX) return 'is too long to be quoted: is without a quote';
  const { exact, prefix, suffix, start } = place;
  return { exact, ...(prefix !== '' && { prefix }), ...(suffix !== '' && { suffix }), start };
}

/** Texts that differ in white space alone are the same. @param {string} text */
const wordsOf = (text) => text.replace(/\s+/gu, '');
