/**
 * The form in which words are compared when they are searched: no case, no accents, no vowel points, one form for each
 * letter and digit. What is left of a word is letters, marks and digits alone.
 */

/** Accents of European scripts; points and signs of Hebrew and Arabic; the tatweel that only stretches a word. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
const APOSTROPHES = /['’ʼ]/g;

/** Words that are as they are compared already: plain ASCII, and most of what is written in East Asia. */
const PLAIN = /^(?:[a-z0-9]*|[\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff\uac00-\ud7a3]*)$/;

/** Letters that Unicode does not take apart, and digits of other scripts: by what they are typed as. */
const SAME: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
  ...Object.fromEntries(
    [0x0660, 0x06f0, 0x0966].flatMap((zero) =>
      Array.from({ length: 10 }, (_, digit) => [String.fromCodePoint(zero + digit), String(digit)]),
    ),
  ),
};
const SAME_LETTERS = new RegExp(`[${Object.keys(SAME).join('')}]`, 'g');

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
const ASCII = /^[\u0000-\u007f]*$/;

/** Whether a text is ASCII alone, which needs none of what other letters do. */
export const isAscii = (text: string): boolean => ASCII.test(text);

/** A word in lower case, its accents kept: what stemmers read. */
export const lower = (word: string): string =>
  PLAIN.test(word)
    ? word
    : isAscii(word)
      ? word.toLowerCase().replace(APOSTROPHES, '')
      : word.normalize('NFKC').toLowerCase().replace(APOSTROPHES, '');

/** A word as it is compared. Linear time; folding what is folded changes nothing. */
export function foldLetters(word: string): string {
  if (PLAIN.test(word)) return word;
  if (isAscii(word)) return lower(word);
  return lower(word)
    .normalize('NFKD')
    .replace(MARKS, '')
    .normalize('NFC')
    .replace(SAME_LETTERS, (letter) => SAME[letter] ?? letter);
}
