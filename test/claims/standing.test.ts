/**
 * Where a claim stands: the rule itself, branch by branch, and that nothing hangs on the order of what is known.
 */
import fc from 'fast-check';
import t from 'tap';
import { Stance, type Standing, Verdict } from '../../src/claims/model.js';
import { type StandingFacts, standingOf } from '../../src/claims/standing.js';

type Attribution = StandingFacts['attributions'][number];
type Review = StandingFacts['reviews'][number];

const by = (source: number, stance: Attribution['stance'] = 'asserts'): Attribution => ({
  source,
  voice: `source ${source}`,
  stance,
});
/** An article in its own voice, which is its publisher's where it has one. */
const ownVoice = (publisher: number | null = null): Attribution => ({
  source: null,
  voice: publisher === null ? 'article 1' : `source ${publisher}`,
  stance: 'asserts',
});
const review = (reviewer: number, verdict: Review['verdict'], day = 1, order = 1): Review => ({
  reviewer,
  verdict,
  reviewedAt: `2024-10-0${day}T12:00:00.000Z`,
  order,
});
const standing = (given: Partial<StandingFacts>): Standing =>
  standingOf({ attributions: [], reviews: [], contradictions: [], organisations: new Map(), ...given });

t.test('a review decides before anything else, on one scale of verdicts', async (t) => {
  const verdicts: Record<Review['verdict'], Standing> = {
    true: 'verified',
    'mostly-true': 'verified',
    mixed: 'mixed',
    'mostly-false': 'refuted',
    false: 'refuted',
    unproven: 'unproven',
  };
  for (const verdict of Verdict.options) {
    const reviews = [review(1, verdict)];
    t.equal(standing({ reviews }), verdicts[verdict], verdict);
    t.equal(standing({ reviews, attributions: [by(1), by(2)] }), verdicts[verdict], `${verdict}, asserted`);
    t.equal(
      standing({ reviews, attributions: [by(1, 'denies')], contradictions: [['source 2']] }),
      verdicts[verdict],
      `${verdict}, disputed`,
    );
  }
});

t.test('of several reviews the newest of each reviewer counts, and they are weighed together', async (t) => {
  const cases: [string, Review[], Standing][] = [
    ['the newest of one reviewer', [review(1, 'true', 1), review(1, 'false', 2)], 'refuted'],
    ['whichever was stored first', [review(1, 'false', 2, 1), review(1, 'true', 1, 2)], 'refuted'],
    [
      'at the same instant, the one stored last',
      [review(1, 'true', 1, 1), review(1, 'false', 1, 2)],
      'refuted',
    ],
    ['the same, given the other way round', [review(1, 'false', 1, 2), review(1, 'true', 1, 1)], 'refuted'],
    ['two reviewers agree', [review(1, 'true'), review(2, 'mostly-true')], 'verified'],
    ['two reviewers disagree', [review(1, 'true'), review(2, 'false')], 'mixed'],
    ['however much newer one of them is', [review(1, 'true', 1), review(2, 'false', 9)], 'mixed'],
    ['one finds it mixed', [review(1, 'true'), review(2, 'mixed')], 'mixed'],
    ['one cannot say', [review(1, 'unproven', 9), review(2, 'false', 1)], 'refuted'],
    ['none can say', [review(1, 'unproven'), review(2, 'unproven')], 'unproven'],
    ['one cannot say, two disagree', [review(1, 'unproven'), review(2, 'true'), review(3, 'false')], 'mixed'],
    ['one came round', [review(1, 'false', 1), review(1, 'true', 2), review(2, 'true', 1)], 'verified'],
    ['one takes back what it had decided', [review(1, 'true', 1), review(1, 'unproven', 2)], 'unproven'],
  ];
  for (const [name, reviews, expected] of cases) t.equal(standing({ reviews }), expected, name);
});

