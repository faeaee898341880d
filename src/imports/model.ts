/**
 * What an editor writes in a seed folder, and what a reader of foreign files hands on: shapes only.
 */
import { z } from 'zod';
import type { NamedSource } from '../articles/front-matter.js';
import { ArticleInput } from '../articles/model.js';
import type { PreparedArticle } from '../articles/text.js';
import {
  AttributionInput,
  CLAIM_LENGTH_MAX,
  ClaimInput,
  QUOTE_LENGTH_MAX,
  QuoteInput,
  RelationInput,
  ReviewInput,
} from '../claims/model.js';
import { idInput, LIST_LENGTH_MAX, language, prose, slug, tags, verbatim } from '../kernel/fields.js';
import type { IndexedClaim } from '../kernel/indexed.js';
import type { check } from '../kernel/issues.js';
import { SourceInput } from '../sources/model.js';

/** A text file: its name as the caller knows it, and its bytes. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Who put a claim forward in this article; without `source` the article speaks in its own voice. */
const SeedAttribution = z.strictObject({
  source: AttributionInput.shape.source,
  stance: AttributionInput.shape.stance,
  mode: AttributionInput.shape.mode,
  cue: AttributionInput.shape.cue,
  saidAt: AttributionInput.shape.saidAt,
  quote: z
    .union([verbatim(QUOTE_LENGTH_MAX).transform((exact) => ({ exact })), QuoteInput])
    .nullable()
    .default(null)
    .describe(
      'Words of the article, letter for letter; with `prefix` or `suffix` where they stand in it twice.',
    ),
});

/**
 * A claim in an article's front matter. With `text` it is defined here; without, it is a claim that another file
 * defines under the same key, and only this article's attributions are given.
 */
const SeedClaim = z
  .strictObject({
    key: slug.describe('Names the claim in all files of the folder.'),
    id: idInput.optional(),
    text: prose(CLAIM_LENGTH_MAX).optional(),
    language: language.optional().describe('The article’s, if it is not given.'),
    tags: tags.optional(),
    attributions: z.array(SeedAttribution).min(1).max(LIST_LENGTH_MAX),
    relations: z.array(RelationInput).max(LIST_LENGTH_MAX).optional(),
    reviews: z.array(ReviewInput).max(LIST_LENGTH_MAX).optional(),
  })
  .refine(
    ({ text, id, language, tags, relations, reviews }) =>
      text !== undefined || [id, language, tags, relations, reviews].every((field) => field === undefined),
    {
      path: ['text'],
      error: 'must be given where the claim is defined; elsewhere give only `key` and `attributions`',
    },
  );

const { body: _body, externalId: _externalId, slug: _slug, ...articleFields } = ArticleInput.shape;

/** The YAML front matter of an article's Markdown file. The slug is the file's name if it is not given. */
export const SeedArticle = z.strictObject({
  ...articleFields,
  slug: slug.optional(),
  claims: z.array(SeedClaim).max(LIST_LENGTH_MAX).default([]),
});
export type SeedArticle = z.output<typeof SeedArticle>;

/** `sources.yaml`: a list of sources. */
export const SeedSources = z.array(SourceInput);

/** An article as a reader of files found it. `publisher` is a name, to be found or created, or the id of one of `sources`. */
export interface ImportedArticle {
  readonly article: Omit<z.input<typeof ArticleInput>, 'slug' | 'publisher' | 'externalId'> & {
    readonly slug?: string;
  };
  readonly publisher: string | null;
  /** The sources that the file describes: each to be found by its id, slug or name, or else created. */
  readonly sources?: readonly NamedSource[];
  /** Fields of the file that have no place in an article, for the report. */
  readonly ignored: readonly string[];
  /** As of a row. */
  readonly isStatusStated?: true;
}

/** A claim with all that belongs to it; its attributions stand outside any article. */
export const WholeClaim = ClaimInput.extend({
  attributions: z.array(AttributionInput).max(LIST_LENGTH_MAX).default([]),
});

/** What a file does not say for itself. */
export interface ReaderOptions {
  /** IANA name of the time zone that times without an offset are in. */
  readonly timezone: string;
  /** BCP 47 tag of a text that does not name its language. */
  readonly language: string;
}

/** What can be brought in, in the words of the exchange format. */
export const rowKinds = ['source', 'article', 'claim'] as const;
export type RowKind = (typeof rowKinds)[number];

/** Where a row stands, for reports. */
export interface RowPlace {
  /** The file as the caller knows it: a path, an address, or `-`. */
  readonly file: string;
  /** From 1; null where lines do not tell, as for a whole file. */
  readonly line: number | null;
  /** In a file that lines do not divide: a JSON Pointer (RFC 6901), `/items/3`. */
  readonly pointer?: string;
}

/**
 * What a reader hands on, whatever shape it read. `value` is in the API's own input shape (a claim: WholeClaim) and is
 * checked only when it is imported; it refers to others by slug, external id or id, whether or not they came before it. An
 * article may lack its slug: any that is free will do.
 */
export interface ImportRow {
  readonly kind: RowKind;
  readonly value: unknown;
  readonly place: RowPlace;
  /**
   * A source that stands before the rows that name it, by its slug or id, to be made where no source of this id, name or
   * slug is there yet. The one that is there is not changed. `foreign-rows.ts` puts it into the rows that name it.
   */
  readonly ifMissing?: true;
  /** Parts of the file that have no place in the value, for the report. */
  readonly ignored?: readonly string[];
  /** It says in our own words which status the article has: then it may take back a retraction that was made here. */
  readonly isStatusStated?: true;
  /** Given to what comes of a file of another shape than the exchange format; it is decided by `foreign.ts`. */
  readonly foreign?: Foreign;
  /** What it takes up where it stands, if the reader knows. */
  readonly bytes?: number;
}

/** What a row of a foreign file brings along. */
export interface Foreign {
  /** The sources that its value names by slug or id, each to be made where it is not there yet. */
  readonly sources: readonly Readonly<Record<string, unknown>>[];
}

/** What stands where a row should, and cannot be read. */
export interface UnreadRow {
  readonly kind: 'unread';
  /** What was expected and what was found. */
  readonly detail: string;
  readonly place: RowPlace;
}

export type AnyRow = ImportRow | UnreadRow;

/** What was made of a row ahead of its turn, in another thread. */
export interface Prepared {
  readonly prepared?: PreparedArticle | IndexedClaim | undefined;
}

/** A row whose value may have been checked, and more, ahead of its turn. */
export type ReadyRow = AnyRow & Prepared & { readonly checked?: ReturnType<typeof check> };

/** A source of rows, read as they are wanted. */
export type ImportRows = AsyncIterable<AnyRow>;
