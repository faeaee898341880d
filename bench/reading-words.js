/**
 * Words for made-up news: a lexicon per language whose words are as frequent as Zipf's law says of a real one, and
 * numbers that are random to the eye and the same in every run.
 */

const VOCABULARY = 20_000; // distinct words of a language; a newspaper's month has about as many
const VOCABULARY_SMALL = 4_000; // of a language that few articles are in
const SLOTS = 2 ** 20; // one draw picks one of these: enough for the rarest word to have one
const COMMON_MAX = 60; // ranks of a language's grammar; what stands behind them means something

/** Of English, the words that every text is full of, in their order, and some of those that news is made of. */
const ENGLISH_GRAMMAR =
  'the of to and in a for that on is was with as by it at from be has its are an will have had not but were been they which who their this or more would about after he also than up one could we new over some other into his she if when all';
const ENGLISH_NEWS =
  'government minister police market court president election report company council health people budget school energy climate border party water trade union city storm river bank price strike league harbour forest grain rail bridge vote law tax museum hospital factory island parliament treaty research festival winter summer army refugee satellite vaccine housing mayor senate coach champion orchestra volcano earthquake';

/** What the words of a language are put together from: beginnings and middles, and endings. */
const SYLLABLES = {
  en: [
    'ba con der el fi gra han in jo ker la mor ne pol qua ris sta tre ul ver wen',
    'al ed er ing ion ly ment ness ows ter tic um ure',
  ],
  de: [
    'ab auf be bür da ent er fer ge hoch kla kör ler mün nach schu sta ver vor wert',
    'bar chen e en heit ig isch keit lich ner schaft te ung',
  ],
  es: [
    'a bar ca de en fa gue ha i ju lla ma ne ó par que ro sa ti va',
    'ado al ante ción dad ero eza ía ico mente o oso ura',
  ],
  uk: [
    'бе ви го да єв жа зе і ки ли мо на об пе ро сі ті у хо че',
    'а ання ець ий ість ка не ння ок ом ський ти ура',
  ],
  ja: [
    '会 国 政 府 経 済 市 場 東 京 大 学 水 道 警 察 選 挙 予 算',
    '化 性 者 力 員 法 部 長 所 線 語 感 さん',
  ],
};

/** The share of articles in each language; the sum is 1. */
const SHARES = { en: 0.72, de: 0.08, es: 0.08, uk: 0.06, ja: 0.06 };

/** @typedef {keyof typeof SYLLABLES} Language */
/** @typedef {() => number} Random a number from 0 up to 1, as Math.random */

/**
 * Numbers that follow from a list of numbers (sfc32): the n-th article is the same whichever were made before it.
 * @param {...number} seeds
 * @returns {Random}
 */
export function randomFrom(...seeds) {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const next = () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (const seed of seeds) {
    a = (a ^ seed) | 0;
    for (let count = 0; count < 8; count++) next();
  }
  return next;
}

/** @param {Random} random @param {number} length */
export const below = (random, length) => Math.floor(random() * length);

/** @template Item @param {Random} random @param {readonly Item[]} items @returns {Item} */
export const pick = (random, items) => /** @type {Item} */ (items[below(random, items.length)]);

/** A place in a list of `length`, the first ones more often, the n-th as often as 1/n. @param {Random} random */
export const pickEarly = (random, length = 1) =>
  Math.min(length - 1, Math.floor((length + 1) ** random()) - 1);

/** @param {Language} language @param {number} size */
function lexiconOf(language, size) {
  const [beginnings = [], endings = []] = SYLLABLES[language].map((list) => list.split(' '));
  const random = randomFrom(language.charCodeAt(0), language.charCodeAt(1));
  const words = new Set(language === 'en' ? `${ENGLISH_GRAMMAR} ${ENGLISH_NEWS}`.split(' ') : []);
  while (words.size < size) {
    // As in real languages the frequent words are the short ones.
    const parts = words.size < 5_000 ? 1 + below(random, 2) : 2 + below(random, 2);
    const beginning = Array.from({ length: parts }, () => pick(random, beginnings)).join('');
    words.add(words.size < COMMON_MAX ? beginning : beginning + pick(random, endings));
  }
  return [...words];
}

/** A table in which each word has as many slots as it is frequent. @param {number} size */
function slotsOf(size) {
  const weights = Array.from({ length: size }, (_, rank) => 1 / (rank + 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const slots = new Uint16Array(SLOTS);
  let filled = 0;
  let reached = 0;
  for (const [rank, weight] of weights.entries()) {
    reached += weight;
    const until = Math.max(filled + 1, Math.round((reached / whole) * SLOTS));
    slots.fill(rank, filled, until);
    filled = Math.min(until, SLOTS);
  }
  return slots;
}

const slotsBySize = new Map([VOCABULARY, VOCABULARY_SMALL].map((size) => [size, slotsOf(size)]));

/** @type {Map<Language, ReturnType<typeof makeTongue>>} */
const tongues = new Map();

/** @param {Language} language */
function makeTongue(language) {
  const size = language === 'en' ? VOCABULARY : VOCABULARY_SMALL;
  const words = lexiconOf(language, size);
  const slots = /** @type {Uint16Array} */ (slotsBySize.get(size));
  const [gap, stop] = language === 'ja' ? ['', '。'] : [' ', '.'];
  const word = (/** @type {Random} */ random) => words[slots[below(random, SLOTS)] ?? 0] ?? '';
  return {
    gap,
    stop,
    word,
    /** A word that is no grammar. */
    topic(/** @type {Random} */ random) {
      for (;;) {
        const rank = slots[below(random, SLOTS)] ?? 0;
        if (rank >= COMMON_MAX) return words[rank] ?? '';
      }
    },
    words: (/** @type {Random} */ random, /** @type {number} */ length) =>
      Array.from({ length }, () => word(random)),
  };
}

/** How a language is spoken. @param {Language} language */
export function tongueOf(language) {
  const known = tongues.get(language) ?? makeTongue(language);
  tongues.set(language, known);
  return known;
}

/** The language of an article. @param {Random} random @returns {Language} */
export function languageOf(random) {
  let left = random();
  for (const [language, share] of /** @type {[Language, number][]} */ (Object.entries(SHARES))) {
    left -= share;
    if (left < 0) return language;
  }
  return 'en';
}

/** @param {string} text */
export const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);
