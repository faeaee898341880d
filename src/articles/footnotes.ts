/**
 * Footnotes, `[^1]` and `^[inline]`, in time and space linear in the body.
 * The plugin knows the syntax; two of its steps are quadratic on hostile input and are done here instead.
 */
import type { MarkdownIt, StateCore, StateInline, Token } from 'markdown-it';
import footnotePlugin from 'markdown-it-footnote';

export const FOOTNOTE_LABEL_LENGTH_MAX = 100; // else each `[^` would look for its `]` to the end of the body
export const BACK_REFERENCES_MAX = 20; // links from one note back to its mentions; more only swell the page

interface Note {
  readonly label?: string;
  readonly count?: number;
  readonly content?: string;
  readonly tokens?: Token[];
}

interface Definition {
  readonly label: string;
  readonly tokens: Token[];
}

/** Teaches a parser footnotes. Definitions that nothing refers to are left out, as is usual. */
export function footnotes(md: MarkdownIt): void {
  md.use(footnotePlugin);
  md.inline.ruler.before('footnote_ref', 'footnote_label_bound', longLabelIsText);
  md.core.ruler.at('footnote_tail', gatherNotes);
}

function longLabelIsText(state: StateInline, silent: boolean): boolean {
  if (!state.src.startsWith('[^', state.pos)) return false;
  const label = state.src.slice(state.pos + 2, state.pos + 3 + FOOTNOTE_LABEL_LENGTH_MAX);
  if (/[\] \n]/.test(label)) return false;
  if (!silent) state.pending += '[';
  state.pos += 1; // one unit only: a link label counts its brackets one by one
  return true;
}

/** Moves what the definitions hold to the end of the document, in the order of first mention. */
function gatherNotes(state: StateCore): void {
  const footnotes = state.env.footnotes as { list?: Note[] } | undefined;
  if (footnotes === undefined) return;
  const { body, definitions } = separate(state.tokens);
  state.tokens = body;
  if (footnotes.list === undefined) return;

  const add = (type: string, nesting: -1 | 0 | 1, meta: Record<string, unknown> | null = null) => {
    const token = new state.Token(type, '', nesting);
    token.meta = meta;
    body.push(token);
  };
  add('footnote_block_open', 1);
  footnotes.list.forEach((note, id) => {
    const { label } = note;
    add('footnote_open', 1, { id, label });
    const content = note.tokens ? inlineNote(state, note) : (definitions.get(label ?? '') ?? []);
    for (const token of content) body.push(token);
    const closing = body.at(-1)?.type === 'paragraph_close' ? body.pop() : undefined;
    const backReferences = Math.min(note.count || 1, BACK_REFERENCES_MAX);
    for (let subId = 0; subId < backReferences; subId += 1) add('footnote_anchor', 0, { id, subId, label });
    if (closing) body.push(closing);
    add('footnote_close', -1);
  });
  add('footnote_block_close', -1);
}

/** The tokens outside all definitions, and those of each definition; one inside another is a note of its own. */
function separate(tokens: Token[]): { body: Token[]; definitions: Map<string, Token[]> } {
  const body: Token[] = [];
  const definitions = new Map<string, Token[]>();
  const open: Definition[] = [];
  for (const token of tokens) {
    if (token.type === 'footnote_reference_open') {
      open.push({ label: String(token.meta?.label), tokens: [] });
    } else if (token.type === 'footnote_reference_close') {
      const definition = open.pop();
      if (definition) definitions.set(definition.label, definition.tokens);
    } else {
      (open.at(-1)?.tokens ?? body).push(token);
    }
  }
  return { body, definitions };
}

function inlineNote(state: StateCore, note: Note): Token[] {
  const opening = new state.Token('paragraph_open', 'p', 1);
  const inline = new state.Token('inline', '', 0);
  const closing = new state.Token('paragraph_close', 'p', -1);
  opening.block = true;
  closing.block = true;
  inline.content = note.content ?? '';
  inline.children = note.tokens ?? [];
  return [opening, inline, closing];
}
