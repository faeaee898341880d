/** What a document of JSON-LD describes: its fact-checks as claims, its articles as articles. */
import { ClaimwireError } from '../kernel/errors.js';
import { claimReviewRows, isClaimReview } from './claim-review.js';
import { articleRow, rowOr, sourceRow } from './draft.js';
import { readGraph, typesOf } from './json-ld.js';
import type { AnyRow, ReaderOptions, RowPlace } from './model.js';
import { isArticle, readSchemaArticle } from './schema-article.js';
import { textToMarkdown } from './text-markdown.js';

/** Throws ClaimwireError `unreadable-file` where it describes neither. */
export function* linkedRows(
  value: unknown,
  { file, line }: RowPlace,
  options: ReaderOptions,
): Generator<AnyRow> {
  const graph = readGraph([value]);
  const found = graph.things.filter((thing) => isClaimReview(thing) || isArticle(thing));
  if (found.length === 0) {
    const types = [...new Set(graph.things.flatMap(typesOf))].slice(0, 5).join(', ');
    throw new ClaimwireError(
      'unreadable-file',
      `expected JSON-LD with a ClaimReview or an article, found ${types === '' ? 'no type' : types}`,
    );
  }
  for (const thing of found) {
    const place = { file, line, pointer: graph.pointerOf(thing) };
    if (isClaimReview(thing)) {
      yield* claimReviewRows(thing, graph, place, options);
      continue;
    }
    const { draft, publisher, text = '' } = readSchemaArticle(thing, graph);
    const named = publisher && sourceRow(publisher, place);
    if (named) yield named.row;
    yield rowOr(place, () =>
      articleRow(
        { ...draft, body: textToMarkdown(text) },
        { place, publisher: named?.slug ?? null, options },
      ),
    );
  }
}
