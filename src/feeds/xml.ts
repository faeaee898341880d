/**
 * Text in XML 1.0: escaped, and without what no XML document can hold.
 */

/** Characters outside the production `Char` of XML 1.0: U+FFFE and U+FFFF, and control characters such as form feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML cannot hold
const UNSPEAKABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu;
const REPLACEMENT = '\ufffd';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text that stands for itself in XML and in HTML, between tags and in quoted attributes. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);

/** A document with a replacement character where it held what XML cannot. */
export const speakable = (xml: string): string => xml.replace(UNSPEAKABLE, REPLACEMENT);

/** An element that holds text. */
export const element = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`;

const HIDDEN_APOSTROPHE = '&\uffffapos;';

/**
 * Plain text for the feed generator, which takes the five characters `&apos;` of a text for an apostrophe that it has
 * escaped itself. `tidyFeed` brings them back.
 */
export const plain = (text: string): string => text.replaceAll('&apos;', HIDDEN_APOSTROPHE);

/** What the feed generator wrote, without the space that it puts around texts: in an Atom id it would count. */
export const tidyFeed = (xml: string): string =>
  speakable(
    xml
      .replace(/>\n\s*<!\[CDATA\[/g, '><![CDATA[')
      .replace(/\]\]>\n\s*<\//g, ']]></')
      .replaceAll(HIDDEN_APOSTROPHE, '&apos;'),
  );
