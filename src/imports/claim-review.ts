/**
 * Fact-checks as schema.org describes them (schema.org/ClaimReview): each a claim with its review, who reviewed it, and who
 * put it forward and where. The reviewer's own words stay in `rating`; the verdict is by the table in `verdicts.ts`.
 */
import { createHash } from 'node:crypto';
import { ClaimwireError } from '../kernel/errors.js';
import { NAME_LENGTH_MAX, SUMMARY_LENGTH_MAX } from '../kernel/fields.js';
import { foreignInstant, REAL_DATE } from './dates.js';
import { knownLanguage, onOneLine, sourceRow, webAddress } from './draft.js';
import { htmlToLine } from './html-markdown.js';
import { type Graph, numberOf, type Thing, textOf, textsOf, typesOf } from './json-ld.js';
import type { AnyRow, ImportRow, ReaderOptions, RowPlace } from './model.js';
import { unknownRating, verdictOfNumber, verdictOfWords } from './verdicts.js';

export const isClaimReview = (thing: Thing): boolean => typesOf(thing).includes('ClaimReview');

const EXTERNAL_ID_HEX = 16; // of a digest: enough to tell the claims of one page apart

/** The sources of a review, then its claim. What cannot be read is a refused row. */
export function* claimReviewRows(
  review: Thing,
  graph: Graph,
  place: RowPlace,
  options: ReaderOptions,
): Generator<AnyRow> {
  try {
    yield* rowsOf(review, graph, place, options);
  } catch (error) {
    if (!(error instanceof ClaimwireError)) throw error;
    yield { kind: 'unread', detail: error.message, place };
  }
}

function* rowsOf(review: Thing, graph: Graph, place: RowPlace, options: ReaderOptions): Generator<AnyRow> {
  const ignored: string[] = [];
  const text = htmlToLine(textOf(review, 'claimReviewed') ?? '');
  if (text === '')
    throw new ClaimwireError(
      'unreadable-file',
      'expected claimReviewed to say what is claimed, found nothing',
    );
  const url = webAddress(textOf(review, 'url'));
  const [reviewer] = graph.of(review, 'author', 'publisher', 'creator');
  const checker = reviewer && sourceOf(reviewer, graph, place, 'publisher');
  const verdict = checker ? reviewOf(review, graph, { url, options, ignored }) : null;
  if (!checker) ignored.push('a review by nobody');

  const items = graph.of(review, 'itemReviewed');
  const [speaker] = items.flatMap((item) => graph.of(item, 'author', 'creator'));
  const spoken = speaker && sourceOf(speaker, graph, place, 'person');
  if (checker && verdict !== null) yield checker.row;
  if (spoken) yield spoken.row;
  const value = {
    externalId: externalIdOf(review, url, text),
    text,
    language: knownLanguage(textOf(review, 'inLanguage')) ?? options.language,
    attributions: spoken
      ? [{ source: spoken.slug, ...placeOf(items, graph, url), saidAt: saidAt(items, options) }]
      : [],
    reviews: checker && verdict !== null ? [{ reviewer: checker.slug, ...verdict }] : [],
  };
  yield { kind: 'claim', value, place, ...(ignored.length === 0 ? {} : { ignored }) } satisfies ImportRow;
}

interface ReviewContext {
  readonly url: string | undefined;
  readonly options: ReaderOptions;
  readonly ignored: string[];
}

/** The review apart from who made it; null where its rating means nothing that we have a word for. */
function reviewOf(review: Thing, graph: Graph, { url, options, ignored }: ReviewContext) {
  const [rating = {}] = graph.of(review, 'reviewRating');
  const named = textOf(rating, 'alternateName', 'name', 'ratingExplanation') ?? textOf(rating, 'ratingValue');
  if (named === undefined) {
    ignored.push(unknownRating(''));
    return null;
  }
  const words = onOneLine(htmlToLine(named));
  const [value, worst = 1, best = 5] = ['ratingValue', 'worstRating', 'bestRating'].map((name) =>
    numberOf(rating, name),
  );
  const verdict = verdictOfWords(words) ?? (value === undefined ? null : verdictOfNumber(value, worst, best));
  if (verdict === null) {
    ignored.push(unknownRating(words));
    return null;
  }
  const date = textOf(review, 'datePublished', 'dateModified', 'dateCreated');
  const reviewedAt = date === undefined ? null : foreignInstant(date, options.timezone);
  if (reviewedAt === null)
    throw new ClaimwireError(
      'unreadable-file',
      `expected datePublished to be ${REAL_DATE}, found ${date ?? 'nothing'}`,
    );
  const short = (text: string | undefined, max: number) =>
    text !== undefined && text.length <= max ? text : null;
  return {
    rating: words.slice(0, NAME_LENGTH_MAX),
    verdict,
    url: url ?? null,
    title: short(textOf(review, 'headline', 'name')?.replace(/\s+/gu, ' '), NAME_LENGTH_MAX),
    summary: short(textOf(review, 'reviewBody', 'description'), SUMMARY_LENGTH_MAX),
    reviewedAt,
  };
}

function sourceOf(thing: Thing, graph: Graph, place: RowPlace, untyped: 'person' | 'publisher') {
  const types = typesOf(thing);
  const kind = types.includes('Person')
    ? 'person'
    : types.some((type) => /Organization$/.test(type))
      ? 'organization'
      : untyped;
  const name = textOf(thing, 'name');
  const isChecker = untyped === 'publisher' && kind === 'organization';
  if (name === undefined) return null;
  return sourceRow(
    {
      name: htmlToLine(name),
      kind: isChecker ? 'publisher' : kind,
      url: textOf(thing, 'url'),
      sameAs: graph.of(thing, 'sameAs').flatMap((same) => textOf(same, '@id', 'url', 'name') ?? []),
    },
    place,
  );
}

/** Where it was said: where it appeared first, else appeared at all, else the page that reports it. */
function placeOf(items: readonly Thing[], graph: Graph, page: string | undefined) {
  const appearances = items.flatMap((item) => [
    ...graph.of(item, 'firstAppearance', 'appearance').map((work) => textOf(work, 'url', '@id', 'name')),
    ...textsOf(item, 'url', 'sameAs'),
  ]);
  const url =
    appearances.map((address) => webAddress(address)).find((address) => address !== undefined) ?? page;
  const context = items.map((item) => textOf(item, 'name', 'headline')).find((name) => name !== undefined);
  return {
    url: url ?? null,
    context:
      context?.slice(0, SUMMARY_LENGTH_MAX) ?? (url === undefined ? 'a statement that was reviewed' : null),
  };
}

function saidAt(items: readonly Thing[], { timezone }: ReaderOptions): string | null {
  const date = items
    .map((item) => textOf(item, 'datePublished', 'dateCreated'))
    .find((text) => text !== undefined);
  return date === undefined ? null : foreignInstant(date, timezone);
}

/** Its own id; else the page of the review and, since one page may review several claims, a digest of this one. */
function externalIdOf(review: Thing, url: string | undefined, text: string): string {
  const id = review['@id'];
  const digest = (of: string) => createHash('sha256').update(of).digest('hex');
  const known =
    typeof id === 'string' && URL.canParse(id)
      ? id
      : `${url ?? ''}#${digest(text).slice(0, EXTERNAL_ID_HEX)}`;
  return known.length <= NAME_LENGTH_MAX ? known : `sha256:${digest(known)}`;
}
