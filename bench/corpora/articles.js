/** Collections of articles alone: news wire in English, news in Japanese and in Ukrainian. */
import { slugify } from '../../dist/src/kernel/words.js';
import { namedSources } from './sources.js';
import { bodyOf, inOneLine, startOfDay } from './text.js';

/**
 * What all articles have. One without a date is a draft, for nothing else may be without; one without title or body is given
 * as it is, and the import says what it thinks of it.
 * @param {any} record @param {import('./corpus.js').Told['note']} note
 */
export function articleOf(record, note) {
  const { id, title, body, language, section, publishedAt } = record;
  if (publishedAt === undefined) note('has no date: is a draft');
  return {
    externalId: id,
    slug: slugify(id),
    ...(title !== undefined && { headline: inOneLine(title) }),
    body: body === undefined ? '' : bodyOf(body).markdown,
    language,
    section: section ?? null,
    status: publishedAt === undefined ? 'draft' : 'published',
    publishedAt: publishedAt?.includes('T') ? publishedAt : startOfDay(publishedAt),
  };
}

/**
 * @param {string} name @param {(record: any) => string[]} tagsOf
 * @returns {import('./corpus.js').Corpus}
 */
const articles = (name, tagsOf = () => []) => ({
  name,
  async *map(folder, { records, note }) {
    const sources = await namedSources(folder);
    for await (const record of records('article', `${name}.articles`)) {
      const publisher = record.publisher === undefined ? null : sources.named(record.publisher, 'publisher');
      yield* sources.made();
      yield { article: { ...articleOf(record, note), publisher, tags: [...new Set(tagsOf(record))] } };
    }
  },
});

export const reuters = articles('reuters21578', ({ topics = [], places = [], orgs = [] }) => [
  ...topics,
  ...places,
  ...orgs,
]);
export const jawikinews = articles('jawikinews');
export const neruk = articles('neruk-uk');
