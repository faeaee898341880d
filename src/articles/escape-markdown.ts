/**
 * Plain text as CommonMark that renders to exactly this text. A character is escaped only where it would act as
 * markup, so that ordinary prose stays as readable as it was.
 */

/** What would act as markup anywhere in a line, and what stands for it. */
const INLINE: ReadonlyArray<readonly [RegExp, string]> = [
  [/\\(?=[!-/:-@[-`{-~])/g, '\\\\'],
  [/`/g, '\\`'],
  [/\*(?<! \*(?= |$))/g, '\\*'], // an asterisk between spaces is no emphasis
  [/_(?<! _(?= |$))(?<![\p{L}\p{N}]_(?=[\p{L}\p{N}]))/gu, '\\_'], // nor is an underscore between letters
  [/~(?=~)|(?<=~)~/g, '\\~'],
  [/\[(?=\^)/g, '\\['],
  [/\^(?=\[)/g, '\\^'],
  [/\](?=[([])/g, '\\]'],
  [/<(?=[a-z/!?])/gi, '\\<'],
  [/&(?=#?[a-z\d]+;)/gi, '\\&'],
];

/** What would begin a block, and so acts as markup only at the start of a line. */
const BLOCK: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(?=#{1,6}(?: |$))/, '\\'],
  [/^(?=>)/, '\\'],
  [/^(?=[-+](?: |$))/, '\\'],
  [/^(?=-[- ]+$)/, '\\'],
  [/^(\d{1,9})(?=[.)](?: |$))/, '$1\\'],
  [/^(?=\[.*\]:)/s, '\\'],
];

/** Escapes one paragraph. Whitespace runs, line ends among them, become one space; none stays at either end. */
export function escapeMarkdown(text: string): string {
  const line = text.replace(/[ \t\n\f\r]+/g, ' ').replace(/^ | $/g, '');
  return [...INLINE, ...BLOCK].reduce(
    (result, [markup, substitute]) => result.replace(markup, substitute),
    line,
  );
}
