/**
 * Made-up news of realistic shape: sources, articles in CommonMark, claims that are quoted in them. Each article follows
 * from the seed number and its place alone, so that a corpus of a million need never be held in memory.
 */
import { slugify } from '../dist/src/kernel/words.js';
import { below, capitalised, languageOf, pick, pickEarly, randomFrom, tongueOf } from './reading-words.js';

const STARTS_AT = Date.UTC(2015, 0, 1);
const ENDS_AT = Date.UTC(2025, 0, 1);
const BODY_WORDS = 260; // about 2.4 kB of CommonMark
const PARAGRAPH_WORDS = 60;
const SECTIONS = [
  'politics',
  'world',
  'economy',
  'sport',
  'culture',
  'science',
  'health',
  'climate',
  'local',
  'technology',
  'opinion',
  'travel',
];
const TAGS = 300;
const CUES = ['said', 'told reporters', 'announced', 'warned', 'argued'];
const RATINGS = /** @type {const} */ ([
  ['Correct', 'true'],
  ['Mostly right', 'mostly-true'],
  ['Half true', 'mixed'],
  ['Misleading', 'mostly-false'],
  ['Wrong', 'false'],
  ['No evidence', 'unproven'],
]);
const NAMES =
  'Adler Berg Costa Duarte Eriksen Fontana Garcia Horak Ilves Jansen Kovacs Lind Moreau Novak Olsen Petrov Quist Rossi Salo Tanaka Urban Vidal Weber Yilmaz Zeman'.split(
    ' ',
  );
const GIVEN =
  'Ada Bruno Clara David Elena Felix Greta Hugo Irma Jonas Katja Leo Maria Nils Olga Pavel Rita Sven Tove Viktor'.split(
    ' ',
  );

/** Each kind of random decision has numbers of its own: to change one leaves the others as they were. */
const STREAMS = { source: 1, article: 2, body: 3, claim: 4 };

/** @typedef {{ markdown: string, html: string, text: string }} Block one paragraph in each of its forms */
/** @typedef {{ exact: string, source: string, cue: string }} Quote */
/**
 * @typedef {object} MadeClaim
 * @property {number} place
 * @property {object} input as a writer gives it, apart from who put it forward
 * @property {Quote} quote
 * @property {string} stance
 * @property {{ kind: string, claim: string, note: string } | null} relation
 */
/**
 * @typedef {object} MadeArticle
 * @property {number} place
 * @property {Record<string, unknown> & { body: string, language: string }} input as a writer gives it
 * @property {string} html
 * @property {string} text
 * @property {MadeClaim[]} claims
 * @property {{ claim: string, quote: Quote } | null} repeated a claim that another article made
 */

