/**
 * What an article is to a client.
 */
import { z } from 'zod';
import {
  givenRef,
  Highlight,
  id,
  idInput,
  instant,
  instantInput,
  kept,
  LIST_LENGTH_MAX,
  language,
  line,
  prose,
  ref,
  slug,
  snippet,
  tags,
  webUrl,
} from '../kernel/fields.js';
import type { NameRow } from '../kernel/rows.js';
import { SourceRef } from '../sources/model.js';

const BODY_LENGTH_MAX = 500_000; // a long book chapter; ten times the longest news text seen

export const ArticleStatus = z
  .enum(['draft', 'scheduled', 'published', 'retracted'])
  .meta({ id: 'ArticleStatus', description: 'Where the article stands in its editorial life.' });

export const BodyFormat = z.enum(['html', 'markdown', 'text', 'none']).meta({
  id: 'BodyFormat',
  description:
    'The form of `body`: sanitised HTML, the CommonMark that was written, the plain text that anchors count in, or none.',
});
export type BodyFormat = z.infer<typeof BodyFormat>;

const Author = z
  .object({ name: z.string(), source: SourceRef.nullable() })
  .meta({ id: 'Author', description: 'Who wrote the article, as the byline names them.' });

const dimension = z.int().min(1).max(100_000);

export const Image = z
  .object({
    url: z.string(),
    alt: z.string().nullable(),
    caption: z.string().nullable(),
    credit: z.string().nullable(),
    width: z.int().nullable().describe('Pixels.'),
    height: z.int().nullable().describe('Pixels.'),
  })
  .meta({ id: 'Image', description: 'The picture that stands for the article.' });
export type Image = z.infer<typeof Image>;

const Correction = z
  .object({ at: instant, text: z.string() })
  .meta({ id: 'Correction', description: 'What was put right after publication, and when.' });

export const CorrectionInput = z
  .strictObject({
    at: instantInput.optional().describe('The moment of writing if it is not given.'),
    text: prose(),
  })
  .meta({ id: 'CorrectionInput', description: 'What is put right.' });
export type CorrectionInput = z.output<typeof CorrectionInput>;

export const Retraction = z
  .object({ at: instant, note: z.string() })
  .meta({ id: 'Retraction', description: 'When the article was withdrawn, and why.' });
export type Retraction = z.infer<typeof Retraction>;

/** What is known of an article without its text and what belongs to it. */
const summaryFields = {
  standfirst: z.string().nullable().describe('The summary between headline and text.'),
  language: z.string().describe('BCP 47.'),
  section: z.string().nullable().describe('A slug.'),
  tags: z.array(z.string()),
  publisher: SourceRef.nullable().describe('Null where the page does not name its publisher.'),
  canonicalUrl: z.string().nullable(),
  image: Image.nullable(),
  publishedAt: instant.nullable(),
  modifiedAt: instant.nullable().describe('When the publisher last changed the text, where that is known.'),
  wordCount: z.int().describe('Words of the plain text, by the Unicode rules of its language.'),
  version: z.int().describe('Rises by one with each change.'),
};

export const ArticleRef = z
  .object({ id, slug: z.string(), headline: z.string(), ...z.object(summaryFields).partial().shape })
  .meta({
    id: 'ArticleRef',
    description:
      'An article where something else refers to it: id, slug and headline; the rest where it is included.',
  });
export type ArticleRef = z.infer<typeof ArticleRef>;

const { standfirst, language: tag, section, tags: labels, publisher, ...described } = summaryFields;
const { canonicalUrl, image, publishedAt, modifiedAt, wordCount, version } = described;

/** An article without the claims in it, which stand to the right of this house. */
export const Article = z.object({
  id,
  slug: z.string(),
  headline: z.string(),
  standfirst,
  body: z
    .string()
    .nullable()
    .describe('The text in the form that `bodyFormat` names; null where that is `none`.'),
  bodyFormat: BodyFormat,
  language: tag,
  section,
  tags: labels,
  authors: z.array(Author),
  publisher,
  canonicalUrl,
  image,
  disclaimer: z.string().nullable(),
  status: ArticleStatus,
  retraction: Retraction.nullable().describe('Null unless the article is retracted.'),
  publishedAt,
  modifiedAt,
  corrections: z.array(Correction),
  wordCount,
  version,
  snippet: snippet.optional(),
  highlights: z.array(Highlight).optional().describe('What to mark where it is shown; with `q`.'),
  related: z
    .array(ArticleRef)
    .optional()
    .describe('The articles most like this one; with `include=related`.'),
});
export type Article = z.infer<typeof Article>;

/** Names every row that an article shows. */
export function nameArticleRows(article: Partial<Article>, name: NameRow): void {
  const { id, publisher, authors, related } = article;
  if (id !== undefined) name('article', id);
  if (publisher != null) name('source', publisher.id);
  for (const { source } of authors ?? []) if (source != null) name('source', source.id);
  for (const other of related ?? []) {
    name('article', other.id);
    if (other.publisher != null) name('source', other.publisher.id);
  }
}

