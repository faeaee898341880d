/**
 * The plain text of an article, and where each of its characters stands in the HTML. Anchors count in this text.
 * Both come from one scan over sanitised HTML, so that they cannot disagree. Linear time.
 *
 * Between two words stands the strongest of what separates them: a blank line between blocks, a line end between
 * list items, table rows and at `<br>`, a tab between cells, else one space. The text neither starts nor ends
 * with whitespace; whitespace is what HTML collapses, so a no-break space is a character like any other.
 * `<pre>` keeps its whitespace. Images, rules, and the marks that lead to footnotes and back leave no trace.
 */

/** A text and its way back. `htmlOffset` takes a position from 0 to the length of the text. */
export interface PlainText {
  readonly text: string;
  htmlOffset(position: number): number;
}

/** Words between single spaces are one token: most of a text is, and to look at each of them takes ten times as long. */
const TOKEN =
  /<(\/?)([a-z][a-z0-9]*)([^<>]*)>|&(amp|lt|gt|quot);|[ \t\n\f\r]+|[^<& \t\n\f\r]+(?: [^<& \t\n\f\r]+)*|[<&]/g;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
/** The attributes of an element that leaves no trace in the text: a mark that leads to a footnote or back. */
export const HIDDEN = /class="footnote-(?:ref|backref)"/;

/** What a boundary of each tag puts between two texts, where it is the outermost one that they do not share. */
const SEPARATORS = new Map([
  ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'ul', 'ol', 'table', 'section', 'hr'].map(
    (tag) => [tag, '\n\n'] as const,
  ),
  ...['li', 'thead', 'tbody', 'tr', 'br'].map((tag) => [tag, '\n'] as const),
  ...['th', 'td'].map((tag) => [tag, '\t'] as const),
]);
const VOID = new Set(['hr', 'br']);
const STRENGTH = ['', ' ', '\t', '\n', '\n\n'];

/**
 * The plain text of sanitised HTML, with the offset in the HTML (UTF-16 units, as all positions) of each character:
 * of the character itself or of the entity that stands for it. A separator has the offset at which the text before
 * it ends, and so has the end of the text.
 */
export function plainText(html: string): PlainText {
  const writer = createWriter();
  const blocks: string[] = [];
  let hiddenIn = '';
  for (const match of html.matchAll(TOKEN)) {
    const [token, slash, tag, attributes, entity] = match;
    if (tag !== undefined) {
      if (hiddenIn !== '') {
        if (slash !== '' && tag === hiddenIn) hiddenIn = '';
      } else if (HIDDEN.test(attributes ?? '')) hiddenIn = tag;
      else crossTag(tag, slash !== '', blocks, writer);
    } else if (hiddenIn !== '') continue;
    else if (/^[ \t\n\f\r]/.test(token)) {
      if (blocks.at(-1) === 'pre') writer.keep(match.index, token);
      else writer.separate(' ', blocks.length);
    } else
      writer.write(match.index, token.length, entity === undefined ? token : (ENTITIES[entity] ?? token));
  }
  return writer.finish();
}

function crossTag(tag: string, isClosing: boolean, blocks: string[], writer: Writer): void {
  const separator = SEPARATORS.get(tag);
  if (separator === undefined) return;
  if (isClosing && blocks.at(-1) === tag) blocks.pop();
  const isInnerList = (tag === 'ul' || tag === 'ol') && blocks.at(-1) === 'li';
  writer.separate(isInnerList ? '\n' : separator, blocks.length);
  if (!isClosing && !VOID.has(tag)) blocks.push(tag);
}

type Writer = ReturnType<typeof createWriter>;

/** Writes words as they come, and before each word what separates it from the one before. */
function createWriter() {
  let text = '';
  let ended = 0; // where in the HTML the text so far ends
  let separator = '';
  let depth = Number.POSITIVE_INFINITY; // of the outermost boundary since the last word
  let kept: { at: number; whitespace: string } | undefined;
  const textStarts: number[] = [0];
  const htmlStarts: number[] = [0];

  function mark(at: number): void {
    const last = textStarts.length - 1;
    if (at - (htmlStarts[last] ?? 0) === text.length - (textStarts[last] ?? 0)) return;
    textStarts.push(text.length);
    htmlStarts.push(at);
  }

  return {
    separate(candidate: string, at: number): void {
      kept = undefined;
      if (at > depth) return;
      if (at < depth || STRENGTH.indexOf(candidate) > STRENGTH.indexOf(separator)) separator = candidate;
      depth = at;
    },
    keep(at: number, whitespace: string): void {
      kept = { at, whitespace };
    },
    write(at: number, length: number, characters: string): void {
      if (text !== '') {
        for (const unit of separator) {
          mark(ended);
          text += unit;
        }
        if (kept) {
          mark(kept.at);
          text += kept.whitespace;
        }
      }
      mark(at);
      text += characters;
      ended = at + length;
      separator = '';
      depth = Number.POSITIVE_INFINITY;
      kept = undefined;
    },
    finish(): PlainText {
      mark(ended);
      return { text, htmlOffset: (position) => lookUp(position, textStarts, htmlStarts) };
    },
  };
}

/** Between two starts both sides run in step: the last start at or before the position decides. */
function lookUp(position: number, textStarts: readonly number[], htmlStarts: readonly number[]): number {
  let low = 0;
  let high = textStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((textStarts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return (htmlStarts[low] ?? 0) + position - (textStarts[low] ?? 0);
}
