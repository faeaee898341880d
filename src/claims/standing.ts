/**
 * Where a claim stands, as a pure function of what is known of it. The one place that knows the rule.
 */
import type { Stance, Standing, Verdict } from './model.js';

export interface StandingFacts {
  /** Who put the claim forward where readers can see it. `source` is null for an article's own voice. */
  readonly attributions: readonly {
    readonly source: number | null;
    readonly voice: string;
    readonly stance: Stance;
  }[];
  /** All reviews, in any order; `order` tells two of one instant apart, the higher being the newer. */
  readonly reviews: readonly {
    readonly reviewer: number;
    readonly verdict: Verdict;
    readonly reviewedAt: string;
    readonly order: number;
  }[];
  /** For each visible claim in contradiction to this one, the voices that assert it. */
  readonly contradictions: readonly (readonly string[])[];
  /** The organisations above each source that asserts the claim, where there are several. */
  readonly organisations: ReadonlyMap<number, readonly number[]>;
}

const standingOfVerdict = {
  true: 'verified',
  'mostly-true': 'verified',
  mixed: 'mixed',
  'mostly-false': 'refuted',
  false: 'refuted',
  unproven: 'unproven',
} as const satisfies Record<Verdict, Standing>;

/**
 * What the reviews say together: the newest of each reviewer counts; `unproven` gives way to a reviewer who decided;
 * reviewers who decided differently make it `mixed`.
 */
function standingOfReviews(reviews: StandingFacts['reviews']): Standing | null {
  const newest = new Map<number, StandingFacts['reviews'][number]>();
  for (const review of reviews) {
    const held = newest.get(review.reviewer);
    const isNewer =
      held === undefined ||
      review.reviewedAt > held.reviewedAt ||
      (review.reviewedAt === held.reviewedAt && review.order > held.order);
    if (isNewer) newest.set(review.reviewer, review);
  }
  const said = new Set<Standing>([...newest.values()].map(({ verdict }) => standingOfVerdict[verdict]));
  if (said.size > 1) said.delete('unproven');
  const [only = null] = said;
  return said.size > 1 ? 'mixed' : only;
}

/** Whether two of these sources are independent: neither is an organisation that the other belongs to. */
function hasIndependentPair(
  sources: readonly number[],
  organisations: StandingFacts['organisations'],
): boolean {
  const isUnder = (member: number, organisation: number) =>
    organisations.get(member)?.includes(organisation) ?? false;
  return sources.some((one, index) =>
    sources.slice(index + 1).some((other) => !isUnder(one, other) && !isUnder(other, one)),
  );
}

/** The standing of a claim. A contradiction counts for both claims, whichever of them recorded it. */
export function standingOf({
  attributions,
  reviews,
  contradictions,
  organisations,
}: StandingFacts): Standing {
  const reviewed = standingOfReviews(reviews);
  if (reviewed !== null) return reviewed;

  const assertions = attributions.filter(({ stance }) => stance === 'asserts');
  const voices = new Set(assertions.map(({ voice }) => voice));
  const isContradicted = contradictions.some((others) => others.some((voice) => !voices.has(voice)));
  if (isContradicted || assertions.length < attributions.length) return 'disputed';

  const sources = [...new Set(assertions.flatMap(({ source }) => (source === null ? [] : [source])))];
  if (hasIndependentPair(sources, organisations)) return 'corroborated';
  return sources.length > 0 ? 'single-source' : 'unattributed';
}
