/**
 * One state of everything, page by page, in the shapes in which it can come back. A page costs the same few statements
 * whatever it holds.
 */
import { eq } from 'drizzle-orm';
import { type RowKind, rowKinds } from '../imports/model.js';
import type { ExchangeFilter, ExchangeRow, Snapshot } from '../imports/store.js';
import { isId } from '../kernel/ids.js';
import type { Database } from './database.js';
import { exchangeArticles } from './exchange-articles.js';
import { exchangeClaims } from './exchange-claims.js';
import { conditionsOf } from './exchange-filter.js';
import { exchangeSources } from './exchange-sources.js';
import type { Tables } from './tables.js';

export function readExchange(db: Database, tables: Tables): Omit<Snapshot, 'close'> {
  const { sources, articles, claims } = tables;
  const ofSources = exchangeSources(db, tables);
  const pages: Record<RowKind, (filter: ExchangeFilter) => AsyncGenerator<ExchangeRow[]>> = {
    source: ofSources.pages,
    article: exchangeArticles(db, tables),
    claim: exchangeClaims(db, tables),
  };

  return {
    async *rows(filter) {
      for (const kind of rowKinds)
        if (filter.kinds?.includes(kind) ?? true)
          for await (const page of pages[kind](filter)) if (page.length > 0) yield page;
    },

    async sourceKey(ref) {
      const [row] = await db
        .select({ key: sources.key })
        .from(sources)
        .where(isId(ref) ? eq(sources.id, ref.toLowerCase()) : eq(sources.slug, ref));
      return row?.key;
    },

    async counts(filter) {
      const { ofArticle, isOfSourcesToo, claims: ofClaims } = conditionsOf(tables, filter);
      const isWanted = (kind: RowKind) => filter.kinds?.includes(kind) ?? true;
      return {
        source: !isWanted('source')
          ? 0
          : isOfSourcesToo
            ? (await ofSources.wantedSources(filter)).size
            : await db.$count(sources),
        article: isWanted('article') ? await db.$count(articles, ofArticle) : 0,
        claim: isWanted('claim') ? await db.$count(claims, ofClaims) : 0,
      };
    },
  };
}
