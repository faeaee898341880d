/**
 * The rules of feeds and sitemaps: what they hold, and how it is cut into pieces that cost the same however much there is.
 */
import type { ArticleReader } from '../articles/service.js';
import { ClaimwireError } from '../kernel/errors.js';
import type { AskedList, Listing } from '../kernel/page.js';
import { type Clock, MINUTE_MS, startOfMinute, systemClock } from '../kernel/time.js';
import type { FeedEntry } from './model.js';
import type { FeedReads } from './store.js';

/**
 * URLs of one piece of the sitemap, at most. The protocol allows 50,000; these are read and written within some
 * milliseconds, and are 1.5 MB at most.
 */
const PIECE_SIZE = 1_000;
const PIECES_MAX = 50_000; // what the protocol allows in an index: 50 million articles
const NEWS_HOURS = 48; // what search engines take for news
const NEWS_MAX = 1_000; // what the protocol of news sitemaps allows

export interface FeedReaderOptions {
  readonly store: FeedReads;
  readonly articles: ArticleReader;
  readonly clock?: Clock;
  readonly pieceSize?: number;
  readonly piecesMax?: number;
  readonly newsMax?: number;
}

export function readFeeds({
  store,
  articles,
  clock = systemClock,
  pieceSize = PIECE_SIZE,
  piecesMax = PIECES_MAX,
  newsMax = NEWS_MAX,
}: FeedReaderOptions) {
  return {
    /** Published articles with their text, newest first, and what is claimed in them. Throws as the list of articles does. */
    async list(asked: AskedList): Promise<Listing<FeedEntry>> {
      const listing = await articles.list(asked, 'html');
      const counts = await store.claimCounts(listing.items.map(({ id }) => id));
      const none = { claims: 0, disputed: 0 };
      return {
        ...listing,
        items: listing.items.map((article) => ({ article, ...(counts.get(article.id) ?? none) })),
      };
    },

    /** The numbers of the pieces that the sitemap has: PIECES_MAX at most, and whether there are more. */
    async pieces() {
      const pieces = await store.pieces(pieceSize, piecesMax + 1);
      return { pieces: pieces.slice(0, piecesMax), isCapped: pieces.length > piecesMax };
    },

    /** The articles of a piece of the sitemap. Throws `not-found` where it holds none. */
    async piece(number: number) {
      const entries = await store.piece(number, pieceSize);
      if (entries.length === 0)
        throw new ClaimwireError(
          'not-found',
          `The sitemap has no piece ${number}; its index names those it has.`,
        );
      return entries;
    },

    /**
     * The articles of the last NEWS_HOURS, counted back from the present minute so that the answer holds for a while;
     * NEWS_MAX of them at most, the newest, and whether there are more.
     */
    async news() {
      const minute = startOfMinute(Date.parse(clock()));
      const entries = await store.recent({
        since: new Date(minute - NEWS_HOURS * 60 * MINUTE_MS).toISOString(),
        until: new Date(minute + MINUTE_MS).toISOString(),
        limit: newsMax + 1,
      });
      return { entries: entries.slice(0, newsMax), isCapped: entries.length > newsMax };
    },
  };
}

export type FeedReader = ReturnType<typeof readFeeds>;
