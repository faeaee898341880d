/**
 * The order of what was found, and a page of it: the best first, of equals the one with the later id.
 */
import type { PageRequest } from '../kernel/page.js';
import type { SearchKind } from '../search/model.js';

export interface ScoredHit {
  readonly kind: SearchKind;
  readonly key: number;
  /** Whole millionths. */
  readonly score: number;
}

export interface RankedHit extends ScoredHit {
  readonly id: string;
}

type Place = Pick<RankedHit, 'score' | 'id'>;

const better = (one: Place, other: Place): number =>
  other.score - one.score || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);

const placeOf = ({ after, before }: PageRequest): Place | undefined => {
  const from = before ?? after;
  return from && { score: Number(from[0]), id: String(from[1]) };
};

/** The hits that may stand on a page, and one more, for all that their scores say: ids order those of one score. */
export function withinReach(hits: readonly ScoredHit[], page: PageRequest): ScoredHit[] {
  const sign = page.before === undefined ? 1 : -1;
  const from = placeOf(page);
  const beyond = hits
    .filter(({ score }) => from === undefined || sign * (from.score - score) >= 0)
    .sort((one, other) => sign * (other.score - one.score));
  const besideFrom = beyond.filter(({ score }) => score === from?.score).length;
  const last = beyond[besideFrom + page.limit];
  return last === undefined ? beyond : beyond.filter(({ score }) => sign * (score - last.score) >= 0);
}

/**
 * The rows of a page among ranked ones, in the order in which a list reads them (against its own for `before`), and one more
 * that says that others stand beyond.
 */
export function pageOfRanked(rows: readonly RankedHit[], page: PageRequest): RankedHit[] {
  const from = placeOf(page);
  const isBefore = page.before !== undefined;
  const ordered = rows
    .filter((row) => from === undefined || (isBefore ? better(row, from) < 0 : better(row, from) > 0))
    .sort(better);
  return (isBefore ? ordered.reverse() : ordered).slice(0, page.limit + 1);
}
