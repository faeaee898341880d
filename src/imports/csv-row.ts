/** One row of a table as an article, a source or a claim; empty cells say nothing. */
import { createHash } from 'node:crypto';
import { ArticleStatus } from '../articles/model.js';
import { Stance, Verdict } from '../claims/model.js';
import { ClaimwireError } from '../kernel/errors.js';
import { nearest, slugify } from '../kernel/words.js';
import { SourceKind } from '../sources/model.js';
import type { TableKind } from './csv-map.js';
import { foreignInstant, REAL_DATE } from './dates.js';
import { articleRow, knownLanguage, type NamedRow, sourceRow } from './draft.js';
import { htmlToMarkdown } from './html-markdown.js';
import type { AnyRow, ImportRow, ReaderOptions, RowPlace } from './model.js';
import { textToMarkdown } from './text-markdown.js';
import { unknownRating, verdictOfWords } from './verdicts.js';

export interface TableRow {
  readonly kind: TableKind;
  /** The field of each cell. */
  readonly columns: readonly (string | null)[];
  readonly cells: readonly string[];
  /** The names of the columns, where those without a field are to be told. */
  readonly header: readonly string[] | null;
  readonly place: RowPlace;
  readonly options: ReaderOptions;
}

interface Context {
  readonly get: (field: string) => string | undefined;
  readonly place: RowPlace;
  readonly options: ReaderOptions;
}

/** The sources that a row names, then the row; a row that cannot be read is refused. */
export function* rowOfCells({ kind, columns, cells, header, place, options }: TableRow): Generator<AnyRow> {
  const said = new Map(columns.map((field, at) => [field, cells[at]?.trim() ?? '']));
  const get = (field: string) => said.get(field) || undefined;
  try {
    const unread = (header ?? []).filter((_, at) => columns[at] === null && cells[at]?.trim());
    for (const row of readers[kind]({ get, place, options })) {
      const ignored = row.ifMissing ? [] : [...(row.ignored ?? []), ...unread];
      yield ignored.length === 0 ? row : { ...row, ignored };
    }
  } catch (error) {
    if (!(error instanceof ClaimwireError)) throw error;
    yield { kind: 'unread', detail: error.message, place };
  }
}

