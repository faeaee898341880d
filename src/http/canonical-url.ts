/**
 * One spelling for all URLs that ask for the same: the path and the query alone, parameters sorted by name, each encoded
 * in one way. Prepared answers are shared by it, and links are made from it.
 */

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
/** Begins the query; the router takes a `#`, which no client should send, for one too. */
const QUERY_MARK = /[?#]/;

/**
 * @param url what a request asks for: a path with a query, or an address in full, as a proxy sends it
 * What is given twice stays so, in its order; what cannot be decoded is taken for the characters it is made of, as the
 * reader of queries takes it.
 */
export function canonicalUrl(url: string): string {
  const local = url.startsWith('/') ? url : url.replace(ORIGIN, '');
  const mark = local.search(QUERY_MARK);
  if (mark < 0) return local || '/';
  const path = local.slice(0, mark) || '/';
  const parameters = local
    .slice(mark + 1)
    .split('&')
    .filter((part) => part !== '')
    .map(canonicalParameter);
  if (parameters.length === 0) return path;
  if (parameters.length > 1) parameters.sort(byName);
  return `${path}?${parameters.map(({ text }) => text).join('&')}`;
}

interface Parameter {
  readonly name: string;
  readonly text: string;
}

/** Sorting is stable, so that what is given twice keeps its order. */
const byName = (one: Parameter, other: Parameter): number =>
  one.name < other.name ? -1 : one.name > other.name ? 1 : 0;

function canonicalParameter(part: string): Parameter {
  const at = part.indexOf('=');
  const name = encode(at < 0 ? part : part.slice(0, at));
  return { name, text: `${name}=${at < 0 ? '' : encode(part.slice(at + 1))}` };
}

function encode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  // A comma and a colon may stand in a query as they are, and a link with them can be read.
  return encodeURIComponent(decoded(spaced)).replaceAll('%2C', ',').replaceAll('%3A', ':');
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
