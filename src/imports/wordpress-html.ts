/**
 * The text of a WordPress post as HTML. WordPress stores neither of what it shows: paragraphs of classic posts are blank
 * lines until they are shown (its `wpautop`), and captions stand in shortcodes. Comments are what its blocks are marked with.
 */

const BLOCK =
  /^\s*<\/?(?:address|article|aside|blockquote|details|div|dl|fieldset|figure|footer|form|h[1-6]|header|hr|iframe|main|nav|ol|p|pre|script|section|style|table|ul|video|!--)/i;
const CAPTION =
  /\[caption\b[^\]]*\]\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*<\/a>)?)([\s\S]{0,5000}?)\[\/caption\]/g;
const EMBED = /\[embed\b[^\]]*\]\s*(https?:\/\/[^\s[]+)\s*\[\/embed\]/g;

/** HTML as a browser would get it; shortcodes of plugins stay as they are written. */
export function postHtml(content: string): string {
  const html = content
    .replace(
      CAPTION,
      (_whole, image: string, caption: string) =>
        `\n\n<figure>${image}<figcaption>${caption.trim()}</figcaption></figure>\n\n`,
    )
    .replace(EMBED, (_whole, url: string) => `<a href="${url}">${url}</a>`);
  const isMarked = /<!--\s*wp:|<p[\s>]/i.test(html);
  return isMarked ? html : paragraphs(html);
}

/** What stands in `pre` has its lines already. */
function paragraphs(text: string): string {
  let isWithin = false;
  const parts = text.split(/(<\/?pre\b[^>]*>)/i).map((part) => {
    if (/^<\/?pre\b/i.test(part)) {
      isWithin = part[1] !== '/';
      return part;
    }
    return isWithin
      ? part
      : part
          .split(/\n[ \t]*\n\s*/)
          .map(paragraph)
          .join('\n');
  });
  return parts.join('');
}

const paragraph = (text: string): string =>
  text.trim() === '' || BLOCK.test(text) ? text : `<p>${text.trim().replace(/\n/g, '<br>\n')}</p>`;
