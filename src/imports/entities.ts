/**
 * HTML character references, as they are left over in front matter that was once HTML, turned into the characters meant.
 * Numbers all, names only the typographic ones that such text holds; what is not known stays as it is written.
 */

const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  hellip: '…',
  bull: '•',
  middot: '·',
  copy: '©',
  reg: '®',
  trade: '™',
  deg: '°',
  euro: '€',
  pound: '£',
  frac12: '½',
  aacute: 'á',
  eacute: 'é',
  iacute: 'í',
  oacute: 'ó',
  uacute: 'ú',
  ntilde: 'ñ',
  ccedil: 'ç',
  atilde: 'ã',
  otilde: 'õ',
};

const REPLACEMENT = '\ufffd';
// Written out: TextDecoder of Node 20 takes windows-1252 for Latin-1.
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** The text with its character references decoded once: `&amp;mdash;` becomes `&mdash;`. */
export const decodeEntities = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+\d*));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return (Object.hasOwn(named, name) && named[name]) || whole;
    return character(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });

/** Text that was read as Latin-1 and is windows-1252, which all that call themselves Latin-1 are. */
export const fromWindows1252 = (text: string): string =>
  text.replace(/[\u0080-\u009f]/g, (unit) => windows1252.charAt(unit.charCodeAt(0) - 0x80));

/** As HTML reads numbers: 128 to 159 mean Windows-1252, and what is no character is a replacement character. */
function character(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return windows1252.charAt(code - 0x80);
  const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return valid ? String.fromCodePoint(code) : REPLACEMENT;
}