t.test('without a review, who says it and who speaks against it decide', async (t) => {
  const chain = new Map([
    [1, [2, 3]],
    [2, [3]],
  ]);
  const siblings = new Map([
    [1, [3]],
    [2, [3]],
  ]);
  const cases: [string, Partial<StandingFacts>, Standing][] = [
    ['nobody says it', {}, 'unattributed'],
    ['an article says it itself', { attributions: [ownVoice()] }, 'unattributed'],
    ['and its publisher is known', { attributions: [ownVoice(7)] }, 'unattributed'],
    ['two articles say it themselves', { attributions: [ownVoice(7), ownVoice(8)] }, 'unattributed'],
    ['one source', { attributions: [by(1)] }, 'single-source'],
    ['one source twice', { attributions: [by(1), by(1)] }, 'single-source'],
    ['one source and an article itself', { attributions: [by(1), ownVoice(7)] }, 'single-source'],
    ['two sources', { attributions: [by(1), by(2)] }, 'corroborated'],
    [
      'a member and its organisation',
      { attributions: [by(2), by(3)], organisations: chain },
      'single-source',
    ],
    ['the organisation named first', { attributions: [by(3), by(2)], organisations: chain }, 'single-source'],
    ['two levels apart', { attributions: [by(1), by(3)], organisations: chain }, 'single-source'],
    ['a whole chain', { attributions: [by(1), by(2), by(3)], organisations: chain }, 'single-source'],
    ['a chain and another', { attributions: [by(1), by(3), by(4)], organisations: chain }, 'corroborated'],
    ['two of one organisation', { attributions: [by(1), by(2)], organisations: siblings }, 'corroborated'],
    ['with it', { attributions: [by(3), by(1), by(2)], organisations: siblings }, 'corroborated'],
    ['denied', { attributions: [by(1, 'denies')] }, 'disputed'],
    ['questioned', { attributions: [by(1, 'questions')] }, 'disputed'],
    ['asserted by two and denied', { attributions: [by(1), by(2), by(3, 'denies')] }, 'disputed'],
    ['asserted and questioned by one', { attributions: [by(1), by(1, 'questions')] }, 'disputed'],
    ['contradicted', { attributions: [by(1)], contradictions: [['source 2']] }, 'disputed'],
    [
      'contradicted though two say it',
      { attributions: [by(1), by(2)], contradictions: [['source 3']] },
      'disputed',
    ],
    ['contradicted by itself', { attributions: [by(1)], contradictions: [['source 1']] }, 'single-source'],
    [
      'by itself and another',
      { attributions: [by(1)], contradictions: [['source 1', 'source 2']] },
      'disputed',
    ],
    [
      'by itself here, another there',
      { attributions: [by(1)], contradictions: [['source 1'], ['source 2']] },
      'disputed',
    ],
    [
      'contradicted by a claim that nobody makes',
      { attributions: [by(1)], contradictions: [[]] },
      'single-source',
    ],
    ['contradicted, and made by nobody', { contradictions: [['source 1']] }, 'disputed'],
    [
      'contradicted by its publisher',
      { attributions: [ownVoice(7)], contradictions: [['source 7']] },
      'unattributed',
    ],
    ['by another publisher', { attributions: [ownVoice(7)], contradictions: [['source 8']] }, 'disputed'],
    [
      'by the article itself',
      { attributions: [ownVoice()], contradictions: [['article 1']] },
      'unattributed',
    ],
    ['by another article', { attributions: [ownVoice()], contradictions: [['article 2']] }, 'disputed'],
    [
      'a denial makes no voice',
      { attributions: [by(1, 'denies')], contradictions: [['source 1']] },
      'disputed',
    ],
  ];
  for (const [name, facts, expected] of cases) t.equal(standing(facts), expected, name);
});

t.test('nothing hangs on the order in which facts are given', async () => {
  const source = fc.integer({ min: 1, max: 4 });
  const attribution = fc
    .tuple(fc.option(source), fc.constantFrom(...Stance.options))
    .map(([source, stance]) => (source === null ? { ...ownVoice(5), stance } : by(source, stance)));
  const reviews = fc
    .array(fc.tuple(source, fc.constantFrom(...Verdict.options), fc.integer({ min: 1, max: 3 })), {
      maxLength: 5,
    })
    .map((list) => list.map(([reviewer, verdict, day], order) => review(reviewer, verdict, day, order)));
  const organisations = fc.uniqueArray(fc.tuple(source, fc.array(source, { maxLength: 2 })), {
    selector: ([member]) => member,
  });
  const contradictions = fc.array(
    fc.array(
      source.map((voice) => `source ${voice}`),
      { maxLength: 2 },
    ),
    {
      maxLength: 2,
    },
  );
  const facts = fc.record({
    attributions: fc.array(attribution, { maxLength: 5 }),
    reviews: fc.oneof(fc.constant([]), reviews),
    contradictions: fc.oneof(fc.constant([]), contradictions),
    organisations: organisations.map((pairs) => new Map(pairs)),
  });
  const shuffled = <T>(list: readonly T[]) =>
    fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });
  const twice = facts.chain((one) =>
    fc
      .record({
        attributions: shuffled(one.attributions),
        reviews: shuffled<Review>(one.reviews),
        contradictions: shuffled(one.contradictions),
      })
      .map((other) => ({ one, other: { ...one, ...other } })),
  );
  fc.assert(
    fc.property(twice, ({ one, other }) => standingOf(one) === standingOf(other)),
    { numRuns: 2_000 },
  );
});
