/**
 * What of everything is moved out, as conditions, and how it is walked through.
 */
import { and, eq, gte, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { ExchangeFilter } from '../imports/store.js';
import { SHOWN_STATUS, type Status } from './shown.js';
import type { Tables } from './tables.js';

/** Rows of a page: of articles half a megabyte, read in some milliseconds. */
export const ROWS_AT_ONCE = 200;

const FIRST = ''; // before any id

/** The pages that `read` gives in the order of their ids; it is told the last id of the page before. */
export async function* pagesOf<Row extends { readonly id: string }>(
  read: (after: string) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  for (let after: string | undefined = FIRST; after !== undefined; ) {
    const page: Row[] = await read(after);
    if (page.length > 0) yield page;
    after = page.length < ROWS_AT_ONCE ? undefined : page.at(-1)?.id;
  }
}

/** What of claims and articles is left out, as conditions; undefined leaves nothing out. */
export function conditionsOf(tables: Tables, filter: ExchangeFilter) {
  const { articles, articleTags, attributions, claims } = tables;
  const { statuses, isForReaders = false, publisher, section, language, tag, from, to } = filter;
  const narrow = and(
    publisher === undefined ? undefined : eq(articles.publisher, publisher),
    section === undefined ? undefined : eq(articles.section, section),
    language === undefined ? undefined : eq(articles.language, language),
    from === undefined ? undefined : gte(articles.publishedAt, from),
    to === undefined ? undefined : lt(articles.publishedAt, to),
    tag === undefined
      ? undefined
      : sql`exists (select 1 from ${articleTags} where ${articleTags.article} = ${articles.key} and ${articleTags.tag} = ${tag})`,
  );
  const within = (wanted: readonly Status[] | undefined) =>
    and(narrow, wanted === undefined ? undefined : inArray(articles.status, [...wanted]));
  const ofArticle = within(statuses);
  /** The statuses of the articles in which what is said of claims counts. */
  const said = isForReaders
    ? (statuses ?? [SHOWN_STATUS]).filter((status) => status === SHOWN_STATUS)
    : statuses;
  const ofSaying = within(said);
  const isAllShown = said?.length === 1 && said[0] === SHOWN_STATUS;

  /** Of claims, or of an alias of them. */
  const ofClaim = (table: Pick<Tables['claims'], 'key' | 'visible'>): SQL | undefined => {
    if (ofSaying === undefined) return undefined;
    if (narrow === undefined && isAllShown) return eq(table.visible, true);
    const stands = sql`exists (select 1 from ${attributions} join ${articles} on ${articles.key} = ${attributions.article} where ${attributions.claim} = ${table.key} and ${ofSaying})`;
    if (narrow !== undefined) return stands;
    const isOutside = sql`exists (select 1 from ${attributions} where ${attributions.claim} = ${table.key} and ${attributions.article} is null)`;
    const isAlone = sql`not exists (select 1 from ${attributions} where ${attributions.claim} = ${table.key})`;
    return or(stands, isOutside, isAlone);
  };

  return {
    ofArticle,
    ofClaim,
    /** Of attributions, where articles are joined. */
    ofAttribution: ofSaying && or(isNull(attributions.article), ofSaying),
    /** Of sources only those that the others refer to. */
    isOfSourcesToo: narrow !== undefined,
    claims: ofClaim(claims),
  };
}
