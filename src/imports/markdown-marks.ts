/**
 * What keeps text text when HTML becomes CommonMark. A piece of text may stand anywhere in a line and beside any other piece,
 * so more is escaped than a whole paragraph would need; and emphasis that CommonMark would not see is left out.
 */
import type { DomElement, DomNode } from './dom.js';

const INLINE: ReadonlyArray<readonly [RegExp, string]> = [
  [/[\\`*[\]~]/g, '\\$&'],
  [/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_'],
  [/<(?=[a-z/!?]|$)/gi, '\\<'],
  [/&(?=#?[a-z\d]+;|#?[a-z\d]*$)/gi, '\\&'],
];

/** What begins a block, ends a heading or underlines one, where a line begins or ends with this piece. */
const BLOCK: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(\s*)(?=#{1,6}(?:\s|$)|>|[-+](?:\s|$)|=+\s*$|-[- ]*$|[|:-][-|: ]*$)/, '$1\\'],
  [/^(\s*\d{1,9})(?=[.)](?:\s|$))/, '$1\\'],
  [/(?<=\s)(?=#+\s*$)/, '\\'],
];

/** Escapes a piece of text, whose space at either end stays. */
export const escapePiece = (text: string): string =>
  [...INLINE, ...BLOCK].reduce((result, [markup, substitute]) => result.replace(markup, substitute), text);

/**
 * The content of an element between marks, or without them where they would be seen as text: CommonMark takes a mark for
 * one only by what stands beside it (its rules of flanking), and two that meet for another.
 */
export function emphasise(content: string, node: DomElement, mark: string): string {
  const text = node.textContent ?? '';
  const isSeen =
    content.trim() !== '' &&
    fits(edge(node, 'previousSibling'), text.at(0)) &&
    fits(edge(node, 'nextSibling'), text.at(-1));
  return isSeen ? `${mark}${content}${mark}` : content;
}

type Side = 'previousSibling' | 'nextSibling';
type Neighbour = DomNode & { readonly previousSibling: DomNode | null };

/** The character beside an element; null where another element stands there, which may have marks too. */
function edge(node: DomElement, side: Side): string | null {
  const beside = (node as DomElement & Neighbour)[side];
  if (beside === null)
    return /^(?:EM|I|STRONG|B|DEL|S|STRIKE|SPAN)$/.test(node.parentNode?.nodeName ?? '') ? null : '';
  if (beside.nodeType !== 3) return beside.nodeName === 'BR' ? '' : null;
  return (side === 'nextSibling' ? beside.textContent?.at(0) : beside.textContent?.at(-1)) ?? '';
}

/** Whether a mark between these characters is one. */
function fits(outer: string | null, inner: string | undefined): boolean {
  if (outer === null || inner === undefined) return false;
  const isApart = outer === '' || /[\s\p{P}\p{S}]/u.test(outer);
  return isApart || !/[\p{P}\p{S}]/u.test(inner);
}
