/** What readers may see. */
import type { ArticleStatus } from '../articles/model.js';

/** The status of the articles that readers may see. */
export const SHOWN_STATUS = 'published' satisfies (typeof ArticleStatus.options)[number];
