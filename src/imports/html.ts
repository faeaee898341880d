/**
 * A web page: what its JSON-LD says counts first, then what its head says, and its text is what Mozilla's Readability takes
 * for it. The fact-checks that it describes come in as claims.
 */
import { Readability } from '@mozilla/readability';
import { ClaimwireError } from '../kernel/errors.js';
import { claimReviewRows, isClaimReview } from './claim-review.js';
import { type DomDocument, type DomElement, parsePage } from './dom.js';
import {
  articleRow,
  type Draft,
  type DraftSource,
  knownLanguage,
  onOneLine,
  rowOr,
  sourceRow,
  webAddress,
} from './draft.js';
import { isRecord } from './foreign-fields.js';
import { htmlToMarkdown } from './html-markdown.js';
import { readGraph } from './json-ld.js';
import type { AnyRow, ReaderOptions } from './model.js';
import { readMeta } from './page-meta.js';
import { isArticle, readSchemaArticle } from './schema-article.js';
import { textToMarkdown } from './text-markdown.js';

/** Throws ClaimwireError `unreadable-file` for a page that is deeper or larger than any page of news. */
export function* readHtml(html: string, file: string, options: ReaderOptions): Generator<AnyRow> {
  const document = parsePage(html);
  const place = { file, line: null };
  const { documents, broken } = linkedData(document);
  const graph = readGraph(documents);
  const meta = readMeta(document);
  const thing = graph.things.find(isArticle);
  const reviews = graph.things.filter(isClaimReview);
  const pageOptions = { ...options, language: knownLanguage(meta.draft.language) ?? options.language };
  for (const review of reviews) yield* claimReviewRows(review, graph, place, pageOptions);
  if (reviews.length > 0 && thing === undefined && !meta.isArticle) return;

  const { draft, publisher, text } = thing === undefined ? NOTHING : readSchemaArticle(thing, graph);
  const said = { ...stated(meta.draft), ...stated(draft) };
  const address = webAddress(file);
  const base = webAddress(document.querySelector('base[href]')?.getAttribute('href') ?? '', address);
  const canonicalUrl = webAddress(said.canonicalUrl, base ?? address) ?? address;
  const source = publisher ?? (meta.siteName === undefined ? null : siteOf(meta.siteName, canonicalUrl));
  const named = source === null ? null : sourceRow(source, place);
  const row = rowOr(place, () => {
    if (said.publishedAt === undefined && said.modifiedAt === undefined)
      throw new ClaimwireError(
        'unreadable-file',
        'expected a page that says when it was published (datePublished in JSON-LD, article:published_time, a time element), found none',
      );
    const body = bodyOf(document, text, { base: base ?? canonicalUrl, headline: said.headline });
    const image = said.image && { ...said.image, url: webAddress(said.image.url, base ?? canonicalUrl) };
    return articleRow(
      { ...said, body, canonicalUrl, image, ignored: broken },
      { place, publisher: named?.slug ?? null, options },
    );
  });
  if (named !== null && row.kind === 'article') yield named.row;
  yield row;
}

const NOTHING = { draft: {} as Omit<Draft, 'body'>, publisher: null, text: undefined };

const siteOf = (name: string, address: string | undefined): DraftSource => ({
  name,
  kind: 'publisher',
  url: address === undefined ? undefined : new URL(address).origin,
});

/** The fields that say something. */
const stated = (draft: Omit<Draft, 'body'>): Omit<Draft, 'body'> =>
  Object.fromEntries(
    Object.entries(draft).filter(([, value]) => {
      if (Array.isArray(value)) return value.length > 0;
      return isRecord(value) ? value.url !== undefined : value !== undefined;
    }),
  );

/** What the scripts of a page say in JSON-LD; a broken one is told and left out. */
function linkedData(document: DomDocument): { documents: unknown[]; broken: string[] } {
  const documents: unknown[] = [];
  const broken: string[] = [];
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    try {
      documents.push(
        JSON.parse(
          (script.textContent ?? '').replace(/^\s*(?:<!--|\/\/\s*<!\[CDATA\[)|(?:-->|\/\/\s*\]\]>)\s*$/g, ''),
        ),
      );
    } catch {
      broken.push('JSON-LD that is not JSON');
    }
  }
  return { documents, broken };
}

interface BodyContext {
  readonly base: string | undefined;
  readonly headline: string | undefined;
}

/** The text as Readability finds it; where that is far less than what the JSON-LD gives, the latter. */
function bodyOf(document: DomDocument, given: string | undefined, context: BodyContext): string {
  const found = readable(document, context);
  if (given === undefined || found.length >= given.length / 2) return found;
  const hasParagraphs = /\n[ \t]*\n/.test(given);
  return textToMarkdown(hasParagraphs ? given : given.replace(/\n/g, '\n\n'));
}

function readable(document: DomDocument, { base, headline }: BodyContext): string {
  // In a short text Readability keeps what it would leave out of a long one.
  for (const beside of document.querySelectorAll('nav, footer')) beside.remove();
  const serializer = (node: unknown) => node as DomElement;
  const content = new Readability(document as never, { serializer }).parse()?.content;
  if (!content) return '';
  const title = content.querySelector('h1, h2');
  if (title !== null && onOneLine(title.textContent ?? '') === onOneLine(headline ?? '')) title.remove();
  return htmlToMarkdown(content.innerHTML, base);
}
