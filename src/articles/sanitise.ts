/**
 * The only HTML that leaves the house: a strict list of tags, attributes and schemes.
 * What is not on the list loses its markup and keeps its text.
 */
import sanitizeHtml from 'sanitize-html';

const ALIGNMENT = /^text-align:(?:left|center|right)$/;

/** A cell keeps its alignment and no other style. Checked here: a CSS parser for each cell would cost seconds. */
const keepAlignment: sanitizeHtml.Transformer = (tagName, { style, ...attribs }) => ({
  tagName,
  attribs: style !== undefined && ALIGNMENT.test(style) ? { ...attribs, style } : attribs,
});

const options: sanitizeHtml.IOptions = {
  allowedTags: [
    ...['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'hr', 'section'],
    ...['ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
    ...['a', 'img', 'em', 'strong', 's', 'code', 'br', 'sup'],
  ],
  allowedAttributes: {
    a: ['href', 'title', 'id'],
    img: ['src', 'alt', 'title'],
    li: ['id'],
    ol: ['start'],
    td: ['style'],
    th: ['style'],
  },
  allowedClasses: {
    a: ['footnote-backref'],
    code: ['language-*'],
    hr: ['footnotes-sep'],
    li: ['footnote-item'],
    ol: ['footnotes-list'],
    section: ['footnotes'],
    sup: ['footnote-ref'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['http', 'https'] },
  allowProtocolRelative: false,
  parseStyleAttributes: false,
  transformTags: { td: keepAlignment, th: keepAlignment },
};

const WORDS = '[^<>&]*(?:&(?:amp|lt|gt|quot);[^<>&]*)*';
/** Headings and paragraphs of words, some of them emphasised, and nothing else: no attribute, and no tag left open. */
const PLAIN = new RegExp(`^(?:<(p|h[1-6])>${WORDS}(?:<(em|strong)>${WORDS}</\\2>${WORDS})*</\\1>\\n)*$`);

/**
 * Safe HTML for any HTML. Sanitising twice changes nothing. What is plain is safe as it stands, and the sanitiser would only
 * write its quotation marks as they are; to find that out takes a hundredth of the time.
 */
export const sanitise = (html: string): string =>
  PLAIN.test(html) ? html.replaceAll('&quot;', '"') : sanitizeHtml(html, options);
