/**
 * HTML as CommonMark, which bodies are stored as: with tables and strikethrough (GitHub Flavored Markdown), without
 * scripts, forms and frames, and with every target absolute. Text comes out as the text that it was.
 */
import TurndownService from 'turndown';
import { type DomElement, type DomNode, parseFragment } from './dom.js';
import { emphasise, escapePiece } from './markdown-marks.js';

const LEFT_OUT = [
  'script',
  'style',
  'noscript',
  'template',
  'iframe',
  'object',
  'embed',
  'form',
  'button',
  'svg',
  'math',
];

/** What CommonMark has nothing for: only the text in it counts. */
const PLAIN = 'span, font, small, big, abbr, time, u, mark, cite, a:not([href])';

const service = new TurndownService({
  headingStyle: 'atx',
  hr: '---',
  bulletListMarker: '-',
  codeBlockStyle: 'fenced',
});
service.remove(LEFT_OUT as never);
service.addRule('strikethrough', {
  filter: ['del', 's', 'strike'] as never,
  replacement: (content, node) => emphasise(content, node as unknown as DomElement, '~~'),
});
service.addRule('table', {
  filter: 'table',
  replacement: (content, node) => `\n\n${tableOf(node as unknown as DomElement) ?? content}\n\n`,
});
service.addRule('strong', {
  filter: ['strong', 'b'] as never,
  replacement: (content, node) => emphasise(content, node as unknown as DomElement, '**'),
});
service.addRule('emphasis', {
  filter: ['em', 'i'] as never,
  replacement: (content, node) => emphasise(content, node as unknown as DomElement, '*'),
});
service.escape = escapePiece;

/** CommonMark for a piece of HTML; addresses in it are taken relative to `base`. Throws as `parseFragment` does. */
export const htmlToMarkdown = (html: string, base?: string): string => toMarkdown(parseFragment(html), base);

/** CommonMark for what is within an element, which is changed by it. */
function toMarkdown(root: DomElement, base?: string): string {
  for (const plain of [...root.querySelectorAll(PLAIN)]) plain.replaceWith(...plain.childNodes);
  root.normalize(); // text that stands together is escaped together
  for (const link of root.querySelectorAll('a[href]')) absolute(link, 'href', base, /^(?:https?|mailto):/i);
  for (const image of root.querySelectorAll('img[src]')) absolute(image, 'src', base, /^https?:/i);
  return service.turndown(root as never).trim();
}

/** The text of a piece of HTML on one line. Throws as `parseFragment` does. */
export function htmlToLine(html: string): string {
  if (!/[<&]/.test(html)) return html.replace(/\s+/gu, ' ').trim();
  const body = parseFragment(html);
  for (const element of body.querySelectorAll(LEFT_OUT.join())) element.remove();
  return (body.textContent ?? '').replace(/\s+/gu, ' ').trim();
}

function absolute(element: DomElement, name: string, base: string | undefined, allowed: RegExp): void {
  const target = (element.getAttribute(name) ?? '').trim();
  const url = URL.canParse(target, base) ? new URL(target, base).href : '';
  element.setAttribute(name, allowed.test(url) ? url : '');
}

/** A table that a reader reads by rows and columns; null for one that only lays things out. */
function tableOf(table: DomElement): string | null {
  if (table.querySelector('table, ul, ol, pre, blockquote, h1, h2, h3, h4, h5, h6') !== null) return null;
  const rows = [...table.querySelectorAll('tr')].map((row) =>
    [...row.children].filter(({ nodeName }) => /^T[HD]$/.test(nodeName)),
  );
  const columns = Math.max(0, ...rows.map((cells) => cells.length));
  if (rows.length < 2 || columns < 2) return null;
  const [header = [], ...body] = rows.map((cells) =>
    Array.from({ length: columns }, (_, at) => (cells[at] === undefined ? '' : cellOf(cells[at]))),
  );
  const lines = [header, Array.from({ length: columns }, () => '---'), ...body];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const cellOf = (cell: DomElement & DomNode): string =>
  service
    .turndown(cell as never)
    .replace(/\s+/gu, ' ')
    .replace(/\|/g, '\\|')
    .trim();