const readers: Record<TableKind, (context: Context) => Generator<ImportRow>> = {
  *article({ get, place, options }) {
    const name = get('publisher');
    const publisher = name === undefined ? null : named(name, 'publisher', place);
    const html = get('bodyHtml');
    const plain = get('bodyText');
    const row = articleRow(
      {
        externalId: get('externalId'),
        slug: get('slug'),
        headline: get('headline'),
        standfirst: get('standfirst'),
        body: get('body') ?? (html !== undefined ? htmlToMarkdown(html) : textToMarkdown(plain ?? '')),
        language: get('language'),
        section: get('section'),
        tags: listOf(get('tags'), /[,;|]/),
        authors: listOf(get('authors'), /[;|]/), // names may hold commas
        canonicalUrl: get('canonicalUrl'),
        image: {
          url: get('image'),
          alt: get('imageAlt'),
          caption: get('imageCaption'),
          credit: get('imageCredit'),
        },
        status:
          wordOf('status', get('status'), ArticleStatus.options) ??
          (get('retraction') === undefined ? 'published' : 'retracted'),
        retraction: get('retraction'),
        publishedAt: get('publishedAt'),
        modifiedAt: get('modifiedAt'),
      },
      { place, publisher: publisher?.slug ?? null, options },
    );
    if (publisher !== null) yield publisher.row;
    const disclaimer = get('disclaimer');
    const isStatusStated = get('status') !== undefined || get('retraction') !== undefined;
    yield {
      ...row,
      ...(disclaimer === undefined ? {} : { value: { ...(row.value as object), disclaimer } }),
      ...(isStatusStated && { isStatusStated }),
    };
  },

  *source({ get, place }) {
    const name = get('name') ?? '';
    const value = {
      slug: get('slug') ?? slugify(name),
      kind: wordOf('kind', get('kind')?.toLowerCase(), SourceKind.options) ?? 'organization',
      name,
      aliases: listOf(get('aliases'), /[;|]/),
      description: get('description') ?? null,
      role: get('role') ?? null,
      country: get('country')?.toUpperCase() ?? null,
      url: get('url') ?? null,
      sameAs: listOf(get('sameAs'), /[\s|]+/),
      memberOf: get('memberOf') ?? null,
    };
    yield { kind: 'source', value, place };
  },

  *claim({ get, place, options }) {
    const kind = wordOf('sourceKind', get('sourceKind')?.toLowerCase(), SourceKind.options) ?? 'person';
    const speaker = get('source') === undefined ? null : named(get('source') ?? '', kind, place);
    const reviewer = get('reviewer') === undefined ? null : named(get('reviewer') ?? '', 'publisher', place);
    const attribution = speaker && {
      source: speaker.slug,
      stance: wordOf('stance', get('stance')?.toLowerCase(), Stance.options) ?? 'asserts',
      context: get('context') ?? null,
      url: get('url') ?? get('reviewUrl') ?? null,
      saidAt: instantOf('saidAt', get('saidAt'), options),
    };
    const review = reviewer && reviewOf(reviewer.slug, { get, place, options });
    const ignored = reviewer !== null && review === null ? [unknownRating(get('rating') ?? '')] : [];
    if (speaker !== null) yield speaker.row;
    if (reviewer !== null && review !== null) yield reviewer.row;
    const value = {
      externalId: get('externalId') ?? contentId(get('text'), speaker?.slug, get('url'), get('reviewUrl')),
      text: get('text') ?? '',
      language: knownLanguage(get('language')) ?? get('language') ?? options.language,
      tags: [...new Set(listOf(get('tags'), /[,;|]/).map(slugify))].filter((tag) => tag !== ''),
      attributions: attribution === null ? [] : [attribution],
      reviews: review === null ? [] : [review],
    };
    yield { kind: 'claim', value, place, ...(ignored.length === 0 ? {} : { ignored }) };
  },
};

/** Null where its rating means nothing that we have a word for. */
function reviewOf(reviewer: string, { get, options }: Context) {
  const rating = get('rating') ?? get('verdict');
  const verdict =
    wordOf('verdict', get('verdict')?.toLowerCase(), Verdict.options) ?? verdictOfWords(rating ?? '');
  if (rating === undefined || verdict === null) return null;
  return {
    reviewer,
    rating,
    verdict,
    url: get('reviewUrl') ?? null,
    title: get('reviewTitle') ?? null,
    summary: get('reviewSummary') ?? null,
    reviewedAt: instantOf('reviewedAt', get('reviewedAt') ?? get('saidAt'), options),
  };
}

/** What a claim without an id of its own is known by when the table is read again. */
const contentId = (...parts: (string | undefined)[]): string =>
  `sha256:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;

function named(name: string, kind: (typeof SourceKind.options)[number], place: RowPlace): NamedRow {
  const row = sourceRow({ name, kind }, place);
  if (row !== null) return row;
  throw new ClaimwireError('unreadable-file', `expected the name of a source, found “${name.slice(0, 60)}”`);
}

function instantOf(field: string, text: string | undefined, { timezone }: ReaderOptions): string | null {
  if (text === undefined) return null;
  const instant = foreignInstant(text, timezone);
  if (instant !== null) return instant;
  throw new ClaimwireError(
    'unreadable-file',
    `expected ${field} to be ${REAL_DATE}, found “${text.slice(0, 60)}”`,
  );
}

function wordOf<const Word extends string>(
  field: string,
  text: string | undefined,
  known: readonly Word[],
): Word | undefined {
  if (text === undefined) return undefined;
  const word = known.find((each) => each === text);
  if (word !== undefined) return word;
  const [near] = nearest(text, known);
  throw new ClaimwireError(
    'unreadable-file',
    `expected ${field} to be one of ${known.join(', ')}${near === undefined ? '' : ` (nearest: ${near})`}, found “${text.slice(0, 60)}”`,
  );
}

const listOf = (text: string | undefined, separator: RegExp): string[] =>
  (text ?? '')
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
