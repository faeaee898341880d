/**
 * What a search finds, as a client sees it.
 */
import { z } from 'zod';
import { ArticleRef } from '../articles/model.js';
import { Standing } from '../claims/model.js';
import { Highlight, id } from '../kernel/fields.js';
import { SourceRef } from '../sources/model.js';

/** What can be searched for, by the names of the lists. */
export const SearchKind = z
  .enum(['articles', 'claims', 'sources'])
  .meta({ id: 'SearchKind', description: 'What can be searched for.' });
export type SearchKind = z.infer<typeof SearchKind>;

export const SearchHit = z
  .object({
    kind: z.enum(['article', 'claim', 'source']),
    score: z.int().describe('How well it answers, in millionths; only to be compared within one search.'),
    article: ArticleRef.nullable(),
    claim: z.object({ id, text: z.string(), standing: Standing }).nullable(),
    source: SourceRef.nullable(),
    snippet: z
      .string()
      .nullable()
      .describe(
        'The words around what was found: of an article’s standfirst or text, or a source’s other name.',
      ),
    highlights: z.array(Highlight),
  })
  .meta({
    id: 'SearchHit',
    description: 'Something found; of `article`, `claim` and `source` the one that `kind` names.',
  });
export type SearchHit = z.infer<typeof SearchHit>;
