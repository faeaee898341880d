/**
 * The HTML of an article with the quotes of its claims marked. Marks are put around stretches of text only, never around
 * tags: so they nest rightly whatever a quote spans or overlaps, and without them the HTML is what it was.
 *
 * A quote that runs over tags, or that others overlap, becomes several marks. Each names all statements that are made in
 * its words, as three lists in step: the n-th of `data-attribution` belongs to the n-th of `data-claim` and of
 * `data-standing`. So CSS finds them by `mark[data-standing~="disputed"]`, a script by `mark[data-claim~="…"]`.
 */
import type { Article } from '../articles/model.js';
import { HIDDEN, plainText } from '../articles/plain-text.js';
import { ClaimwireError } from '../kernel/errors.js';
import type { Claim, Standing } from './model.js';

export const NAMES_MAX = 20_000; // statements named by all marks together, about 100 bytes each: ten times a dense page

/** A statement in an article's text, from `start` to before `end`, in UTF-16 units of its plain text. */
export interface MarkedQuote {
  readonly claim: string;
  readonly attribution: string;
  readonly standing: Standing;
  readonly exact: string;
  readonly start: number;
  readonly end: number;
}

/** The quotes of claims that stand in this article's text. */
export function quotesIn(article: Pick<Article, 'id'>, claims: readonly Claim[]): MarkedQuote[] {
  return claims.flatMap(({ id, standing, attributions }) =>
    attributions.flatMap(({ id: attribution, article: within, anchor }) => {
      if (within?.id !== article.id || anchor === null || anchor.start === null || anchor.end === null)
        return [];
      const { exact, start, end } = anchor;
      return [{ claim: id, attribution, standing, exact, start, end }];
    }),
  );
}

/**
 * Sanitised HTML with a `<mark>` around each stretch of its text in which a quote stands. A quote that is not where it
 * says, since the text was changed meanwhile, is left out. Linear in the HTML and in what the marks name. Throws
 * `invalid-request` where that is more than NAMES_MAX.
 */
export function markQuotes(html: string, quotes: readonly MarkedQuote[]): string {
  const { text, htmlOffset } = plainText(html);
  const ranges = quotes
    .filter(({ exact, start, end }) => end === start + exact.length && text.startsWith(exact, start))
    .sort((one, other) => one.start - other.start || other.end - one.end)
    .map((quote) => ({ quote, from: htmlOffset(quote.start), to: htmlOffset(quote.end) }))
    .filter(({ from, to }) => from < to);
  if (ranges.length === 0) return html;

  const places = [...new Set(ranges.flatMap(({ from, to }) => [from, to]))].sort((one, other) => one - other);
  const parts: string[] = [];
  let open: typeof ranges = [];
  let place = 0; // the next of `places` to be crossed
  let opened = 0; // how many of `ranges` were opened
  let names = 0;
  let written = 0;

  const cross = (at: number): void => {
    open = open.filter(({ to }) => to > at);
    for (let next = ranges[opened]; next !== undefined && next.from <= at; next = ranges[opened]) {
      if (next.to > at) open.push(next);
      opened += 1;
    }
  };

  for (const { start, end } of stretches(html)) {
    for (let at = start; at < end; ) {
      for (; (places[place] ?? Infinity) <= at; place += 1) cross(places[place] ?? 0);
      const until = Math.min(end, places[place] ?? Infinity);
      if (open.length > 0) {
        names += open.length;
        if (names > NAMES_MAX) throw tooDense();
        parts.push(html.slice(written, at), opening(open), html.slice(at, until), '</mark>');
        written = until;
      }
      at = until;
    }
  }
  parts.push(html.slice(written));
  return parts.join('');
}

const opening = (open: readonly { quote: MarkedQuote }[]): string => {
  const list = (name: 'claim' | 'attribution' | 'standing') =>
    ` data-${name}="${open.map(({ quote }) => quote[name]).join(' ')}"`;
  return `<mark${list('claim')}${list('attribution')}${list('standing')}>`;
};

const tooDense = () =>
  new ClaimwireError('invalid-request', undefined, {
    issues: [
      {
        parameter: 'marks',
        detail: `would name more than ${NAMES_MAX} statements in this text; read \`body=html\` and the claims, whose anchors say where they stand`,
      },
    ],
  });

const TAG = /<(\/?)([a-z][a-z0-9]*)([^<>]*)>/g;
const INLINE = new Set(['a', 'em', 'strong', 's', 'code', 'sup', 'img']);

/**
 * The stretches between tags in which a mark may stand: not what leads to footnotes, nor the whitespace between blocks,
 * where most elements allow no mark.
 */
function* stretches(html: string): Generator<{ start: number; end: number }> {
  let hiddenIn = '';
  let start = 0;
  let wasInline = false;
  for (const { 0: tag, 1: slash, 2: name = '', 3: attributes = '', index } of html.matchAll(TAG)) {
    const isInline = INLINE.has(name);
    const isGap = !(wasInline && isInline) && !/[^ \t\n\f\r]/.test(html.slice(start, index));
    if (hiddenIn === '' && !isGap) yield { start, end: index };
    if (hiddenIn === '') hiddenIn = HIDDEN.test(attributes) ? name : '';
    else if (slash !== '' && name === hiddenIn) hiddenIn = '';
    start = index + tag.length;
    wasInline = isInline;
  }
  if (/[^ \t\n\f\r]/.test(html.slice(start))) yield { start, end: html.length };
}
