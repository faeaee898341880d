/**
 * Texts of collections as Claimwire has them: names in a line, bodies as CommonMark, places in the plain text of a body.
 */
import { escapeMarkdown } from '../../dist/src/articles/escape-markdown.js';
import { anchorAt } from '../../dist/src/claims/anchor.js';
import { NAME_LENGTH_MAX } from '../../dist/src/kernel/fields.js';

const COLLAPSED = /^[ \t\f\r]$/; // as HTML does, so that a no-break space is a character like any other
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no text may hold
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;
const CONTROLS = new RegExp(CONTROL.source, 'g');
const BLANKS = 2; // line feeds that stand between two paragraphs of the plain text

/** A date of a day as an instant: its beginning in UTC; null for none. @param {string | undefined} date `2024-10-18` */
export const startOfDay = (date) => (date === undefined ? null : `${date}T00:00:00Z`);

/** Text without what none may hold. @param {string} text */
export const withoutControls = (text) => text.replace(CONTROLS, '');

/** Text in one line. @param {string} text */
export const inOneLine = (text) => text.replace(/\s+/gu, ' ').trim();

/**
 * Text of at most `max` UTF-16 units, cut behind a word. @param {string} text @param {number} [max]
 */
export function shortened(text, max = NAME_LENGTH_MAX) {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  return `${cut.slice(0, cut.lastIndexOf(' ') + 1 || max - 1).trimEnd()}…`;
}

/**
 * @typedef {object} Body
 * @property {string} markdown each line of the text a paragraph
 * @property {string} plain what it renders to
 * @property {(spans: [number, number][]) => ReturnType<typeof anchorAt> | null} placeOf where spans of the text stand in
 *   `plain`, from the first to the last of them; spans are in code points; null where there is no word in them
 */

/** The body of an article, from plain text. @param {string} text @returns {Body} */
export function bodyOf(text) {
  let plain = '';
  let separator = '';
  const places = new Int32Array(text.length); // of each UTF-16 unit of the text in `plain`; -1 where it leaves none
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at);
    places[at] = -1;
    if (CONTROL.test(unit)) continue;
    if (unit === '\n') separator = '\n'.repeat(BLANKS);
    else if (COLLAPSED.test(unit)) separator ||= ' ';
    else {
      if (plain !== '') plain += separator;
      separator = '';
      places[at] = plain.length;
      plain += unit;
    }
  }
  return {
    markdown: plain
      .split('\n'.repeat(BLANKS))
      .map((line) => escapeMarkdown(line))
      .join('\n\n'),
    plain,
    placeOf(spans) {
      const [from, to] = [spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0];
      const found = places.subarray(unitAt(text, from), unitAt(text, to)).filter((place) => place >= 0);
      const [start, last] = [found[0], found.at(-1)];
      if (start === undefined || last === undefined) return null;
      const words = plain.slice(start, last + 1);
      const trimmed = words.trim();
      if (trimmed === '') return null;
      const begin = start + words.indexOf(trimmed);
      return anchorAt(plain, { start: begin, end: begin + trimmed.length });
    },
  };
}

/** The UTF-16 unit at which a code point stands. @param {string} text @param {number} point */
function unitAt(text, point) {
  let unit = 0;
  for (let at = 0; at < point && unit < text.length; at++)
    unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  return unit;
}

/** Whether spans of code points follow each other with nothing but white space between. @param {string} text @param {[number, number][]} spans */
export const areTogether = (text, spans) =>
  spans.every(([from], place) => {
    const before = spans[place - 1];
    return (
      before === undefined ||
      (before[1] <= from && text.slice(unitAt(text, before[1]), unitAt(text, from)).trim() === '')
    );
  });
