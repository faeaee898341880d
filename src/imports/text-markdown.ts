/** Plain text as CommonMark that renders to its paragraphs and nothing else. */
import { escapeMarkdown } from '../articles/escape-markdown.js';

/** Paragraphs stand apart by blank lines; line ends within them become spaces. */
export const textToMarkdown = (text: string): string =>
  text
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .map((paragraph) => escapeMarkdown(paragraph))
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
