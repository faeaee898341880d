/**
 * CommonMark with tables, strikethrough and footnotes. Raw HTML is text, bare addresses stay bare, quotation marks
 * stay as written. Time is linear in the body, whatever it holds: what could nest without end is bounded here.
 */
import MarkdownIt, { type StateCore, type StateInline } from 'markdown-it';
import { footnotes } from './footnotes.js';

export const BLOCK_NESTING_MAX = 32; // each level costs another pass over its lines; deeper content is left out
export const EMPHASIS_NESTING_MAX = 16; // deeper marks stay as the characters they are
export const TARGETS_LENGTH_MAX = 5_000_000; // ten bodies: a long reference used often must not fill memory

const parser = new MarkdownIt({
  html: false,
  linkify: false,
  typographer: false,
  maxNesting: BLOCK_NESTING_MAX,
}).use(footnotes);

// The sanitiser decides which targets are safe: a refused one loses its target there, but never its text.
parser.validateLink = () => true;
parser.inline.ruler2.after('emphasis', 'emphasis_bound', deepEmphasisIsText);

parser.core.ruler.push('target_bound', limitTargets);

const renderImage = parser.renderer.rules.image;
parser.renderer.rules.image = (tokens, index, options, env, self) => {
  const isWeb = /^https?:/i.test(String(tokens[index]?.attrGet('src') ?? ''));
  return isWeb && renderImage ? renderImage(tokens, index, options, env, self) : '';
};

/** HTML for a CommonMark text. Not yet safe to show: targets of links are as written. */
export const renderMarkdown = (markdown: string): string => parser.render(markdown);

function deepEmphasisIsText(state: StateInline): void {
  let depth = 0;
  for (const token of state.tokens) {
    if (token.tag !== 'em' && token.tag !== 'strong' && token.tag !== 's') continue;
    if (token.nesting > 0) depth += 1;
    const isDeep = depth > EMPHASIS_NESTING_MAX;
    if (token.nesting < 0) depth -= 1;
    if (isDeep) Object.assign(token, { type: 'text', tag: '', nesting: 0, content: token.markup });
  }
}

/** Takes the targets from the links and images beyond TARGETS_LENGTH_MAX; the words of the links stay. */
function limitTargets(state: StateCore): void {
  let length = 0;
  for (const { children } of state.tokens) {
    for (const token of children ?? []) {
      if (token.type !== 'link_open' && token.type !== 'image') continue;
      for (const [, value] of token.attrs ?? []) length += String(value).length;
      if (length > TARGETS_LENGTH_MAX) token.attrs = token.type === 'image' ? [['alt', '']] : null;
    }
  }
}
