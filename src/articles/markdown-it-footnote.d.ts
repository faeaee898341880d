/**
 * The footnote plugin ships no types: it is a function that adds its rules to a parser.
 */
declare module 'markdown-it-footnote' {
  import type { MarkdownIt } from 'markdown-it';

  export default function footnotePlugin(md: MarkdownIt): void;
}
