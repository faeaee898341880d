/**
 * A look at a JSON text before it is parsed: whether it keeps to bounds, and whether two readers could take it for two
 * different documents, by a name that an object has twice or one that means something else to JavaScript.
 */

export interface JsonBounds {
  /** Levels of lists and objects within each other. */
  readonly depthMax: number;
  readonly valuesMax: number;
  /** Names of one object. */
  readonly namesMax: number;
  /** Entries of one list. */
  readonly entriesMax: number;
  /** UTF-16 units of a name. */
  readonly nameLengthMax: number;
}

/** What is wrong, and where (RFC 6901). One that is too much ends the look: what comes behind it was not seen. */
export interface Oddity {
  readonly is: 'too-deep' | 'too-many' | 'odd';
  readonly pointer: string;
  readonly detail: string;
}

interface Level {
  readonly isList: boolean;
  /** The names so far, where there are any. */
  names: Set<string> | null;
  /** What the value that is being read is called within this level. */
  step: string | number;
  isName: boolean;
}

/** Walks over a text without building anything; gives what is odd about it, if it is JSON at all. */
export function surveyJson(
  text: string,
  { depthMax, valuesMax, namesMax, entriesMax, nameLengthMax }: JsonBounds,
): Oddity | null {
  const levels: Level[] = [];
  let level: Level | undefined;
  let oddity: Oddity | null = null;
  let values = 0;
  const pointer = () => levels.map(({ step }) => `/${escaped(String(step))}`).join('');
  const refuse = (detail: string) => {
    oddity ??= { is: 'odd', pointer: pointer(), detail };
  };
  /** Of the list or object that is being read. */
  const tooMany = (what: string): Oddity => {
    levels.pop();
    return { is: 'too-many', pointer: pointer(), detail: `holds ${what}` };
  };

  const name = (level: Level, raw: string): Set<string> => {
    level.names ??= new Set();
    const { names } = level;
    level.isName = false;
    level.step = raw.length > nameLengthMax ? `${raw.slice(0, nameLengthMax)}…` : unescaped(raw);
    if (raw.length > nameLengthMax) refuse(`is a name of more than ${nameLengthMax} characters`);
    else if (names.has(level.step)) refuse('is given twice');
    else if (level.step === '__proto__') refuse('is not known here');
    return names.add(level.step);
  };

  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    switch (sign) {
      case '{':
      case '[':
        if (levels.length === depthMax)
          return {
            is: 'too-deep',
            pointer: pointer(),
            detail: `nests deeper than ${depthMax} levels`,
          };
        level =
          sign === '{'
            ? { isList: false, names: null, step: '', isName: true }
            : { isList: true, names: null, step: 0, isName: false };
        levels.push(level);
        break;
      case '}':
      case ']':
        levels.pop();
        level = levels.at(-1);
        break;
      case ',':
        values += 1;
        if (values > valuesMax)
          return { is: 'too-many', pointer: '', detail: `holds more than ${valuesMax} values` };
        if (level?.isList) {
          level.step = Number(level.step) + 1;
          if (level.step >= entriesMax) return tooMany(`more than ${entriesMax} entries`);
        } else if (level) level.isName = true;
        break;
      case '"': {
        const end = endOfText(text, at);
        if (level?.isName) {
          const names = name(level, text.slice(at + 1, end));
          if (names.size > namesMax) return tooMany(`more than ${namesMax} names`);
        }
        at = end;
        break;
      }
    }
  }
  return oddity;
}

/** The place of the quotation mark that ends a text. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

function unescaped(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw; // it is no JSON, as will be found
  }
}

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');
