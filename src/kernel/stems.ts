/**
 * Stems: the part of a word that its forms share, by the language of the text it stands in.
 *
 * English and Russian by Snowball's stemmers. Arabic by the prefixes and suffixes of Larkey's light stemming ("Light
 * Stemming for Arabic Information Retrieval", 2007), with each taken off once, so that a word has one stem with and without
 * its article. Ukrainian by the endings of its declensions and past tenses. What is stemmed is only compared, never shown.
 */
import { stemmer as english } from '@orama/stemmers/english';
import { stemmer as russian } from '@orama/stemmers/russian';
import { foldLetters, lower } from './letters.js';

/** How a text is stemmed; `plain` is not. */
export const manners = ['plain', 'en', 'ru', 'uk', 'ar'] as const;
export type Manner = (typeof manners)[number];

/** The manner for a BCP 47 tag. */
export function mannerOf(language: string): Manner {
  const [primary = ''] = language.toLowerCase().split('-', 1);
  return manners.find((manner) => manner === primary) ?? 'plain';
}

const STEM_LENGTH_MIN = 3; // letters that an ending must leave

const UKRAINIAN_ENDINGS =
  /(?:ього|ьому|ими|іми|ами|ями|ого|ому|ові|еві|єві|ією|ьою|ила|ило|или|ала|ало|али|ити|ати|ють|уть|ять|ить|ого|ою|ею|єю|ах|ях|ам|ям|ом|ем|єм|им|ім|їм|их|іх|їх|ий|ій|їй|ів|їв|ей|ив|ав|а|я|у|ю|і|ї|и|е|є|о|ь)$/;

const ukrainian = (word: string): string => {
  const stem = word.replace(UKRAINIAN_ENDINGS, '');
  return stem.length >= STEM_LENGTH_MIN ? stem : word;
};

const ARABIC_ARTICLE = /^(?:[وف]?[بك]?ال|[وف]?لل)(?=.{3})/;
const ARABIC_PREFIX = /^[وفبلك](?=.{4})/; // and, so, by, for, as: only before a word that is long without it
const ARABIC_SUFFIX = /(?<=.{3})(?:ها|ان|ات|ون|ين|يه|ه|ي)$/;

const arabic = (word: string): string =>
  foldLetters(word).replace(ARABIC_ARTICLE, '').replace(ARABIC_PREFIX, '').replace(ARABIC_SUFFIX, '');

/** For each manner the script of its words, and what makes the stem of one in lower case. */
const stemmers: Readonly<Record<Exclude<Manner, 'plain'>, readonly [RegExp, (word: string) => string]>> = {
  en: [/^[\p{sc=Latn}\p{N}\p{M}]+$/u, english],
  ru: [/^[\p{sc=Cyrl}\p{M}]+$/u, (word) => russian(word.replaceAll('ё', 'е'))],
  uk: [/^[\p{sc=Cyrl}\p{M}]+$/u, ukrainian],
  ar: [/^[\p{sc=Arab}\p{M}\u0640]+$/u, arabic],
};

/** A word as it is compared: its stem, and all of it. */
export interface Word {
  readonly term: string;
  readonly form: string;
}

const TERM_LENGTH_MAX = 40; // UTF-16 units; what is longer is no word of a language, and is compared by its beginning
const WORDS_KEPT_MAX = 50_000; // of a manner: the whole living vocabulary of a language, some megabytes
const kept = new Map<Manner, Map<string, Word>>();

/** A function that gives words as texts of some manner have them. Words of other scripts have no stem but themselves. */
export function wordsOf(manner: Manner): (word: string) => Word {
  const words = kept.get(manner) ?? new Map<string, Word>();
  kept.set(manner, words);
  return (word) => {
    const known = words.get(word);
    if (known !== undefined) return known;
    const made = makeWord(word, manner);
    if (words.size >= WORDS_KEPT_MAX) words.clear();
    if (word.length <= TERM_LENGTH_MAX) words.set(word, made);
    return made;
  };
}

function makeWord(word: string, manner: Manner): Word {
  const form = cut(foldLetters(word));
  if (manner === 'plain') return { term: form, form };
  const [script, stemmer] = stemmers[manner];
  const letters = cut(lower(word));
  return { term: (script.test(letters) && foldLetters(stemmer(letters))) || form, form };
}

const cut = (word: string): string =>
  word.length <= TERM_LENGTH_MAX ? word : word.slice(0, TERM_LENGTH_MAX).replace(/[\ud800-\udbff]$/, '');
