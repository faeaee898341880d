/**
 * The rules of links to drafts: for how long one may open an article, and which opens what.
 */
import { ClaimwireError } from '../kernel/errors.js';
import { refusal, type Stored } from '../kernel/stored.js';
import { type Clock, systemClock } from '../kernel/time.js';
import {
  isPreviewToken,
  latestExpiry,
  newPreviewSecret,
  PREVIEW_DAYS_MAX,
  PREVIEW_SECRET,
  toPreviewToken,
  usualExpiry,
} from './preview.js';
import type { ArticleReads, SecretReads, SecretStore } from './store.js';

export interface PreviewReaderOptions {
  readonly secrets: SecretReads;
  /** Of all articles, whatever their status. */
  readonly articles: Pick<ArticleReads, 'find'>;
  readonly clock?: Clock;
}

export function readPreviews({ secrets, articles, clock = systemClock }: PreviewReaderOptions) {
  return {
    /** Throws `invalid-preview` unless a token opens the article with this id or slug now. */
    async assertOpens(ref: string, token: string): Promise<void> {
      const article = await articles.find(ref);
      const secret = await secrets.find(PREVIEW_SECRET);
      // What there is not is refused alike: who has no link to it does not learn of it.
      const isOpen =
        article !== undefined &&
        secret !== undefined &&
        isPreviewToken(secret, article.id, token, Date.parse(clock()));
      if (!isOpen) throw new ClaimwireError('invalid-preview');
    },
  };
}

export type PreviewReader = ReturnType<typeof readPreviews>;

export function writePreviews(secrets: SecretStore, now: string) {
  return {
    /** A token that opens an article until a time, seven days from now if none is given. Throws `invalid-request`. */
    async make({ id }: Stored, until: string | undefined): Promise<{ token: string; expiresAt: string }> {
      const nowMs = Date.parse(now);
      const expiresAtMs = until === undefined ? usualExpiry(nowMs) : Date.parse(until);
      if (expiresAtMs <= nowMs || expiresAtMs > latestExpiry(nowMs))
        throw refusal('invalid-request', {
          pointer: '/expiresAt',
          detail: `must be within the next ${PREVIEW_DAYS_MAX} days`,
        });
      const secret = await secrets.findOrMake(PREVIEW_SECRET, newPreviewSecret);
      return {
        token: toPreviewToken(secret, id, expiresAtMs),
        expiresAt: new Date(expiresAtMs).toISOString(),
      };
    },
  };
}

export type PreviewWriter = ReturnType<typeof writePreviews>;
