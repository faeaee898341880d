/**
 * What readers may see. A retracted article is still read at its URL, and shown nowhere else unless it is asked for.
 */
import type { ArticleStatus } from '../articles/model.js';

export type Status = (typeof ArticleStatus.options)[number];

/** The status of the articles that lists, feeds and search show, and whose claims count. */
export const SHOWN_STATUS = 'published' satisfies Status;

/** The statuses of the articles that readers find nowhere, not even at their URL. */
export const HIDDEN_STATUSES = ['draft', 'scheduled'] satisfies Status[];