/** A UUIDv7 of an instant. @param {number} at @param {() => number} random */
function idAt(at, random) {
  const time = Math.floor(at).toString(16).padStart(12, '0');
  const bits = (/** @type {number} */ digits) =>
    below(random, 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${bits(3)}-8${bits(3)}-${bits(6)}${bits(6)}`;
}

/** @param {string} text @returns {Block} */
const paragraph = (text) => ({ markdown: text, html: `<p>${text}</p>\n`, text });

/** One word of a paragraph made a link, and one stressed: what a renderer has to do in most of them. */
function decorated(/** @type {string} */ text, /** @type {() => number} */ random) {
  const words = text.split(' ');
  const [linked, stressed] = [1 + below(random, words.length >> 1), (words.length >> 1) + 2];
  const form = (/** @type {(at: number, word: string) => string} */ of) =>
    words.map((word, at) => of(at, word)).join(' ');
  const address = `https://reference.example/${below(random, 10_000)}`;
  return {
    markdown: form((at, word) =>
      at === linked ? `[${word}](${address})` : at === stressed ? `*${word}*` : word,
    ),
    html: `<p>${form((at, word) => (at === linked ? `<a href="${address}">${word}</a>` : at === stressed ? `<em>${word}</em>` : word))}</p>\n`,
    text,
  };
}

/**
 * @param {{ seed: number, articles: number, sources: number, claims: number }} size
 */
export function createCorpus({ seed, articles, sources, claims }) {
  const publishers = Math.max(1, Math.round(sources * 0.1));
  const checkers = Math.max(1, Math.round(sources * 0.05));
  const organizations = Math.max(1, Math.round(sources * 0.15));
  const firstPerson = publishers + checkers + organizations;
  const slugOf = (/** @type {number} */ place) => `source-${place}`;
  const speaker = (/** @type {() => number} */ random) =>
    slugOf(publishers + checkers + pickEarly(random, sources - publishers - checkers));

  /** The n-th source, as a writer gives it; organisations come before their members. */
  function source(/** @type {number} */ place) {
    const random = randomFrom(seed, STREAMS.source, place);
    const { topic } = tongueOf('en');
    const kind = place < publishers ? 'publisher' : place < firstPerson ? 'organization' : 'person';
    const person = `${pick(random, GIVEN)} ${pick(random, NAMES)} ${capitalised(topic(random))}`;
    const body = `${capitalised(topic(random))} ${capitalised(topic(random))} ${pick(random, ['Agency', 'Institute', 'Union', 'Council'])}`;
    const name = `${kind === 'publisher' ? `The ${capitalised(topic(random))} Post` : kind === 'person' ? person : body} ${place}`;
    return {
      id: idAt(STARTS_AT - 86_400_000 + place * 1_000, random),
      slug: slugOf(place),
      kind,
      name,
      aliases: random() < 0.3 ? [`${name} alias`] : [],
      description: sentence(tongueOf('en'), random, 18),
      role: kind === 'person' ? `${capitalised(topic(random))} of ${capitalised(topic(random))}` : null,
      country: pick(random, ['DE', 'ES', 'GB', 'JP', 'UA', 'US']),
      url: kind === 'person' ? null : `https://source-${place}.example/`,
      sameAs: [`https://www.wikidata.org/entity/Q${100_000 + place}`],
      memberOf:
        kind === 'person' && random() < 0.5
          ? slugOf(publishers + checkers + below(random, organizations))
          : null,
    };
  }

  /** How many claims are first made in an article: 1 to 5 where the mean is 3. */
  const claimsBefore = (/** @type {number} */ place) => {
    const even = Math.floor((place * claims) / articles);
    const swing = Math.min(2, Math.floor(claims / articles) - 1);
    return place % 2 === 1 && place < articles ? even + Math.max(0, (place >> 1) % (swing + 1)) : even;
  };

  /**
   * The n-th article, as a writer gives it, with the claims that it is the first to report, those that it reports again,
   * and its body in all forms.
   * @param {number} place
   * @returns {MadeArticle}
   */
  function article(place) {
    const random = randomFrom(seed, STREAMS.article, place);
    const language = languageOf(random);
    const tongue = tongueOf(language);
    const at = STARTS_AT + Math.floor(((place + random()) / articles) * (ENDS_AT - STARTS_AT));
    const titleWords = Array.from({ length: 5 + below(random, 6) }, (_, n) =>
      n % 3 === 2 ? tongue.word(random) : tongue.topic(random),
    );
    const headline = capitalised(titleWords.join(tongue.gap));
    const slug = `${slugify(headline).slice(0, 80).replace(/-$/, '')}-${place}`;
    const publisher = pickEarly(random, publishers);
    const [first, end] = [claimsBefore(place), claimsBefore(place + 1)];
    const isRepeating = place > 10 && random() < 0.15;
    const quotes = Array.from({ length: end - first + (isRepeating ? 1 : 0) }, () => ({
      exact: tongue.words(random, 9 + below(random, 8)).join(tongue.gap),
      source: speaker(random),
      cue: pick(random, CUES),
    }));
    const blocks = body(place, language, quotes);
    const status = random() < 0.98 ? 'published' : random() < 0.5 ? 'draft' : 'retracted';
    return {
      place,
      input: {
        id: idAt(at, random),
        slug,
        headline,
        standfirst: sentence(tongue, random, 22),
        body: blocks.map(({ markdown }) => markdown).join('\n\n'),
        language,
        section: SECTIONS[pickEarly(random, SECTIONS.length)] ?? 'local',
        tags: [
          ...new Set(Array.from({ length: 2 + below(random, 4) }, () => `tag-${pickEarly(random, TAGS)}`)),
        ],
        authors: [
          {
            name: `${pick(random, GIVEN)} ${pick(random, NAMES)}`,
            source: random() < 0.5 ? speaker(random) : null,
          },
        ],
        publisher: slugOf(publisher),
        canonicalUrl: `https://source-${publisher}.example/${new Date(at).getUTCFullYear()}/${encodeURIComponent(slug)}`,
        image:
          random() < 0.6
            ? {
                url: `https://images.example/${place}.jpg`,
                alt: sentence(tongue, random, 8),
                caption: sentence(tongue, random, 12),
                credit: `${pick(random, GIVEN)} ${pick(random, NAMES)}`,
                width: 1600,
                height: 900,
              }
            : null,
        status,
        retraction:
          status === 'retracted'
            ? { at: new Date(at + 86_400_000).toISOString(), note: 'It was wrong.' }
            : null,
        publishedAt: new Date(at).toISOString(),
        modifiedAt: random() < 0.2 ? new Date(at + 3_600_000).toISOString() : null,
        corrections:
          random() < 0.02
            ? [{ at: new Date(at + 86_400_000).toISOString(), text: sentence(tongue, random, 15) }]
            : [],
      },
      html: blocks.map(({ html }) => html).join(''),
      text: blocks.map(({ text }) => text).join('\n\n'),
      claims: quotes.slice(0, end - first).map((quote, n) => claim(first + n, language, at, quote)),
      repeated: isRepeating
        ? {
            claim: keyOf(below(randomFrom(seed, STREAMS.claim, place), Math.max(1, first))),
            quote: /** @type {Quote} */ (quotes.at(-1)),
          }
        : null,
    };
  }

  const keyOf = (/** @type {number} */ place) => `claim:${place}`;

  /** @param {number} place @param {string} language @param {number} at @param {Quote} quote */
  function claim(place, language, at, quote) {
    const random = randomFrom(seed, STREAMS.claim, claims + place);
    const kind = /** @type {const} */ (['contradicts', 'supports', 'repeats', 'refines'])[
      pickEarly(random, 4)
    ];
    const [rating, verdict] = pick(random, RATINGS);
    return {
      place,
      input: {
        id: idAt(at, random),
        externalId: keyOf(place),
        text: `${capitalised(quote.exact)}.`,
        language,
        tags: [`tag-${pickEarly(random, TAGS)}`],
        reviews:
          random() < 0.04
            ? [
                {
                  reviewer: slugOf(publishers + below(random, checkers)),
                  rating,
                  verdict,
                  url: `https://checks.example/${place}`,
                  title: `A look at claim ${place}`,
                  summary: sentence(tongueOf('en'), random, 25),
                  reviewedAt: new Date(at + 172_800_000).toISOString(),
                },
              ]
            : [],
      },
      quote,
      stance: random() < 0.92 ? 'asserts' : random() < 0.6 ? 'denies' : 'questions',
      relation:
        place > 10 && random() < 0.08
          ? {
              kind: kind ?? 'supports',
              claim: keyOf(below(random, place - 1)),
              note: sentence(tongueOf('en'), random, 12),
            }
          : null,
    };
  }

  /**
   * Paragraphs, a subheading, a list, a block quotation; each quote stands in a sentence of its own.
   * @param {number} place @param {import('./reading-words.js').Language} language @param {Quote[]} quotes
   */
  function body(place, language, quotes) {
    const random = randomFrom(seed, STREAMS.body, place);
    const tongue = tongueOf(language);
    const words = Math.round(BODY_WORDS * (0.5 + random()) * (language === 'ja' ? 0.9 : 1));
    /** @type {Block[]} */
    const blocks = [];
    for (let written = 0; written < words; written += PARAGRAPH_WORDS) {
      const quote = quotes[blocks.length];
      const told =
        quote === undefined
          ? ''
          : `${tongue.gap}${capitalised(quote.source)} ${quote.cue}: ${quote.exact}${tongue.stop}`;
      const text = [0, 1, 2].map(() => sentence(tongue, random, PARAGRAPH_WORDS / 3)).join(tongue.gap) + told;
      blocks.push(told === '' && language !== 'ja' ? decorated(text, random) : paragraph(text));
    }
    for (const quote of quotes.slice(blocks.length))
      blocks.push(paragraph(`${capitalised(quote.source)} ${quote.cue}: ${quote.exact}${tongue.stop}`));
    const title = capitalised(tongue.words(random, 4).join(tongue.gap));
    const items = [0, 1, 2].map(() => sentence(tongue, random, 6));
    const spoken = sentence(tongue, random, 14);
    blocks.splice(
      2,
      0,
      { markdown: `## ${title}`, html: `<h2>${title}</h2>\n`, text: title },
      {
        markdown: items.map((item) => `- ${item}`).join('\n'),
        html: `<ul>\n${items.map((item) => `<li>${item}</li>\n`).join('')}</ul>\n`,
        text: items.join('\n'),
      },
      { markdown: `> ${spoken}`, html: `<blockquote>\n<p>${spoken}</p>\n</blockquote>\n`, text: spoken },
    );
    return blocks;
  }

  return {
    sources: Array.from({ length: sources }, (_, place) => source(place)),
    /** How many articles. */
    length: articles,
    article,
    *articles() {
      for (let place = 0; place < articles; place++) yield article(place);
    },
  };
}

/** @param {ReturnType<typeof tongueOf>} tongue @param {() => number} random @param {number} length words */
function sentence(tongue, random, length) {
  return capitalised(tongue.words(random, length).join(tongue.gap)) + tongue.stop;
}