const inputFields = {
  id: idInput.optional(),
  externalId: line().nullable().default(null),
  slug,
  headline: line(),
  standfirst: prose().nullable().default(null),
  body: prose(BODY_LENGTH_MAX, 0).describe(
    'CommonMark; empty where the article only points to its canonical URL.',
  ),
  language,
  section: slug.nullable().default(null),
  tags: tags.default([]),
  authors: z
    .array(z.strictObject({ name: line(), source: ref.nullable().default(null) }))
    .max(LIST_LENGTH_MAX)
    .default([]),
  publisher: ref.nullable().default(null),
  canonicalUrl: webUrl.nullable().default(null),
  image: z
    .strictObject({
      url: webUrl,
      alt: prose().nullable().default(null),
      caption: prose().nullable().default(null),
      credit: line().nullable().default(null),
      width: dimension.nullable().default(null),
      height: dimension.nullable().default(null),
    })
    .nullable()
    .default(null),
  disclaimer: prose().nullable().default(null),
  status: ArticleStatus.default('published'),
  retraction: z
    .strictObject({
      at: instantInput.nullable().default(null).describe('The moment of writing where it is null.'),
      note: prose(),
    })
    .nullable()
    .default(null)
    .describe('Why the article was withdrawn. Required where it is retracted, and null else.'),
  publishedAt: instantInput.nullable().default(null),
  modifiedAt: instantInput.nullable().default(null),
  corrections: z
    .array(z.strictObject({ at: instantInput, text: prose() }))
    .max(LIST_LENGTH_MAX)
    .default([]),
};

interface Ruled {
  readonly status: z.output<typeof ArticleStatus>;
  readonly retraction: object | null;
  readonly publishedAt: string | null;
  readonly body: string;
  readonly canonicalUrl: string | null;
}

/**
 * An article as it is given, with what its fields must be to each other. `mayLackNote` is of what an older release stored: what
 * it retracted says nothing of why.
 */
export const withArticleRules = <Schema extends z.ZodType<Ruled>>(
  schema: Schema,
  { mayLackNote = false } = {},
): Schema =>
  schema
    .refine(({ status, publishedAt }) => status === 'draft' || publishedAt !== null, {
      path: ['publishedAt'],
      error: 'must be given unless the article is a draft',
    })
    .refine(
      ({ status, retraction }) =>
        status === 'retracted' ? mayLackNote || retraction !== null : retraction === null,
      {
        path: ['retraction'],
        error:
          'must be given where `status` is retracted, and only there: `{ "note": "…" }` tells readers why',
      },
    )
    .refine(({ body, canonicalUrl }) => body !== '' || canonicalUrl !== null, {
      path: ['body'],
      error: 'must not be empty unless `canonicalUrl` says where the text is',
    });

/** An article as a writer gives it: `body` is CommonMark; sources are ids, slugs or names. */
export const ArticleInput = withArticleRules(z.strictObject(inputFields));
export type ArticleInput = z.output<typeof ArticleInput>;

/** An article as it comes back from where it was stored. */
export const MovedArticle = withArticleRules(z.strictObject(inputFields), { mayLackNote: true });

const { externalId: _externalId, ...givenFields } = inputFields;

/** The fields of an article as it is given over HTTP: what was answered may be sent back. */
export const articleBodyFields = {
  ...givenFields,
  publisher: givenRef.nullable().default(null).describe('An id, a slug or a name.'),
  authors: z
    .array(z.strictObject({ name: line(), source: givenRef.nullable().default(null) }))
    .max(LIST_LENGTH_MAX)
    .default([])
    .describe('Who wrote it, as the byline names them; `source` is an id, a slug or a name.'),
  bodyFormat: z
    .literal('markdown', {
      error: 'must be markdown: `body` is written as CommonMark, which `body=markdown` reads',
    })
    .optional(),
  wordCount: kept(z.int()),
  version: kept(z.int()),
};

/** What is told of a version of an article besides what it was. */
const revisionFields = {
  version: z.int(),
  at: instant,
  by: z.string().nullable().describe('The id of the key that it was written with, where that is known.'),
  operation: z
    .enum(['create', 'update', 'delete'])
    .describe('What was done; of a deleted article the version is what it was.'),
  note: z.string().nullable().describe('What the server noted of the write.'),
};

export const ArticleRevision = z
  .object(revisionFields)
  .meta({ id: 'ArticleRevision', description: 'A version of an article: when it was made, and by whom.' });

/** An article as it was given, with ids for references. */
const GivenState = z.object({
  id,
  slug: z.string(),
  headline: z.string(),
  standfirst: z.string().nullable(),
  body: z.string().describe('CommonMark.'),
  language: z.string(),
  section: z.string().nullable(),
  tags: z.array(z.string()),
  authors: z.array(z.object({ name: z.string(), source: z.string().nullable() })),
  publisher: z.string().nullable(),
  canonicalUrl: z.string().nullable(),
  image: Image.nullable(),
  disclaimer: z.string().nullable(),
  status: ArticleStatus,
  retraction: Retraction.nullable(),
  publishedAt: instant.nullable(),
  modifiedAt: instant.nullable(),
  corrections: z.array(Correction),
});

export const WholeRevision = z.object({ ...revisionFields, article: GivenState }).meta({
  id: 'WholeArticleRevision',
  description: 'A version of an article, and all that it was, in the shape in which it is given.',
});

export const ArticleDifference = z
  .object({
    from: ArticleRevision,
    to: ArticleRevision,
    fields: z
      .array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() }))
      .describe('Those that differ, but for the text.'),
    body: z
      .array(z.object({ is: z.enum(['same', 'removed', 'added']), text: z.string() }))
      .describe(
        'The text, as CommonMark, in parts: all but the added ones are what it was, all but the removed ones what it became.',
      ),
    coarse: z
      .boolean()
      .describe('Whether the texts differ so much that some parts were not compared word by word.'),
  })
  .meta({ id: 'ArticleDifference', description: 'What changed from one version of an article to another.' });

/** All that is stored of an article, as a writer would give it. */
export type ArticleState = ArticleInput & { readonly id: string; readonly retraction: Retraction | null };
