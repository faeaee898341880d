/**
 * HTML as a tree that can be walked, bounded: what nests or goes on without end is refused before anything looks at it,
 * since those who look at each element look at all below it. Nothing in it is run or fetched.
 */
import { parseHTML } from 'linkedom';
import { ClaimwireError } from '../kernel/errors.js';

const DEPTH_MAX = 250; // the deepest news page seen has 40
const ELEMENTS_MAX = 50_000; // the largest news page seen has 9,000

/** What is used of a node of the DOM. */
export interface DomNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly parentNode: DomElement | null;
  readonly firstChild: DomNode | null;
  readonly nextSibling: DomNode | null;
  readonly childNodes: Iterable<DomNode>;
  textContent: string | null;
}

/** What is used of an element. */
export interface DomElement extends DomNode {
  readonly children: Iterable<DomElement>;
  readonly innerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
  remove(): void;
  replaceWith(...nodes: DomNode[]): void;
  normalize(): void;
}

/** What is used of a document. */
export interface DomDocument extends DomElement {
  readonly documentElement: DomElement;
  readonly head: DomElement;
  readonly body: DomElement;
}

/** A page. Throws ClaimwireError `unreadable-file` where it is deeper or has more elements than any page of news. */
export function parsePage(html: string): DomDocument {
  const document = parseHTML(html).document as unknown as DomDocument;
  assertBounded(document);
  return document;
}

/** The body of a page that holds this piece of HTML. Throws as `parsePage` does. */
export const parseFragment = (html: string): DomElement =>
  parsePage(`<!doctype html><html><head></head><body>${html}</body></html>`).body;

/** Walks on without a stack of its own; an element at the root may have others beside it. */
function assertBounded({ documentElement }: DomDocument): void {
  let depth = 0;
  let elements = 0;
  let node: DomNode | null = documentElement;
  while (node !== null) {
    elements += Number(node.nodeType === 1);
    if (depth > DEPTH_MAX) throw tooMuch(`elements nested at most ${DEPTH_MAX} deep`, 'deeper ones');
    if (elements > ELEMENTS_MAX) throw tooMuch(`at most ${ELEMENTS_MAX} elements`, 'more');
    if (node.firstChild !== null) {
      node = node.firstChild;
      depth += 1;
      continue;
    }
    while (node !== null && node.nextSibling === null) {
      node = depth > 0 ? node.parentNode : null;
      depth -= 1;
    }
    node = node?.nextSibling ?? null;
  }
}

const tooMuch = (expected: string, found: string) =>
  new ClaimwireError('unreadable-file', `expected HTML with ${expected}, found ${found}`);
